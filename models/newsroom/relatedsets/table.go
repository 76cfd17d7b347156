package relatedsets

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// Row is a row of related_sets: a published article that has the features of a set.
type Row struct {
	SetKey      string
	PublishedAt models.Time
	ArticleID   int64
}

// RowsOf returns the rows of a published article, one for each closed set of its
// features. categories are in order of position, and tree must know them all.
func RowsOf(articleID int64, publishedAt models.Time, categories []int64, tree *taxonomy.Categories) []Row {
	var rows []Row
	for _, set := range Closed(Features(tree, categories)) {
		rows = append(rows, Row{set.Key, publishedAt, articleID})
	}
	return rows
}

// Add enters a published article. See [RowsOf] for the arguments.
func Add(
	ctx context.Context, tx *models.Tx, articleID int64, publishedAt models.Time, categories []int64, tree *taxonomy.Categories,
) error {
	return Insert(ctx, tx, RowsOf(articleID, publishedAt, categories, tree))
}

// batch is the number of rows in one statement. SQLite takes at most 32,766
// values in one.
const batch = 8000

// Insert inserts rows. It sorts them: in the order of the table's key, each page
// of the database file is written once.
func Insert(ctx context.Context, tx *models.Tx, rows []Row) error {
	slices.SortFunc(rows, func(x, y Row) int {
		return cmp.Or(cmp.Compare(x.SetKey, y.SetKey),
			y.PublishedAt.Compare(x.PublishedAt.Time), cmp.Compare(y.ArticleID, x.ArticleID))
	})
	for rows := range slices.Chunk(rows, batch) {
		args := make([]any, 0, 3*len(rows))
		for _, r := range rows {
			args = append(args, r.SetKey, r.PublishedAt, r.ArticleID)
		}
		groups := strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(rows)), ", ")
		err := tx.Query(ctx).Exec("INSERT INTO related_sets (set_key, published_at, article_id) VALUES "+groups, args...).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Remove deletes the rows that Add inserted for the same arguments.
func Remove(
	ctx context.Context, tx *models.Tx, articleID int64, publishedAt models.Time, categories []int64, tree *taxonomy.Categories,
) error {
	rows := RowsOf(articleID, publishedAt, categories, tree)
	if len(rows) == 0 {
		return nil
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.SetKey
	}
	return tx.Query(ctx).Exec("DELETE FROM related_sets WHERE set_key IN ? AND published_at = ? AND article_id = ?",
		keys, publishedAt, articleID).Error
}

// Delete deletes rows of several articles.
func Delete(ctx context.Context, tx *models.Tx, rows []Row) error {
	for rows := range slices.Chunk(rows, batch) {
		args := make([]any, 0, 3*len(rows))
		for _, r := range rows {
			args = append(args, r.SetKey, r.PublishedAt, r.ArticleID)
		}
		groups := "(CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT))" + strings.Repeat(", (?, ?, ?)", len(rows)-1)
		const text = "DELETE FROM related_sets WHERE (set_key, published_at, article_id) IN (VALUES "
		err := tx.Query(ctx).Exec(text+groups+")", args...).Error
		if err != nil {
			return err
		}
	}
	return nil
}
