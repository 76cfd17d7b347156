package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Lease gives one holder among all instances the right to do a task, such as a
// daily one, until it expires.
type Lease struct {
	Name    string `gorm:"primaryKey"`
	Holder  string
	Expires Time
}

// AcquireLease takes the named lease for holder, or renews holder's lease. It
// reports whether holder has the lease now.
func AcquireLease(ctx context.Context, db *DB, name, holder string, length time.Duration) (held bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		lease := Lease{name, holder, At(tx.Now.Add(length))}
		result := tx.Query(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "name"}},
			DoUpdates: clause.AssignmentColumns([]string{"holder", "expires"}),
			Where: clause.Where{Exprs: []clause.Expression{gorm.Expr(
				"leases.holder = ? OR leases.expires <= ?", holder, At(tx.Now))}},
		}).Create(&lease)
		held = result.RowsAffected == 1
		return result.Error
	})
	return held, err
}
