package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/mattn/go-sqlite3"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// DB is the open database, with a read-only handle and one that writes.
type DB struct {
	dialect Dialect
	reader  *gorm.DB
	writer  *gorm.DB
	now     func() time.Time
	bound   boundTexts
	keys    *Keyring    // nil: rows are neither signed nor sealed
	queue   *writeQueue // nil on PostgreSQL

	listenersMu sync.RWMutex
	listeners   []func(Change)
	seenMu      sync.Mutex
	seen        int64 // the last change that CatchUp announced
	announced   announcedChanges
	catchUpMu   sync.Mutex
	caughtUpAt  atomic.Int64 // when Watch last read the log, in Unix ns; 0 without Watch
}

// Options are the options of [Open].
type Options struct {
	// DSN is a postgres:// address or the path of a SQLite file.
	DSN string
	// Now is the clock; nil means the wall clock.
	Now func() time.Time
	// BulkLoad is for generated content that can be generated again. SQLite then
	// uses more memory and does not wait for the disk: a loss of power may
	// corrupt the file.
	BulkLoad bool
}

// Open opens the database and migrates its schema. It refuses a schema newer than
// this binary. The error's safe text tells the operator how to fix it.
func Open(ctx context.Context, o Options) (*DB, error) {
	db := &DB{dialect: DialectOf(o.DSN), now: o.Now}
	if db.now == nil {
		db.now = time.Now
	}
	open := db.openPostgres
	if db.dialect == SQLite {
		open = db.openSQLite
	}
	err := open(ctx, o.DSN)
	if err == nil {
		err = migrations.Up(ctx, db.writer, string(db.dialect))
	}
	if err == nil && db.dialect == SQLite && o.BulkLoad {
		err = db.setBulkLoadPragmas(ctx)
	}
	if err == nil && db.dialect == SQLite {
		err = errors.Join(db.openWriteQueue(ctx), db.openSQLiteReader(o.DSN))
	}
	if err == nil {
		db.seen, err = LastChangeID(ctx, db)
	}
	if err != nil {
		db.Close()
		return nil, explainOpen(err, o.DSN)
	}
	return db, nil
}

// MigrationStatus lists the migrations and whether each was applied. It applies
// none. It creates the file of an SQLite database that does not exist.
func MigrationStatus(ctx context.Context, dsn string) ([]migrations.Step, error) {
	db := &DB{dialect: DialectOf(dsn)}
	open := db.openPostgres
	if db.dialect == SQLite {
		open = db.openSQLite
	}
	err := open(ctx, dsn)
	var steps []migrations.Step
	if err == nil {
		steps, err = migrations.Status(ctx, db.writer)
	}
	if err != nil {
		err = explainOpen(err, dsn)
	}
	return steps, errors.Join(err, db.Close())
}

// openSQLite opens the writer. The readers are opened later: a read-only handle
// can neither create the file nor switch it to WAL mode.
func (db *DB) openSQLite(ctx context.Context, path string) error {
	writer, err := openPool(connector{driver: &sqlite3.SQLiteDriver{ConnectHook: foldAllLetters}, dsn: sqliteDSN(path, url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_txlock":       {"immediate"},
		// Deleted rows are overwritten with zeros, so that erased comments do not
		// remain in free pages of the file.
		"_secure_delete": {"true"},
	})}, SQLite, 1)
	if err != nil {
		return err
	}
	db.writer = writer
	return writer.WithContext(ctx).Exec("SELECT 1").Error
}

// setBulkLoadPragmas sets up the writing connection for many inserts: the index
// pages that every insert changes stay in memory, and checkpoints are rare.
func (db *DB) setBulkLoadPragmas(ctx context.Context) error {
	for _, pragma := range []string{"synchronous = OFF", "cache_size = -1000000", "wal_autocheckpoint = 200000"} {
		if err := db.writer.WithContext(ctx).Exec("PRAGMA " + pragma).Error; err != nil {
			return err
		}
	}
	return nil
}

// openWriteQueue takes the writing connection out of its pool until Close. The
// schema must be up to date.
func (db *DB) openWriteQueue(ctx context.Context) error {
	pool, err := db.writer.DB()
	if err != nil {
		return err
	}
	conn, err := newWriteConn(ctx, pool)
	if err != nil {
		return err
	}
	db.queue = &writeQueue{conn: conn, announce: db.announce, clock: time.Now}
	db.writer, err = gorm.Open(sqlite.New(sqlite.Config{Conn: conn}), gormConfig())
	return err
}

func (db *DB) openSQLiteReader(path string) (err error) {
	db.reader, err = openPool(connector{driver: &sqlite3.SQLiteDriver{ConnectHook: prepareReader}, dsn: sqliteDSN(path, url.Values{
		"mode":        {"ro"},
		"_query_only": {"true"},
	})}, SQLite, max(4, 2*runtime.GOMAXPROCS(0)))
	return err
}

// prepareReader lets a reader use the operating system's page cache through a memory
// map. All readers share it, and a page in it costs no system call. The first GiB
// of the file is mapped; the rest is read as usual.
func prepareReader(conn *sqlite3.SQLiteConn) error {
	if _, err := conn.Exec("PRAGMA mmap_size = 1073741824", nil); err != nil {
		return err
	}
	return foldAllLetters(conn)
}

// foldAllLetters replaces SQLite's LOWER, which changes ASCII letters only, so that a search
// without regard to case finds words of all scripts, as on PostgreSQL. No index may use
// LOWER: a program with the other function would read it in another order.
func foldAllLetters(conn *sqlite3.SQLiteConn) error {
	return conn.RegisterFunc("lower", func(value any) any {
		if text, ok := value.(string); ok {
			return strings.ToLower(text)
		}
		return value
	}, true)
}

func sqliteDSN(path string, v url.Values) string {
	v.Set("_busy_timeout", "5000")
	v.Set("_foreign_keys", "on")
	v.Set("_cache_size", "-20000")
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + v.Encode()
}

// poolSize is the most PostgreSQL connections of each handle.
const poolSize = 16

func (db *DB) openPostgres(ctx context.Context, dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return &Error{Kind: Invalid, Safe: "the database address cannot be read; it looks like postgres://user@host/name", Cause: err}
	}
	config.Tracer = statementTracer{}
	readOnly := config.Copy()
	readOnly.RuntimeParams["default_transaction_read_only"] = "on"

	if db.writer, err = openPool(stdlib.GetConnector(*config), Postgres, poolSize); err != nil {
		return err
	}
	if db.reader, err = openPool(stdlib.GetConnector(*readOnly), Postgres, poolSize); err != nil {
		return err
	}
	return db.writer.WithContext(ctx).Exec("SELECT 1").Error
}

// Close closes the database. Writes that have begun end first. It closes the readers
// before SQLite's writer, so that closing the writer makes a checkpoint of the
// write-ahead log.
func (db *DB) Close() error {
	if db.queue != nil && !db.queue.end() {
		return nil
	}
	var errs []error
	for _, g := range []*gorm.DB{db.reader, db.writer} {
		if g == nil {
			continue
		}
		if pool, err := g.DB(); err == nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.queue != nil {
		errs = append(errs, db.queue.conn.Close())
	}
	return errors.Join(errs...)
}

// Query starts a query on the read-only pool.
func (db *DB) Query(ctx context.Context) *gorm.DB { return db.reader.WithContext(ctx) }

// Dialect names the database.
func (db *DB) Dialect() Dialect { return db.dialect }

// Now returns the time of the database's clock, in UTC, cut to microseconds.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// writeAttempts bounds how often a transaction is tried: PostgreSQL may ask for
// another try, and SQLite may roll back a shared transaction.
const writeAttempts = 4

// Write runs fn in one transaction and returns after the commit. If fn returns an
// error, Write stores nothing of fn and returns that error. All listeners in this
// process know the tags of [Tx.Touch] when it returns.
//
// On SQLite, waiting callers share a transaction (see writequeue.go). Each has
// its own Tx, time and result.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return db.write(ctx, fn, shared)
}

// WriteMany is Write for work on hundreds of rows. It shares no transaction, so
// that small writes do not wait for its commit.
func (db *DB) WriteMany(ctx context.Context, fn func(*Tx) error) error {
	return db.write(ctx, fn, exclusive)
}

func (db *DB) write(ctx context.Context, fn func(*Tx) error, s sharing) error {
	if db.queue != nil {
		return explainWrite(db.queue.write(ctx, fn, db.newTx, s))
	}
	var err error
	for range writeAttempts {
		if err = db.attempt(ctx, fn); !retryable(err) {
			return explainWrite(err)
		}
	}
	return explainWrite(err)
}

func (db *DB) newTx() *Tx {
	return &Tx{Now: db.Now(), gorm: db.writer, dialect: db.dialect, keys: db.keys, bound: &db.bound, touched: map[CacheTag]struct{}{}}
}

func (db *DB) attempt(ctx context.Context, fn func(*Tx) error) error {
	tx := db.newTx()
	var change Change
	err := db.writer.WithContext(ctx).Transaction(func(g *gorm.DB) (err error) {
		tx.gorm = g
		if err := fn(tx); err != nil {
			return err
		}
		change, err = tx.record(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if change.ID != 0 {
		db.announce(change)
	}
	for _, fn := range tx.after {
		fn()
	}
	return nil
}

// maxStatements is the number of prepared statements in a pool. The site has some
// two hundred; IN lists of each length add more without end.
const maxStatements = 500

func openPool(c driverConnector, d Dialect, size int) (*gorm.DB, error) {
	pool := sql.OpenDB(c)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	var dialector gorm.Dialector
	if d == SQLite {
		dialector = sqlite.New(sqlite.Config{Conn: pool})
	} else {
		dialector = postgres.New(postgres.Config{Conn: pool})
	}
	config := gormConfig()
	config.PrepareStmt, config.PrepareStmtMaxSize = true, maxStatements
	g, err := gorm.Open(dialector, config)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return g, nil
}

func gormConfig() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, TranslateError: true, Logger: logger.Discard}
}

// explainOpen turns the usual errors of opening a database into one line of advice
// for the operator.
func explainOpen(err error, dsn string) error {
	if DialectOf(dsn) == Postgres {
		if errors.Is(err, migrations.ErrNewer) {
			return &Error{Kind: Conflict, Safe: migrations.ErrNewer.Error()}
		}
		if KindOf(err) != Internal {
			return err
		}
		return &Error{
			Kind: Conflict, Safe: "cannot use the PostgreSQL database; check that it runs and that --database is right", Cause: err,
		}
	}
	safe := func(format string, args ...any) error {
		return &Error{Kind: Conflict, Safe: fmt.Sprintf(format, args...), Cause: err}
	}
	text := err.Error()
	switch dir := filepath.Dir(dsn); {
	case KindOf(err) != Internal:
		return err
	case errors.Is(err, migrations.ErrNewer):
		return safe("%v", migrations.ErrNewer)
	case strings.Contains(text, "readonly") || strings.Contains(text, "read-only") || errors.Is(err, fs.ErrPermission):
		return safe("cannot write to %s: give the user who runs broadsheet write permission on that directory and the files in it",
			dir)
	case strings.Contains(text, "full"):
		return safe("no space left in %s: free some, then start again; nothing was lost", dir)
	case strings.Contains(text, "not a database"):
		return safe("%s is not a Broadsheet database: choose another --data directory or move the file away", dsn)
	case strings.Contains(text, "unable to open"):
		if _, statErr := os.Stat(dir); statErr != nil {
			return safe("the directory %s does not exist or cannot be entered", dir)
		}
		return safe("cannot open %s: check that the user who runs broadsheet may read and write it", dsn)
	default:
		return safe("cannot open the database %s", dsn)
	}
}
