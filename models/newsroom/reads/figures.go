package reads

import (
	"context"
	"strings"
	"time"

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

// DayCounts are the counts of a day of UTC.
type DayCounts struct {
	Day time.Time // its midnight
	Counts
}

// SiteDays returns the counts of all articles by day of UTC, from one date to another,
// both included, oldest first. It looks up each day, and each hour that is not yet in a
// day, by the key.
func SiteDays(ctx context.Context, r models.Queryer, first, last time.Time) (list []DayCounts, err error) {
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	place := map[int64]int{}
	var days, hours []int64
	var kept int64 // the first hour that is not in a day
	if _, err := models.QueryRow(ctx, r, []any{&kept}, "SELECT hour FROM read_hours ORDER BY hour LIMIT 1"); err != nil {
		return nil, err
	}
	for at := midnight(first); !at.After(midnight(last)); at = at.AddDate(0, 0, 1) {
		day := hourOf(at) / 24
		place[day] = len(list)
		days, list = append(days, day), append(list, DayCounts{Day: at})
		for hour := max(kept, day*24); hour < (day+1)*24; hour++ {
			hours = append(hours, hour)
		}
	}
	for _, source := range []struct {
		query string
		keys  []int64
	}{
		{"SELECT day, counted, robots, prefetches, repeats FROM read_days WHERE article_id = ? AND day IN ?", days},
		{"SELECT hour / 24 AS day, counted, robots, prefetches, repeats FROM read_hours WHERE article_id = ? AND hour IN ?", hours},
	} {
		var rows []dayRow
		if err := r.Query(ctx).Raw(source.query, wholeSite, append([]int64{-1}, source.keys...)).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			d := &list[place[row.Day]]
			d.Counts = d.plus(row.Counts)
		}
	}
	return list, nil
}
