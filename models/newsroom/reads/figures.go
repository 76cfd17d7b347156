package reads

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Figure is the counts of an article, for the desk.
type Figure struct {
	ArticleID int64
	Counts
}

var figureColumns = models.ColumnsOf[Figure]()

// most is the number of the most read articles among which the figures of a few
// categories are found.
const most = 1000

// FiguresOf returns the figures of the most read public articles in the last days, 1
// or 7, at most limit. Of the 1,000 most read ones, it returns only those in the
// given categories; nil means all.
func FiguresOf(ctx context.Context, r models.Queryer, days int, categories []int64, limit int) ([]Figure, error) {
	within, args := "", []any{days, newsroom.Published, most}
	if categories != nil {
		// No category has the number 0, and the list must not be empty.
		within = " WHERE EXISTS (SELECT 1 FROM article_categories ac WHERE ac.article_id = f.article_id AND ac.category_id IN (0" +
			strings.Repeat(", ?", len(categories)) + "))"
		for _, id := range categories {
			args = append(args, id)
		}
	}
	list := figureColumns.List("")
	return figureColumns.All(ctx, r, `SELECT `+list+` FROM (
			SELECT w.article_id, w.counted, w.robots, w.prefetches, w.repeats
			FROM read_windows w`+r.Dialect().IndexedBy("read_windows_ranking")+` CROSS JOIN articles a
			WHERE w.days = ? AND w.counted > 0 AND a.id = w.article_id AND a.status = ?
			ORDER BY w.counted DESC, w.article_id DESC LIMIT ?) AS f`+within+`
		ORDER BY counted DESC, article_id DESC LIMIT ?`, append(args, limit)...)
}

// SiteCounts returns the counts of all articles in the last days, 1 or 7.
func SiteCounts(ctx context.Context, r models.Queryer, days int) (c Counts, err error) {
	_, err = models.QueryRow(ctx, r, []any{&c.Counted, &c.Robots, &c.Prefetches, &c.Repeats},
		"SELECT counted, robots, prefetches, repeats FROM read_windows WHERE days = ? AND article_id = ?", days, wholeSite)
	return c, err
}
