package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"time"
)

// File is an opened blob.
type File struct {
	io.ReadSeekCloser
	Size     int64
	Modified time.Time
}

// Store keeps blobs by key. A key is one to four short parts of lower-case
// letters, digits, dots, hyphens and underscores, joined by slashes.
type Store interface {
	// Put stores what r holds; a blob is there whole or not at all.
	Put(ctx context.Context, key string, r io.Reader) error
	// Open opens a blob; the error is fs.ErrNotExist where there is none.
	Open(ctx context.Context, key string) (*File, error)
	// Delete removes a blob; one that is not there is no error.
	Delete(ctx context.Context, key string) error
}

var validKey = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,100}(/[a-z0-9][a-z0-9._-]{0,100}){0,3}$`)

// Disk is a Store in a folder.
type Disk struct{ root *os.Root }

// NewDisk opens or makes the folder. What lies outside of it cannot be
// reached, whatever the key.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("cannot make the folder for pictures: %w", err)
	}
	root, err := os.OpenRoot(dir)
	return &Disk{root}, err
}

// Put implements Store: into a temporary file first, synced, then renamed.
func (d *Disk) Put(_ context.Context, key string, r io.Reader) (err error) {
	if !validKey.MatchString(key) {
		return fmt.Errorf("blob: bad key %q", key)
	}
	if err := d.root.MkdirAll(path.Dir(key), 0o750); err != nil {
		return err
	}
	temporary := key + "." + strings.ToLower(rand.Text()) + ".part"
	f, err := d.root.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.root.Rename(temporary, key)
	}
	if err != nil {
		err = errors.Join(err, d.root.Remove(temporary))
	}
	return err
}

// Open implements Store.
func (d *Disk) Open(_ context.Context, key string) (*File, error) {
	if !validKey.MatchString(key) {
		return nil, fs.ErrNotExist
	}
	f, err := d.root.Open(key)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f, info.Size(), info.ModTime()}, nil
}

// Delete implements Store.
func (d *Disk) Delete(_ context.Context, key string) error {
	if !validKey.MatchString(key) {
		return nil
	}
	err := d.root.Remove(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
