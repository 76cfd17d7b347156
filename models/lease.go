package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Lease is a named right to do something alone for a while, on whatever
// instance, such as a daily task.
type Lease struct {
	Name    string `gorm:"primaryKey"`
	Holder  string
	Expires Time
}

// AcquireLease takes the named lease for holder, or renews it if holder has
// it already. It reports whether holder has it now.
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

// ReleaseLease gives the lease back, if holder still has it.
func ReleaseLease(ctx context.Context, db *DB, name, holder string) error {
	return db.Write(ctx, func(tx *Tx) error {
		return tx.Query(ctx).Where("name = ? AND holder = ?", name, holder).Delete(&Lease{}).Error
	})
}
