package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Kinds of notices: faults of the server's environment that its operator can fix.
const (
	ForwardedUnreadable = "forwarded-unreadable" // a trusted proxy's header cannot be read
	ForwardedMissing    = "forwarded-missing"    // a trusted proxy sends no client address
	ForwardedUntrusted  = "forwarded-untrusted"  // the header came from a peer that is not trusted
	ForwardedDiffers    = "forwarded-differs"    // X-Forwarded-For and Forwarded disagree
	BaseURLMissing      = "base-url-missing"     // the site listens beyond this machine without its public address
	QueueFull           = "queue-full"           // requests were refused because too many pages waited to be rendered
)

// Notice is the last occurrence of such a fault on a running server.
type Notice struct {
	Kind   string `gorm:"primaryKey"`
	Detail string // holds no reader's address
	At     Time
}

// TableName names the table for GORM.
func (Notice) TableName() string { return "notices" }

// SaveNotice stores a fault and replaces the earlier one of its kind.
func SaveNotice(ctx context.Context, db *DB, kind, detail string) error {
	return db.Write(ctx, func(tx *Tx) error {
		return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&Notice{Kind: kind, Detail: detail, At: At(tx.Now)}).Error
	})
}

// Notices returns the faults since an instant, ordered by kind.
func Notices(ctx context.Context, db *DB, since time.Time) ([]Notice, error) {
	var rows []Notice
	err := db.Query(ctx).Where("at >= ?", At(since)).Order("kind").Find(&rows).Error
	return rows, err
}

// PruneNotices deletes all notices. A server calls it at its start, because its
// options may have changed.
func PruneNotices(ctx context.Context, db *DB) error {
	return db.Write(ctx, func(tx *Tx) error { return tx.Query(ctx).Where("1 = 1").Delete(&Notice{}).Error })
}
