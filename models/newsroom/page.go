package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// Page is everything an article's page shows of the article itself.
type Page struct {
	Article
	HTML        string // sanitised; see richtext.SplitCards for the story cards in it
	Picture     *Media
	Bylines     []Byline
	Categories  []*taxonomy.Category // the main one first, without Uncategorized
	Tags        []taxonomy.Tag
	Corrections []Correction
	Cards       map[int64]Teaser // the published stories that the body shows as cards
	Linked      []int64          // every own story the body links to
	Coverage    []Teaser         // later stories that link here, newest first
}

// laterCoverage is how many later stories are shown.
const laterCoverage = 5

// LoadPage reads a public article's page in at most four statements: the
// article with body and picture; bylines, categories and tags; stories
// linked from and to it; corrections, when it has any. path is the address
// that was asked for; when the article lives elsewhere, or is not public, the
// error is NotFound and [Find] tells more.
func LoadPage(ctx context.Context, r models.Queryer, site *Site, path string) (*Page, error) {
	h, ok := site.parse(path)
	if !ok {
		return nil, models.Errorf(models.NotFound, "no article at this address")
	}
	condition, arg := "a.slug = ?", any(h.slug)
	if h.id != 0 {
		condition, arg = "a.id = ?", h.id
	}
	p, err := loadRow(ctx, r, condition, arg)
	if err != nil {
		return nil, err
	}
	if p.Status != Published || !samePath(site.ArticlePath(&p.Article), path) {
		return nil, models.Errorf(models.NotFound, "no public article at this address")
	}
	return p, p.fill(ctx, r, site)
}

// LoadPageByID is [LoadPage] for a number instead of an address. It refuses as
// [RequirePublic] does.
func LoadPageByID(ctx context.Context, r models.Queryer, site *Site, id int64) (*Page, error) {
	p, err := loadRow(ctx, r, "a.id = ?", id)
	if err != nil {
		return nil, err
	}
	if err := p.Status.refuse(); err != nil {
		return nil, err
	}
	return p, p.fill(ctx, r, site)
}

func (p *Page) fill(ctx context.Context, r models.Queryer, site *Site) error {
	if err := p.loadTerms(ctx, r, site); err != nil {
		return err
	}
	if err := p.loadLinks(ctx, r); err != nil || p.Article.Corrections == 0 {
		return err
	}
	return r.Query(ctx).Where("article_id = ?", p.ID).Order("at, id").Find(&p.Corrections).Error
}

// samePath compares two addresses after decoding, so that %C3%A9 and %c3%a9
// and é are the same.
func samePath(a, b string) bool {
	return decodePath(a) == decodePath(b)
}

func loadRow(ctx context.Context, r models.Queryer, condition string, arg any) (*Page, error) {
	var p Page
	var m Media
	found, err := models.QueryRow(ctx, r,
		append(p.Article.fields(), &p.HTML, &m.ID, &m.Key, &m.Format, &m.Width, &m.Height, &m.Alt, &m.Caption, &m.Credit, &m.FocusX, &m.FocusY),
		`SELECT `+articleColumns+`, b.html, COALESCE(m.id, 0), COALESCE(m.key, ''), COALESCE(m.format, ''), COALESCE(m.width, 0), COALESCE(m.height, 0),
			COALESCE(m.alt, ''), COALESCE(m.caption, ''), COALESCE(m.credit, ''), COALESCE(m.focus_x, 50), COALESCE(m.focus_y, 50)
		FROM articles a JOIN article_bodies b ON b.article_id = a.id LEFT JOIN media m ON m.id = a.picture_id
		WHERE `+condition, arg)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, models.Errorf(models.NotFound, "no such article")
	}
	if m.ID != 0 {
		p.Picture = &m
	}
	return &p, nil
}

// loadTerms reads bylines, categories and tags together.
func (p *Page) loadTerms(ctx context.Context, r models.Queryer, site *Site) error {
	rows, err := models.QueryRows(ctx, r, `SELECT 'author' AS kind, x.position, t.id, t.slug, t.name, CASE WHEN x.role <> '' THEN x.role ELSE t.role END AS role
			FROM article_authors x JOIN authors t ON t.id = x.author_id WHERE x.article_id = ?
		UNION ALL SELECT 'section', x.position, x.category_id, '', '', '' FROM article_categories x WHERE x.article_id = ?
		UNION ALL SELECT 'tag', x.position, t.id, t.slug, t.name, ''
			FROM article_tags x JOIN tags t ON t.id = x.tag_id WHERE x.article_id = ?
		ORDER BY 1, 2`, p.ID, p.ID, p.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var t struct {
			Kind             string
			Position         int
			ID               int64
			Slug, Name, Role string
		}
		if err := rows.Scan(&t.Kind, &t.Position, &t.ID, &t.Slug, &t.Name, &t.Role); err != nil {
			return err
		}
		switch t.Kind {
		case "author":
			p.Bylines = append(p.Bylines, Byline{t.ID, t.Slug, t.Name, t.Role})
		case "section":
			if c := site.Categories.ByID(t.ID); c != nil && c.Path != taxonomy.UncategorizedSlug {
				p.Categories = append(p.Categories, c)
			}
		default:
			p.Tags = append(p.Tags, taxonomy.Tag{ID: t.ID, Slug: t.Slug, Name: t.Name})
		}
	}
	return rows.Err()
}

// loadLinks reads the stories that the body links to and the ones that link
// here.
func (p *Page) loadLinks(ctx context.Context, r models.Queryer) error {
	p.Cards = map[int64]Teaser{}
	rows, err := models.QueryRows(ctx, r, `SELECT `+TeaserColumns+`, x.later, x.card, a.status = 'published' AS public FROM (
			SELECT target_id AS id, FALSE AS later, card FROM article_links WHERE article_id = ?
			UNION ALL
			SELECT id, later, card FROM (
				SELECT l.article_id AS id, TRUE AS later, FALSE AS card FROM article_links l
				JOIN articles s ON s.id = l.article_id
				WHERE l.target_id = ? AND s.status = 'published' AND s.published_at >= ?
				ORDER BY s.published_at DESC, s.id DESC LIMIT ?) later_rows
		) x JOIN articles a ON a.id = x.id LEFT JOIN media m ON m.id = a.picture_id
		ORDER BY a.published_at DESC, a.id DESC`, p.ID, p.ID, p.PublishedAt, laterCoverage)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var row struct {
			Teaser
			Later, Card, Public bool
		}
		if err := rows.Scan(append(row.Teaser.Targets(), &row.Later, &row.Card, &row.Public)...); err != nil {
			return err
		}
		switch {
		case row.Later:
			p.Coverage = append(p.Coverage, row.Teaser)
		default:
			p.Linked = append(p.Linked, row.ID)
			if row.Public && row.Card {
				p.Cards[row.ID] = row.Teaser
			}
		}
	}
	return rows.Err()
}

// Body cuts the page's HTML at its story cards.
func (p *Page) Body() []richtext.Segment { return richtext.SplitCards(p.HTML) }

// CategoryIDs returns the ids of the article's categories, the main one
// first.
func (p *Page) CategoryIDs() []int64 {
	var ids []int64
	for _, c := range p.Categories {
		ids = append(ids, c.ID)
	}
	return ids
}

// TagIDs returns the ids of the article's tags in order.
func (p *Page) TagIDs() []int64 {
	var ids []int64
	for _, t := range p.Tags {
		ids = append(ids, t.ID)
	}
	return ids
}

// Byline is an author's name on an article.
type Byline struct {
	AuthorID int64
	Slug     string
	Name     string
	Role     string // the author's part in this article, such as "translation"; may be empty
}
