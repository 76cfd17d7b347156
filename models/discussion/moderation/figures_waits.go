package moderation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"broadsheet/models"
)

// dayWait counts the comments of a day that had waited for a number of minutes when a
// person decided them.
type dayWait struct {
	Day      int64 `gorm:"primaryKey;autoIncrement:false"`                // of the decision, see dayNumber
	Category int64 `gorm:"column:section;primaryKey;autoIncrement:false"` // 0 for none, see wholeSite
	Minutes  int64 `gorm:"primaryKey;autoIncrement:false"`                // see waitMinutes
	Comments int
}

// TableName names the table for GORM.
func (dayWait) TableName() string { return "wait_days" }

// waitFigure describes the waits of a day in a category.
type waitFigure struct {
	Day      int64 `gorm:"primaryKey;autoIncrement:false"`
	Category int64 `gorm:"column:section;primaryKey;autoIncrement:false"`
	Comments int
	P50, P90 int64 // in minutes, see [WaitFigure]
}

// TableName names the table for GORM.
func (waitFigure) TableName() string { return "wait_figures" }

const (
	// wholeSite is the category of the waits of all comments. With it, a page about
	// the whole site reads each day once and not once for each category.
	wholeSite = -1

	waitsCursor = "figures: waits"
)

// waitMinutes returns the stored length of a wait, in minutes: whole minutes, and from
// two days on whole hours. The desk shows times as precisely, and a percentile of
// rounded values is the rounded percentile, so the figures are exact with few rows.
func waitMinutes(d time.Duration) int64 {
	if d >= 48*time.Hour {
		d = d.Truncate(time.Hour)
	}
	return int64(max(0, d) / time.Minute)
}

// countWaits counts the waits that the next batch of log entries ended and returns the
// size of the batch. A wait begins when a comment is held, and ends when a person decides
// the comment; undoing that decision begins a new wait. For imported comments, the wait
// on the other site is unknown and is not counted. A batch has all entries, so that its
// cost does not depend on how many of them ended a wait.
func countWaits(ctx context.Context, db *models.DB, zone *time.Location) (int, error) {
	last, err := models.Cursor(ctx, db, waitsCursor)
	if err != nil {
		return 0, err
	}
	var rows []struct {
		ID       int64
		At       models.Time
		Ends     bool
		Category int64
		Since    models.Time
	}
	// A story in the trash hides its comments: their waits go on when it returns.
	err = db.Query(ctx).Raw(`SELECT few.id, few.at, COALESCE(a.main_category_id, 0) AS category,
			few.from_state = 'hold' AND few.to_state IN ('approve', 'spam', 'trash') AND few.reason NOT IN ('undo', 'edited')
				AND `+fmt.Sprintf(byPerson, "few")+` AS ends,
			COALESCE((SELECT h.at FROM comment_log h WHERE h.comment_id = few.comment_id AND h.id < few.id
				AND h.to_state = 'hold' AND h.from_state NOT IN ('hold', 'post-trashed') ORDER BY h.id DESC LIMIT 1),
				CASE WHEN c.source IS NULL THEN c.created_at END) AS since
		FROM (SELECT * FROM comment_log WHERE id > ? ORDER BY id LIMIT ?) few
		LEFT JOIN articles a ON a.id = few.article_id LEFT JOIN comments c ON c.id = few.comment_id
		ORDER BY few.id`, last, countBatch).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	waits, old := map[dayWait]int{}, db.Now().Add(-keepFigures)
	for _, row := range rows {
		last = row.ID
		if !row.Ends || row.Since.IsZero() || row.At.Before(old) {
			continue
		}
		for _, category := range []int64{wholeSite, row.Category} {
			waits[dayWait{
				Day: dayNumber(row.At.Time, zone), Category: category, Minutes: waitMinutes(row.At.Sub(row.Since.Time)),
			}]++
		}
	}
	return len(rows), db.Write(ctx, func(tx *models.Tx) error {
		if err := addWaits(ctx, tx, waits); err != nil {
			return err
		}
		return models.SetCursor(ctx, tx, waitsCursor, last)
	})
}

// addWaits adds waits to the stored ones and computes the percentiles of their days and
// categories again.
func addWaits(ctx context.Context, tx *models.Tx, waits map[dayWait]int) error {
	var list []dayWait
	days, categories := map[int64]bool{}, map[int64]bool{}
	for w, n := range waits {
		w.Comments = n
		list = append(list, w)
		days[w.Day], categories[w.Category] = true, true
	}
	if len(list) == 0 {
		return nil
	}
	if err := addRows(ctx, tx, addTo("wait_days", []string{"day", "section", "minutes"}, "comments"), list); err != nil {
		return err
	}
	return tx.Query(ctx).Exec(`INSERT INTO wait_figures (day, section, comments, p50, p90)
		SELECT day, section, total, `+percentiles+`
		FROM (SELECT day, section, minutes, SUM(comments) OVER (PARTITION BY day, section ORDER BY minutes) AS upto,
				SUM(comments) OVER (PARTITION BY day, section) AS total
			FROM wait_days WHERE day IN ? AND section IN ?) w
		GROUP BY day, section, total
		ON CONFLICT (day, section) DO UPDATE SET comments = excluded.comments, p50 = excluded.p50, p90 = excluded.p90`,
		slices.Collect(maps.Keys(days)), slices.Collect(maps.Keys(categories))).Error
}

// percentiles selects the median and the 90th percentile: of rows with a number of
// minutes, the comments up to it and the total of comments, the first to reach the share.
const percentiles = `MIN(CASE WHEN 2 * upto >= total THEN minutes END) AS p50,
	MIN(CASE WHEN 10 * upto >= 9 * total THEN minutes END) AS p90`

// WaitFigure describes how long the comments had waited that were decided on a day.
type WaitFigure struct {
	Day      time.Time
	Comments int
	// P50 and P90 are the shortest times that half and nine tenths of the comments did
	// not exceed, in whole minutes, from two days on in whole hours.
	P50, P90 time.Duration
}

// readWaits reads the waits by day.
func (f *Figures) readWaits(ctx context.Context, r models.Queryer) error {
	categories := []int64{wholeSite}
	if f.Scope.Limited() {
		categories = append([]int64{-2}, f.Scope.categories...) // no category has the ID -2, and the list must not be empty
	}
	days := make([]int64, len(f.Days))
	place := map[int64]int{}
	f.Waits = make([]WaitFigure, len(f.Days))
	for i, d := range f.Days {
		f.Waits[i].Day, days[i] = d.Day, dayNumber(d.Day, d.Day.Location())
		place[days[i]] = i
	}
	var rows []waitFigure
	q := r.Query(ctx).Where("day IN ? AND section IN ?", days, categories)
	if len(categories) > 2 {
		// The waits of several categories are merged. The others are stored.
		q = r.Query(ctx).Raw(`SELECT day, total AS comments, `+percentiles+`
			FROM (SELECT day, minutes, SUM(n) OVER (PARTITION BY day ORDER BY minutes) AS upto, SUM(n) OVER (PARTITION BY day) AS total
				FROM (SELECT day, minutes, SUM(comments) AS n FROM wait_days
					WHERE day IN ? AND section IN ? GROUP BY day, minutes) counted) recent
			GROUP BY day, total`, days, categories)
	}
	if err := q.Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		w := &f.Waits[place[row.Day]]
		w.Comments = row.Comments
		w.P50, w.P90 = time.Duration(row.P50)*time.Minute, time.Duration(row.P90)*time.Minute
	}
	return nil
}
