package models

import (
	"context"

	"gorm.io/gorm/clause"
)

// cursor is how far a task that follows a table has come.
type cursor struct {
	Name   string `gorm:"primaryKey"`
	LastID int64
}

func (cursor) TableName() string { return "cursors" }

// Cursor returns the last id that the named task has dealt with, 0 for a
// task that has not begun.
func Cursor(ctx context.Context, r Queryer, name string) (int64, error) {
	var rows []cursor
	if err := r.Query(ctx).Where("name = ?", name).Find(&rows).Error; err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].LastID, nil
}

// SetCursor notes how far the named task has come.
func SetCursor(ctx context.Context, tx *Tx, name string, last int64) error {
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&cursor{name, last}).Error
}
