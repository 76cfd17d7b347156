package blob_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models/blob"
)

// aged puts a blob of a size that was last used so many hours ago.
func aged(t testing.TB, disk *blob.Disk, dir, key string, size, hours int) {
	t.Helper()
	put(t, disk, key, make([]byte, size))
	age(t, filepath.Join(dir, key), time.Now().Add(-time.Duration(hours)*time.Hour))
}

func TestOldVariantsAreRemovedAboveTheLimit(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	// Ten variants of 10,000 bytes, the longest unused first in the list but
	// not by name; one of them from an older way of rendering.
	variants := []string{"2/j-320", "k-640", "2/h-320", "2/g-320", "2/f-320", "2/e-320", "2/d-320", "2/c-320", "2/b-320", "2/a-320"}
	for i, name := range variants {
		aged(t, disk, dir, "variants/"+name, 10_000, 100-i)
	}
	aged(t, disk, dir, "originals/old", 500_000, 10_000)
	aged(t, disk, dir, "else/old", 500_000, 10_000)
	key := add(t, disk, asPNG(t, quarters(400, 300)))
	v := newVariants(t, disk, blob.VariantsOptions{MaxBytes: 100_000})
	made := open(t, v, key, 320)
	if len(made) > 10_000 {
		t.Fatalf("the variant has %d bytes; the test counts on fewer", len(made))
	}
	// A little above the limit; back to nine tenths of it.
	want := []string{"else/old", blob.OriginalKey(key), "originals/old"}
	for _, name := range variants[2:] {
		want = append(want, "variants/"+name)
	}
	var others []string
	for _, name := range filesIn(t, dir) {
		if name != fmt.Sprintf("variants/4/%s-320", key) {
			others = append(others, name)
		}
	}
	slices.Sort(want)
	if slices.Sort(others); !slices.Equal(others, want) {
		t.Errorf("the folder holds\n%q, want\n%q", others, want)
	}
	if !bytes.Equal(open(t, v, key, 320), made) {
		t.Error("another variant is served the second time")
	}
}

// With room for all, nothing goes, however old.
func TestVariantsStayBelowTheLimit(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	for i := range 10 {
		aged(t, disk, dir, fmt.Sprintf("variants/4/%d-320", i), 10_000, 100_000)
	}
	key := add(t, disk, asPNG(t, quarters(400, 300)))
	v := newVariants(t, disk, blob.VariantsOptions{MaxBytes: 200_000})
	for _, width := range blob.Widths {
		open(t, v, key, width)
	}
	if got, want := len(filesIn(t, dir)), 10+1+len(blob.Widths); got != want {
		t.Errorf("there are %d files, want %d", got, want)
	}
}

func TestVariantsInUseStay(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	one := add(t, disk, asPNG(t, quarters(400, 300)))
	other := add(t, disk, asPNG(t, quarters(300, 400)))
	v := newVariants(t, disk, blob.VariantsOptions{MaxBytes: 1 << 20})
	open(t, v, one, 320)
	file := filepath.Join(dir, fmt.Sprintf("variants/4/%s-320", one))
	age(t, file, time.Now().Add(-1000*time.Hour))
	aged(t, disk, dir, "variants/4/large-320", 1<<20, 500)
	open(t, v, one, 320) // now it was used later than the large one
	again := newVariants(t, disk, blob.VariantsOptions{MaxBytes: 1 << 20})
	open(t, again, other, 320)
	for _, name := range filesIn(t, dir) {
		if strings.Contains(name, "large") {
			t.Error("the one that was not used is there still")
		}
	}
	if _, err := disk.Open(t.Context(), fmt.Sprintf("variants/4/%s-320", one)); err != nil {
		t.Errorf("the one in use is gone: %v", err)
	}
}

// Writing to the disk for each reader would wear it out for nothing.
func TestVariantsAreTouchedAtMostHourly(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	key := add(t, disk, asPNG(t, quarters(400, 300)))
	var now time.Time
	v := newVariants(t, disk, blob.VariantsOptions{Now: func() time.Time { return now }})
	open(t, v, key, 320)
	modified := func() time.Time {
		list, err := disk.List(t.Context(), "variants")
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0].Modified
	}
	made := modified()
	for _, c := range []struct {
		later time.Duration
		want  time.Duration // after it was made, when it seems to be used last
	}{{50 * time.Minute, 0}, {70 * time.Minute, 70 * time.Minute}, {120 * time.Minute, 70 * time.Minute}, {140 * time.Minute, 140 * time.Minute}} {
		now = made.Add(c.later)
		open(t, v, key, 320)
		if got := modified().Sub(made); got != c.want {
			t.Errorf("used %v later, it was touched for %v, want %v", c.later, got, c.want)
		}
	}
}

// Even with no room at all, each reader gets the picture.
func TestAVariantAboveTheLimitIsServed(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{MaxBytes: 1})
	var keys []string
	for i := range 4 {
		keys = append(keys, add(t, disk, asPNG(t, quarters(400+i, 300))))
	}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() { open(t, v, keys[i%4], blob.Widths[i%3]) })
	}
	all.Wait()
	if got := len(filesIn(t, dir)); got != len(keys) {
		t.Errorf("the folder holds %d files, want the %d originals", got, len(keys))
	}
}
