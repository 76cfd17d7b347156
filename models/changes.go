package models

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// CacheTag names something that cached values show, such as "settings" or
// "article:42". A write touches the tags of what it changes, and caches drop
// what depends on one of them. The constants belong to the packages whose data
// they name; a tag holds no space.
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

// Change is one committed transaction's row in the change log. On SQLite
// several callers of Write may share one.
type Change struct {
	ID   int64 // grows with every commit that touched something
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

// changesKept is how long a row of the change log is of use: longer than
// any watcher may be disconnected without starting afresh.
const changesKept = 24 * time.Hour

// OnChange registers fn to be called for each change: before Write returns
// for changes made here, within the watch interval for those of others. It
// may be called twice for one change and must be quick. Register before the
// first Write. Listeners are told in the order they registered: whoever
// depends on what another keeps comes after it.
func (db *DB) OnChange(fn func(Change)) {
	db.listenersMu.Lock()
	defer db.listenersMu.Unlock()
	db.listeners = append(db.listeners, fn)
}

// announce tells of a change made here, and remembers that it did.
func (db *DB) announce(c Change) {
	db.tell(c)
	db.told.add(c.ID)
}

func (db *DB) tell(c Change) {
	db.listenersMu.RLock()
	defer db.listenersMu.RUnlock()
	for _, fn := range db.listeners {
		fn(c)
	}
}

// toldChanges are changes made here that were announced at once, so that
// reading them in the log again need not announce them twice.
type toldChanges struct {
	mu  sync.Mutex
	ids map[int64]struct{}
}

// maxTold bounds them where nobody reads the log. What is forgotten is
// announced twice.
const maxTold = 10_000

func (t *toldChanges) add(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ids == nil || len(t.ids) >= maxTold {
		t.ids = map[int64]struct{}{}
	}
	t.ids[id] = struct{}{}
}

// take reports whether a change was announced, and forgets it.
func (t *toldChanges) take(id int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, told := t.ids[id]
	delete(t.ids, id)
	return told
}

// LastChangeID returns the number of the newest change, 0 if there is none.
func LastChangeID(ctx context.Context, r Queryer) (int64, error) {
	var id int64
	err := r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM changes").Scan(&id).Error
	return id, err
}

// LastChange returns the last row of the change log, the zero Change if
// there is none.
func LastChange(ctx context.Context, r Queryer) (Change, error) {
	var found []Change
	err := r.Query(ctx).Order("id DESC").Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return Change{}, err
	}
	return found[0], nil
}

// LastChangeTime returns when the newest change was made, the zero time if
// there is none.
func LastChangeTime(ctx context.Context, r Queryer) (time.Time, error) {
	var at Time
	err := r.Query(ctx).Raw("SELECT MAX(at) FROM changes").Row().Scan(&at)
	return at.Time, err
}

// Watch follows the change log until ctx ends and announces what other
// processes committed. A failed look is logged and tried again.
func (db *DB) Watch(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	defer db.looked.Store(0)
	for {
		if err := db.look(ctx); err != nil && ctx.Err() == nil {
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
		if !db.told.take(c.ID) {
			db.tell(c)
		}
		db.seen = c.ID
	}
	return nil
}

// Seen returns the number up to which the change log has been read.
func (db *DB) Seen() int64 {
	db.seenMu.Lock()
	defer db.seenMu.Unlock()
	return db.seen
}

// Behind reports whether [DB.Watch] runs and has not looked for longer than
// it may: it was held up, or the database does not answer.
func (db *DB) Behind(now time.Time, most time.Duration) bool {
	looked := db.looked.Load()
	return looked != 0 && now.UnixNano()-looked > int64(most)
}

// lookAgainAfter is how long after a failed look the next one is tried by
// those who need to know.
const lookAgainAfter = 100 * time.Millisecond

// KeepUp looks at the change log if the watcher is behind. One looks for all
// who wait. Where the database does not answer, nobody can know more: that is
// no reason to stop.
func (db *DB) KeepUp(ctx context.Context, most time.Duration) {
	db.keepUpMu.Lock()
	defer db.keepUpMu.Unlock()
	if !db.Behind(db.now(), most) {
		return
	}
	if err := db.look(ctx); err != nil {
		db.looked.Store(db.now().Add(lookAgainAfter - most).UnixNano())
		slog.WarnContext(ctx, "cannot read the change log", "error", err)
	}
}

// look is CatchUp that notes when it was.
func (db *DB) look(ctx context.Context) error {
	begin := db.now()
	err := db.CatchUp(ctx)
	if err == nil {
		db.looked.Store(begin.UnixNano())
	}
	return err
}

// record writes the transaction's tags to PostgreSQL's log. It runs last in
// the transaction, so that the lock is held for a moment only.
func (tx *Tx) record(ctx context.Context) (Change, error) {
	if len(tx.touched) == 0 {
		return Change{}, nil
	}
	c := Change{At: At(tx.Now), Tags: joinTags(tx.touched)}
	return c, tx.Query(ctx).Raw(insertChange(tx.dialect), c.At, c.Tags).Scan(&c.ID).Error
}

// PruneChanges removes log rows older than a day.
func PruneChanges(ctx context.Context, tx *Tx) error {
	return tx.Query(ctx).Where("at < ?", At(tx.Now.Add(-changesKept))).Delete(&Change{}).Error
}
