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
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"
)

// Dialect names the database behind a handle. All differences between the two are
// in this file.
type Dialect string

// The two databases that Broadsheet runs on.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DialectOf returns the database of a data source name.
func DialectOf(dsn string) Dialect {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return Postgres
	}
	return SQLite
}

// changeLock is PostgreSQL's advisory lock for the change log. It makes change ids
// visible in their order: with the sequence alone, a watcher could see a later id
// first and miss the earlier one.
const changeLock = 0x62726f6164 // "broad"

// insertChange returns the statement that adds a row to the change log and returns
// its id. On PostgreSQL it takes changeLock first. SQLite has one writer.
func insertChange(d Dialect) string {
	if d == SQLite {
		return "INSERT INTO changes (at, tags) VALUES (?, ?) RETURNING id"
	}
	return fmt.Sprintf(`WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(%d))
		INSERT INTO changes (at, tags) SELECT CAST(? AS BIGINT), ? FROM locked RETURNING id`, changeLock)
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

// IndexedBy returns the clause, for after the table's name, that makes SQLite use an
// index. SQLite has no statistics here and cannot tell which index is good;
// PostgreSQL has them, so the clause is empty.
func (d Dialect) IndexedBy(index string) string {
	if d == SQLite {
		return " INDEXED BY " + index
	}
	return ""
}

// NotIndexed returns the clause, for after the table's name, that makes SQLite find
// rows only by their numbers, which the other conditions must give.
func (d Dialect) NotIndexed() string {
	if d == SQLite {
		return " NOT INDEXED"
	}
	return ""
}

// PlannedAlone returns the end of a subquery that PostgreSQL plans by itself. Otherwise
// the limit of the outer query can make it scan a whole table in its order, in the hope
// of an early match.
func (d Dialect) PlannedAlone() string {
	if d == SQLite {
		return ""
	}
	return " OFFSET 0"
}

// ByIndexes runs a query that PostgreSQL shall answer by several indexes together, for the
// values at hand. It reads no table and no single index in its order, which PostgreSQL
// takes for quicker where a limit follows. SQLite cannot do that: it runs the query as it
// is, and so does a transaction, whose other queries it would concern.
func ByIndexes(ctx context.Context, r Queryer, query func(q *gorm.DB) error) error {
	db, ok := r.(*DB)
	if !ok || db.dialect == SQLite {
		return query(r.Query(ctx))
	}
	return db.Query(ctx).Transaction(func(q *gorm.DB) error {
		err := q.Exec(`SELECT set_config('enable_indexscan', 'off', TRUE), set_config('enable_seqscan', 'off', TRUE),
			set_config('plan_cache_mode', 'force_custom_plan', TRUE)`).Error
		if err != nil {
			return err
		}
		return query(q)
	})
}

// Unindexed returns an expression with the value of a column for a condition that shall
// use no index of the column. SQLite has no statistics to choose the better index;
// PostgreSQL has them, and would not use an index for the expression at all.
func (d Dialect) Unindexed(column string) string {
	if d == SQLite {
		return column + " || ''"
	}
	return column
}

// AmongIDs returns a condition, with its argument, that a column has one of many numbers.
// PostgreSQL takes them as one argument.
func (d Dialect) AmongIDs(column string, ids []int64) (condition string, argument any) {
	if d == SQLite {
		return column + " IN ?", append([]int64{0}, ids...) // no row has the number 0, and no list is empty
	}
	var list strings.Builder
	for i, id := range ids {
		if i > 0 {
			list.WriteByte(',')
		}
		list.WriteString(strconv.FormatInt(id, 10))
	}
	return column + " = ANY(CAST(? AS BIGINT[]))", "{" + list.String() + "}"
}

// SkipLocked returns the suffix of a SELECT that locks its rows and leaves out
// rows that another transaction has locked. Workers do not wait for each other.
func (d Dialect) SkipLocked() string {
	if d == SQLite {
		return ""
	}
	return " FOR UPDATE SKIP LOCKED"
}

// LockKey takes a lock on a name until the end of the transaction. It protects a
// check for a missing row: transactions with the same key wait for each other.
// SQLite has one writer and needs no lock.
func LockKey(ctx context.Context, tx *Tx, key string) error {
	if tx.dialect == SQLite {
		return nil
	}
	return tx.Query(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", key).Error
}

// retryable reports whether a transaction failed because of a concurrent one, so
// that another try may succeed.
func retryable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// ResetSequence sets a table's id sequence past ids that were inserted explicitly,
// so that the next generated id is free. SQLite does this by itself.
func ResetSequence(tx *Tx, table string) error {
	if tx.Dialect() == SQLite {
		return nil
	}
	stmt := fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%[1]s','id'),
		GREATEST((SELECT COALESCE(MAX(id),1) FROM %[1]s), 1))`, table)
	return tx.gorm.Exec(stmt).Error
}

// notUnique reports whether a driver's own error means a unique violation. GORM
// does not translate the errors of statements that bypass it.
func notUnique(err error) bool {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return e.ExtendedCode == sqlite3.ErrConstraintUnique || e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505" // unique_violation
}

// explainWrite adds advice for the operator to the error of a write that failed
// because the database is unavailable. It returns any other error unchanged.
func explainWrite(err error) error {
	safe := ""
	switch unavailable(err) {
	case "disk":
		safe = "the disk is full or cannot be written: this change was not saved, and all earlier changes are kept; " +
			"free some space and try again"
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
		case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrProtocol, sqlite3.ErrCantOpen, sqlite3.ErrNomem, sqlite3.ErrPerm,
			sqlite3.ErrInterrupt:
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
	for _, gone := range []error{
		driver.ErrBadConn, sql.ErrConnDone, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED,
	} {
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
	case "57014", "57P05", "25P03", "25P04", // timeout of a statement, session or transaction
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

// Words returns an SQL expression, with its argument, for the terms of a row in a
// word index. Terms consist of letters, marks and digits.
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

// MergeWords merges all segments of SQLite's word index into one, which removes the
// words of deleted rows. The time it takes is proportional to the index size.
// PostgreSQL's index has no segments.
func (tx *Tx) MergeWords(ctx context.Context, table string) error {
	if tx.dialect != SQLite {
		return nil
	}
	return tx.Query(ctx).Exec("INSERT INTO " + table + " (" + table + ") VALUES ('optimize')").Error
}

// MatchWords returns a condition, with its argument, for the rows of a word index
// whose column has one term of each list of all, and for no entry of not one term of
// each of its lists. all is not empty. A term with a star at the end matches as the
// beginning of a word.
func (d Dialect) MatchWords(column string, all [][]string, not [][][]string) (condition, argument string) {
	and, or, without, quote := " & ", " | ", " & !", "'"
	if d == SQLite {
		and, or, without, quote = " AND ", " OR ", " NOT ", ""
	}
	oneOfEach := func(lists [][]string) string {
		var groups []string
		for _, list := range lists {
			quoted := make([]string, len(list))
			for i, term := range list {
				if quoted[i] = quote + term + quote; d == Postgres && strings.HasSuffix(term, "*") {
					quoted[i] = "'" + strings.TrimSuffix(term, "*") + "':*"
				}
			}
			groups = append(groups, "("+strings.Join(quoted, or)+")")
		}
		return "(" + strings.Join(groups, and) + ")"
	}
	argument = oneOfEach(all)
	for _, lists := range not {
		argument += without + oneOfEach(lists)
	}
	if d == SQLite {
		return column + " MATCH ?", argument
	}
	return column + " @@ ?::tsquery", argument
}
