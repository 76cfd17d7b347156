package whole

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
)

var articleColumns = models.ColumnsOf[newsroom.Article]()

// Load reads public articles by number in three statements. It returns them in the
// order of ids and leaves out those that are not public. Coverage and Corrections
// of the pages are not read.
func Load(ctx context.Context, r models.Queryer, site *newsroom.Site, ids []int64) ([]*newsroom.Page, error) {
	return load(ctx, r, site, ids, "a.status = 'published' AND ")
}

// LoadAny is [Load] for articles of every status. The caller knows who may see which.
func LoadAny(ctx context.Context, r models.Queryer, site *newsroom.Site, ids []int64) ([]*newsroom.Page, error) {
	return load(ctx, r, site, ids, "")
}

func load(ctx context.Context, r models.Queryer, site *newsroom.Site, ids []int64, condition string) ([]*newsroom.Page, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	l := loader{site: site, condition: condition, pages: map[int64]*newsroom.Page{}, in: "(?" + strings.Repeat(", ?", len(ids)-1) + ")"}
	for _, id := range ids {
		l.ids = append(l.ids, id)
	}
	for _, read := range []func(context.Context, models.Queryer) error{l.readArticles, l.readTerms, l.readLinks} {
		if err := read(ctx, r); err != nil {
			return nil, err
		}
	}
	var list []*newsroom.Page
	for _, id := range ids {
		if p := l.pages[id]; p != nil {
			list = append(list, p)
			delete(l.pages, id)
		}
	}
	return list, nil
}

// loader collects the parts of some articles.
type loader struct {
	site  *newsroom.Site
	pages map[int64]*newsroom.Page
	ids   []any
	in    string // the placeholders of ids
	// condition is SQL for the articles a, with an AND after it; "" for none.
	condition string
}

// readArticles reads the rows of the articles with their texts and pictures.
func (l *loader) readArticles(ctx context.Context, r models.Queryer) error {
	rows, err := models.QueryRows(ctx, r, `SELECT `+articleColumns.List("a")+`, b.html, `+pictures.Joined+`
		FROM articles a JOIN article_bodies b ON b.article_id = a.id LEFT JOIN media m ON m.id = a.picture_id
		WHERE `+l.condition+`a.id IN `+l.in, l.ids...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		p, m := &newsroom.Page{Cards: map[int64]newsroom.Teaser{}}, pictures.Picture{}
		if err := rows.Scan(append(articleColumns.Fields(&p.Article, &p.HTML), pictures.Columns.Fields(&m)...)...); err != nil {
			return err
		}
		if m.ID != 0 {
			p.Picture = &m
		}
		l.pages[p.ID] = p
	}
	return rows.Err()
}

// readTerms reads authors, categories and tags in their order.
func (l *loader) readTerms(ctx context.Context, r models.Queryer) error {
	args := slices.Repeat(l.ids, 4)
	rows, err := models.QueryRows(ctx, r, `SELECT x.article_id, 'author' AS kind, x.position, t.id, t.slug, t.name,
			CASE WHEN x.role <> '' THEN x.role ELSE t.role END AS role
			FROM article_authors x JOIN authors t ON t.id = x.author_id WHERE x.article_id IN `+l.in+`
		UNION ALL SELECT x.article_id, 'category', x.position, x.category_id, '', '', '' FROM article_categories x
			WHERE x.article_id IN `+l.in+`
		UNION ALL SELECT x.article_id, 'picture', 0, `+pictures.InTextColumns+` WHERE x.article_id IN `+l.in+`
		UNION ALL SELECT x.article_id, 'tag', x.position, t.id, t.slug, t.name, ''
			FROM article_tags x JOIN tags t ON t.id = x.tag_id WHERE x.article_id IN `+l.in+`
		ORDER BY 1, 2, 3`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var article, id int64
		var position int
		var kind, slug, name, role string
		if err := rows.Scan(&article, &kind, &position, &id, &slug, &name, &role); err != nil {
			return err
		}
		if p := l.pages[article]; p != nil {
			addTerm(p, l.site, kind, newsroom.Byline{AuthorID: id, Slug: slug, Name: name, Role: role})
		}
	}
	for _, p := range l.pages {
		p.HTML = pictures.Dress(p.HTML, p.InText)
	}
	return rows.Err()
}

// addTerm adds an author, category or tag, or a picture of the text.
func addTerm(p *newsroom.Page, site *newsroom.Site, kind string, t newsroom.Byline) {
	switch kind {
	case "author":
		p.Bylines = append(p.Bylines, t)
	case "picture":
		p.InText = append(p.InText, pictures.ReadInText(t.AuthorID, t.Slug, t.Name, t.Role))
	case "category":
		if c := site.Categories.ByID(t.AuthorID); c != nil && c.Path != taxonomy.UncategorizedSlug {
			p.Categories = append(p.Categories, c)
		}
	default:
		p.Tags = append(p.Tags, taxonomy.Tag{ID: t.AuthorID, Slug: t.Slug, Name: t.Name})
	}
}

// readLinks reads the articles that the texts link to, and those that are cards.
func (l *loader) readLinks(ctx context.Context, r models.Queryer) error {
	rows, err := models.QueryRows(ctx, r, `SELECT `+newsroom.TeaserColumns+`, x.article_id, x.card, a.status = 'published' AS public
		FROM article_links x JOIN articles a ON a.id = x.target_id LEFT JOIN media m ON m.id = a.picture_id
		WHERE x.article_id IN `+l.in+` ORDER BY x.article_id, x.target_id`, l.ids...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var t newsroom.Teaser
		var article int64
		var card, public bool
		if err := rows.Scan(t.Targets(&article, &card, &public)...); err != nil {
			return err
		}
		if p := l.pages[article]; p != nil {
			p.Linked = append(p.Linked, t.ID)
			if public && card {
				p.Cards[t.ID] = t
			}
		}
	}
	return rows.Err()
}
