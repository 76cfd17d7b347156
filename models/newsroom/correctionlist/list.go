package correctionlist

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Entry is a correction with its article.
type Entry struct {
	newsroom.Correction
	GUID    string // of the article
	Article newsroom.Teaser
}

// Page is a page of the list.
type Page struct {
	Entries      []Entry
	Number, Last int // Last is at least 1
}

// Load returns a page of the list. It refuses with NotFound a page past the last one.
func Load(ctx context.Context, r models.Queryer, number, perPage int) (*Page, error) {
	p := &Page{Number: number}
	var total int
	_, err := models.QueryRow(ctx, r, []any{&total}, `SELECT COUNT(*) FROM corrections c JOIN articles a ON a.id = c.article_id
		WHERE a.status = 'published'`)
	if err != nil {
		return nil, err
	}
	if p.Last = max(1, (total+perPage-1)/perPage); number < 1 || number > p.Last {
		return nil, models.Errorf(models.NotFound, "the corrections have no page %d", number)
	}
	rows, err := models.QueryRows(ctx, r, `SELECT `+newsroom.TeaserColumns+`, c.id, c.article_id, c.kind, c.at, c.text, a.guid
		FROM corrections c JOIN articles a ON a.id = c.article_id LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' ORDER BY c.at DESC, c.id DESC LIMIT ? OFFSET ?`, perPage, (number-1)*perPage)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Entry
		c := &e.Correction
		if err := rows.Scan(e.Article.Targets(&c.ID, &c.ArticleID, &c.Kind, &c.At, &c.Text, &e.GUID)...); err != nil {
			return nil, err
		}
		p.Entries = append(p.Entries, e)
	}
	return p, rows.Err()
}

// DependsOn returns the cache tags of the page.
func (p *Page) DependsOn() []models.CacheTag {
	tags := []models.CacheTag{newsroom.CorrectionsTag}
	for i := range p.Entries {
		tags = append(tags, newsroom.TeaserTag(p.Entries[i].Article.ID))
	}
	return tags
}
