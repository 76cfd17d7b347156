package library_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"os"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/library"
)

// fullDisk is a store without space.
type fullDisk struct{ *blob.Disk }

// Put writes a part, and then finds no space.
func (d fullDisk) Put(ctx context.Context, key string, r io.Reader) error {
	return d.Disk.Put(ctx, key, io.MultiReader(io.LimitReader(r, 100), failing{}))
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, syscall.ENOSPC }

// An upload onto a full disk says so, and leaves neither a row nor a file.
func TestUploadOntoAFullDisk(t *testing.T) {
	each(t, func(n *newsroomTest) {
		full, err := blob.NewVariants(fullDisk{n.disk}, blob.VariantsOptions{})
		n.check(err)
		stored := n.add(photo(60, 40, red), library.Texts{Alt: "Stored before"})
		upload := library.Upload{Reader: bytes.NewReader(photo(60, 41, red))}
		_, err = library.Add(n.Context(), n.db, full, editor, upload)
		if e, ok := err.(*models.Error); !ok || e.Kind != models.Unavailable || e.Code != "disk-full" {
			n.Errorf("an upload: %v", err)
		}
		_, err = library.Replace(n.Context(), n.db, full, editor, stored.ID, "x.jpg", bytes.NewReader(photo(60, 42, red)))
		if models.KindOf(err) != models.Unavailable {
			n.Errorf("a replacement: %v", err)
		}
		list, _, err := library.Search(n.Context(), n.db, models.At(n.clock.Now()), library.Query{})
		n.check(err)
		if len(list) != 1 || list[0].File != stored.File {
			n.Errorf("rows: %+v", list)
		}
		if files, err := n.disk.List(n.Context(), "originals"); err != nil || len(files) != 1 {
			n.Errorf("files: %v (%v)", files, err)
		}
	})
}

// The same file uploaded at once by many is one picture; different files are all kept.
func TestUploadsAtOnce(t *testing.T) {
	each(t, func(n *newsroomTest) {
		var wg sync.WaitGroup
		ids := make([]int64, 20)
		for i := range ids {
			wg.Go(func() {
				m, err := library.Add(context.Background(), n.db, n.variants, editor, library.Upload{Reader: bytes.NewReader(photo(60, 40+i%10, red))})
				if err != nil {
					n.Error(err)
					return
				}
				ids[i] = m.ID
			})
		}
		wg.Wait()
		different := map[int64]bool{}
		for i, id := range ids {
			if different[id] = true; id != ids[i%10] {
				n.Errorf("upload %d is picture %d, the same file is %d", i, id, ids[i%10])
			}
		}
		if len(different) != 10 {
			n.Errorf("%d pictures", len(different))
		}
	})
}

// peak returns the most memory that this process had, in MB.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("this system does not tell the peak of memory")
	}
	kb, err := strconv.Atoi(string(regexp.MustCompile(`VmHWM:\s+(\d+)`).FindSubmatch(status)[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1024
}

// BenchmarkFiftyUploads uploads 50 photos of 12 megapixels at once. It reports the peak
// of the memory of the whole process; run it alone.
func BenchmarkFiftyUploads(b *testing.B) {
	m := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	for i := range m.Y {
		m.Y[i] = uint8(i*i>>7 ^ i>>3)
	}
	m.Cb[0] = 200
	var original bytes.Buffer
	if err := jpeg.Encode(&original, m, &jpeg.Options{Quality: 90}); err != nil {
		b.Fatal(err)
	}
	db := modeltest.SQLite(b, modeltest.NewClock())
	disk, err := blob.NewDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	variants, err := blob.NewVariants(disk, blob.VariantsOptions{})
	if err != nil {
		b.Fatal(err)
	}
	before := peak(b)
	for n := range b.N {
		var wg sync.WaitGroup
		for i := range 50 {
			// A comment behind the end makes each file another one.
			file := io.MultiReader(bytes.NewReader(original.Bytes()), bytes.NewReader([]byte{byte(i), byte(n)}))
			wg.Go(func() {
				if _, err := library.Add(context.Background(), db, variants, editor, library.Upload{Reader: file}); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(original.Len())/1e6, "MB/file")
	b.ReportMetric(before, "MB-before")
	b.ReportMetric(peak(b), "MB-peak")
}
