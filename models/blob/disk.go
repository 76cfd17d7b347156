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
	"syscall"
	"time"
)

// File is an opened blob.
type File struct {
	io.ReadSeekCloser
	Size     int64 // bytes
	Modified time.Time
}

// Entry is one blob of a list.
type Entry struct {
	Key      string
	Size     int64 // bytes
	Modified time.Time
}

// Store stores blobs by key. A key is one to four short parts of lower-case
// letters, digits, dots, hyphens and underscores, joined by slashes.
type Store interface {
	// Put stores the content of r completely or not at all. It leaves an existing
	// blob as it is, since keys are made from content.
	Put(ctx context.Context, key string, r io.Reader) error
	// Open opens a blob. The error is fs.ErrNotExist if there is none.
	Open(ctx context.Context, key string) (*File, error)
	// Touch sets a blob's modification time. The error is fs.ErrNotExist if there
	// is none.
	Touch(ctx context.Context, key string, at time.Time) error
	// List returns the blobs with keys that begin with folder and a slash, in any
	// order; none if there is no such folder.
	List(ctx context.Context, folder string) ([]Entry, error)
	// Delete removes a blob. A missing blob is no error.
	Delete(ctx context.Context, key string) error
	// DeleteOld removes a blob with a modification time before a moment, and reports
	// whether it did. It keeps a blob that Put or Touch finds at the same time: after both
	// calls the blob is there, or Touch has failed.
	DeleteOld(ctx context.Context, key string, before time.Time) (bool, error)
}

// IsFull reports whether an error says that a disk takes nothing more: it is full, its
// owner's quota is used up, or it can only be read.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EROFS)
}

var validKey = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,100}(/[a-z0-9][a-z0-9._-]{0,100}){0,3}$`)

// unfinished is the folder of files that are being written. It is no valid key, so
// incomplete files cannot be opened or listed.
const unfinished = ".unfinished"

// unfinishedAge is the age at which an unfinished file is deleted: a killed program
// has left it. Other instances may be writing younger ones.
const unfinishedAge = 24 * time.Hour

// Disk is a Store in a folder.
type Disk struct{ root *os.Root }

// NewDisk opens the folder, or creates it. A key cannot reach files outside.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("cannot make the folder for pictures: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot open the folder for pictures: %w", err)
	}
	d := &Disk{root}
	d.sweep(time.Now) // files have wall clock times
	return d, nil
}

// sweep removes unfinished files of killed programs. It ignores errors, which must
// not keep the site from starting.
func (d *Disk) sweep(now func() time.Time) {
	entries, err := fs.ReadDir(d.root.FS(), unfinished)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && now().Sub(info.ModTime()) > unfinishedAge {
			_ = d.root.Remove(path.Join(unfinished, e.Name())) // the next start tries again
		}
	}
}

// Put implements Store. It writes and syncs an unfinished file and renames it. If
// two callers put the same key at once, one complete blob stays.
func (d *Disk) Put(_ context.Context, key string, r io.Reader) error {
	if !validKey.MatchString(key) {
		return fmt.Errorf("blob: bad key %q", key)
	}
	if info, err := d.root.Lstat(key); err == nil && info.Mode().IsRegular() {
		return nil
	}
	for _, dir := range []string{path.Dir(key), unfinished} {
		if err := d.root.MkdirAll(dir, 0o750); err != nil {
			return err
		}
	}
	temporary := path.Join(unfinished, rand.Text())
	err := d.write(temporary, r)
	if err == nil {
		err = d.root.Rename(temporary, key)
	}
	if err != nil {
		if gone := d.root.Remove(temporary); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

func (d *Disk) write(name string, r io.Reader) error {
	f, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
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
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f, info.Size(), info.ModTime()}, nil
}

// Touch implements Store.
func (d *Disk) Touch(_ context.Context, key string, at time.Time) error {
	if !validKey.MatchString(key) {
		return fs.ErrNotExist
	}
	return d.root.Chtimes(key, at, at)
}

// List implements Store.
func (d *Disk) List(ctx context.Context, folder string) ([]Entry, error) {
	if !validKey.MatchString(folder) {
		return nil, fmt.Errorf("blob: bad folder %q", folder)
	}
	var list []Entry
	err := fs.WalkDir(d.root.FS(), folder, func(key string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || !e.Type().IsRegular() || !validKey.MatchString(key) {
			return err
		}
		info, err := e.Info()
		if err == nil {
			list = append(list, Entry{key, info.Size(), info.ModTime()})
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // another instance has removed it
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return list, err
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

// DeleteOld implements Store. It moves the file away, and then reads its time again. A Touch
// before the move has changed the time; a Touch after the move finds no file.
func (d *Disk) DeleteOld(_ context.Context, key string, before time.Time) (bool, error) {
	if !validKey.MatchString(key) {
		return false, nil
	}
	isOld := func(name string) (bool, error) {
		info, err := d.root.Lstat(name)
		return err == nil && info.Mode().IsRegular() && info.ModTime().Before(before), err
	}
	taken := path.Join(unfinished, rand.Text())
	old, err := isOld(key)
	if err == nil && old {
		err = d.root.MkdirAll(unfinished, 0o750)
	}
	if err == nil && old {
		err = d.root.Rename(key, taken)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // another instance has deleted it
	}
	if err != nil || !old {
		return false, err
	}
	if old, err = isOld(taken); err == nil && old {
		return true, d.root.Remove(taken)
	}
	// If Put has stored the same content in between, it is replaced by itself.
	return false, errors.Join(err, d.root.Rename(taken, key))
}
