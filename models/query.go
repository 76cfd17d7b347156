package models

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// First returns the first row of a query, nil if there is none. T is a row type.
func First[T any](q *gorm.DB) (*T, error) {
	var list []T
	if err := q.Limit(1).Find(&list).Error; err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Lock starts a query that locks its rows until the end of the transaction. A row
// that is read, changed and written back as a whole must be read with it.
// SQLite ignores the lock: it has one writer.
func (tx *Tx) Lock(ctx context.Context) *gorm.DB {
	return tx.Query(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// QueryRows runs a query with ? for each argument and no ? in any string. It
// bypasses GORM, which parses the text at every run: for a long query that takes
// as long as the database needs to answer.
func QueryRows(ctx context.Context, r Queryer, text string, args ...any) (*sql.Rows, error) {
	return r.Query(ctx).Statement.ConnPool.QueryContext(ctx, r.bind(text), args...)
}

// QueryRow runs a query like [QueryRows] and scans its first row, if there is one.
func QueryRow(ctx context.Context, r Queryer, into []any, text string, args ...any) (found bool, err error) {
	rows, err := QueryRows(ctx, r, text, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	return true, rows.Scan(into...)
}

// Exec runs a change like [QueryRows].
func Exec(ctx context.Context, tx *Tx, text string, args ...any) error {
	_, err := tx.Query(ctx).Statement.ConnPool.ExecContext(ctx, tx.bind(text), args...)
	return err
}

// boundTexts caches PostgreSQL's form of each text with ? for its arguments.
type boundTexts struct{ texts sync.Map }

// bind numbers the arguments of a text, where the database wants them numbered.
func (b *boundTexts) bind(d Dialect, text string) string {
	if d == SQLite {
		return text
	}
	if known, ok := b.texts.Load(text); ok {
		return known.(string)
	}
	var numbered strings.Builder
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			fmt.Fprintf(&numbered, "$%d", i)
		}
		numbered.WriteString(part)
	}
	b.texts.Store(text, numbered.String())
	return numbered.String()
}

func (db *DB) bind(text string) string { return db.bound.bind(db.dialect, text) }
func (tx *Tx) bind(text string) string { return tx.bound.bind(tx.dialect, text) }
