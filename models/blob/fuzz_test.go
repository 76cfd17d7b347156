package blob_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"testing"

	"broadsheet/models/blob"
)

func fuzzPictures(f *testing.F) [][]byte {
	m := quarters(24, 16)
	photo, drawing := asJPEG(f, m), asPNG(f, m)
	return [][]byte{
		photo, drawing, photo[:len(photo)/2], drawing[:len(drawing)/2],
		withSegments(photo, exif(6)), withSegments(photo, exif(9)),
		withChunks(drawing, chunk("eXIf", tiff(binary.LittleEndian, 5))),
		manyFrames(f, paletted(24, 16), 3), smallFrame(f),
		asWebP(24, 16, nil), asWebP(24, 16, tiff(binary.BigEndian, 8)), asWebP(16384, 16384, nil),
		progressive(24, 3), hiddenScans(3), pngHead(30_000, 30_000),
		{0xFF, 0xD8, 0xFF},
		nil,
	}
}

func FuzzCountScans(f *testing.F) {
	for _, data := range fuzzPictures(f) {
		f.Add(data, len(data)/2)
	}
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		n := blob.CountScans(data)
		if most := bytes.Count(data, []byte{0xFF, 0xDA}); n < 0 || n > most {
			t.Errorf("%d scans, but %d markers of one", n, most)
		}
		if 0 <= cut && cut <= len(data) {
			if part := blob.CountScans(data[:cut]); part > n {
				t.Errorf("%d scans in a part, %d in the whole", part, n)
			}
		}
	})
}

func FuzzInspect(f *testing.F) {
	for _, data := range fuzzPictures(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// Large ones are slow and teach nothing.
		if head, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && head.Width*head.Height > 1<<18 {
			return
		}
		p, kept, err := blob.Inspect(bytes.NewReader(data))
		if err != nil {
			if _, refused := errors.AsType[*blob.Refusal](err); !refused {
				t.Fatalf("an error that is not for readers: %v", err)
			}
			return
		}
		if !bytes.Equal(kept, data) || p.Bytes != int64(len(data)) {
			t.Fatal("other bytes than were sent")
		}
		// An accepted picture can be rendered in its recorded size.
		var out bytes.Buffer
		if err := blob.Render(&out, kept, 320, blob.Classic); err != nil {
			t.Fatal(err)
		}
		shown, _, err := blob.Inspect(&out)
		if err != nil {
			t.Fatal(err)
		}
		if p.Width <= 320 && (shown.Width != p.Width || shown.Height != p.Height) || shown.Width > 320 {
			t.Fatalf("%d x %d is recorded, %d x %d shown", p.Width, p.Height, shown.Width, shown.Height)
		}
	})
}
