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

// DB is the open database: one handle that can only read and one that
// writes.
type DB struct {
	dialect Dialect
	reader  *gorm.DB
	writer  *gorm.DB
	now     func() time.Time
	keys    *Keyring // nil: nothing is signed or sealed
	lane    *lane    // SQLite's writers

	listenersMu sync.RWMutex
	listeners   []func(Change)
	seenMu      sync.Mutex
	seen        int64 // the last change CatchUp announced
	told        toldChanges
	keepUpMu    sync.Mutex
	looked      atomic.Int64 // when the watcher last read the log, in ns; 0: nobody watches
}

// Options says what to open and how.
type Options struct {
	// DSN is a postgres:// address or the path of a SQLite file.
	DSN string
	// Now is the clock; nil means the machine's.
	Now func() time.Time
	// Filling is for made-up content by the million, which can be made again: a
	// SQLite file is then written with much memory and without waiting for the
	// disk, and a loss of power may spoil it.
	Filling bool
}

// Open opens the database, brings its schema up to date and checks that this
// binary knows it. The error's safe text says what an operator can do.
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
	if err == nil && db.dialect == SQLite && o.Filling {
		err = db.hurry(ctx)
	}
	if err == nil && db.dialect == SQLite {
		err = errors.Join(db.openLane(ctx), db.openSQLiteReader(o.DSN))
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

// MigrationStatus lists the schema's steps and which of them the database
// has, without changing it.
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

// openSQLite opens the writer; the readers follow once the file exists and
// is in WAL mode, because a read-only handle can do neither.
func (db *DB) openSQLite(ctx context.Context, path string) error {
	writer, err := openPool(connector{driver: &sqlite3.SQLiteDriver{}, dsn: sqliteDSN(path, url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_txlock":       {"immediate"},
		// Bytes of deleted rows are overwritten with zeros, so that erased comments
		// do not stay in free pages of the file.
		"_secure_delete": {"true"},
	})}, SQLite, 1)
	if err != nil {
		return err
	}
	db.writer = writer
	return writer.WithContext(ctx).Exec("SELECT 1").Error
}

// hurry has the writing connection keep the pages that are written again and
// again, those of indexes by email or network, in memory, and fold the log into
// the file seldom.
func (db *DB) hurry(ctx context.Context) error {
	for _, pragma := range []string{"synchronous = OFF", "cache_size = -1000000", "wal_autocheckpoint = 200000"} {
		if err := db.writer.WithContext(ctx).Exec("PRAGMA " + pragma).Error; err != nil {
			return err
		}
	}
	return nil
}

// openLane takes the writing connection out of its pool, once the schema is
// right, for the rest of its life.
func (db *DB) openLane(ctx context.Context) error {
	pool, err := db.writer.DB()
	if err != nil {
		return err
	}
	conn, err := newWriteConn(ctx, pool)
	if err != nil {
		return err
	}
	db.lane = &lane{conn: conn, announce: db.announce, clock: time.Now}
	db.writer, err = gorm.Open(sqlite.New(sqlite.Config{Conn: conn}), gormConfig())
	return err
}

func (db *DB) openSQLiteReader(path string) (err error) {
	db.reader, err = openPool(connector{driver: &sqlite3.SQLiteDriver{ConnectHook: mapFile}, dsn: sqliteDSN(path, url.Values{
		"mode":        {"ro"},
		"_query_only": {"true"},
	})}, SQLite, max(4, 2*runtime.GOMAXPROCS(0)))
	return err
}

// mapFile lets a reader look at the file's pages where the operating system
// keeps them, so that all readers share them and a page that one of them has
// not seen yet costs no system call. 1 GiB from the beginning of the file
// are mapped; the rest is read as usual.
func mapFile(conn *sqlite3.SQLiteConn) error {
	_, err := conn.Exec("PRAGMA mmap_size = 1073741824", nil)
	return err
}

func sqliteDSN(path string, v url.Values) string {
	v.Set("_busy_timeout", "5000")
	v.Set("_foreign_keys", "on")
	v.Set("_cache_size", "-20000")
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + v.Encode()
}

// poolSize is how many connections to PostgreSQL each handle may have.
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

// Close closes the readers first, so that SQLite's last writer can fold the
// write-ahead log back into the file.
func (db *DB) Close() error {
	var errs []error
	for _, g := range []*gorm.DB{db.reader, db.writer} {
		if g == nil {
			continue
		}
		if pool, err := g.DB(); err == nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.lane != nil {
		errs = append(errs, db.lane.conn.Close())
	}
	return errors.Join(errs...)
}

// Query starts a query on the read-only pool.
func (db *DB) Query(ctx context.Context) *gorm.DB { return db.reader.WithContext(ctx) }

// Dialect names the database.
func (db *DB) Dialect() Dialect { return db.dialect }

// Now returns the time by the database's clock, in UTC, cut to microseconds.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// writeAttempts bounds how often a transaction is run again because of
// others: when PostgreSQL asks for it, or when SQLite has thrown a shared one
// away.
const writeAttempts = 4

// Write runs fn in one transaction and returns once it is safely stored, or
// with fn's error and nothing of fn stored. Changes announced with [Tx.Touch]
// are known to every listener in this process when it returns.
//
// On SQLite callers that wait share a transaction, see lane.go; each has its
// own Tx, time and fate.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return db.write(ctx, fn, false)
}

// WriteMany is Write for work on hundreds of rows: it shares no transaction,
// so that nobody who is done waits for it too.
func (db *DB) WriteMany(ctx context.Context, fn func(*Tx) error) error {
	return db.write(ctx, fn, true)
}

func (db *DB) write(ctx context.Context, fn func(*Tx) error, alone bool) error {
	if db.lane != nil {
		return explainWrite(db.lane.write(ctx, fn, db.newTx, alone))
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
	return &Tx{Now: db.Now(), gorm: db.writer, dialect: db.dialect, keys: db.keys, touched: map[CacheTag]struct{}{}}
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

// mostStatements is how many statements a pool keeps prepared. A site has some
// two hundred texts; lists of numbers of every length would make more without
// end.
const mostStatements = 500

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
	config.PrepareStmt, config.PrepareStmtMaxSize = true, mostStatements
	g, err := gorm.Open(dialector, config)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return g, nil
}

func gormConfig() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, TranslateError: true, Logger: logger.Discard}
}

// explainOpen turns the usual reasons for which a database cannot be opened
// into one line that says what to do.
func explainOpen(err error, dsn string) error {
	if DialectOf(dsn) == Postgres {
		if errors.Is(err, migrations.ErrNewer) {
			return &Error{Kind: Conflict, Safe: migrations.ErrNewer.Error()}
		}
		if KindOf(err) != Internal {
			return err
		}
		return &Error{Kind: Conflict, Safe: "cannot use the PostgreSQL database; check that it runs and that --database is right", Cause: err}
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
		return safe("cannot write to %s: give the user who runs broadsheet write permission on that directory and the files in it", dir)
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
