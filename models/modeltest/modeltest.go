package modeltest

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
)

// Clock is a clock that moves only by Advance. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Start is the time of a new Clock: a Friday noon.
var Start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// NewClock returns a clock set to [Start].
func NewClock() *Clock { return &Clock{now: Start} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock; a negative d moves it back.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Each runs a test on SQLite and on PostgreSQL in parallel, each with a new,
// migrated database.
func Each(t *testing.T, test func(t *testing.T, db *models.DB, clock *Clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		clock := NewClock()
		test(t, SQLite(t, clock), clock)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		clock := NewClock()
		test(t, OnPostgres(t, clock), clock)
	})
}

var (
	templateOnce sync.Once
	templatePath string
	errTemplate  error
)

// SQLite opens a new, migrated database file: a copy of a template that each
// process migrates once.
func SQLite(t testing.TB, clock *Clock) *models.DB {
	t.Helper()
	templateOnce.Do(func() { templatePath, errTemplate = migratedFile() })
	if errTemplate != nil {
		t.Fatal(errTemplate)
	}
	path := filepath.Join(t.TempDir(), "broadsheet.db")
	if err := copyFile(path, templatePath); err != nil {
		t.Fatal(err)
	}
	return open(t, path, clock)
}

// OnPostgres opens a new, migrated database on a real PostgreSQL server.
func OnPostgres(t testing.TB, clock *Clock) *models.DB {
	t.Helper()
	return open(t, PostgresTemplate(t, "broadsheet", func(dsn string) error {
		db, err := models.Open(context.Background(), models.Options{DSN: dsn})
		if err != nil {
			return err
		}
		return db.Close()
	}), clock)
}

func open(t testing.TB, dsn string, clock *Clock) *models.DB {
	t.Helper()
	db, err := models.Open(context.Background(), models.Options{DSN: dsn, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	return db
}

func migratedFile() (string, error) {
	dir, err := os.MkdirTemp("", "broadsheet-template")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "broadsheet.db")
	db, err := models.Open(context.Background(), models.Options{DSN: path})
	if err != nil {
		return "", err
	}
	return path, db.Close()
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// ExecSQLite runs a statement on a SQLite file like another program, without the
// settings of models.Open.
func ExecSQLite(path, statement string) error {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return err
	}
	_, err = db.Exec(statement)
	return errors.Join(err, db.Close())
}
