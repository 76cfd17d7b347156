package library_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
)

// After random changes of pictures, cleaning deletes no file that a picture needs, and none
// that was needed a short time ago. In the end it deletes all others.
func TestCleaningDeletesOnlyWhatNothingNeeds(t *testing.T) {
	each(t, func(n *newsroomTest) {
		variants, err := blob.NewVariants(n.disk, blob.VariantsOptions{Now: n.clock.Now})
		n.check(err)
		random := rand.New(rand.NewPCG(7, 7))
		var all []pictures.Picture
		load := func() {
			all = nil
			n.check(n.db.Query(n.Context()).Order("id").Find(&all).Error)
		}
		// free tells from when on nothing needed a file; no entry: it is needed.
		free, restored, tooLate := map[string]time.Time{}, 0, 0
		open := func(file string) error {
			f, err := variants.OpenAs(n.Context(), file, 320, blob.Classic)
			if err == nil {
				err = f.Close()
			}
			return err
		}
		for range 150 {
			load()
			file := func() *bytes.Reader { return bytes.NewReader(photo(20, 20+random.IntN(12), red)) }
			switch random.IntN(7) {
			case 0, 1:
				added, err := library.Add(n.Context(), n.db, variants, editor, library.Upload{Reader: file()})
				n.check(err)
				delete(free, added.File)
			case 2:
				if len(all) > 0 {
					m := all[random.IntN(len(all))]
					changed, err := library.Replace(n.Context(), n.db, variants, editor, m.ID, "x.jpg", file())
					if models.KindOf(err) == models.NotFound { // it was removed
						continue
					}
					n.check(err)
					free[m.File] = n.clock.Now()
					delete(free, changed.File)
				}
			case 3:
				if len(all) > 0 {
					m := all[random.IntN(len(all))]
					if m.RemovedAt.IsZero() {
						n.check(library.Remove(n.Context(), n.db, editor, m.ID))
						free[m.File] = n.clock.Now()
					}
				}
			case 4:
				for _, m := range all {
					if m.RemovedAt.IsZero() {
						continue
					}
					err := library.Restore(n.Context(), n.db, editor, m.ID)
					if late := n.clock.Now().Sub(m.RemovedAt.Time) >= library.KeptFor; late {
						if tooLate++; models.KindOf(err) != models.Conflict {
							n.Errorf("restored too late: %v", err)
						}
						continue
					}
					n.check(err)
					restored++
					delete(free, m.File)
					break
				}
			default:
				n.clock.Advance(time.Duration(random.IntN(12*24)) * time.Hour)
				n.check(library.Clean(n.Context(), n.db, variants))
			}
			load()
			for _, m := range all {
				if needed := m.RemovedAt.IsZero() || n.clock.Now().Sub(m.RemovedAt.Time) < library.KeptFor; needed {
					if err := open(m.File); err != nil {
						n.Fatalf("the file %s of picture %d: %v", m.File, m.ID, err)
					}
				}
			}
		}
		needed := cleanAll(n, variants)
		gone := 0
		for file := range free {
			if !slices.Contains(needed, file) {
				if gone++; !isMissing(open(file)) {
					n.Errorf("%s is still served", file)
				}
			}
		}
		if gone == 0 || restored == 0 || tooLate == 0 {
			n.Errorf("%d files deleted, %d pictures restored, %d too late: the test tries too little", gone, restored, tooLate)
		}
	})
}

// cleanAll cleans when all times are over. It returns the files that pictures need, and
// compares them with those that are there.
func cleanAll(n *newsroomTest, variants *blob.Variants) (needed []string) {
	n.Helper()
	n.clock.Advance(library.KeptFor + time.Hour)
	n.check(library.Clean(n.Context(), n.db, variants))
	var all []pictures.Picture
	n.check(n.db.Query(n.Context()).Find(&all).Error)
	var kept []string
	for _, m := range all {
		if m.RemovedAt.IsZero() {
			needed = append(needed, m.File)
		}
	}
	originals, err := variants.Originals(n.Context())
	n.check(err)
	for _, o := range originals {
		kept = append(kept, o.Key)
	}
	slices.Sort(needed)
	slices.Sort(kept)
	if !slices.Equal(kept, needed) {
		n.Errorf("in the end the files are %v, the pictures need %v", kept, needed)
	}
	return needed
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// A file that was uploaded again is not deleted, though its first upload is old and its
// row is not stored yet; one call deletes at most its limit.
func TestCleaningLeavesWhatIsUploadedAgain(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	disk, err := blob.NewDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	variants, err := blob.NewVariants(disk, blob.VariantsOptions{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	take := func() string {
		p, err := variants.Take(t.Context(), bytes.NewReader(photo(30, 30, red)), func(p *blob.Picture) (string, error) { return p.Key, nil })
		if err != nil {
			t.Fatal(err)
		}
		return p.Key
	}
	clean := func() {
		t.Helper()
		if err := library.Clean(t.Context(), db, variants); err != nil {
			t.Fatal(err)
		}
	}
	key := take()
	clock.Advance(library.KeptFor)
	take()
	clock.Advance(library.KeptFor + library.CleanDelay)
	clean()
	if _, err := disk.Open(t.Context(), blob.OriginalKey(key)); err != nil {
		t.Error(err)
	}
	clock.Advance(time.Second)
	clean()
	if _, err := disk.Open(t.Context(), blob.OriginalKey(key)); !isMissing(err) {
		t.Errorf("an upload without a picture stays: %v", err)
	}
}

// meeting is a store in which a cleaner and an upload meet.
type meeting struct {
	blob.Store
	beforeDelete, afterPut func()
}

func (m *meeting) DeleteOld(ctx context.Context, key string, before time.Time) (bool, error) {
	if m.beforeDelete != nil {
		m.beforeDelete()
	}
	return m.Store.DeleteOld(ctx, key, before)
}

func (m *meeting) Put(ctx context.Context, key string, r io.Reader) error {
	err := m.Store.Put(ctx, key, r)
	if then := m.afterPut; then != nil {
		m.afterPut = nil
		then()
	}
	return err
}

// An old file is uploaded again while a cleaner deletes it, in both orders. Afterwards the
// picture has its file.
func TestAnUploadMeetsTheCleaner(t *testing.T) {
	each(t, func(n *newsroomTest) {
		for order, meet := range map[string]func(m *meeting, clean, upload func()){
			"the upload comes before the deletion": func(m *meeting, clean, upload func()) { m.beforeDelete = upload; clean() },
			"the upload is in the midst of it":     func(m *meeting, clean, upload func()) { m.afterPut = clean; upload() },
			"the upload comes afterwards":          func(_ *meeting, clean, upload func()) { clean(); upload() },
		} {
			store := &meeting{Store: n.disk}
			variants, err := blob.NewVariants(store, blob.VariantsOptions{Now: n.clock.Now})
			n.check(err)
			file := photo(20, 20+len(order), red)
			upload := func() library.Uploaded {
				added, err := library.Add(n.Context(), n.db, variants, editor, library.Upload{Reader: bytes.NewReader(file)})
				n.check(err)
				return added
			}
			first := upload()
			n.check(library.Remove(n.Context(), n.db, editor, first.ID))
			n.clock.Advance(library.KeptFor + library.CleanDelay + time.Hour)
			uploads := 0
			meet(store, func() { n.check(library.Clean(n.Context(), n.db, variants)) }, func() {
				if uploads++; uploads == 1 { // the cleaner may delete other files
					upload()
				}
			})
			stored, err := pictures.ByID(n.Context(), n.db, first.ID)
			n.check(err)
			f, err := variants.OpenAs(n.Context(), stored.File, 320, blob.Classic)
			if err != nil || !stored.RemovedAt.IsZero() || uploads != 1 {
				n.Errorf("%s: %d uploads, removed %v, %v", order, uploads, stored.RemovedAt, err)
				continue
			}
			n.check(f.Close())
		}
	})
}
