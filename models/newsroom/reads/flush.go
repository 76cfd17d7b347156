package reads

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"broadsheet/models"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// FlushEvery is the time between two flushes. A crash loses the reads of that time.
const FlushEvery = 10 * time.Second

// hourRow counts an article's requests in an hour.
type hourRow struct {
	Hour      int64 `gorm:"primaryKey;autoIncrement:false"` // since 1970
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	Counts
}

func (hourRow) TableName() string { return "read_hours" }

// dayRow counts an article's requests in a day of UTC.
type dayRow struct {
	Day       int64 `gorm:"primaryKey;autoIncrement:false"` // since 1970
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	Counts
}

func (dayRow) TableName() string { return "read_days" }

// windowRow counts an article's requests in the last days.
type windowRow struct {
	Days      int   `gorm:"primaryKey;autoIncrement:false"`
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	Counts
}

func (windowRow) TableName() string { return "read_windows" }

func hourOf(at time.Time) int64 { return at.Unix() / 3600 }

// lockName orders the flushes of several instances and the task, which change the
// same rows.
const lockName = "reads"

const insertBatch = 200

// add returns the conflict clause that adds the counts of an inserted row to the
// stored row with the same key.
func add(table string, key ...string) clause.OnConflict {
	sums := map[string]any{}
	for _, column := range []string{"counted", "robots", "prefetches", "repeats"} {
		sums[column] = gorm.Expr(table + "." + column + " + excluded." + column)
	}
	conflict := clause.OnConflict{DoUpdates: clause.Assignments(sums)}
	for _, name := range key {
		conflict.Columns = append(conflict.Columns, clause.Column{Name: name})
	}
	return conflict
}

// Flush adds the counts to the database in one write: to the current hour and to
// the windows. After an error they wait for the next flush.
func (c *Counter) Flush(ctx context.Context, db *models.DB) error {
	c.flushing.Lock()
	defer c.flushing.Unlock()
	c.collect()
	if len(c.pending) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(c.pending))
	err := db.WriteMany(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, lockName); err != nil {
			return err
		}
		var hours []hourRow
		var sums []windowRow
		for _, id := range ids {
			hours = append(hours, hourRow{hourOf(tx.Now), id, c.pending[id]})
			for _, days := range windows {
				sums = append(sums, windowRow{days, id, c.pending[id]})
			}
		}
		err := tx.Query(ctx).Clauses(add("read_hours", "hour", "article_id")).CreateInBatches(hours, insertBatch).Error
		if err != nil {
			return err
		}
		return tx.Query(ctx).Clauses(add("read_windows", "days", "article_id")).CreateInBatches(sums, insertBatch).Error
	})
	if err == nil {
		clear(c.pending)
	}
	return err
}

// Run flushes every [FlushEvery] until ctx ends. The caller flushes once more when
// the last request is answered.
func (c *Counter) Run(ctx context.Context, db *models.DB, log *slog.Logger) {
	ticker := time.NewTicker(FlushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := c.Flush(ctx, db); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "the counts of reads were not stored; they wait for the next try", "error", err)
		}
	}
}
