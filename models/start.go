package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// start is when a binary first ran on this database.
type start struct {
	Build string `gorm:"primaryKey"`
	At    Time
}

func (start) TableName() string { return "starts" }

// FirstStart returns when a build first ran on this database, and notes that
// it is now if it never did. A build is whatever makes pages look as they do:
// the program and its options.
func FirstStart(ctx context.Context, db *DB, build string) (time.Time, error) {
	row := start{Build: build}
	err := db.Write(ctx, func(tx *Tx) error {
		row.At = At(tx.Now)
		err := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
		if err == nil {
			err = tx.Query(ctx).Where("build = ?", build).Take(&row).Error
		}
		return err
	})
	return row.At.Time, err
}
