package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

//go:embed *.sql
var files embed.FS

// ErrNewer says that the database was written by a newer binary.
var ErrNewer = errors.New("the database was made by a newer version of broadsheet: run that version, or restore a backup made before the upgrade")

// advisoryLock keeps two starting instances from migrating at once on
// PostgreSQL. SQLite's immediate transactions do that by themselves.
const advisoryLock = 0x6d696772 // "migr"

// Step is one migration and whether the database has it.
type Step struct {
	ID      string
	Applied bool
}

// IDs lists the known steps in order.
func IDs() []string {
	var ids []string
	names, _ := fs.Glob(files, "*.sqlite.sql") // the pattern is constant and valid
	for _, name := range names {
		ids = append(ids, strings.TrimSuffix(name, ".sqlite.sql"))
	}
	slices.Sort(ids)
	return ids
}

// Up runs the steps that are missing. It refuses a newer database.
func Up(ctx context.Context, db *gorm.DB, dialect string) error {
	return locked(ctx, db, dialect, func(db *gorm.DB) error {
		applied, err := appliedSteps(db)
		if err != nil {
			return err
		}
		if err := refuseNewer(applied); err != nil {
			return err
		}
		for _, id := range IDs() {
			if applied[id] {
				continue
			}
			if err := gormigrate.New(db, options(), steps(dialect)).MigrateTo(id); err != nil {
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
	var status []Step
	for _, id := range IDs() {
		status = append(status, Step{id, applied[id]})
	}
	return status, refuseNewer(applied)
}

func options() *gormigrate.Options {
	o := *gormigrate.DefaultOptions
	o.TableName = "migrations"
	o.UseTransaction = true
	return &o
}

// dataSteps holds the steps that also rewrite rows in a way that SQL alone
// cannot. Each runs after its SQL, in the same transaction.
func dataSteps() map[string]func(*gorm.DB) error {
	return map[string]func(*gorm.DB) error{"0017_forgetting": MendAddresses, "0022_article_pictures": ListPictures}
}

func steps(dialect string) []*gormigrate.Migration {
	var list []*gormigrate.Migration
	for _, id := range IDs() {
		list = append(list, &gormigrate.Migration{ID: id, Migrate: func(tx *gorm.DB) error {
			sql, err := files.ReadFile(id + "." + dialect + ".sql")
			if err != nil {
				return err
			}
			for stmt := range strings.SplitSeq(string(sql), ";\n") {
				if strings.TrimSpace(stripComments(stmt)) == "" {
					continue
				}
				if err := tx.Exec(stmt).Error; err != nil {
					return fmt.Errorf("%w in: %s", err, strings.TrimSpace(stmt))
				}
			}
			if mend := dataSteps()[id]; mend != nil {
				return mend(tx)
			}
			return nil
		}})
	}
	return list
}

func stripComments(sql string) string {
	var b strings.Builder
	for line := range strings.Lines(sql) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			b.WriteString(line)
		}
	}
	return b.String()
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

func refuseNewer(applied map[string]bool) error {
	known := IDs()
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
		// What Connection gives remembers each query for the next one.
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
