package models

import (
	"context"

	"gorm.io/gorm/clause"
)

// cursor is the progress of a task that works through a table.
type cursor struct {
	Name   string `gorm:"primaryKey"`
	LastID int64
}

func (cursor) TableName() string { return "cursors" }

// Cursor returns the last id that the named task has processed, 0 before its first
// run.
func Cursor(ctx context.Context, r Queryer, name string) (int64, error) {
	c, err := First[cursor](r.Query(ctx).Where("name = ?", name))
	if c == nil {
		return 0, err
	}
	return c.LastID, nil
}

// SetCursor stores the last id that the named task has processed.
func SetCursor(ctx context.Context, tx *Tx, name string, last int64) error {
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&cursor{name, last}).Error
}
