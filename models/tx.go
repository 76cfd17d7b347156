package models

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
)

// Queryer runs queries: on the database, outside any transaction, or in a running
// transaction. Only *DB and *Tx implement it.
type Queryer interface {
	// Query starts a query. A *DB uses the read-only pool.
	Query(ctx context.Context) *gorm.DB
	// Dialect names the database behind the handle.
	Dialect() Dialect

	bind(text string) string
}

// Tx is a running write transaction. All rows written in it carry the time Now,
// in UTC, cut to microseconds.
//
// A function with a Tx must not do I/O, send mail, sleep or use the outer *DB:
// other writers wait for it. It may run more than once, so it must not change
// anything outside the database; AfterCommit is for such work. On SQLite it may
// share its transaction with other functions and reads their uncommitted rows.
// A running statement is not interrupted when ctx ends; the next one is refused.
type Tx struct {
	Now time.Time

	gorm    *gorm.DB
	dialect Dialect
	keys    *Keyring
	bound   *boundTexts
	touched map[CacheTag]struct{}
	after   []func()
}

// Query starts a statement inside the transaction.
func (tx *Tx) Query(ctx context.Context) *gorm.DB { return tx.gorm.WithContext(ctx) }

// Dialect names the database behind the transaction.
func (tx *Tx) Dialect() Dialect { return tx.dialect }

// Keys returns the database's keys, nil if it has none.
func (tx *Tx) Keys() *Keyring { return tx.keys }

// Touch announces that the data of the tags has changed. The tags are written to
// the change log in the same commit; listeners are told after the commit.
func (tx *Tx) Touch(tags ...CacheTag) {
	for _, t := range tags {
		tx.touched[t] = struct{}{}
	}
}

// AfterCommit adds work that runs after the commit, in order, before Write
// returns. A rolled-back attempt does not run it.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// joinTags returns the tags as the change log stores them.
func joinTags(touched map[CacheTag]struct{}) string {
	return JoinCacheTags(slices.Sorted(maps.Keys(touched)))
}
