package newsroom

import (
	"context"
	"slices"

	"broadsheet/models"
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
