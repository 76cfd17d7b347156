package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"broadsheet/models/blob"
)

func newDisk(t testing.TB) (disk *blob.Disk, dir string) {
	t.Helper()
	dir = t.TempDir()
	disk, err := blob.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	return disk, dir
}

func put(t testing.TB, s blob.Store, key string, data []byte) {
	t.Helper()
	if err := s.Put(t.Context(), key, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, s blob.Store, key string) []byte {
	t.Helper()
	f, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, f)
}

func drain(t testing.TB, f *blob.File) []byte {
	t.Helper()
	data, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Error(err)
	}
	if int64(len(data)) != f.Size {
		t.Errorf("%d bytes were read of a file of %d", len(data), f.Size)
	}
	return data
}

// filesIn lists all files below a folder, with slashes.
func filesIn(t testing.TB, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			relative, _ := filepath.Rel(dir, name)
			list = append(list, filepath.ToSlash(relative))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestDiskKeepsOriginalsByteForByte(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	// Metadata and bytes after the picture belong to the original.
	sent := join(withSegments(asJPEG(t, quarters(40, 24)), exif(6)), []byte("more"))
	p, data, err := blob.Inspect(bytes.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	key := blob.OriginalKey(p.Key)
	put(t, disk, key, data)
	put(t, disk, key, data)
	put(t, disk, key, []byte("something else under the same key"))
	if !bytes.Equal(read(t, disk, key), sent) {
		t.Error("the original has other bytes")
	}
	if got := filesIn(t, dir); !slices.Equal(got, []string{key}) {
		t.Errorf("the folder holds %q, want the original alone", got)
	}
	again, err := blob.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, again, key), sent) {
		t.Error("the original has other bytes after opening the folder again")
	}
}

func TestDiskPutsOneBlobConcurrently(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			data := bytes.Repeat([]byte{byte(i % 2)}, 10_000)
			if err := disk.Put(t.Context(), "a/b", bytes.NewReader(data)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	data := read(t, disk, "a/b")
	if len(data) != 10_000 || !bytes.Equal(data, bytes.Repeat(data[:1], len(data))) {
		t.Error("the blob is made of two")
	}
	if got := filesIn(t, dir); !slices.Equal(got, []string{"a/b"}) {
		t.Errorf("the folder holds %q", got)
	}
}

var badKeys = []string{
	"", ".", "..", "/", "../x", "originals/../../x", "originals/..", "/etc/hostname", "originals//x", "originals/",
	"originals/\x00", "x\x00y", "x\n", "X", "é", `..\x`, `c:\x`, "-x", "originals/.hidden", ".unfinished/x", "a/b/c/d/e",
	strings.Repeat("x", 200), "variants/./x", "~/x", "%2e%2e/x",
}

func TestDiskStaysInItsFolder(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	secret := filepath.Join(outside, "x")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(outside, "media")
	disk, err := blob.NewDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for _, key := range append(badKeys, secret) {
		if err := disk.Put(ctx, key, strings.NewReader("new")); err == nil {
			t.Errorf("Put(%q) was taken", key)
		}
		if _, err := disk.Open(ctx, key); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q): %v", key, err)
		}
		if err := disk.Touch(ctx, key, time.Now()); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Touch(%q): %v", key, err)
		}
		if list, err := disk.List(ctx, key); err == nil {
			t.Errorf("List(%q): %v", key, list)
		}
		if err := disk.Delete(ctx, key); err != nil {
			t.Errorf("Delete(%q): %v", key, err)
		}
	}
	// A symbolic link in the folder must not lead outside.
	for name, target := range map[string]string{"file": secret, "folder": outside, "up": "../x"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"file", "folder/x", "up"} {
		if _, err := disk.Open(ctx, key); err == nil {
			t.Errorf("Open(%q) left the folder", key)
		}
		_ = disk.Put(ctx, key, strings.NewReader("new")) // may replace the link itself
		_ = disk.Delete(ctx, key)                        // likewise
	}
	if got, err := os.ReadFile(secret); err != nil || string(got) != "secret" {
		t.Errorf("the file outside holds %q, %v", got, err)
	}
	for _, name := range filesIn(t, outside) {
		if name != "x" && !strings.HasPrefix(name, "media/") {
			t.Errorf("%q was written outside", name)
		}
	}
}

func FuzzDiskKey(f *testing.F) {
	for _, key := range append(badKeys, "x", "originals/abc", "variants/2/abc-640", "a..b/c--d") {
		f.Add(key)
	}
	outside := f.TempDir()
	disk, err := blob.NewDisk(filepath.Join(outside, "media"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, key string) {
		err := disk.Put(t.Context(), key, strings.NewReader(key))
		opened, openErr := disk.Open(t.Context(), key)
		if (err == nil) != (openErr == nil) {
			t.Fatalf("Put: %v, but Open: %v", err, openErr)
		}
		for _, name := range filesIn(t, outside) {
			if name != "media/"+key {
				t.Fatalf("%q was written for %q", name, key)
			}
		}
		if err != nil {
			return
		}
		if got := drain(t, opened); string(got) != key {
			t.Fatalf("%q was read back", got)
		}
		if err := disk.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		if left := filesIn(t, outside); len(left) > 0 {
			t.Fatalf("%q was left", left)
		}
	})
}

// A disk that is full and a reader that breaks off end the same way.
func TestDiskStoresNoIncompleteBlob(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	broken := errors.New("the line went dead")
	half := io.MultiReader(bytes.NewReader(make([]byte, 100_000)), iotest.ErrReader(broken))
	if err := disk.Put(t.Context(), "originals/x", half); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's error", err)
	}
	if _, err := disk.Open(t.Context(), "originals/x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a blob can be opened: %v", err)
	}
	if left := filesIn(t, dir); len(left) > 0 {
		t.Errorf("%q was left", left)
	}
}

// A file in the place of a folder also stops root, which ignores permissions.
func TestDiskThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for _, inTheWay := range []string{"originals", ".unfinished"} {
		t.Run(inTheWay, func(t *testing.T) {
			t.Parallel()
			disk, dir := newDisk(t)
			if err := os.WriteFile(filepath.Join(dir, inTheWay), []byte("in the way"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := disk.Put(t.Context(), "originals/x", strings.NewReader("x")); err == nil {
				t.Error("Put says that it went well")
			}
			if _, err := disk.Open(t.Context(), "originals/x"); err == nil {
				t.Error("there is something to open")
			}
			if got := filesIn(t, dir); !slices.Equal(got, []string{inTheWay}) {
				t.Errorf("the folder holds %q", got)
			}
		})
	}
	t.Run("a folder where the blob should be", func(t *testing.T) {
		t.Parallel()
		disk, dir := newDisk(t)
		put(t, disk, "a/b/c", []byte("x"))
		if err := disk.Put(t.Context(), "a/b", strings.NewReader("x")); err == nil {
			t.Error("Put says that it went well")
		}
		if _, err := disk.Open(t.Context(), "a/b"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a folder was opened: %v", err)
		}
		if got := filesIn(t, dir); !slices.Equal(got, []string{"a/b/c"}) {
			t.Errorf("the folder holds %q", got)
		}
	})
	t.Run("no folder at all", func(t *testing.T) {
		t.Parallel()
		name := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{name, filepath.Join(name, "media")} {
			if disk, err := blob.NewDisk(dir); err == nil || disk != nil {
				t.Errorf("NewDisk(%q): %v, %v", dir, disk, err)
			}
		}
	})
}

func TestDiskRemovesOldUnfinishedFiles(t *testing.T) {
	t.Parallel()
	_, dir := newDisk(t)
	unfinished := filepath.Join(dir, ".unfinished")
	if err := os.Mkdir(unfinished, 0o750); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-25 * time.Hour)
	for name, modified := range map[string]time.Time{
		"LEFT": old, "BEINGWRITTEN": time.Now().Add(-23 * time.Hour),
	} {
		age(t, filepath.Join(unfinished, name), modified)
	}
	age(t, filepath.Join(dir, "original"), old)
	if _, err := blob.NewDisk(dir); err != nil {
		t.Fatal(err)
	}
	if got, want := filesIn(t, dir), []string{".unfinished/BEINGWRITTEN", "original"}; !slices.Equal(got, want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

// age makes a file if there is none, and sets when it was modified.
func age(t testing.TB, name string, modified time.Time) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(f.Close(), os.Chtimes(name, modified, modified))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDiskListsAndTouches(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	ctx := t.Context()
	if list, err := disk.List(ctx, "variants"); err != nil || len(list) > 0 {
		t.Errorf("without the folder: %v, %v", list, err)
	}
	put(t, disk, "variants/a", []byte("123"))
	put(t, disk, "variants/2/b", []byte("12"))
	put(t, disk, "variants-of-another-kind/c", []byte("1"))
	put(t, disk, "originals/d", []byte("1"))
	for _, stray := range []string{"README", ".hidden"} {
		age(t, filepath.Join(dir, "variants", stray), time.Now())
	}
	old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	age(t, filepath.Join(dir, "variants/a"), old)
	sizes := map[string]int64{}
	list, err := disk.List(ctx, "variants")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		sizes[e.Key] = e.Size
		if e.Modified.Equal(old) != (e.Key == "variants/a") {
			t.Errorf("%s was modified at %v", e.Key, e.Modified)
		}
	}
	if len(list) != 2 || sizes["variants/a"] != 3 || sizes["variants/2/b"] != 2 {
		t.Errorf("the list is %v", list)
	}
	later := old.Add(48 * time.Hour)
	if err := disk.Touch(ctx, "variants/a", later); err != nil {
		t.Fatal(err)
	}
	f, err := disk.Open(ctx, "variants/a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !f.Modified.Equal(later) {
		t.Errorf("a touched blob was modified at %v", f.Modified)
	}
	if err := disk.Touch(ctx, "variants/none", later); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("touching a missing blob: %v", err)
	}
	left, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := disk.List(left, "variants"); !errors.Is(err, context.Canceled) {
		t.Errorf("a list with an ended context: %v", err)
	}
}

func TestDiskDeletes(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	put(t, disk, "a/b", []byte("1"))
	for range 2 {
		if err := disk.Delete(t.Context(), "a/b"); err != nil {
			t.Error(err)
		}
	}
	if left := filesIn(t, dir); len(left) > 0 {
		t.Errorf("%q was left", left)
	}
}

// Callers delete an old blob and use it again at the same time. A caller whose Touch
// succeeded finds the blob.
func TestAnOldBlobIsDeletedWhileItIsUsedAgain(t *testing.T) {
	t.Parallel()
	d, _ := newDisk(t)
	now := time.Now()
	deleted, kept := 0, 0
	for i := range 300 {
		key := fmt.Sprintf("originals/%d", i)
		put(t, d, key, []byte("content"))
		if err := d.Touch(t.Context(), key, now.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		var gone [2]bool
		for n := range gone {
			group.Go(func() {
				var err error
				if gone[n], err = d.DeleteOld(t.Context(), key, now.Add(-time.Minute)); err != nil {
					t.Error(err)
				}
			})
		}
		err := fs.ErrNotExist
		for errors.Is(err, fs.ErrNotExist) {
			if err = d.Put(t.Context(), key, strings.NewReader("content")); err == nil {
				err = d.Touch(t.Context(), key, now)
			}
		}
		group.Wait()
		if gone[0] || gone[1] {
			deleted++
		} else {
			kept++
		}
		if err != nil || string(read(t, d, key)) != "content" {
			t.Fatalf("%d: %v", i, err)
		}
	}
	t.Logf("%d were deleted first, and %d kept", deleted, kept)
}
