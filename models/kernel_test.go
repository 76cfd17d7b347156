package models_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// The test reads the pragmas back from the database.
func TestSQLiteUsesTheConfiguredPragmas(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	err := db.Write(t.Context(), func(tx *models.Tx) error {
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "query_only": "0"} {
			var got string
			if err := tx.Query(t.Context()).Raw("PRAGMA " + pragma).Scan(&got).Error; err != nil || got != want {
				t.Errorf("writer: %s is %q (%v), want %q", pragma, got, err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pragma, want := range map[string]string{"query_only": "1", "foreign_keys": "1", "busy_timeout": "5000"} {
		var got string
		if err := db.Query(t.Context()).Raw("PRAGMA " + pragma).Scan(&got).Error; err != nil || got != want {
			t.Errorf("reader: %s is %q (%v), want %q", pragma, got, err, want)
		}
	}
}

// SQLite's own LOWER changes ASCII letters only: a search would not find МОСКВА.
func TestLowerFoldsAllScripts(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ask := func(who string, r models.Queryer) {
			for text, want := range map[string]string{"МОСКВА": "москва", "Ärzte, École": "ärzte, école", "OLD 1": "old 1", "": ""} {
				var got string
				var nothing bool
				found, err := models.QueryRow(t.Context(), r, []any{&got, &nothing}, "SELECT LOWER(CAST(? AS TEXT)), LOWER(NULL) IS NULL", text)
				if err != nil || !found || got != want || !nothing {
					t.Errorf("%s: LOWER of %q is %q, of NULL is NULL: %t (%v)", who, text, got, nothing, err)
				}
			}
		}
		ask("reader", db)
		if err := db.Write(t.Context(), func(tx *models.Tx) error { ask("writer", tx); return nil }); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReaderCannotWrite(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		err := db.Query(t.Context()).Exec("INSERT INTO leases (name, holder, expires) VALUES ('a', 'b', 1)").Error
		if err == nil {
			t.Fatal("a write through the reading handle succeeded")
		}
	})
}

func TestWriteAnnouncesAfterCommitOnly(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		var heard []string
		db.OnChange(func(c models.Change) { heard = append(heard, c.Tags) })
		ran := 0
		failure := errors.New("no")
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			tx.Touch("article:1")
			tx.AfterCommit(func() { ran++ })
			return failure
		})
		if !errors.Is(err, failure) || len(heard) != 0 || ran != 0 {
			t.Fatalf("after a rollback: error %v, heard %v, ran %d", err, heard, ran)
		}
		err = db.Write(t.Context(), func(tx *models.Tx) error {
			tx.Touch("section:2", "article:1", "section:2")
			tx.AfterCommit(func() {
				if len(heard) != 1 {
					t.Error("after-commit work ran before the change was announced")
				}
				ran++
			})
			return nil
		})
		if err != nil || len(heard) != 1 || heard[0] != "article:1 section:2" || ran != 1 {
			t.Fatalf("after a commit: error %v, heard %q, ran %d", err, heard, ran)
		}
	})
}

func TestNowIsFixedInOneTransaction(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			before := tx.Now
			clock.Advance(1e9)
			if !tx.Now.Equal(before) || !before.Equal(modeltest.Start) {
				t.Errorf("now moved from %v to %v", before, tx.Now)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Another instance learns of a change by the change log alone.
func TestCatchUpAnnouncesChangesOfOtherProcesses(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	path := filepath.Join(t.TempDir(), "two.db")
	one := mustOpen(t, path, clock)
	two := mustOpen(t, path, clock)
	var heard []string
	two.OnChange(func(c models.Change) { heard = append(heard, c.Tags) })
	for _, tag := range []models.CacheTag{"settings", "article:7"} {
		if err := one.Write(t.Context(), func(tx *models.Tx) error { tx.Touch(tag); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := two.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(heard, ","); got != "settings,article:7" {
		t.Fatalf("heard %q", got)
	}
	if err := two.CatchUp(t.Context()); err != nil || len(heard) != 2 {
		t.Fatalf("heard %q again (%v)", heard, err)
	}
}

func TestLeaseHasOneHolder(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		take := func(holder string) bool {
			held, err := models.AcquireLease(t.Context(), db, "daily", holder, 1e9)
			if err != nil {
				t.Fatal(err)
			}
			return held
		}
		if !take("a") || take("b") || !take("a") {
			t.Fatal("want a to hold and renew the lease and b to be refused")
		}
		clock.Advance(2e9)
		if !take("b") {
			t.Fatal("an expired lease was not given to b")
		}
		if take("a") {
			t.Fatal("a got back a lease that b holds")
		}
	})
}

func TestStatementsAreCountedWithoutBeginAndCommit(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx, n := models.CountStatements(t.Context())
		err := db.Write(ctx, func(tx *models.Tx) error {
			return tx.Query(ctx).Exec("DELETE FROM leases").Error
		})
		if err != nil || n.Load() != 1 {
			t.Fatalf("counted %d statements, want 1 (%v)", n.Load(), err)
		}
		if _, err := models.LastChangeID(ctx, db); err != nil || n.Load() != 2 {
			t.Fatalf("counted %d statements, want 2 (%v)", n.Load(), err)
		}
	})
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new.db")
	db := mustOpen(t, path, modeltest.NewClock())
	err := db.Write(t.Context(), func(tx *models.Tx) error {
		return tx.Query(t.Context()).Exec("INSERT INTO migrations (id) VALUES ('9999_from_the_future')").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = models.Open(t.Context(), models.Options{DSN: path})
	if err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Fatalf("opened a newer database: %v", err)
	}
}

// A database from before the last step gets it.
func TestOlderDatabaseIsMigrated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "old.db")
	if err := mustOpen(t, path, modeltest.NewClock()).Close(); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"DROP TABLE starts", "DELETE FROM migrations WHERE id = '0010_starts'"} {
		if err := modeltest.ExecSQLite(path, statement); err != nil {
			t.Fatal(err)
		}
	}
	mustOpen(t, path, modeltest.NewClock())
	steps, err := models.MigrationStatus(t.Context(), path)
	if err != nil || len(steps) == 0 {
		t.Fatal(steps, err)
	}
	for _, s := range steps {
		if !s.Applied {
			t.Errorf("%s is missing", s.ID)
		}
	}
}

func mustOpen(t *testing.T, path string, clock *modeltest.Clock) *models.DB {
	t.Helper()
	db, err := models.Open(context.Background(), models.Options{DSN: path, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
