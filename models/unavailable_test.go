package models_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"
)

// The faults of a database for which no request is to blame are told apart from
// those of the program, on the way out of reads and of writes.
func TestTemporaryDatabaseFaultsAreUnavailable(t *testing.T) {
	t.Parallel()
	var faults []error
	for _, code := range []sqlite3.ErrNo{sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrNomem, sqlite3.ErrProtocol} {
		faults = append(faults, sqlite3.Error{Code: code})
	}
	for _, code := range []string{"08006", "08P01", "53100", "53200", "53300", "53400", "57014", "57P01", "57P02", "57P03", "57P05", "25006", "25P03", "40001", "40P01", "55P03", "58030"} {
		faults = append(faults, &pgconn.PgError{Code: code})
	}
	faults = append(faults, driver.ErrBadConn, sql.ErrConnDone, io.ErrUnexpectedEOF, context.DeadlineExceeded, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, syscall.ECONNRESET, errors.New("sql: database is closed"))
	db := modeltest.SQLite(t, modeltest.NewClock())
	for _, fault := range faults {
		wrapped := fmt.Errorf("looking for it: %w", fault)
		if models.KindOf(wrapped) != models.Unavailable {
			t.Errorf("%T %v has the kind %d", fault, fault, models.KindOf(wrapped))
		}
		err := db.Write(t.Context(), func(*models.Tx) error { return wrapped })
		if models.KindOf(err) != models.Unavailable || models.SafeText(err) == "" || !errors.Is(err, fault) {
			t.Errorf("%T %v is written as %v", fault, fault, err)
		}
	}
	for _, fault := range []error{
		sqlite3.Error{Code: sqlite3.ErrConstraint},
		sqlite3.Error{Code: sqlite3.ErrError},
		sqlite3.Error{Code: sqlite3.ErrCorrupt},
		&pgconn.PgError{Code: "23505"}, &pgconn.PgError{Code: "22021"},
		&pgconn.PgError{Code: "42601"}, &pgconn.PgError{}, errors.New("anything else"), context.Canceled,
	} {
		if models.KindOf(fault) != models.Internal {
			t.Errorf("%T %v has the kind %d", fault, fault, models.KindOf(fault))
		}
	}
	if models.KindOf(gorm.ErrRecordNotFound) != models.NotFound || models.KindOf(nil) != models.Internal {
		t.Error("other kinds have changed")
	}
	refusal := models.Refusal(models.Conflict, "x", "x")
	if err := db.Write(t.Context(), func(*models.Tx) error { return refusal }); !errors.Is(err, refusal) || models.KindOf(err) != models.Conflict {
		t.Errorf("a refusal is written as %v", err)
	}
}
