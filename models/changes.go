package models

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// CacheTag names data that cached values show, such as "settings" or
// "article:42". A write touches the tags of the data that it changes, and caches
// drop the values that depend on them. A tag is a constant of the package that
// owns the data. It holds no space.
type CacheTag string

// Of returns the tag of one row. t ends in ":" and names all of its rows.
func (t CacheTag) Of(id int64) CacheTag { return t + CacheTag(strconv.FormatInt(id, 10)) }

// JoinCacheTags returns the tags with a space between two.
func JoinCacheTags(tags []CacheTag) string {
	var b strings.Builder
	for i, t := range tags {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(t))
	}
	return b.String()
}

// Change is a row of the change log: one for each committed transaction that
// touched a tag. On SQLite several callers of Write may share a transaction.
type Change struct {
	ID   int64 // increases with every row
	At   Time
	Tags string // the touched tags, sorted, separated by one space each
}

// TableName names the table for GORM.
func (Change) TableName() string { return "changes" }

// Cache tags of the kernel. EverythingTag matches every tag; a write touches it
// when it changes too much to name it all.
const (
	SettingsTag   CacheTag = "settings"
	EverythingTag CacheTag = "everything"
)

// CacheTags returns the touched tags.
func (c Change) CacheTags() []CacheTag {
	var tags []CacheTag
	for t := range strings.FieldsSeq(c.Tags) {
		tags = append(tags, CacheTag(t))
	}
	return tags
}

// Touches reports whether any of the change's tags equals tag or, when tag
// ends in ":", starts with it.
func (c Change) Touches(tag CacheTag) bool {
	prefix := strings.HasSuffix(string(tag), ":")
	for t := range strings.FieldsSeq(c.Tags) {
		if t == string(tag) || t == string(EverythingTag) || prefix && strings.HasPrefix(t, string(tag)) {
			return true
		}
	}
	return false
}

// changesKept is the age at which rows of the change log are deleted. A watcher
// that was disconnected for longer must start again.
const changesKept = 24 * time.Hour

// OnChange registers fn to be called for each change: before Write returns for
// changes of this process, within the watch interval for others. fn must be quick,
// and it may be called twice for one change. Register before the first Write.
// Listeners run in registration order, so register a cache before its dependents.
func (db *DB) OnChange(fn func(Change)) {
	db.listenersMu.Lock()
	defer db.listenersMu.Unlock()
	db.listeners = append(db.listeners, fn)
}

// announce notifies the listeners of a change of this process and remembers its id.
func (db *DB) announce(c Change) {
	db.notify(c)
	db.announced.add(c.ID)
}

func (db *DB) notify(c Change) {
	db.listenersMu.RLock()
	defer db.listenersMu.RUnlock()
	for _, fn := range db.listeners {
		fn(c)
	}
}

// announcedChanges holds the ids of changes of this process that were announced at
// the commit. CatchUp does not announce them again.
type announcedChanges struct {
	mu  sync.Mutex
	ids map[int64]struct{}
}

// maxAnnounced bounds the ids in a process that does not read the log. Beyond it
// all are dropped, and those changes are announced twice.
const maxAnnounced = 10_000

func (t *announcedChanges) add(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ids == nil || len(t.ids) >= maxAnnounced {
		t.ids = map[int64]struct{}{}
	}
	t.ids[id] = struct{}{}
}

// take reports whether a change was announced, and removes its id.
func (t *announcedChanges) take(id int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, found := t.ids[id]
	delete(t.ids, id)
	return found
}

// LastChangeID returns the id of the newest change, 0 if there is none.
func LastChangeID(ctx context.Context, r Queryer) (int64, error) {
	var id int64
	err := r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM changes").Scan(&id).Error
	return id, err
}

// LastChange returns the last row of the change log, the zero Change if
// there is none.
func LastChange(ctx context.Context, r Queryer) (Change, error) {
	c, err := First[Change](r.Query(ctx).Order("id DESC"))
	if c == nil {
		return Change{}, err
	}
	return *c, nil
}

// LastChangeTime returns the time of the newest change, the zero time if there is
// none.
func LastChangeTime(ctx context.Context, r Queryer) (time.Time, error) {
	var at Time
	err := r.Query(ctx).Raw("SELECT MAX(at) FROM changes").Row().Scan(&at)
	return at.Time, err
}

// Watch reads the change log at an interval until ctx ends, and announces the
// changes of other processes. It logs a failure and tries again.
func (db *DB) Watch(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	defer db.caughtUpAt.Store(0)
	for {
		if err := db.catchUpNow(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "cannot read the change log", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// CatchUp reads the change log once. When it returns without an error, every change
// committed before the call has been announced.
func (db *DB) CatchUp(ctx context.Context) error {
	db.seenMu.Lock()
	defer db.seenMu.Unlock()
	var changes []Change
	err := db.Query(ctx).Where("id > ?", db.seen).Order("id").Find(&changes).Error
	if err != nil {
		return err
	}
	for _, c := range changes {
		if !db.announced.take(c.ID) {
			db.notify(c)
		}
		db.seen = c.ID
	}
	return nil
}

// Seen returns the id up to which the change log has been read.
func (db *DB) Seen() int64 {
	db.seenMu.Lock()
	defer db.seenMu.Unlock()
	return db.seen
}

// Behind reports whether [DB.Watch] runs but has not read the log for longer than
// most: it was delayed, or the database does not answer.
func (db *DB) Behind(now time.Time, most time.Duration) bool {
	at := db.caughtUpAt.Load()
	return at != 0 && now.UnixNano()-at > int64(most)
}

// catchUpRetry is how long CatchUpIfBehind waits after a failure.
const catchUpRetry = 100 * time.Millisecond

// CatchUpIfBehind reads the change log if [DB.Watch] is behind. Concurrent callers
// wait for one read. It logs a failure and returns: the caller goes on with the
// state that is known.
func (db *DB) CatchUpIfBehind(ctx context.Context, most time.Duration) {
	db.catchUpMu.Lock()
	defer db.catchUpMu.Unlock()
	if !db.Behind(db.now(), most) {
		return
	}
	if err := db.catchUpNow(ctx); err != nil {
		db.caughtUpAt.Store(db.now().Add(catchUpRetry - most).UnixNano())
		slog.WarnContext(ctx, "cannot read the change log", "error", err)
	}
}

// catchUpNow calls CatchUp and records when.
func (db *DB) catchUpNow(ctx context.Context) error {
	begin := db.now()
	err := db.CatchUp(ctx)
	if err == nil {
		db.caughtUpAt.Store(begin.UnixNano())
	}
	return err
}

// record writes the transaction's tags to PostgreSQL's change log. It runs last in
// the transaction, so that it holds the lock only briefly.
func (tx *Tx) record(ctx context.Context) (Change, error) {
	if len(tx.touched) == 0 {
		return Change{}, nil
	}
	c := Change{At: At(tx.Now), Tags: joinTags(tx.touched)}
	return c, tx.Query(ctx).Raw(insertChange(tx.dialect), c.At, c.Tags).Scan(&c.ID).Error
}

// PruneChanges deletes the rows of the change log that are older than a day.
func PruneChanges(ctx context.Context, tx *Tx) error {
	return tx.Query(ctx).Where("at < ?", At(tx.Now.Add(-changesKept))).Delete(&Change{}).Error
}
