package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// Dialect names the database behind a handle. This file is the only one
// that asks.
type Dialect string

// The two databases that Broadsheet runs on.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DialectOf tells which database a data source name means.
func DialectOf(dsn string) Dialect {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return Postgres
	}
	return SQLite
}

// changeLock is the advisory lock that puts change numbers into commit
// order on PostgreSQL, where a sequence alone would let a later number
// become visible first and a watcher would miss the earlier one.
const changeLock = 0x62726f6164 // "broad"

// insertChange returns the statement that adds to the change log and gives
// back the number. On PostgreSQL it first waits for others that are about to
// do the same. SQLite has one writer and needs nothing.
func insertChange(d Dialect) string {
	if d == SQLite {
		return "INSERT INTO changes (at, tags) VALUES (?, ?) RETURNING id"
	}
	return fmt.Sprintf("WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(%d)) INSERT INTO changes (at, tags) SELECT CAST(? AS BIGINT), ? FROM turn RETURNING id", changeLock)
}

// ReadersAtOnce returns the number of read-heavy requests to run at the same
// time. It keeps all cores busy and stays below the pool size, so that no
// request waits for a connection. SQLite uses the caller's core. PostgreSQL
// uses its own processes, so the caller's core is free meanwhile; a quarter of
// its connections stay for other work.
func (db *DB) ReadersAtOnce() int {
	cores := runtime.GOMAXPROCS(0)
	if db.dialect == SQLite {
		return cores
	}
	return min(2*cores, poolSize*3/4)
}

// By returns the clause that makes SQLite read a table by an index, to stand
// behind the table's name. Without statistics it takes any index for as good
// as any other; PostgreSQL keeps some and knows better.
func (d Dialect) By(index string) string {
	if d == SQLite {
		return " INDEXED BY " + index
	}
	return ""
}

// QueryRows runs a query as it stands, with ? for each argument and no ? in any
// string. It is for long ones: GORM goes through a text letter by letter at
// every run, which takes as long as the database needs to answer it.
func QueryRows(ctx context.Context, r Queryer, text string, args ...any) (*sql.Rows, error) {
	return r.Query(ctx).Statement.ConnPool.QueryContext(ctx, r.Dialect().bind(text), args...)
}

// QueryRow runs a query as Rows does and reads its first row, if there is one.
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

// Exec is Rows for a change.
func Exec(ctx context.Context, tx *Tx, text string, args ...any) error {
	_, err := tx.Query(ctx).Statement.ConnPool.ExecContext(ctx, tx.dialect.bind(text), args...)
	return err
}

var bound sync.Map // texts for PostgreSQL by their texts with ?

// bind numbers the arguments where the database wants them numbered.
func (d Dialect) bind(text string) string {
	if d == SQLite {
		return text
	}
	if known, ok := bound.Load(text); ok {
		return known.(string)
	}
	var b strings.Builder
	for i, part := range strings.Split(text, "?") {
		if i > 0 {
			fmt.Fprintf(&b, "$%d", i)
		}
		b.WriteString(part)
	}
	bound.Store(text, b.String())
	return b.String()
}

// LockRow returns the suffix that locks selected rows until the end of the
// transaction, where the database does not lock as a whole.
func (d Dialect) LockRow() string {
	if d == SQLite {
		return ""
	}
	return " FOR UPDATE"
}

// SkipLocked returns the suffix that locks selected rows and leaves out those
// that somebody else has locked, so that workers do not wait for each other.
func (d Dialect) SkipLocked() string {
	if d == SQLite {
		return ""
	}
	return " FOR UPDATE SKIP LOCKED"
}

// LockKey makes transactions that name the same key wait for each other, so
// that what one looks for the other cannot be about to write. SQLite, with
// its one writer, needs nothing.
func LockKey(ctx context.Context, tx *Tx, key string) error {
	if tx.dialect == SQLite {
		return nil
	}
	return tx.Query(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", key).Error
}

// retryable reports whether a transaction failed only because another one
// was in its way, so that running it again may succeed.
func retryable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// AfterImport brings a table's id sequence past ids that were assigned by
// hand, so that the next generated one is free. SQLite does so by itself.
func AfterImport(tx *Tx, table string) error {
	if tx.Dialect() == SQLite {
		return nil
	}
	stmt := fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%[1]s','id'), GREATEST((SELECT COALESCE(MAX(id),1) FROM %[1]s), 1))`, table)
	return tx.gorm.Exec(stmt).Error
}

// notUnique reports whether a database said so itself, without GORM.
func notUnique(err error) bool {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return e.ExtendedCode == sqlite3.ErrConstraintUnique || e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505" // unique_violation
}

// explainWrite adds advice for the operator to the error of a write that the
// database could not take now. It returns any other error unchanged.
func explainWrite(err error) error {
	safe := ""
	switch unavailable(err) {
	case "disk":
		safe = "the disk is full or cannot be written: this change was not saved, and all earlier changes are kept; free some space and try again"
	case "busy":
		safe = "the database is busy or does not answer: this change was not saved; try again in a moment"
	case "read-only":
		safe = "the database is read-only now: this change was not saved; find the cause and try again"
	}
	if _, explained := errors.AsType[*Error](err); safe == "" || explained {
		return err
	}
	return &Error{Kind: Unavailable, Safe: safe, Cause: err, RetryAfter: unavailableRetry}
}

// unavailableRetry is the Retry-After time for such a fault.
const unavailableRetry = 5 * time.Second

// unavailable classifies the faults of the database, and of the connection to
// it, that the request did not cause and that may pass. It returns "disk",
// "busy" or "read-only", and "" for any other error. The codes of PostgreSQL
// are in its manual, appendix A.
func unavailable(err error) string {
	if err == nil || errors.Is(err, context.Canceled) {
		return ""
	}
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		switch e.Code {
		case sqlite3.ErrFull, sqlite3.ErrIoErr:
			return "disk"
		case sqlite3.ErrReadonly:
			return "read-only"
		case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol, sqlite3.ErrCantOpen, sqlite3.ErrNomem, sqlite3.ErrPerm, sqlite3.ErrInterrupt:
			return "busy"
		}
		return ""
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return unavailablePostgres(e.Code)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return "busy"
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return "busy"
	}
	for _, gone := range []error{driver.ErrBadConn, sql.ErrConnDone, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED} {
		if errors.Is(err, gone) {
			return "busy"
		}
	}
	// These errors have no value or type to compare with.
	for _, text := range []string{"conn closed", "failed to connect to", "sql: database is closed"} {
		if strings.Contains(err.Error(), text) {
			return "busy"
		}
	}
	return ""
}

func unavailablePostgres(code string) string {
	switch code {
	case "53100": // disk_full
		return "disk"
	case "25006": // read_only_sql_transaction
		return "read-only"
	case "57014", "57P05", "25P03", "25P04", // a statement, session or transaction took too long
		"55P03",          // lock_not_available
		"40001", "40P01": // serialization_failure, deadlock_detected
		return "busy"
	}
	switch code[:min(2, len(code))] {
	case "08", // connection exceptions
		"53", // insufficient resources: memory, too many connections
		"57": // operator intervention: shut down, crashed, starting
		return "busy"
	case "58": // system errors outside of PostgreSQL
		return "disk"
	}
	return ""
}

// Words returns an expression for terms, with its argument, as they are
// stored in the column of a word index, and MatchWords a condition with its
// argument that finds rows with all of them, each at least as the beginning
// of a word. Terms are letters, marks and digits.
func (d Dialect) Words(terms []string) (expression, argument string) {
	if d == SQLite {
		return "?", strings.Join(terms, " ")
	}
	quoted := make([]string, len(terms))
	for i, term := range terms {
		quoted[i] = "'" + term + "'"
	}
	return "?::tsvector", strings.Join(quoted, " ")
}

// MergeWords merges all parts of a word index into one, which removes the words
// of deleted rows. It takes time in proportion to the size of the index.
// PostgreSQL's index has no such parts.
func (tx *Tx) MergeWords(ctx context.Context, table string) error {
	if tx.dialect != SQLite {
		return nil
	}
	return tx.Query(ctx).Exec("INSERT INTO " + table + " (" + table + ") VALUES ('optimize')").Error
}

// MatchWords is explained at [Dialect.Words]. An index on SQLite is a table of
// its own module, which wants the column's name within the argument.
func (d Dialect) MatchWords(table, column string, terms []string) (condition, argument string) {
	parts := make([]string, len(terms))
	for i, term := range terms {
		if d == SQLite {
			parts[i] = column + ":" + term + "*"
		} else {
			parts[i] = "'" + term + "':*"
		}
	}
	if d == SQLite {
		return table + " MATCH ?", strings.Join(parts, " ")
	}
	return column + " @@ ?::tsquery", strings.Join(parts, " & ")
}
