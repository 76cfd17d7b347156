package migrations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// ErrNewer says that the database was written by a newer binary.
var ErrNewer = errors.New("the database was made by a newer version of broadsheet: " +
	"run that version, or restore a backup made before the upgrade")

// advisoryLock is the PostgreSQL lock that keeps two starting instances from
// migrating at once. SQLite's immediate transactions need no lock.
const advisoryLock = 0x6d696772 // "migr"

// Step is one migration and whether the database has it.
type Step struct {
	ID      string
	Applied bool
}

// Up runs the steps that are missing. It refuses a newer database.
func Up(ctx context.Context, db *gorm.DB, dialect string) error {
	return locked(ctx, db, dialect, func(db *gorm.DB) error {
		applied, err := appliedSteps(db)
		if err != nil {
			return err
		}
		ids, err := stepsOf(files)
		if err == nil {
			err = refuseNewer(applied, ids)
		}
		if err != nil {
			return err
		}
		for _, id := range ids {
			if applied[id] {
				continue
			}
			if err := gormigrate.New(db, options(), steps(ids, dialect)).MigrateTo(id); err != nil {
				return fmt.Errorf("migration %s: %w", id, err)
			}
		}
		return nil
	})
}

// Status lists the known steps with whether they were applied. It refuses a
// newer database.
func Status(ctx context.Context, db *gorm.DB) ([]Step, error) {
	applied, err := appliedSteps(db.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	ids, err := stepsOf(files)
	if err != nil {
		return nil, err
	}
	var status []Step
	for _, id := range ids {
		status = append(status, Step{id, applied[id]})
	}
	return status, refuseNewer(applied, ids)
}

func options() *gormigrate.Options {
	o := *gormigrate.DefaultOptions
	o.TableName = "migrations"
	o.UseTransaction = true
	return &o
}

// dataSteps returns the functions of the steps that rewrite rows in a way that
// SQL alone cannot. Each runs after the step's SQL, in the same transaction.
func dataSteps() map[string]func(*gorm.DB) error {
	return map[string]func(*gorm.DB) error{"0017_forgetting": MendAddresses, "0022_article_pictures": ListPictures}
}

func steps(ids []string, dialect string) []*gormigrate.Migration {
	var list []*gormigrate.Migration
	for _, id := range ids {
		list = append(list, &gormigrate.Migration{ID: id, Migrate: func(tx *gorm.DB) error {
			sql, err := statements(files, id, dialect)
			if err != nil {
				return err
			}
			for _, stmt := range sql {
				if err := tx.Exec(stmt).Error; err != nil {
					return fmt.Errorf("%w in: %s", err, strings.TrimSpace(stmt))
				}
			}
			if step := dataSteps()[id]; step != nil {
				return step(tx)
			}
			return nil
		}})
	}
	return list
}

func appliedSteps(db *gorm.DB) (map[string]bool, error) {
	applied := map[string]bool{}
	if !db.Migrator().HasTable("migrations") {
		return applied, nil
	}
	var ids []string
	err := db.Table("migrations").Pluck("id", &ids).Error
	for _, id := range ids {
		applied[id] = true
	}
	return applied, err
}

func refuseNewer(applied map[string]bool, known []string) error {
	for id := range applied {
		if !slices.Contains(known, id) {
			return ErrNewer
		}
	}
	return nil
}

func locked(ctx context.Context, db *gorm.DB, dialect string, fn func(*gorm.DB) error) error {
	// One connection for lock and work: an advisory lock belongs to its session.
	return db.WithContext(ctx).Session(&gorm.Session{PrepareStmt: false}).Connection(func(conn *gorm.DB) error {
		// Without a new session GORM would add each query's conditions to the next.
		conn = conn.Session(&gorm.Session{NewDB: true})
		if dialect != "postgres" {
			return fn(conn)
		}
		if err := conn.Exec("SELECT pg_advisory_lock(?)", advisoryLock).Error; err != nil {
			return err
		}
		defer conn.Exec("SELECT pg_advisory_unlock(?)", advisoryLock)
		return fn(conn)
	})
}
