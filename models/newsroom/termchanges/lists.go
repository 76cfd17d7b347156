package termchanges

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/relatedsets"
	"broadsheet/models/newsroom/taxonomy"
)

// subtree holds the published articles of a category and of those below it, before a change
// of the tree.
type subtree struct {
	root    int64
	tree    *taxonomy.Categories
	entries []newsroom.ListEntry
	places  map[int64]*place // by article
}

// place holds the data of an article that its related articles depend on.
type place struct {
	publishedAt models.Time
	categories  []int64 // in the order of the article
}

// loadSubtree reads the articles of a category. tree is the tree before the change.
func loadSubtree(ctx context.Context, tx *models.Tx, tree *taxonomy.Categories, root int64) (*subtree, error) {
	s := &subtree{root: root, tree: tree}
	var err error
	if s.entries, err = entries(ctx, tx, newsroom.CategoryArticles, root); err == nil {
		s.places, err = placesOf(ctx, tx, root)
	}
	return s, err
}

// placesOf reads the categories of the articles in the list of a category.
func placesOf(ctx context.Context, tx *models.Tx, root int64) (map[int64]*place, error) {
	var rows []struct {
		ID          int64
		PublishedAt models.Time
		CategoryID  int64
	}
	err := tx.Query(ctx).Raw(`SELECT a.id, a.published_at, c.category_id FROM listings l JOIN articles a ON a.id = l.article_id
		JOIN article_categories c ON c.article_id = a.id WHERE l.kind = ? AND l.ref = ? ORDER BY a.id, c.position`,
		newsroom.CategoryArticles, root).Scan(&rows).Error
	places := map[int64]*place{}
	for _, row := range rows {
		p := places[row.ID]
		if p == nil {
			p = &place{publishedAt: row.PublishedAt}
			places[row.ID] = p
		}
		p.categories = append(p.categories, row.CategoryID)
	}
	return places, err
}

// relist updates the lists of categories, and the related articles, to the new tree. after
// has the present categories of the articles. relist leaves the list of the root as it is.
func (s *subtree) relist(ctx context.Context, tx *models.Tx, tree *taxonomy.Categories, after map[int64]*place, changed ...int64) error {
	lists := map[int64]bool{}
	for _, id := range changed {
		for _, t := range []*taxonomy.Categories{s.tree, tree} {
			if c := t.ByID(id); c != nil {
				lists[id] = true
				for _, up := range t.Ancestors(c) {
					lists[up.ID] = true
				}
			}
		}
	}
	delete(lists, s.root)
	for id := range lists {
		if err := s.relistOne(ctx, tx, tree, after, id); err != nil {
			return err
		}
	}
	return s.relate(ctx, tx, tree, after)
}

func (s *subtree) relistOne(ctx context.Context, tx *models.Tx, tree *taxonomy.Categories, after map[int64]*place, list int64) error {
	has, err := entries(ctx, tx, newsroom.CategoryArticles, list)
	if err != nil {
		return err
	}
	listed := map[int64]bool{}
	for _, e := range has {
		listed[e.ArticleID] = true
	}
	below := map[int64]bool{}
	for _, id := range tree.Below(list) {
		below[id] = true
	}
	var out, in []newsroom.ListEntry
	for _, e := range s.entries {
		wanted := slices.ContainsFunc(after[e.ArticleID].categories, func(id int64) bool { return below[id] })
		switch {
		case wanted && !listed[e.ArticleID]:
			in = append(in, e)
		case !wanted && listed[e.ArticleID]:
			out = append(out, e)
		}
	}
	if len(in)+len(out) == 0 {
		return nil
	}
	return newsroom.ChangeList(ctx, tx, newsroom.List{Kind: newsroom.CategoryArticles, Ref: list}, out, in)
}

// relate updates the index of related articles to the new tree.
func (s *subtree) relate(ctx context.Context, tx *models.Tx, tree *taxonomy.Categories, after map[int64]*place) error {
	var out, in []relatedsets.Row
	for _, e := range s.entries {
		old, now := s.places[e.ArticleID], after[e.ArticleID]
		was := relatedsets.RowsOf(e.ArticleID, old.publishedAt, old.categories, s.tree)
		is := relatedsets.RowsOf(e.ArticleID, now.publishedAt, now.categories, tree)
		has := func(list []relatedsets.Row, key string) bool {
			return slices.ContainsFunc(list, func(r relatedsets.Row) bool { return r.SetKey == key })
		}
		for _, r := range was {
			if !has(is, r.SetKey) {
				out = append(out, r)
			}
		}
		for _, r := range is {
			if !has(was, r.SetKey) {
				in = append(in, r)
			}
		}
	}
	if err := relatedsets.Delete(ctx, tx, out); err != nil {
		return err
	}
	return relatedsets.Insert(ctx, tx, in)
}
