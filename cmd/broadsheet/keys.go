package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/people"
)

// Only the user that runs the program may read these files of the data
// directory.
const (
	keyFile    = "session.key"
	oldKeyFile = "session.key.old"
	headFile   = "log.head"
)

// privateFiles are the files that hold secrets or readers' addresses.
var privateFiles = []string{keyFile, oldKeyFile, headFile, "broadsheet.db", "broadsheet.db-wal", "broadsheet.db-shm"}

// keepPrivate makes the files that the program creates private: other users of
// the machine cannot read them.
func keepPrivate() { syscall.Umask(0o077) }

// openFiles returns the private files that other users of the machine can read,
// with their modes.
func (a *app) openFiles() (list []string) {
	for _, name := range privateFiles {
		path := filepath.Join(a.Data, name)
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			list = append(list, fmt.Sprintf("%s (%v)", path, info.Mode().Perm()))
		}
	}
	return list
}

// closeFiles makes private files private again, because an earlier version or a
// copy may have left them readable for other users. It logs a warning for each
// file that it cannot change.
func (a *app) closeFiles() {
	for _, name := range privateFiles {
		path := filepath.Join(a.Data, name)
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
			if err := os.Chmod(path, info.Mode().Perm()&0o700); err == nil {
				slog.Warn("other users of this machine could read a file: its permissions are corrected",
					"file", path, "before", info.Mode().Perm())
			}
		}
	}
	for _, file := range a.openFiles() {
		slog.Warn("other users of this machine can read a file: give it to the user that runs broadsheet, then chmod 600", "file", file)
	}
	if info, err := os.Stat(a.Data); err == nil && info.Mode().Perm()&0o007 != 0 {
		slog.Warn("the data directory is open to all users of this machine: chmod o-rwx", "directory", a.Data, "mode", info.Mode().Perm())
	}
}

// secret returns the session key of --session-key or else the one in the data
// directory, nil if there is none.
func (a *app) secret() ([]byte, error) {
	if a.SessionKey != "" {
		if len(a.SessionKey) < models.MinSecretBytes {
			return nil, models.Errorf(models.Invalid, "--session-key needs at least %d bytes", models.MinSecretBytes)
		}
		return []byte(a.SessionKey), nil
	}
	path := filepath.Join(a.Data, keyFile)
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && len(key) < models.MinSecretBytes {
		err = models.Errorf(models.Conflict, "%s is too short to be a session key: delete it and a new one is made", path)
	}
	return key, err
}

// makeSecret returns the same as secret. Without a key it makes one and writes
// it to the data directory: only the server does so, at its first start.
func (a *app) makeSecret() ([]byte, error) {
	key, err := a.secret()
	if err != nil || key != nil {
		return key, err
	}
	key = []byte(rand.Text() + rand.Text())
	return key, os.WriteFile(filepath.Join(a.Data, keyFile), key, 0o600)
}

// oldSecrets returns the session keys that were in use before: one a line of
// --session-key-old, and the one in the data directory's session.key.old.
func (a *app) oldSecrets() (list [][]byte, err error) {
	for line := range strings.Lines(a.SessionKeyOld) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(line) < models.MinSecretBytes {
			return nil, models.Errorf(models.Invalid,
				"--session-key-old takes keys of at least %d bytes, one a line", models.MinSecretBytes)
		}
		list = append(list, []byte(line))
	}
	kept, err := os.ReadFile(filepath.Join(a.Data, oldKeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if len(kept) >= models.MinSecretBytes {
		list = append(list, kept)
	}
	return list, err
}

// keyring returns the site's keys, nil if there are none yet.
func (a *app) keyring() (*models.Keyring, error) {
	key, err := a.secret()
	if err != nil || key == nil {
		return nil, err
	}
	old, err := a.oldSecrets()
	return models.NewKeyring(key, old...), err
}

// seal updates the data that the session key protects, at the start of the
// server: it seals the secrets of one-time passwords and signs the head of the
// log of decisions.
func (a *app) seal(db *models.DB) error {
	lost, err := people.SealTOTPSecrets(a.ctx, db)
	if err != nil {
		return err
	}
	if lost > 0 {
		slog.Warn("one-time passwords are sealed with a missing session key: name it with --session-key-old", "accounts", lost)
	}
	seen, err := a.seenHead()
	if err != nil {
		return err
	}
	report, err := decisionlog.Anchor(a.ctx, db, seen, false)
	if err != nil {
		return err
	}
	if report.Fault != "" {
		slog.Warn("the log of decisions does not fit its signed head: broadsheet doctor says more", "fault", report.Fault)
	}
	return a.noteHead(a.ctx, db)
}

// seenHead returns the head of the log of decisions that this machine saw last,
// nil for none.
func (a *app) seenHead() (*decisionlog.Head, error) {
	data, err := os.ReadFile(filepath.Join(a.Data, headFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var head decisionlog.Head
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, models.Errorf(models.Conflict,
			"%s cannot be read: restore it from a backup, or delete it if the log is known to be whole", filepath.Join(a.Data, headFile))
	}
	return &head, nil
}

// noteHead keeps a copy of the head outside the database. It does not replace a
// later head by an earlier one.
func (a *app) noteHead(ctx context.Context, db *models.DB) error {
	head, err := decisionlog.SignedHead(ctx, db)
	if err != nil || head == nil {
		return err
	}
	seen, err := a.seenHead()
	if err != nil || seen != nil && seen.Entries >= head.Entries {
		return err
	}
	return a.writeHead(head)
}

func (a *app) writeHead(head *decisionlog.Head) error {
	data, err := json.Marshal(head)
	if err != nil {
		return err
	}
	path := filepath.Join(a.Data, headFile)
	if err = os.WriteFile(path+".new", append(data, '\n'), 0o600); err == nil {
		err = os.Rename(path+".new", path)
	}
	return err
}

// noteEvery is how often a running server keeps a copy of the head.
const noteEvery = time.Minute

// noteHeads keeps copies until ctx ends, and one at the end.
func (a *app) noteHeads(ctx context.Context, db *models.DB) {
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		ended := false
		select {
		case <-tick.C:
		case <-ctx.Done():
			ended = true
		}
		if err := a.noteHead(context.WithoutCancel(ctx), db); err != nil {
			slog.Warn("the head of the log of decisions could not be stored", "error", err)
		}
		if ended {
			return
		}
	}
}

// acceptLog signs the log of decisions as it is now.
func (a *app) acceptLog(db *models.DB) error {
	if db.Keys() == nil {
		return models.Errorf(models.Invalid, "--accept-log needs the session key: name it with --session-key")
	}
	report, err := decisionlog.Anchor(a.ctx, db, nil, true)
	if err != nil || report.Fault != "" {
		return err
	}
	return a.writeHead(report.Head)
}
