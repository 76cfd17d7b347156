package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
)

// deleteDependents removes the old version from its lists, and deletes the rows
// that depend on the article. It returns the lists and the linked articles.
func (s *Saver) deleteDependents(ctx context.Context, old *Article) (lists *listing, linked []int64, err error) {
	terms, err := termsOf(ctx, s.tx, old.ID)
	if err == nil {
		linked, err = linkedFrom(ctx, s.tx, old.ID)
	}
	if err == nil && old.Status == Published {
		lists, err = removeFromLists(ctx, s.tx, old, terms, s.site)
	}
	if err != nil {
		return nil, nil, err
	}
	for _, table := range []string{
		"article_authors", "article_categories", "article_tags", "article_links", "article_pictures", "corrections",
	} {
		if err := s.tx.Query(ctx).Exec("DELETE FROM "+table+" WHERE article_id = ?", old.ID).Error; err != nil {
			return nil, nil, err
		}
	}
	return lists, linked, nil
}

// insertDependents inserts the rows that depend on the article.
func (s *Saver) insertDependents(ctx context.Context, a *Article, p *Prepared, terms *articleTerms) error {
	html, links, err := s.resolveLinks(ctx, a.ID, p.body)
	if err != nil {
		return err
	}
	body := ArticleBody{a.ID, p.Format.String(), p.Body, html, richtext.ArticlePolicyVersion, p.digest}
	if err := s.tx.Query(ctx).Save(&body).Error; err != nil {
		return err
	}
	corrections := dated(p.Corrections)
	for i := range corrections {
		c := &corrections[i]
		c.ID, c.ArticleID, c.At = 0, a.ID, models.At(c.At.Time)
	}
	insert := func(n int, rows any) error {
		if n == 0 {
			return nil
		}
		return s.tx.Query(ctx).Create(rows).Error
	}
	authors, categories, tags := terms.rows(a.ID)
	for _, add := range []error{
		pictures.AddUses(ctx, s.tx, a.ID, html), insert(len(corrections), corrections), insert(len(links), links),
		insert(len(authors), authors), insert(len(categories), categories), insert(len(tags), tags),
	} {
		if add != nil {
			return add
		}
	}
	return nil
}
