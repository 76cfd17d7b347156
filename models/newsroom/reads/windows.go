package reads

import (
	"context"
	"fmt"

	"broadsheet/models"
	"broadsheet/models/newsroom/toplist"
)

// windows are the lengths of the windows of the rankings, in days.
var windows = []int{1, 7}

// rankings are the rankings of each window.
var rankings = map[int]toplist.List{1: toplist.ReadDay, 7: toplist.ReadWeek}

// maxMissed is the number of hours that leave a window one by one. After a longer
// pause the window is added up anew.
const maxMissed = 48

// candidates is the number of articles that are compared by their time of
// publication, too. The index has the order of the counts alone.
const candidates = 10 * toplist.Size

// left is the name of the cursor with the last hour that has left a window.
func left(days int) string { return fmt.Sprintf("reads: %d days", days) }

// Rank makes the rankings of the most read articles. Equally read ones are in the
// order of publication, newest first.
func Rank(ctx context.Context, db *models.DB) error {
	for _, days := range windows {
		if err := slide(ctx, db, days); err != nil {
			return err
		}
		articles, err := mostRead(ctx, db, days)
		if err != nil {
			return err
		}
		if err := toplist.Store(ctx, db, rankings[days], articles); err != nil {
			return err
		}
	}
	return nil
}

// mostRead returns the numbers of the most read articles. It walks the index from
// its end. CROSS JOIN keeps the order of the tables on SQLite.
func mostRead(ctx context.Context, r models.Queryer, days int) (articles []int64, err error) {
	err = r.Query(ctx).Raw(`SELECT id FROM (
			SELECT w.counted, a.published_at, a.id FROM read_windows w`+r.Dialect().IndexedBy("read_windows_ranking")+`
			CROSS JOIN articles a WHERE w.days = ? AND w.counted > 0 AND a.id = w.article_id AND a.status = 'published'
			ORDER BY w.counted DESC, w.article_id DESC LIMIT ?) AS most
		ORDER BY counted DESC, published_at DESC, id DESC LIMIT ?`, days, candidates, toplist.Size).Scan(&articles).Error
	return articles, err
}

// slide subtracts the hours that have left a window since the last run.
func slide(ctx context.Context, db *models.DB, days int) error {
	edge := hourOf(db.Now()) - int64(24*days)
	last, err := models.Cursor(ctx, db, left(days))
	if err != nil || last == edge {
		return err
	}
	// last is 0 before the first run, and after edge when the clock was set back.
	if last > edge || edge-last > maxMissed {
		return db.WriteMany(ctx, func(tx *models.Tx) error { return addUp(ctx, tx, days) })
	}
	for hour := last + 1; hour <= edge; hour++ {
		if err := db.WriteMany(ctx, func(tx *models.Tx) error { return subtract(ctx, tx, days, hour) }); err != nil {
			return err
		}
	}
	return nil
}

// subtract takes an hour out of a window.
func subtract(ctx context.Context, tx *models.Tx, days int, hour int64) error {
	if err := models.LockKey(ctx, tx, lockName); err != nil {
		return err
	}
	// Another instance may have got the lease meanwhile.
	if last, err := models.Cursor(ctx, tx, left(days)); err != nil || last != hour-1 {
		return err
	}
	err := models.Exec(ctx, tx, `UPDATE read_windows SET counted = read_windows.counted - h.counted,
			robots = read_windows.robots - h.robots, prefetches = read_windows.prefetches - h.prefetches,
			repeats = read_windows.repeats - h.repeats
		FROM read_hours h WHERE read_windows.days = ? AND h.hour = ? AND h.article_id = read_windows.article_id`, days, hour)
	if err != nil {
		return err
	}
	err = models.Exec(ctx, tx, `DELETE FROM read_windows WHERE days = ? AND counted + robots + prefetches + repeats <= 0
		AND article_id IN (SELECT article_id FROM read_hours WHERE hour = ?)`, days, hour)
	if err != nil {
		return err
	}
	return models.SetCursor(ctx, tx, left(days), hour)
}

// addUp makes a window from the hours. Hours in the future come from a clock that was
// wrong; their counts go to the current hour.
func addUp(ctx context.Context, tx *models.Tx, days int) error {
	now := hourOf(tx.Now)
	edge := now - int64(24*days)
	if err := models.LockKey(ctx, tx, lockName); err != nil {
		return err
	}
	for _, step := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO read_hours (hour, article_id, counted, robots, prefetches, repeats)
			SELECT CAST(? AS BIGINT), article_id, SUM(counted), SUM(robots), SUM(prefetches), SUM(repeats)
			FROM read_hours WHERE hour > ? GROUP BY article_id
			ON CONFLICT (hour, article_id) DO UPDATE SET counted = read_hours.counted + excluded.counted,
				robots = read_hours.robots + excluded.robots, prefetches = read_hours.prefetches + excluded.prefetches,
				repeats = read_hours.repeats + excluded.repeats`, []any{now, now}},
		{"DELETE FROM read_hours WHERE hour > ?", []any{now}},
		{"DELETE FROM read_windows WHERE days = ?", []any{days}},
		{`INSERT INTO read_windows (days, article_id, counted, robots, prefetches, repeats)
			SELECT CAST(? AS BIGINT), article_id, SUM(counted), SUM(robots), SUM(prefetches), SUM(repeats)
			FROM read_hours WHERE hour > ? GROUP BY article_id`, []any{days, edge}},
	} {
		if err := models.Exec(ctx, tx, step.text, step.args...); err != nil {
			return err
		}
	}
	return models.SetCursor(ctx, tx, left(days), edge)
}
