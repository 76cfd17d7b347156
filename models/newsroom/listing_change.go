package newsroom

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// ListEntry is the place of a published article in a list.
type ListEntry struct {
	ArticleID   int64
	PublishedAt models.Time // by which the list is sorted
}

// entryBatch is how many entries share a statement. SQLite takes at most 32,766 values
// in one.
const entryBatch = 5000

// ChangeList takes entries out of a list and adds others, and counts them. An entry must
// be in the list, or not be in it. The list is that of a category, a tag or an author.
func ChangeList(ctx context.Context, tx *models.Tx, list List, out, in []ListEntry) error {
	ref := listRef{list.Kind, list.Ref}
	for some := range slices.Chunk(out, entryBatch) {
		args := []any{ref.kind, ref.ref}
		for _, e := range some {
			args = append(args, e.PublishedAt, e.ArticleID)
		}
		values := "(CAST(? AS BIGINT), CAST(? AS BIGINT))"
		if len(some) > 1 {
			values += ", " + tuples(len(some)-1, 2)
		}
		err := tx.Query(ctx).Exec("DELETE FROM listings WHERE kind = ? AND ref = ? AND (published_at, article_id) IN (VALUES "+
			values+")", args...).Error
		if err != nil {
			return err
		}
	}
	for some := range slices.Chunk(in, entryBatch) {
		var args []any
		for _, e := range some {
			args = append(args, ref.kind, ref.ref, e.PublishedAt, e.ArticleID)
		}
		if err := tx.Query(ctx).Exec(insertListings+tuples(len(some), 4), args...).Error; err != nil {
			return err
		}
	}
	counts := map[listPeriod]int{}
	for delta, entries := range map[int][]ListEntry{-1: out, 1: in} {
		for _, e := range entries {
			for _, p := range periods(e.PublishedAt) {
				counts[listPeriod{ref, p}] += delta
			}
		}
	}
	tx.Touch(ref.tag())
	return (&bulk{counts: counts}).writeCounts(ctx, tx)
}

// categoriesNow reports whether categories stand in the tree as they do in the database,
// and keeps them there until the end of the transaction. On PostgreSQL a category can be
// moved by another transaction while an article is saved.
func categoriesNow(ctx context.Context, tx *models.Tx, tree *taxonomy.Categories, categories []*taxonomy.Category) (bool, error) {
	if tx.Dialect() != models.Postgres || len(categories) == 0 {
		return true, nil
	}
	var ids []int64
	for _, c := range categories {
		ids = append(ids, c.ID)
	}
	var rows []taxonomy.Category
	if err := tx.Query(ctx).Raw("SELECT id, path FROM categories WHERE id IN ? ORDER BY id FOR SHARE", ids).Scan(&rows).Error; err != nil {
		return false, err
	}
	for _, row := range rows {
		if c := tree.ByID(row.ID); c == nil || c.Path != row.Path {
			return false, nil
		}
	}
	return true, nil
}
