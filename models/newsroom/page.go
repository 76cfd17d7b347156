package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// Page is everything that an article's page shows of the article itself.
type Page struct {
	Article
	HTML        string            // sanitised; richtext.SplitCards finds the article cards in it
	Picture     *pictures.Picture // nil also while visitors may not see it
	InText      []pictures.InText // the pictures of the library that the text shows or links to
	Bylines     []Byline
	Faces       []pictures.Face      // the pictures of their authors, also hidden ones
	Categories  []*taxonomy.Category // the main one first, without Uncategorized
	Tags        []taxonomy.Tag
	Corrections []Correction
	Cards       map[int64]Teaser // the published articles that the body shows as cards
	Linked      []int64          // all articles that the body links to
	Coverage    []Teaser         // later articles that link to this one, newest first
}

// Byline is an author's name on an article.
type Byline struct {
	AuthorID int64
	Slug     string
	Name     string
	Role     string // the author's part in this article, such as "translation"; may be empty
}

// maxCoverage is how many later articles are shown.
const maxCoverage = 5

// LoadPage reads the page of a public article in at most four statements: the
// article with body and picture; its authors, categories, tags and the pictures of its
// text; the articles linked from it and to it; its corrections, if it has any. path is the requested
// address. If the article has another address or is not public, the error is
// NotFound, and [Find] gives the reason.
func LoadPage(ctx context.Context, r models.Queryer, site *Site, path string) (*Page, error) {
	ref, ok := site.pattern().Parse(path)
	if !ok {
		return nil, models.Errorf(models.NotFound, "no article at this address")
	}
	condition, arg := "a.slug = ?", any(ref.Slug)
	if ref.ID != 0 {
		condition, arg = "a.id = ?", ref.ID
	}
	p, err := loadRow(ctx, r, condition, arg)
	if err != nil {
		return nil, err
	}
	if p.Status != Published || !permalink.Same(site.ArticlePath(&p.Article), path) {
		return nil, models.Errorf(models.NotFound, "no public article at this address")
	}
	return p, p.fill(ctx, r, site)
}

// LoadPageByID is [LoadPage] by id instead of address. It refuses articles as
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
	p.HTML = pictures.Dress(p.HTML, p.InText)
	if err := p.loadLinks(ctx, r); err != nil || p.Article.Corrections == 0 {
		return err
	}
	return r.Query(ctx).Where("article_id = ?", p.ID).Order("at, id").Find(&p.Corrections).Error
}

func loadRow(ctx context.Context, r models.Queryer, condition string, arg any) (*Page, error) {
	var p Page
	var m pictures.Picture
	targets := append(articleColumns.Fields(&p.Article, &p.HTML), pictures.Columns.Fields(&m)...)
	found, err := models.QueryRow(ctx, r, targets, `SELECT `+articleColumns.List("a")+`, b.html, `+pictures.Joined+`
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

// loadTerms reads authors, categories, tags and the pictures of the text in one
// statement.
func (p *Page) loadTerms(ctx context.Context, r models.Queryer, site *Site) error {
	rows, err := models.QueryRows(ctx, r, `SELECT 'author' AS kind, x.position, t.id, t.slug, t.name,
			CASE WHEN x.role <> '' THEN x.role ELSE t.role END AS role
			FROM article_authors x JOIN authors t ON t.id = x.author_id WHERE x.article_id = ?
		UNION ALL SELECT 'category', x.position, x.category_id, '', '', '' FROM article_categories x WHERE x.article_id = ?
		UNION ALL SELECT 'tag', x.position, t.id, t.slug, t.name, ''
			FROM article_tags x JOIN tags t ON t.id = x.tag_id WHERE x.article_id = ?
		UNION ALL SELECT 'face', x.position, `+pictures.FaceColumns+` WHERE x.article_id = ?
		UNION ALL SELECT 'picture', 0, `+pictures.InTextColumns+` WHERE x.article_id = ?
		ORDER BY 1, 2`, p.ID, p.ID, p.ID, p.ID, p.ID)
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
		case "face":
			p.Faces = append(p.Faces, pictures.ReadFace(t.ID, t.Slug, t.Name, t.Role))
		case "picture":
			p.InText = append(p.InText, pictures.ReadInText(t.ID, t.Slug, t.Name, t.Role))
		case "category":
			if c := site.Categories.ByID(t.ID); c != nil && c.Path != taxonomy.UncategorizedSlug {
				p.Categories = append(p.Categories, c)
			}
		default:
			p.Tags = append(p.Tags, taxonomy.Tag{ID: t.ID, Slug: t.Slug, Name: t.Name})
		}
	}
	return rows.Err()
}

// loadLinks reads the articles that the body links to, and the later articles
// that link to this one.
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
		ORDER BY a.published_at DESC, a.id DESC`, p.ID, p.ID, p.PublishedAt, maxCoverage)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var t Teaser
		var later, card, public bool
		if err := rows.Scan(t.Targets(&later, &card, &public)...); err != nil {
			return err
		}
		switch {
		case later:
			p.Coverage = append(p.Coverage, t)
		default:
			p.Linked = append(p.Linked, t.ID)
			if public && card {
				p.Cards[t.ID] = t
			}
		}
	}
	return rows.Err()
}

// Body splits the page's HTML at its article cards.
func (p *Page) Body() []richtext.Segment { return richtext.SplitCards(p.HTML) }

// CategoryIDs returns the ids of the article's categories, the main one first.
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
