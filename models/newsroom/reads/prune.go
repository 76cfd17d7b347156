package reads

import (
	"context"

	"broadsheet/models"
)

const (
	keepHours = 8   // days
	keepDays  = 400 // days
)

// Prune adds the hours of days that are over for [keepHours] days up to days, and
// deletes the days after [keepDays]. Each day is one transaction. Hours that have
// not left the windows stay.
func Prune(ctx context.Context, db *models.DB) error {
	today := hourOf(db.Now()) / 24
	last, err := models.Cursor(ctx, db, left(windows[len(windows)-1]))
	if err != nil {
		return err
	}
	end := min(today-keepHours, (last+1)/24)
	for {
		var first hourRow
		found, err := models.QueryRow(ctx, db, []any{&first.Hour},
			"SELECT hour FROM read_hours WHERE hour < ? ORDER BY hour LIMIT 1", end*24)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		if err := db.WriteMany(ctx, func(tx *models.Tx) error { return fold(ctx, tx, first.Hour/24) }); err != nil {
			return err
		}
	}
	return db.WriteMany(ctx, func(tx *models.Tx) error {
		return models.Exec(ctx, tx, "DELETE FROM read_days WHERE day < ?", today-keepDays)
	})
}

// fold adds the hours of a day up. The day may have a row already, from a clock that
// was wrong.
func fold(ctx context.Context, tx *models.Tx, day int64) error {
	if err := models.LockKey(ctx, tx, lockName); err != nil {
		return err
	}
	err := models.Exec(ctx, tx, `INSERT INTO read_days (day, article_id, counted, robots, prefetches, repeats)
		SELECT CAST(? AS BIGINT), article_id, SUM(counted), SUM(robots), SUM(prefetches), SUM(repeats)
		FROM read_hours WHERE hour >= ? AND hour < ? GROUP BY article_id
		ON CONFLICT (day, article_id) DO UPDATE SET counted = read_days.counted + excluded.counted,
			robots = read_days.robots + excluded.robots, prefetches = read_days.prefetches + excluded.prefetches,
			repeats = read_days.repeats + excluded.repeats`, day, day*24, (day+1)*24)
	if err != nil {
		return err
	}
	return models.Exec(ctx, tx, "DELETE FROM read_hours WHERE hour >= ? AND hour < ?", day*24, (day+1)*24)
}
