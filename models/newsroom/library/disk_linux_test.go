package library_test

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/library"
)

// smallDisk returns a store on a file system of its own, nil where the system does not let
// this process mount one. The mount belongs to a thread that ends at once, so nothing
// stays behind. The open folder keeps the file system until the store is forgotten.
func smallDisk(t *testing.T, dir, options string, flags uintptr) *blob.Disk {
	t.Helper()
	found := make(chan *blob.Disk)
	go func() {
		runtime.LockOSThread() // for ever: the thread ends with the goroutine
		defer close(found)
		for _, err := range []error{
			syscall.Unshare(syscall.CLONE_FS | syscall.CLONE_NEWNS),
			syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""),
			syscall.Mount("tmpfs", dir, "tmpfs", flags, options),
		} {
			if err != nil {
				t.Logf("no file system of its own: %v", err)
				return
			}
		}
		disk, err := blob.NewDisk(dir)
		if err != nil {
			t.Error(err)
			return
		}
		found <- disk
	}()
	return <-found
}

// A real disk that fills during uploads: each upload is stored whole or is refused in
// words and leaves nothing, and uploads go on when there is room again.
func TestUploadsFillARealDisk(t *testing.T) {
	each(t, func(n *newsroomTest) {
		disk := smallDisk(n.T, n.TempDir(), "size=400k", 0)
		if disk == nil {
			return // TestUploadOntoAFullDisk has the same with a store that fails
		}
		variants, err := blob.NewVariants(disk, blob.VariantsOptions{})
		n.check(err)
		noise := func(i int) []byte { // about 100 kB
			random := rand.New(rand.NewPCG(uint64(i), 1))
			trailer := make([]byte, 100_000)
			for j := range trailer {
				trailer[j] = byte(random.Uint32())
			}
			return slices.Concat(photo(60, 40+i, red), trailer)
		}
		var stored []string
		refused := 0
		for i := range 8 {
			added, err := library.Add(n.Context(), n.db, variants, editor, library.Upload{Reader: bytes.NewReader(noise(i))})
			if err == nil {
				stored = append(stored, blob.OriginalKey(added.File))
				continue
			}
			refused++
			if e, ok := err.(*models.Error); !ok || e.Kind != models.Unavailable || e.Code != "disk-full" {
				n.Errorf("upload %d: %v", i, err)
			}
		}
		if len(stored) == 0 || refused == 0 {
			n.Fatalf("%d stored, %d refused", len(stored), refused)
		}
		files, err := disk.List(n.Context(), "originals")
		n.check(err)
		var kept []string
		for _, f := range files {
			if f.Size < 100_000 {
				n.Errorf("%s has %d bytes", f.Key, f.Size)
			}
			kept = append(kept, f.Key)
		}
		slices.Sort(kept)
		slices.Sort(stored)
		if !slices.Equal(kept, stored) {
			n.Errorf("files %v, pictures %v", kept, stored)
		}
		list, _, err := library.Search(n.Context(), n.db, models.At(n.clock.Now()), library.Query{})
		n.check(err)
		if len(list) != len(stored) {
			n.Errorf("%d rows, %d files", len(list), len(stored))
		}
		n.check(disk.Delete(n.Context(), stored[0]))
		if _, err := library.Add(n.Context(), n.db, variants, editor, library.Upload{Reader: bytes.NewReader(noise(9))}); err != nil {
			n.Errorf("with room again: %v", err)
		}
	})
}

// A file system that can only be read refuses uploads in the same words.
func TestUploadsOntoAReadOnlyDisk(t *testing.T) {
	each(t, func(n *newsroomTest) {
		disk := smallDisk(n.T, n.TempDir(), "size=400k", syscall.MS_RDONLY)
		if disk == nil {
			return
		}
		variants, err := blob.NewVariants(disk, blob.VariantsOptions{})
		n.check(err)
		_, err = library.Add(n.Context(), n.db, variants, editor, library.Upload{Reader: bytes.NewReader(photo(60, 40, red))})
		if e, ok := err.(*models.Error); !ok || e.Code != "disk-full" {
			n.Errorf("got %v", err)
		}
	})
}
