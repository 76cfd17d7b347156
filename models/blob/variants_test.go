package blob_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"broadsheet/models/blob"
)

// watched is a store that counts, and can be held up or broken.
type watched struct {
	blob.Store
	puts, reading atomic.Int32
	gate          chan struct{} // if there is one, originals are read once it is closed
	put           func() error  // if there is one, Put does this instead
	hide          atomic.Int32  // how many more times a variant is not found
}

func (w *watched) Put(ctx context.Context, key string, r io.Reader) error {
	w.puts.Add(1)
	if w.put != nil {
		return w.put()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.Store.Put(ctx, key, r)
}

func (w *watched) Open(ctx context.Context, key string) (*blob.File, error) {
	if strings.HasPrefix(key, "variants/") && w.hide.Add(-1) >= 0 {
		return nil, fs.ErrNotExist
	}
	f, err := w.Store.Open(ctx, key)
	if err == nil && w.gate != nil && strings.HasPrefix(key, "originals/") {
		f.ReadSeekCloser = &held{f.ReadSeekCloser, w}
	}
	return f, err
}

type held struct {
	io.ReadSeekCloser
	store *watched
}

func (h *held) Read(p []byte) (int, error) {
	h.store.reading.Add(1)
	<-h.store.gate
	return h.ReadSeekCloser.Read(p)
}

func newVariants(t testing.TB, s blob.Store, o blob.VariantsOptions) *blob.Variants {
	t.Helper()
	v, err := blob.NewVariants(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// add keeps a picture like an uploaded one and returns its key.
func add(t testing.TB, s blob.Store, data []byte) string {
	t.Helper()
	p, data, err := blob.Inspect(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, blob.OriginalKey(p.Key), data)
	return p.Key
}

// open may be called beside the test's own goroutine, so it does not end it.
func open(t testing.TB, v *blob.Variants, key string, width int) []byte {
	t.Helper()
	f, err := v.OpenAs(t.Context(), key, width, blob.Classic)
	if err != nil {
		t.Error(err)
		return nil
	}
	return drain(t, f)
}

func decode(t testing.TB, data []byte) (m image.Image, format string) {
	t.Helper()
	m, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m, format
}

func TestVariantsOptions(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	for name, c := range map[string]struct {
		store   blob.Store
		options blob.VariantsOptions
		ok      bool
	}{
		"all left open":    {disk, blob.VariantsOptions{}, true},
		"all given":        {disk, blob.VariantsOptions{Workers: 1, MaxBytes: 1}, true},
		"no store":         {nil, blob.VariantsOptions{}, false},
		"workers below 0":  {disk, blob.VariantsOptions{Workers: -1}, false},
		"no room, below 0": {disk, blob.VariantsOptions{MaxBytes: -1}, false},
	} {
		if _, err := blob.NewVariants(c.store, c.options); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVariants(t *testing.T) {
	t.Parallel()
	seeThrough := image.NewNRGBA(image.Rect(0, 0, 1000, 400))
	for i := range seeThrough.Pix {
		seeThrough.Pix[i] = 128
	}
	opaque := image.NewNRGBA(image.Rect(0, 0, 1000, 400))
	for i := range opaque.Pix {
		opaque.Pix[i] = 255
	}
	part := asGIFFrame(t, 1000, 400)
	for name, c := range map[string]struct {
		data   []byte
		format string
		sizes  map[int][2]int
	}{
		"wide JPEG": {
			asJPEG(t, quarters(2000, 1001)), "jpeg",
			map[int][2]int{320: {320, 160}, 640: {640, 320}, 960: {960, 480}, 1280: {1280, 641}, 1920: {1920, 961}},
		},
		"small JPEG":         {asJPEG(t, quarters(401, 301)), "jpeg", map[int][2]int{320: {320, 240}, 640: {401, 301}, 1920: {401, 301}}},
		"one pixel":          {asPNG(t, quarters(1, 1)), "jpeg", map[int][2]int{320: {1, 1}, 1920: {1, 1}}},
		"one row":            {asPNG(t, quarters(20_000, 1)), "jpeg", map[int][2]int{320: {320, 1}}},
		"one column":         {asPNG(t, quarters(1, 20_000)), "jpeg", map[int][2]int{320: {1, 20_000}}},
		"see-through PNG":    {asPNG(t, seeThrough), "png", map[int][2]int{320: {320, 128}, 1280: {1000, 400}}},
		"PNG that is opaque": {asPNG(t, opaque), "jpeg", map[int][2]int{320: {320, 128}}},
		"WebP":               {asWebP(1000, 400, nil), "jpeg", map[int][2]int{320: {320, 128}, 1920: {1000, 400}}},
		"GIF of many frames": {manyFrames(t, paletted(1000, 400), 300), "jpeg", map[int][2]int{320: {320, 128}}},
		"GIF, small frame":   {part, "png", map[int][2]int{320: {320, 128}, 1920: {1000, 400}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			disk, _ := newDisk(t)
			v := newVariants(t, disk, blob.VariantsOptions{})
			key := add(t, disk, c.data)
			for width, want := range c.sizes {
				first, second := open(t, v, key, width), open(t, v, key, width)
				if !bytes.Equal(first, second) {
					t.Errorf("%d: the one kept is not the one made", width)
				}
				m, format := decode(t, first)
				if got := [2]int{m.Bounds().Dx(), m.Bounds().Dy()}; got != want || format != c.format {
					t.Errorf("%d: got %v as %s, want %v as %s", width, got, format, want, c.format)
				}
			}
			if !bytes.Equal(read(t, disk, blob.OriginalKey(key)), c.data) {
				t.Error("the original was changed")
			}
		})
	}
}

// asGIFFrame is a GIF with one black frame in its lower right quarter.
func asGIFFrame(t testing.TB, width, height int) []byte {
	m := image.NewPaletted(image.Rect(width/2, height/2, width, height), color.Palette{color.Black, color.White})
	return asGIF(t, oneFrame(m, width, height))
}

func TestAFrameLeavesTheRestTransparent(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	m, _ := decode(t, open(t, v, add(t, disk, asGIFFrame(t, 400, 400)), 320))
	for at, want := range map[image.Point]uint32{{80, 80}: 0, {240, 80}: 0, {80, 240}: 0, {240, 240}: 0xFFFF} {
		if _, _, _, alpha := m.At(at.X, at.Y).RGBA(); alpha != want {
			t.Errorf("at %v it lets through %d, want %d", at, alpha, want)
		}
	}
}

func TestUnknownPicturesAndWidthsAreNotFound(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	known := add(t, disk, asPNG(t, quarters(400, 300)))
	type request struct {
		key   string
		width int
	}
	list := []request{{known, 0}, {known, -320}, {known, 321}, {known, 1 << 40}, {"unknown", 320}}
	for _, key := range badKeys {
		list = append(list, request{key, 320})
	}
	for _, r := range list {
		if f, err := v.OpenAs(t.Context(), r.key, r.width, blob.Classic); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q, %d): %v, %v", r.key, r.width, f, err)
		}
	}
	if got, want := filesIn(t, dir), []string{blob.OriginalKey(known)}; !slices.Equal(got, want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestVariantsOfADamagedOriginal(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, quarters(400, 300))
	for name, c := range map[string]struct {
		data []byte
		want error // nil: any
	}{
		"cut off":     {photo[:len(photo)/2], nil},
		"text":        {[]byte("text"), blob.ErrNoPicture},
		"empty":       {nil, blob.ErrNoPicture},
		"a bomb":      {asWebP(16384, 16384, nil), blob.ErrTooWide},
		"a long file": {make([]byte, blob.MaxPictureBytes+1), blob.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			disk, dir := newDisk(t)
			put(t, disk, blob.OriginalKey("x"), c.data)
			v := newVariants(t, disk, blob.VariantsOptions{})
			_, err := v.OpenAs(t.Context(), "x", 320, blob.Classic)
			// It is there, so "not found" would hide the damage.
			if err == nil || errors.Is(err, fs.ErrNotExist) || (c.want != nil && !errors.Is(err, c.want)) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if got := filesIn(t, dir); len(got) != 1 {
				t.Errorf("the folder holds %q", got)
			}
		})
	}
}

func TestConcurrentCallersRenderAVariantOnce(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	key := add(t, disk, asJPEG(t, quarters(800, 600)))
	synctest.Test(t, func(t *testing.T) {
		store := &watched{Store: disk, gate: make(chan struct{})}
		v := newVariants(t, store, blob.VariantsOptions{Workers: 4})
		answers := make([][]byte, 8)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = open(t, v, key, 640) })
		}
		synctest.Wait() // now all of them wait for one picture
		if n := store.reading.Load(); n != 1 {
			t.Errorf("%d are reading the original, want 1", n)
		}
		close(store.gate)
		all.Wait()
		if n := store.puts.Load(); n != 1 {
			t.Errorf("it was made %d times", n)
		}
		for _, a := range answers {
			if !bytes.Equal(a, answers[0]) {
				t.Error("two readers got different pictures")
			}
		}
		before := store.reading.Load()
		open(t, v, key, 640)
		if store.reading.Load() != before {
			t.Error("the original was read again")
		}
	})
}

// One decoding is enough for all widths and formats.
func TestWidthsSoonAfterEachOtherNeedOneDecoding(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	key := add(t, disk, asJPEG(t, quarters(2000, 1000)))
	store := &watched{Store: disk, gate: make(chan struct{})}
	close(store.gate)
	v := newVariants(t, store, blob.VariantsOptions{})
	open(t, v, key, 320)
	once := store.reading.Load()
	for _, width := range blob.Widths {
		for _, format := range []blob.Format{blob.Classic, blob.WebP} {
			f, err := v.OpenAs(t.Context(), key, width, format)
			if err != nil {
				t.Fatal(err)
			}
			if m, _ := decode(t, drain(t, f)); m.Bounds().Dx() != width {
				t.Errorf("%d: %v", width, m.Bounds())
			}
		}
	}
	if n := store.reading.Load(); once == 0 || n != once {
		t.Errorf("the original was read %d times for one width and %d times for all", once, n)
	}
}

// The pictures that are kept in memory stay within the limit, the last used ones stay.
func TestFewDecodedPicturesAreKept(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	store := &watched{Store: disk, gate: make(chan struct{})}
	close(store.gate)
	v := newVariants(t, store, blob.VariantsOptions{})
	var keys []string
	for i := range 6 { // 7.3 MB each
		keys = append(keys, add(t, disk, asPNG(t, quarters(1900, 960+i))))
	}
	decodes := func(key string, width int) bool {
		before := store.reading.Load()
		open(t, v, key, width)
		return store.reading.Load() != before
	}
	for _, key := range keys {
		decodes(key, 320)
	}
	if decodes(keys[5], 640) || decodes(keys[2], 640) || !decodes(keys[1], 640) || decodes(keys[2], 960) || !decodes(keys[3], 960) {
		t.Error("the pictures that stay are not the four that were used last")
	}
}

// Between looking for a variant and beginning to make it, another may have
// made it.
func TestAVariantStoredMeanwhileIsNotRenderedAgain(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	key := add(t, disk, asJPEG(t, quarters(800, 600)))
	store := &watched{Store: disk}
	v := newVariants(t, store, blob.VariantsOptions{})
	first := open(t, v, key, 640)
	store.hide.Store(1)
	if !bytes.Equal(open(t, v, key, 640), first) {
		t.Error("another picture the second time")
	}
	if n := store.puts.Load(); n != 1 {
		t.Errorf("it was made %d times", n)
	}
}

func TestVariantsUseAtMostTheirWorkers(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	var keys []string
	for i := range 6 {
		keys = append(keys, add(t, disk, asPNG(t, quarters(400+i, 300))))
	}
	synctest.Test(t, func(t *testing.T) {
		store := &watched{Store: disk, gate: make(chan struct{})}
		v := newVariants(t, store, blob.VariantsOptions{Workers: 2})
		var all sync.WaitGroup
		for _, key := range keys {
			all.Go(func() { open(t, v, key, 320) })
		}
		synctest.Wait()
		if n := store.reading.Load(); n != 2 {
			t.Errorf("%d pictures are being made, want 2", n)
		}
		// An unknown picture must not wait for a worker.
		if _, err := v.OpenAs(t.Context(), "unknown", 320, blob.Classic); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("an unknown picture: %v", err)
		}
		close(store.gate)
		all.Wait()
	})
}

func TestACallerThatLeavesDoesNotStopARendering(t *testing.T) {
	t.Parallel()
	disk, dir := newDisk(t)
	key := add(t, disk, asJPEG(t, quarters(800, 600)))
	synctest.Test(t, func(t *testing.T) {
		store := &watched{Store: disk, gate: make(chan struct{})}
		v := newVariants(t, store, blob.VariantsOptions{})
		leaving, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := v.OpenAs(leaving, key, 640, blob.Classic); !errors.Is(err, context.Canceled) {
				t.Errorf("the caller that left got %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() { open(t, v, key, 640) })
		synctest.Wait()
		leave()
		synctest.Wait()
		close(store.gate)
		all.Wait()
		if n := store.puts.Load(); n != 1 {
			t.Errorf("it was made %d times", n)
		}
	})
	if got := filesIn(t, dir); len(got) != 2 {
		t.Errorf("the folder holds %q, want an original and a variant", got)
	}
}

func TestVariantsThatCannotBeStoredAreServed(t *testing.T) {
	t.Parallel()
	picture := asJPEG(t, quarters(800, 600))
	t.Run("full disk", func(t *testing.T) {
		t.Parallel()
		disk, _ := newDisk(t)
		store := &watched{Store: disk, put: func() error { return syscall.ENOSPC }}
		v := newVariants(t, store, blob.VariantsOptions{})
		key := add(t, disk, picture)
		for n := range 2 {
			m, _ := decode(t, open(t, v, key, 320))
			if m.Bounds().Dx() != 320 || store.puts.Load() != int32(n+1) {
				t.Errorf("%v wide, tried %d times to keep it", m.Bounds(), store.puts.Load())
			}
		}
	})
	t.Run("folder that cannot be made", func(t *testing.T) {
		t.Parallel()
		disk, dir := newDisk(t)
		if err := os.WriteFile(filepath.Join(dir, "variants"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		v := newVariants(t, disk, blob.VariantsOptions{})
		if m, _ := decode(t, open(t, v, add(t, disk, picture), 320)); m.Bounds().Dx() != 320 {
			t.Errorf("%v wide", m.Bounds())
		}
	})
}

// The maker runs in its own goroutine, where a panic would end the site.
func TestAPanicOfADecoderIsAnError(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	store := &watched{Store: disk, put: func() error { panic("the decoder lost its way") }}
	v := newVariants(t, store, blob.VariantsOptions{Workers: 1})
	key := add(t, disk, asJPEG(t, quarters(800, 600)))
	for range 2 { // twice: the one worker must be free again
		if _, err := v.OpenAs(t.Context(), key, 320, blob.Classic); err == nil || !strings.Contains(err.Error(), "lost its way") {
			t.Errorf("got %v", err)
		}
	}
}

// WebP is a variant of its own: the same picture in the same size, and less to
// send.
func TestVariantsAsWebP(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	seeThrough := image.NewNRGBA(image.Rect(0, 0, 400, 200))
	draw.Draw(seeThrough, image.Rect(0, 0, 200, 200), image.NewUniform(color.NRGBA{200, 30, 40, 128}), image.Point{}, draw.Src)
	for name, picture := range map[string][]byte{"photo": asJPEG(t, quarters(1000, 400)), "see-through": asPNG(t, seeThrough)} {
		key := add(t, disk, picture)
		classic := open(t, v, key, 320)
		f, err := v.OpenAs(t.Context(), key, 320, blob.WebP)
		if err != nil {
			t.Fatal(err)
		}
		webp := drain(t, f)
		want, _ := decode(t, classic)
		got, format := decode(t, webp)
		if format != "webp" || got.Bounds() != want.Bounds() || len(webp) >= len(classic) {
			t.Errorf("%s: %s, %v, %d bytes; the other is %v, %d bytes", name, format, got.Bounds(), len(webp), want.Bounds(), len(classic))
		}
		for _, at := range []image.Point{{20, 20}, {300, 20}, {20, got.Bounds().Dy() - 20}} {
			if near(got.At(at.X, at.Y), want.At(at.X, at.Y)) {
				continue
			}
			t.Errorf("%s at %v: %v, want %v", name, at, got.At(at.X, at.Y), want.At(at.X, at.Y))
		}
		if again := open(t, v, key, 320); !bytes.Equal(again, classic) {
			t.Errorf("%s: the one format took the other's place", name)
		}
	}
}

// WebP has a highest side, which a picture that is taken may exceed.
func TestWebPOfATallPicture(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	for _, width := range []int{1, 40} {
		f, err := v.OpenAs(t.Context(), add(t, disk, asPNG(t, quarters(width, 20_000))), 320, blob.WebP)
		if err != nil {
			t.Fatal(err)
		}
		if m, _ := decode(t, drain(t, f)); m.Bounds().Dy() != 16383 || m.Bounds().Dx() > width {
			t.Errorf("%d wide: %v", width, m.Bounds())
		}
	}
}

// near reports whether two colours look the same.
func near(a, b color.Color) bool {
	r1, g1, b1, a1 := a.RGBA()
	r2, g2, b2, a2 := b.RGBA()
	for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2), int(a1) - int(a2)} {
		if d < -0x1000 || d > 0x1000 {
			return false
		}
	}
	return true
}
