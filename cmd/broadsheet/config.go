package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"broadsheet/models"

	"github.com/alecthomas/kong"
)

// options are the options that all commands share. Each option has an
// environment variable: --data is BROADSHEET_DATA. A secret can be read from a
// file: BROADSHEET_DATABASE_FILE is the path of a file with the value of
// --database.
type options struct {
	Data     string `default:"./data" placeholder:"DIR" help:"Directory for the database, pictures and keys (${default})."`
	Database string `placeholder:"DSN" help:"postgres:// address; without it a SQLite file in the data directory."`
	// The commands need the keys because they add to the log of decisions.
	SessionKey    string `placeholder:"KEY" help:"${help_session_key}"`
	SessionKeyOld string `placeholder:"KEY" help:"Earlier session keys, one a line: still accepted after a change of the key."`
	Verbose       bool   `help:"Log more, and print the causes of errors."`
}

// secretOptions are the options that can be read from a file, with the
// variable that holds the path.
var secretOptions = map[string]string{
	"database":        "BROADSHEET_DATABASE_FILE",
	"session-key":     "BROADSHEET_SESSION_KEY_FILE",
	"session-key-old": "BROADSHEET_SESSION_KEY_OLD_FILE",
	"smtp":            "BROADSHEET_SMTP_FILE",
}

// secretFiles reads options from the files that variables name. Flags and
// plain variables take precedence.
type secretFiles struct{}

// Validate implements kong.Resolver.
func (secretFiles) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver.
func (secretFiles) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	variable, secret := secretOptions[flag.Name]
	path := os.Getenv(variable)
	if !secret || path == "" {
		return nil, nil
	}
	for _, env := range flag.Envs {
		if os.Getenv(env) != "" {
			return nil, nil
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", variable, err)
	}
	return strings.TrimSpace(string(data)), nil
}

// app holds the options and the streams of a command.
type app struct {
	options
	ctx    context.Context
	parser *kong.Kong
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	// filling: the database is new and gets generated content only.
	filling bool
}

// dsn returns the address of the database to open.
func (a *app) dsn() string {
	if a.Database != "" {
		return a.Database
	}
	return filepath.Join(a.Data, "broadsheet.db")
}

// makeData creates the data directory, and refuses one that cannot be written.
func (a *app) makeData() error {
	err := os.MkdirAll(a.Data, 0o700)
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(a.Data, ".probe-*"); err == nil {
			err = errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	if err == nil {
		return nil
	}
	advice := "choose another one with --data"
	if errors.Is(err, fs.ErrPermission) {
		advice = "give the user that runs broadsheet write permission on it, or choose another one with --data"
	}
	return &models.Error{
		Kind: models.Conflict, Cause: err,
		Safe: fmt.Sprintf("cannot write to the data directory %s (%v): %s", a.Data, rootCause(err), advice),
	}
}

// rootCause returns the error of the operating system without the path around
// it.
func rootCause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// open opens the database. It creates a missing one.
func (a *app) open() (*models.DB, error) {
	if err := a.makeData(); err != nil {
		return nil, err
	}
	keys, err := a.keyring()
	if err != nil {
		return nil, err
	}
	db, err := models.Open(a.ctx, models.Options{DSN: a.dsn(), BulkLoad: a.filling})
	if err == nil {
		db.UseKeys(keys)
	}
	return db, err
}

// use opens the database for fn. If fn has written, use waits until a server
// that runs on the same data has read the change.
func (a *app) use(fn func(*models.DB) error) error {
	db, err := a.open()
	if err != nil {
		return err
	}
	before, err := models.LastChangeID(a.ctx, db)
	if err == nil {
		err = fn(db)
	}
	after, changeErr := models.LastChangeID(context.WithoutCancel(a.ctx), db)
	if changeErr == nil && after > before {
		changeErr = a.tellServer(after)
	}
	return errors.Join(err, changeErr, db.Close())
}
