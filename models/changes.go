package models

import (
	"context"
	"log/slog"
	"strings"
	"time"
)

// Change is one committed transaction's row in the change log.
type Change struct {
	ID   int64 // grows with every commit that touched something
	At   Time
	Tags string // the touched tags, sorted, separated by one space each
}

// TableName names the table for GORM.
func (Change) TableName() string { return "changes" }

// Touches reports whether any of the change's tags equals tag or, when tag
// ends in ":", starts with it.
func (c Change) Touches(tag string) bool {
	for t := range strings.FieldsSeq(c.Tags) {
		if t == tag || strings.HasSuffix(tag, ":") && strings.HasPrefix(t, tag) {
			return true
		}
	}
	return false
}

// changesKept is how long a row of the change log is of use: longer than
// any watcher may be disconnected without starting afresh.
const changesKept = 24 * time.Hour

// OnChange registers fn to be called for each change: before Write returns
// for changes made here, within the watch interval for those of others. It
// may be called twice for one change and must be quick. Register before the
// first Write.
func (db *DB) OnChange(fn func(Change)) {
	db.listenersMu.Lock()
	defer db.listenersMu.Unlock()
	db.listeners = append(db.listeners, fn)
}

func (db *DB) announce(c Change) {
	db.listenersMu.RLock()
	defer db.listenersMu.RUnlock()
	for _, fn := range db.listeners {
		fn(c)
	}
}

// LastChange returns the number of the newest change, 0 if there is none.
func LastChange(ctx context.Context, r Reader) (int64, error) {
	var id int64
	err := r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM changes").Scan(&id).Error
	return id, err
}

// LatestChange returns when the newest change was made, the zero time if
// there is none.
func LatestChange(ctx context.Context, r Reader) (time.Time, error) {
	var at Time
	err := r.Query(ctx).Raw("SELECT MAX(at) FROM changes").Row().Scan(&at)
	return at.Time, err
}

// Watch follows the change log until ctx ends and announces what other
// processes committed. A failed look is logged and tried again.
func (db *DB) Watch(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := db.CatchUp(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "cannot read the change log", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// CatchUp announces every change committed since the last look. When it
// returns, whatever was committed before it was called has been announced.
func (db *DB) CatchUp(ctx context.Context) error {
	db.seenMu.Lock()
	defer db.seenMu.Unlock()
	var changes []Change
	err := db.Query(ctx).Where("id > ?", db.seen).Order("id").Find(&changes).Error
	if err != nil {
		return err
	}
	for _, c := range changes {
		db.announce(c)
		db.seen = c.ID
	}
	return nil
}

// record writes the transaction's tags to the log. It runs last in the
// transaction, so that on PostgreSQL the lock is held for a moment only.
func (tx *Tx) record(ctx context.Context) (Change, error) {
	tags := tx.tags()
	if len(tags) == 0 {
		return Change{}, nil
	}
	q := tx.Query(ctx)
	if err := lockChanges(tx.dialect, q); err != nil {
		return Change{}, err
	}
	c := Change{At: At(tx.Now), Tags: strings.Join(tags, " ")}
	return c, q.Create(&c).Error
}

// PruneChanges removes log rows older than a day.
func PruneChanges(ctx context.Context, tx *Tx) error {
	return tx.Query(ctx).Where("at < ?", At(tx.Now.Add(-changesKept))).Delete(&Change{}).Error
}
