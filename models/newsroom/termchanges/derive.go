package termchanges

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// deriving updates the data that depend on terms after an undo: lists, counts, related
// articles, bylines and the search index.
type deriving struct {
	u        *undoing
	tree     *taxonomy.Categories // before the undo, nil for tags and authors
	articles []int64              // whose terms or whose place in the tree are other ones
	terms    []int64              // whose lists may be other ones
	renamed  []int64              // whose name or address is another one
	places   map[int64]*place     // of the articles that the moved categories had before
}

// before reads the state of the terms and lists before the undo changes them.
func (u *undoing) before(ctx context.Context, tx *models.Tx) (d *deriving, err error) {
	d = &deriving{u: u, places: map[int64]*place{}}
	var moved []int64
	for _, e := range u.Terms {
		if d.terms = append(d.terms, e.ID); e.made() {
			continue
		}
		if e.Was["ParentID"] != nil && !e.removed() {
			moved = append(moved, e.ID)
		}
		if e.removed() || e.Was["Name"] != nil || e.Was["Slug"] != nil || e.Was["Path"] != nil || e.Was["ParentID"] != nil {
			d.renamed = append(d.renamed, e.ID)
		}
	}
	if u.change.Kind != taxonomy.CategoryKind {
		return d, nil
	}
	if d.tree, err = taxonomy.LoadCategories(ctx, tx); err != nil {
		return nil, err
	}
	var below []int64
	for _, id := range moved {
		below = append(below, d.tree.Below(id)...)
	}
	err = tx.Query(ctx).Table("article_categories").Where("category_id IN ?", below).
		Distinct("article_id").Pluck("article_id", &d.articles).Error
	if err != nil {
		return nil, err
	}
	var lost []int64
	err = tx.Query(ctx).Model(&changedList{}).Where("change_id = ? AND list = ?", u.change.ID, "article_categories").
		Pluck("owner_id", &lost).Error
	if err == nil {
		d.places, err = placesOfArticles(ctx, tx, append(lost, d.articles...))
	}
	return d, err
}

// concern adds the terms that an article gets back or loses.
func (d *deriving) concern(lists ...[]listRow) {
	for _, list := range lists {
		for _, row := range list {
			if row.Term != nil {
				d.terms = append(d.terms, *row.Term)
			}
		}
	}
}

// placesOfArticles reads the categories of articles, in any status.
func placesOfArticles(ctx context.Context, tx *models.Tx, articles []int64) (map[int64]*place, error) {
	places := map[int64]*place{}
	for some := range slices.Chunk(articles, listBatch) {
		var rows []struct {
			ID          int64
			PublishedAt models.Time
			CategoryID  int64
		}
		err := tx.Query(ctx).Raw(`SELECT a.id, a.published_at, c.category_id FROM articles a
			JOIN article_categories c ON c.article_id = a.id
			WHERE a.status = 'published' AND a.id IN ? ORDER BY a.id, c.position`, some).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if places[row.ID] == nil || places[row.ID].publishedAt.IsZero() {
				places[row.ID] = &place{publishedAt: row.PublishedAt}
			}
			if p := places[row.ID]; !slices.Contains(p.categories, row.CategoryID) {
				p.categories = append(p.categories, row.CategoryID)
			}
		}
	}
	return places, nil
}

func (d *deriving) run(ctx context.Context, tx *models.Tx) error {
	for _, list := range []*[]int64{&d.terms, &d.renamed, &d.articles} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	kind, err := newsroom.CategoryArticles, error(nil)
	switch d.u.change.Kind {
	case taxonomy.CategoryKind:
		err = d.relistCategories(ctx, tx)
	case taxonomy.TagKind:
		kind = newsroom.TagArticles
		err = d.relist(ctx, tx, kind, "article_tags", "tag_id")
		if err == nil {
			err = tx.Query(ctx).Exec(`UPDATE tags SET stories = (SELECT COUNT(*) FROM article_tags x JOIN articles a ON a.id = x.article_id
				WHERE x.tag_id = tags.id AND a.status = 'published') WHERE id IN ?`, d.terms).Error
		}
	default:
		kind = newsroom.AuthorArticles
		err = d.relist(ctx, tx, kind, "article_authors", "author_id")
		for _, id := range d.renamed {
			err = cmp.Or(err, rewriteBylines(ctx, tx, id))
		}
	}
	for _, id := range d.renamed {
		err = cmp.Or(err, indexAgain(ctx, tx, kind, id))
	}
	return err
}

// relist makes the lists of tags or authors anew.
func (d *deriving) relist(ctx context.Context, tx *models.Tx, kind newsroom.ListKind, table, column string) error {
	for _, id := range d.terms {
		has, err := entries(ctx, tx, kind, id)
		if err != nil {
			return err
		}
		var wanted []newsroom.ListEntry
		err = tx.Query(ctx).Raw("SELECT DISTINCT a.id AS article_id, a.published_at FROM "+table+
			" x JOIN articles a ON a.id = x.article_id WHERE x."+column+" = ? AND a.status = 'published'", id).Scan(&wanted).Error
		if err == nil {
			err = newsroom.ChangeList(ctx, tx, newsroom.List{Kind: kind, Ref: id}, without(has, wanted), without(wanted, has))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// relistCategories makes the lists and the related articles of the concerned articles anew.
func (d *deriving) relistCategories(ctx context.Context, tx *models.Tx) error {
	tree, err := taxonomy.LoadCategories(ctx, tx)
	if err != nil {
		return err
	}
	after, err := placesOfArticles(ctx, tx, d.articles)
	if err != nil {
		return err
	}
	s := &subtree{tree: d.tree, places: d.places}
	for _, id := range d.articles {
		if p := after[id]; p != nil && d.places[id] != nil {
			s.entries = append(s.entries, newsroom.ListEntry{ArticleID: id, PublishedAt: p.publishedAt})
		}
	}
	if err := s.relist(ctx, tx, tree, after, d.terms...); err != nil {
		return err
	}
	return tx.Query(ctx).Exec(`UPDATE categories SET own_stories = (SELECT COUNT(*) FROM article_categories x
		JOIN articles a ON a.id = x.article_id
		WHERE x.category_id = categories.id AND a.status = 'published') WHERE id IN ?`, d.terms).Error
}
