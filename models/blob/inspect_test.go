package blob_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"broadsheet/models/blob"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	m := quarters(40, 24)
	photo := asJPEG(t, m)
	for name, c := range map[string]struct {
		data          []byte
		format        string
		width, height int
	}{
		"JPEG":                      {photo, "jpeg", 40, 24},
		"JPEG with more behind it":  {join(photo, []byte("<script>")), "jpeg", 40, 24},
		"JPEG with a film behind":   {join(photo, make([]byte, 9), bytes.Repeat([]byte{0xFF, 0xDA, 0, 2}, 200)), "jpeg", 40, 24},
		"JPEG with fill bytes":      {join(photo[:2], []byte{0xFF, 0xFF}, photo[2:]), "jpeg", 40, 24},
		"JPEG with a small picture": {withSegments(photo, segment(0xE2, bytes.Repeat([]byte{0xFF, 0xDA}, 200))), "jpeg", 40, 24},
		"JPEG, progressive":         {progressive(32, 10), "jpeg", 32, 32},
		"JPEG, most scans":          {progressive(32, blob.MaxPictureScans), "jpeg", 32, 32},
		"PNG":                       {asPNG(t, m), "png", 40, 24},
		"PNG of one pixel":          {asPNG(t, quarters(1, 1)), "png", 1, 1},
		"PNG of the longest side":   {asPNG(t, quarters(blob.MaxPictureSide, 1)), "png", blob.MaxPictureSide, 1},
		"WebP":                      {asWebP(40, 24, nil), "webp", 40, 24},
		"GIF":                       {manyFrames(t, paletted(40, 24), 1), "gif", 40, 24},
		"GIF of many frames":        {manyFrames(t, paletted(40, 24), 3000), "gif", 40, 24},
		"GIF with a small frame":    {smallFrame(t), "gif", 40, 24},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, data, err := blob.Inspect(iotest.OneByteReader(bytes.NewReader(c.data)))
			if err != nil {
				t.Fatal(err)
			}
			if p.Format != c.format || p.Width != c.width || p.Height != c.height || p.Bytes != int64(len(c.data)) {
				t.Errorf("got %+v, want %s %d x %d of %d bytes", p, c.format, c.width, c.height, len(c.data))
			}
			if !bytes.Equal(data, c.data) {
				t.Error("the bytes are not those that were read")
			}
		})
	}
}

func paletted(width, height int) *image.Paletted {
	m := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.White})
	for i := range m.Pix {
		m.Pix[i] = uint8(i / 3 % 2)
	}
	return m
}

// smallFrame is a GIF with one frame that covers a part of it.
func smallFrame(t testing.TB) []byte {
	m := image.NewPaletted(image.Rect(10, 6, 20, 12), color.Palette{color.White, color.Black})
	return asGIF(t, oneFrame(m, 40, 24))
}

func oneFrame(m *image.Paletted, width, height int) *gif.GIF {
	return &gif.GIF{
		Image: []*image.Paletted{m}, Delay: []int{0},
		Config: image.Config{ColorModel: m.Palette, Width: width, Height: height},
	}
}

func TestInspectMakesTheKeyOfTheContent(t *testing.T) {
	t.Parallel()
	one, other := asPNG(t, quarters(40, 24)), asPNG(t, quarters(24, 40))
	key := func(data []byte) string {
		p, _, err := blob.Inspect(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return p.Key
	}
	if key(one) != key(bytes.Clone(one)) {
		t.Error("the same bytes got two keys")
	}
	if key(one) == key(other) {
		t.Error("two pictures got one key")
	}
}

func TestInspectRefuses(t *testing.T) {
	t.Parallel()
	m := quarters(400, 240)
	photo, drawing := asJPEG(t, m), asPNG(t, m)
	moving, flat := manyFrames(t, paletted(400, 240), 1), asWebP(400, 240, nil)
	zeroHigh := bytes.Replace(photo, []byte{8, 0, 240, 1, 144}, []byte{8, 0, 0, 1, 144}, 1)
	if bytes.Equal(zeroHigh, photo) {
		t.Fatal("the height was not found in the JPEG")
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                {nil, blob.ErrNoPicture},
		"text":                   {[]byte("Not a picture at all."), blob.ErrNoPicture},
		"SVG":                    {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), blob.ErrDrawing},
		"a script called GIF":    {[]byte("GIF89a\n\n\n\n=1;alert(1)//"), blob.ErrIncomplete},
		"zeros":                  {make([]byte, 1<<16), blob.ErrNoPicture},
		"JPEG, only its start":   {photo[:2], blob.ErrNoPicture},
		"JPEG, a quarter":        {photo[:len(photo)/4], blob.ErrIncomplete},
		"JPEG, half":             {photo[:len(photo)/2], blob.ErrIncomplete},
		"JPEG, one byte less":    {photo[:len(photo)-1], blob.ErrIncomplete},
		"JPEG, no height":        {zeroHigh, blob.ErrIncomplete},
		"PNG, only its start":    {drawing[:8], blob.ErrIncomplete},
		"PNG, half":              {drawing[:len(drawing)/2], blob.ErrIncomplete},
		"PNG, one byte less":     {drawing[:len(drawing)-1], blob.ErrIncomplete},
		"PNG, one bit wrong":     {flip(drawing, len(drawing)/2), blob.ErrIncomplete},
		"PNG, no size":           {join(pngHead(0, 0), drawing[headLength:]), blob.ErrIncomplete},
		"PNG, no height":         {join(pngHead(400, 0), drawing[headLength:]), blob.ErrIncomplete},
		"PNG, below zero":        {join(pngHead(1<<31+5, 5), drawing[headLength:]), blob.ErrIncomplete},
		"GIF, half":              {moving[:len(moving)/2], blob.ErrIncomplete},
		"GIF, no size":           {patch(moving, 6, 0, 0, 0, 0), blob.ErrIncomplete},
		"GIF, no frame":          {append(bytes.Clone(moving[:13+6]), ';'), blob.ErrIncomplete},
		"GIF, frame without end": {emptyFrame(moving), blob.ErrIncomplete},
		"WebP, cut off":          {flat[:len(flat)-6], blob.ErrIncomplete},
		"PNG, too wide":          {asPNG(t, quarters(blob.MaxPictureSide+1, 1)), blob.ErrTooWide},
		"PNG, too high":          {asPNG(t, quarters(1, blob.MaxPictureSide+1)), blob.ErrTooWide},
		"JPEG, too many scans":   {progressive(32, blob.MaxPictureScans+1), blob.ErrScans},
		"JPEG, hidden scans":     {hiddenScans(blob.MaxPictureScans + 1), blob.ErrScans},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if p, _, err := blob.Inspect(bytes.NewReader(c.data)); !errors.Is(err, c.want) {
				t.Errorf("got %+v and error %v, want error %v", p, err, c.want)
			}
		})
	}
}

func flip(data []byte, at int) []byte { return patch(data, at, data[at]^1) }

func patch(data []byte, at int, with ...byte) []byte {
	out := bytes.Clone(data)
	copy(out[at:], with)
	return out
}

// emptyFrame sets the size of a GIF's first frame to nothing.
func emptyFrame(data []byte) []byte {
	at := bytes.Index(data, []byte{0x2C, 0, 0, 0, 0})
	return patch(data, at+5, 0, 0, 0, 0)
}

// hiddenScans is a progressive JPEG with its markers hidden in each way that the
// decoder accepts.
func hiddenScans(scans int) []byte {
	plain := progressive(32, scans)
	marker := []byte{0xFF, 0xDA}
	return join(bytes.ReplaceAll(plain, marker, join(
		[]byte{0xFF, 0x00, 0xFF, 0xD3, 0x12}, // pixels left over, a mark between pixels, garbage
		segment(0xFE, []byte{0xFF, 0xD9}),    // a comment with an end in it
		[]byte{0xFF, 0xFF}, marker)))
}

// Without the limit, the decoder does read such a picture: the scans are
// hidden from a careless count only.
func TestHiddenScansAreCounted(t *testing.T) {
	t.Parallel()
	if _, _, err := blob.Inspect(bytes.NewReader(hiddenScans(blob.MaxPictureScans))); err != nil {
		t.Error(err)
	}
}

func TestInspectReadsNoMoreThanItTakes(t *testing.T) {
	t.Parallel()
	endless := &counter{}
	if _, _, err := blob.Inspect(endless); !errors.Is(err, blob.ErrTooLarge) {
		t.Errorf("got %v, want %v", err, blob.ErrTooLarge)
	}
	if endless.read > blob.MaxPictureBytes+1 {
		t.Errorf("%d bytes were read of one that may have %d", endless.read, blob.MaxPictureBytes)
	}
	broken := errors.New("the line went dead")
	if _, _, err := blob.Inspect(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's own error", err)
	}
}

type counter struct{ read int }

func (c *counter) Read(p []byte) (int, error) {
	c.read += len(p)
	return len(p), nil
}

// bombs are small files that would take much memory or time when decoded.
func bombs(t testing.TB) map[string][]byte {
	var pixels bytes.Buffer
	deflate(t, &pixels, 4<<20)
	wide := binary.LittleEndian.AppendUint16([]byte("GIF89a"), 65535)
	wide = append(binary.LittleEndian.AppendUint16(wide, 65535), 0, 0, 0)
	large := asJPEG(t, quarters(40, 24))
	large = bytes.Replace(large, []byte{8, 0, 24, 0, 40}, []byte{8, 0xFF, 0xFF, 0xFF, 0xFF}, 1)
	return map[string][]byte{
		"PNG, 30,000 x 30,000":  join(pngHead(30_000, 30_000), chunk("IDAT", pixels.Bytes()), chunk("IEND", nil)),
		"PNG, 12,000 x 12,000":  join(pngHead(12_000, 12_000), chunk("IDAT", pixels.Bytes()), chunk("IEND", nil)),
		"PNG, 7,072 x 7,072":    join(pngHead(7072, 7072), chunk("IDAT", pixels.Bytes()), chunk("IEND", nil)),
		"PNG, as large as said": join(pngHead(1<<31-1, 1<<31-1), chunk("IDAT", pixels.Bytes()), chunk("IEND", nil)),
		"GIF, 65,535 x 65,535":  wide,
		"WebP, 16,384 x 16,384": asWebP(16384, 16384, nil),
		"JPEG, 65,535 x 65,535": large,
		"JPEG, 100,000 scans":   progressive(7000, 100_000),
	}
}

// Not parallel: it measures the memory of the whole program.
func TestDecompressionBombsAreRefusedByTheirHeader(t *testing.T) {
	for name, data := range bombs(t) {
		t.Run(name, func(t *testing.T) {
			took := allocated(func() {
				_, _, err := blob.Inspect(bytes.NewReader(data))
				// A PNG above 2^31 pixels is refused by the decoder itself.
				want := blob.ErrTooWide
				switch {
				case strings.HasSuffix(name, "scans"):
					want = blob.ErrScans
				case strings.HasSuffix(name, "said"):
					want = blob.ErrIncomplete
				}
				if !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			})
			// Reading all bytes of a slow stream grows a buffer some times. Decoding would
			// take 50 MB and more.
			if limit := uint64(1<<20 + 6*len(data)); took > limit {
				t.Errorf("%d bytes of memory for a file of %d", took, len(data))
			}
		})
	}
}

// A file with too many pixels is refused by its start: the rest is not even read.
func TestTheRestOfABombIsNotRead(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	for name, data := range bombs(t) {
		if strings.HasSuffix(name, "scans") || strings.HasSuffix(name, "said") {
			continue // they need the whole file
		}
		rest := &counter{}
		_, err := v.Take(t.Context(), io.MultiReader(bytes.NewReader(data), rest), func(*blob.Picture) (string, error) { return "x", nil })
		if !errors.Is(err, blob.ErrTooWide) {
			t.Errorf("%s: %v", name, err)
		}
		if rest.read > 64<<10 {
			t.Errorf("%s: %d bytes were read", name, rest.read)
		}
	}
}

// BenchmarkBombs is the time in which each bomb is refused.
func BenchmarkBombs(b *testing.B) {
	for name, data := range bombs(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := blob.Inspect(bytes.NewReader(data)); err == nil {
					b.Fatal("it is taken")
				}
			}
		})
	}
}

// Not parallel: it measures the memory of the whole program.
func TestOnlyTheFirstFrameIsDecoded(t *testing.T) {
	data := manyFrames(t, paletted(1000, 1000), 400)
	took := allocated(func() {
		if _, _, err := blob.Inspect(bytes.NewReader(data)); err != nil {
			t.Error(err)
		}
	})
	// All frames would take 400 MB.
	if limit := uint64(8<<20 + 6*len(data)); took > limit {
		t.Errorf("%d MB of memory for a file of %d MB", took>>20, len(data)>>20)
	}
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// deflate writes so many zeros as a PNG packs them.
func deflate(t testing.TB, w io.Writer, zeros int) {
	t.Helper()
	z := zlib.NewWriter(w)
	if _, err := z.Write(make([]byte, zeros)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}
