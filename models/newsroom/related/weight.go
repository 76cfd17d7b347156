package related

import (
	"context"
	"fmt"
	"math"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// termWeight returns the weight of a term: ln(1 + N/(1+n)) for a term on n of N
// public articles, a form of inverse document frequency. A term on all articles
// weighs 0.4 to 0.7, a term on one of a million articles 13.
func termWeight(public, with int64) float64 {
	return math.Log1p(float64(public) / float64(1+with))
}

// termTable describes a table of terms with weights: its name, the column that holds
// the number of public articles with the term, and the query that counts them.
// restrict limits that query to some terms.
type termTable struct {
	table, column, recount, restrict string
}

var weightedTerms = []termTable{
	{
		"categories", "own_stories",
		`SELECT x.category_id AS id, COUNT(*) AS stories FROM article_categories x JOIN articles a ON a.id = x.article_id
			WHERE a.status = 'published' %s GROUP BY x.category_id`, "AND x.category_id IN ?",
	},
	{
		"tags", "stories",
		fmt.Sprintf(`SELECT ref AS id, COUNT(*) AS stories FROM listings WHERE kind = %d %%s GROUP BY ref`, newsroom.TagArticles),
		"AND ref IN ?",
	},
}

// term is a stored term.
type term struct {
	ID       int64
	Articles int64 `gorm:"column:stories"`
	Weight   float64
}

// RecomputeWeights updates the weights of categories and tags and the activity
// of categories, and corrects their counts of articles. It is for a daily task
// and for the end of an import, not for a single publication: each change makes
// the related articles of many pages stale.
//
// It reads outside transactions and writes only differences, a few thousand
// terms at a time, so that other writers do not wait.
func RecomputeWeights(ctx context.Context, db *models.DB) error {
	var public int64
	_, err := models.QueryRow(ctx, db, []any{&public}, "SELECT COUNT(*) FROM listings WHERE kind = ? AND ref = 0", newsroom.AllArticles)
	for _, w := range weightedTerms {
		if err == nil {
			err = w.recomputeWeights(ctx, db, public)
		}
	}
	if err == nil {
		err = RecomputeActivity(ctx, db)
	}
	return err
}

func (w termTable) recomputeWeights(ctx context.Context, db *models.DB, public int64) error {
	counted, err := w.countArticles(ctx, db, nil)
	if err != nil {
		return err
	}
	var terms []term
	err = db.Query(ctx).Raw("SELECT id, " + w.column + " AS stories, weight FROM " + w.table + " ORDER BY id").Scan(&terms).Error
	if err != nil {
		return err
	}
	var wrong []int64
	changed := terms[:0:0]
	for _, t := range terms {
		if t.Articles != counted[t.ID] {
			wrong = append(wrong, t.ID)
		}
		weight := termWeight(public, counted[t.ID])
		if math.Abs(weight-t.Weight) > 1e-9 {
			changed = append(changed, term{ID: t.ID, Weight: weight})
		}
	}
	const batch = 2000
	for ids := range slices.Chunk(wrong, batch) {
		if err := db.Write(ctx, func(tx *models.Tx) error { return w.correctCounts(ctx, tx, ids) }); err != nil {
			return err
		}
	}
	for terms := range slices.Chunk(changed, batch) {
		if err := db.Write(ctx, func(tx *models.Tx) error { return w.storeWeights(ctx, tx, terms) }); err != nil {
			return err
		}
	}
	return nil
}

// countArticles returns the number of public articles by term, of all terms for nil.
func (w termTable) countArticles(ctx context.Context, r models.Queryer, ids []int64) (map[int64]int64, error) {
	var rows []term
	q := r.Query(ctx).Raw(fmt.Sprintf(w.recount, ""))
	if ids != nil {
		q = r.Query(ctx).Raw(fmt.Sprintf(w.recount, w.restrict), ids)
	}
	err := q.Scan(&rows).Error
	counts := make(map[int64]int64, len(rows))
	for _, row := range rows {
		counts[row.ID] = row.Articles
	}
	return counts, err
}

// correctCounts counts the articles of the terms again, now inside a transaction, and
// stores the counts.
func (w termTable) correctCounts(ctx context.Context, tx *models.Tx, ids []int64) error {
	counts, err := w.countArticles(ctx, tx, ids)
	if err != nil {
		return err
	}
	var args []any
	for _, id := range ids {
		args = append(args, id, counts[id])
	}
	w.touch(tx)
	return w.updateColumn(ctx, tx, w.column, "BIGINT", args)
}

func (w termTable) storeWeights(ctx context.Context, tx *models.Tx, terms []term) error {
	var args []any
	for _, t := range terms {
		args = append(args, t.ID, t.Weight)
	}
	w.touch(tx)
	return w.updateColumn(ctx, tx, "weight", "DOUBLE PRECISION", args)
}

func (w termTable) touch(tx *models.Tx) {
	tx.Touch(newsroom.RelatedTag)
	if w.table == "categories" {
		tx.Touch(taxonomy.CategoriesTag)
	}
}

func (w termTable) updateColumn(ctx context.Context, tx *models.Tx, column, sqlType string, args []any) error {
	return newsroom.UpdateEach(ctx, tx, w.table, column, sqlType, "fresh.value", args)
}
