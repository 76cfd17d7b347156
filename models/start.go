package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// start is the first run of a build on this database.
type start struct {
	Build string `gorm:"primaryKey"`
	At    Time
}

func (start) TableName() string { return "starts" }

// FirstStart returns when a build first ran on this database, and stores the
// current time for a new one. build identifies the program and the options that
// change how pages look.
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
