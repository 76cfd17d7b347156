package newsroom

import (
	"context"
	"fmt"
	"math"
	"slices"

	"broadsheet/models"
)

// termWeight says how much sharing a term tells: ln(1 + N/(1+n)) for a term
// that n of N public stories name. A term of every story weighs about 0.7
// and no less than 0.4, one of a single story among a million 13.
func termWeight(public, naming int64) float64 {
	return math.Log1p(float64(public) / float64(1+naming))
}

// weighed is a kind of term with a weight: its table, the column that counts
// the public stories naming it, and the query that counts them afresh.
type weighed struct {
	table, column, recount, restrict string
}

var weighedTerms = []weighed{
	{
		"categories", "own_stories",
		`SELECT x.category_id AS id, COUNT(*) AS stories FROM article_categories x JOIN articles a ON a.id = x.article_id
			WHERE a.status = 'published' %s GROUP BY x.category_id`, "AND x.category_id IN ?",
	},
	{
		"tags", "stories",
		fmt.Sprintf(`SELECT ref AS id, COUNT(*) AS stories FROM listings WHERE kind = %d %%s GROUP BY ref`, TagArticles), "AND ref IN ?",
	},
}

// weighedTerm is a term as it is stored.
type weighedTerm struct {
	ID      int64
	Stories int64
	Weight  float64
}

// RecomputeWeights brings the weights of sections and tags and the activity of
// sections up to date, and mends their counts of stories where those have gone
// wrong. It is for a
// daily task and for the end of an import, not for a single publication: each
// change makes the related stories of many pages stale.
//
// It reads everything outside any transaction and writes only what differs,
// a few thousand terms at a time, so that other writers need not wait.
func RecomputeWeights(ctx context.Context, db *models.DB) error {
	var public int64
	err := db.Query(ctx).Raw("SELECT COUNT(*) FROM listings WHERE kind = ? AND ref = 0", AllArticles).Scan(&public).Error
	for _, w := range weighedTerms {
		if err == nil {
			err = w.recompute(ctx, db, public)
		}
	}
	if err == nil {
		err = recomputeActivity(ctx, db)
	}
	return err
}

func (w weighed) recompute(ctx context.Context, db *models.DB, public int64) error {
	counted, err := w.count(ctx, db, nil)
	if err != nil {
		return err
	}
	var terms []weighedTerm
	if err := db.Query(ctx).Raw("SELECT id, " + w.column + " AS stories, weight FROM " + w.table + " ORDER BY id").Scan(&terms).Error; err != nil {
		return err
	}
	var wrong []int64
	changed := terms[:0:0]
	for _, t := range terms {
		if t.Stories != counted[t.ID] {
			wrong = append(wrong, t.ID)
		}
		weight := termWeight(public, counted[t.ID])
		if math.Abs(weight-t.Weight) > 1e-9 {
			changed = append(changed, weighedTerm{ID: t.ID, Weight: weight})
		}
	}
	const batch = 2000
	for ids := range slices.Chunk(wrong, batch) {
		if err := db.Write(ctx, func(tx *models.Tx) error { return w.mend(ctx, tx, ids) }); err != nil {
			return err
		}
	}
	for terms := range slices.Chunk(changed, batch) {
		if err := db.Write(ctx, func(tx *models.Tx) error { return w.store(ctx, tx, terms) }); err != nil {
			return err
		}
	}
	return nil
}

// addToCounts counts the public stories of the terms, or of all for nil.
func (w weighed) count(ctx context.Context, r models.Queryer, ids []int64) (map[int64]int64, error) {
	var rows []weighedTerm
	q := r.Query(ctx).Raw(fmt.Sprintf(w.recount, ""))
	if ids != nil {
		q = r.Query(ctx).Raw(fmt.Sprintf(w.recount, w.restrict), ids)
	}
	err := q.Scan(&rows).Error
	counts := make(map[int64]int64, len(rows))
	for _, row := range rows {
		counts[row.ID] = row.Stories
	}
	return counts, err
}

// mend counts the terms again, now that nobody else writes, and stores it.
func (w weighed) mend(ctx context.Context, tx *models.Tx, ids []int64) error {
	counts, err := w.count(ctx, tx, ids)
	if err != nil {
		return err
	}
	var args []any
	for _, id := range ids {
		args = append(args, id, counts[id])
	}
	w.touch(tx)
	return w.update(ctx, tx, w.column, "BIGINT", args)
}

func (w weighed) store(ctx context.Context, tx *models.Tx, terms []weighedTerm) error {
	var args []any
	for _, t := range terms {
		args = append(args, t.ID, t.Weight)
	}
	w.touch(tx)
	return w.update(ctx, tx, "weight", "DOUBLE PRECISION", args)
}

func (w weighed) touch(tx *models.Tx) {
	tx.Touch(RelatedTag)
	if w.table == "categories" {
		tx.Touch(categoriesTag)
	}
}

func (w weighed) update(ctx context.Context, tx *models.Tx, column, kind string, args []any) error {
	return updateEach(ctx, tx, w.table, column, kind, "fresh.value", args)
}

// updateEach sets a column of many rows to an expression over fresh.value;
// args are ids and values by turns.
func updateEach(ctx context.Context, tx *models.Tx, table, column, kind, value string, args []any) error {
	first := "(CAST(? AS BIGINT), CAST(? AS " + kind + "))"
	if n := len(args)/2 - 1; n > 0 {
		first += ", " + tuples(n, 2)
	}
	return tx.Query(ctx).Exec(fmt.Sprintf(`WITH fresh(id, value) AS (VALUES %s)
		UPDATE %s SET %s = %s FROM fresh WHERE %[2]s.id = fresh.id`, first, table, column, value), args...).Error
}
