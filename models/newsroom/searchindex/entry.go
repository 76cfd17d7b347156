package searchindex

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
	"broadsheet/models/terms"
)

// row has the columns of an article that are indexed.
type row struct {
	ID          int64
	Version     int
	Title       string
	Standfirst  string
	Language    string
	LocalTime   string
	PublishedAt models.Time
	HTML        string

	authors, tags []string
	others        []string // names of categories with those above them, and of authors
}

// entry is an analysed article.
type entry struct {
	article  int64
	version  int // of the article
	at       time.Time
	language string // for stems, may be ""
	bag      *terms.Bag
}

// Body is the analysed text of an article's body, which can be made before the
// transaction.
type Body struct{ units []terms.Unit }

// NewBody analyses a text.
func NewBody(plain string) *Body { return &Body{terms.Units(plain, terms.MaxUnits)} }

// CategoryTerm is the term of the articles in a category and below it.
func CategoryTerm(id int64) string { return terms.OtherTerm(categoryName(id)) }

// AuthorTerm is the term of an author's articles.
func AuthorTerm(id int64) string { return terms.OtherTerm(authorName(id)) }

// monthTerm is the term of the articles of a month, such as 202611.
func monthTerm(period int) string { return terms.OtherTerm(monthName(period)) }

func categoryName(id int64) string { return fmt.Sprintf("c%d", id) }
func authorName(id int64) string   { return fmt.Sprintf("a%d", id) }
func monthName(period int) string  { return fmt.Sprintf("m%d", period) }

const localTimeLayout = "2006-01-02 15:04:05" // newsroom.LocalTimeLayout

// loadRows reads the public ones among the articles, in order of id. withHTML says
// whether the bodies are needed.
func loadRows(ctx context.Context, r models.Queryer, ids []int64, withHTML bool) ([]*row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	html, join := "''", ""
	if withHTML {
		html, join = "b.html", "JOIN article_bodies b ON b.article_id = a.id"
	}
	var list []*row
	err := r.Query(ctx).Raw(`SELECT a.id, a.version, a.title, a.standfirst, a.language, a.local_time, a.published_at, `+html+` AS html
		FROM articles a `+join+` WHERE a.id IN ? AND a.status = 'published' ORDER BY a.id`, ids).Scan(&list).Error
	if err != nil {
		return nil, err
	}
	byID := map[int64]*row{}
	for _, a := range list {
		byID[a.ID] = a
	}
	return list, loadTerms(ctx, r, ids, byID)
}

// loadTerms reads the categories, authors and tags of the articles.
func loadTerms(ctx context.Context, r models.Queryer, ids []int64, byID map[int64]*row) error {
	type term struct {
		ArticleID int64
		ID        int64
		Name      string
	}
	read := func(use func(*row, term), query string) error {
		var list []term
		err := r.Query(ctx).Raw(query, ids).Scan(&list).Error
		for _, t := range list {
			if a := byID[t.ArticleID]; a != nil {
				use(a, t)
			}
		}
		return err
	}
	tree, err := taxonomy.LoadCategories(ctx, r)
	if err != nil {
		return err
	}
	err = read(func(a *row, t term) {
		for c := tree.ByID(t.ID); c != nil; c = tree.Parent(c) {
			a.others = append(a.others, categoryName(c.ID))
		}
	}, "SELECT article_id, category_id AS id FROM article_categories WHERE article_id IN ? ORDER BY article_id, position")
	if err != nil {
		return err
	}
	err = read(func(a *row, t term) {
		a.authors, a.others = append(a.authors, t.Name), append(a.others, authorName(t.ID))
	}, `SELECT x.article_id, x.author_id AS id, w.name FROM article_authors x JOIN authors w ON w.id = x.author_id
		WHERE x.article_id IN ? ORDER BY x.article_id, x.position`)
	if err != nil {
		return err
	}
	return read(func(a *row, t term) { a.tags = append(a.tags, t.Name) },
		`SELECT x.article_id, x.tag_id AS id, t.name FROM article_tags x JOIN tags t ON t.id = x.tag_id
		WHERE x.article_id IN ? ORDER BY x.article_id, x.position`)
}

// analyse makes the entry of an article. language is the site's. body is nil if the
// row has the body.
func (a *row) analyse(language string, body *Body) *entry {
	if a.Language != "" {
		language = a.Language
	}
	if body == nil {
		body = NewBody(richtext.PlainText(a.HTML))
	}
	e := &entry{article: a.ID, version: a.Version, language: terms.StemLanguage(language), bag: terms.NewBag()}
	e.at = a.PublishedAt.Time
	if at, err := time.Parse(localTimeLayout, a.LocalTime); err == nil {
		e.at = at
	}
	const most = 2000 // units of a line
	for _, line := range append([]string{a.Title}, a.tags...) {
		units := terms.Units(line, most)
		e.bag.AddTitle(units, e.language)
		e.bag.AddText(units, e.language)
	}
	for _, line := range append([]string{a.Standfirst}, a.authors...) {
		units := terms.Units(line, most)
		e.bag.AddTopic(units)
		e.bag.AddText(units, e.language)
	}
	e.bag.AddText(body.units, e.language)
	for _, name := range a.others {
		e.bag.AddOther(name)
	}
	e.bag.AddOther(monthName(e.at.Year()*100 + int(e.at.Month())))
	return e
}
