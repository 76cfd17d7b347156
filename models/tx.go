package models

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Queryer answers queries: the database (outside any transaction) or a
// running transaction.
type Queryer interface {
	// Query starts a query. On a *DB it goes to the read-only pool.
	Query(ctx context.Context) *gorm.DB
	// Dialect names the database behind the handle.
	Dialect() Dialect
}

// Tx is a running write transaction. Everything written in it carries the
// one time Now, cut to microseconds, in UTC.
//
// A function that was given a Tx must do no I/O, send no mail, not sleep and
// not use the outer *DB: other writers wait for it. It may be run again when
// the database asks for a retry, so it must not change anything outside the
// database either; such work belongs into AfterCommit. On SQLite it may share
// its transaction with others, and sees what those before it have done; a
// statement is not interrupted when ctx ends, but the next one is not begun.
type Tx struct {
	Now time.Time

	gorm    *gorm.DB
	dialect Dialect
	keys    *Keyring
	touched map[CacheTag]struct{}
	after   []func()
}

// Query starts a statement inside the transaction.
func (tx *Tx) Query(ctx context.Context) *gorm.DB { return tx.gorm.WithContext(ctx) }

// Dialect names the database behind the transaction.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// Keys returns the keys of the database; nil if none were given.
func (tx *Tx) Keys() *Keyring { return tx.keys }

// Touch announces that the data of the tags has changed. The tags are written to
// the change log in the same commit; listeners are told after the commit.
func (tx *Tx) Touch(tags ...CacheTag) {
	for _, t := range tags {
		tx.touched[t] = struct{}{}
	}
}

// AfterCommit adds work to be done once the transaction is safely stored,
// in order, before Write returns. It never runs for a rolled-back attempt.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// joinTags returns the tags as the change log stores them.
func joinTags(touched map[CacheTag]struct{}) string {
	return JoinCacheTags(slices.Sorted(maps.Keys(touched)))
}
