package blob_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"strings"
	"testing"

	"broadsheet/models/blob"

	"github.com/bep/imagemeta"
)

// turnedCorners lists, for each of EXIF's eight orientations, the stored quarter
// that each corner of the turned picture shows.
var turnedCorners = map[uint16][4]int{
	1: {0, 1, 2, 3},
	2: {1, 0, 3, 2}, // mirrored left to right
	3: {3, 2, 1, 0}, // half round
	4: {2, 3, 0, 1}, // mirrored top to bottom
	5: {0, 2, 1, 3}, // mirrored at the falling diagonal
	6: {2, 0, 3, 1}, // a quarter to the right
	7: {3, 1, 2, 0}, // mirrored at the rising diagonal
	8: {1, 3, 0, 2}, // a quarter to the left
}

func TestOrientation(t *testing.T) {
	t.Parallel()
	stored := quarters(360, 240)
	photo, drawing := asJPEG(t, stored), asPNG(t, stored)
	little := func(turn uint16) []byte {
		return segment(0xE1, join([]byte("Exif\x00\x00"), tiff(binary.LittleEndian, turn)))
	}
	xmp := segment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"))
	for name, build := range map[string]func(turn uint16) []byte{
		"JPEG":                        func(turn uint16) []byte { return withSegments(photo, exif(turn)) },
		"JPEG, low byte first":        func(turn uint16) []byte { return withSegments(photo, little(turn)) },
		"JPEG, other metadata before": func(turn uint16) []byte { return withSegments(photo, xmp, exif(turn)) },
		"PNG": func(turn uint16) []byte {
			return withChunks(drawing, chunk("eXIf", tiff(binary.BigEndian, turn)))
		},
	} {
		for turn, quarter := range turnedCorners {
			t.Run(fmt.Sprint(name, " ", turn), func(t *testing.T) {
				t.Parallel()
				wantWidth, wantHeight := 360, 240
				if turn >= 5 {
					wantWidth, wantHeight = 240, 360
				}
				disk, _ := newDisk(t)
				data := build(turn)
				p, _, err := blob.Inspect(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				if p.Width != wantWidth || p.Height != wantHeight {
					t.Errorf("%d x %d is recorded, want %d x %d", p.Width, p.Height, wantWidth, wantHeight)
				}
				v := newVariants(t, disk, blob.VariantsOptions{})
				key := add(t, disk, data)
				var want [4]uint8
				for i, q := range quarter {
					want[i] = corners[q]
				}
				for _, width := range []int{320, 640} {
					m, _ := decode(t, open(t, v, key, width))
					shown := min(width, wantWidth)
					if b := m.Bounds(); b.Dx() != shown || b.Dy() != shown*wantHeight/wantWidth {
						t.Errorf("%d: it is %v, want %d wide", width, b, shown)
					}
					if got := seen(m); got != want {
						t.Errorf("%d: the quarters are %v, want %v", width, got, want)
					}
				}
			})
		}
	}
}

func TestOrientationOfWebP(t *testing.T) {
	t.Parallel()
	disk, _ := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	for turn := range turnedCorners {
		data := asWebP(60, 40, tiff(binary.LittleEndian, turn))
		p, _, err := blob.Inspect(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		m, _ := decode(t, open(t, v, add(t, disk, data), 640))
		want := image.Pt(60, 40)
		if turn >= 5 {
			want = image.Pt(40, 60)
		}
		if got := image.Pt(p.Width, p.Height); got != want || m.Bounds().Size() != want {
			t.Errorf("%d: %v is recorded and %v shown, want %v", turn, got, m.Bounds().Size(), want)
		}
	}
}

// Metadata that cannot be read must neither turn nor refuse the picture.
func TestInvalidOrientationIsIgnored(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, quarters(60, 40))
	whole := tiff(binary.BigEndian, 6)
	// Nothing said of the picture itself; its thumbnail lies on its side.
	thumbnail := []byte("MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x0E" +
		"\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	marked := func(b []byte) []byte { return segment(0xE1, join([]byte("Exif\x00\x00"), b)) }
	for name, data := range map[string][]byte{
		"nothing":           photo,
		"zero":              withSegments(photo, exif(0)),
		"nine":              withSegments(photo, exif(9)),
		"many":              withSegments(photo, exif(65535)),
		"only a mark":       withSegments(photo, marked(nil)),
		"cut off":           withSegments(photo, marked(whole[:12])),
		"no byte order":     withSegments(photo, marked(patch(whole, 0, 'X', 'X'))),
		"far away":          withSegments(photo, marked(patch(whole, 4, 0xFF, 0xFF, 0xFF, 0xF0))),
		"in itself":         withSegments(photo, marked(patch(whole, 4, 0, 0, 0, 0))),
		"the thumbnail's":   withSegments(photo, marked(thumbnail)),
		"another segment's": withSegments(photo, segment(0xE2, join([]byte("Exif\x00\x00"), whole))),
		"behind the end":    join(photo, exif(6)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _, err := blob.Inspect(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if p.Width != 60 || p.Height != 40 {
				t.Errorf("%d x %d, want it as it is stored", p.Width, p.Height)
			}
		})
	}
}

// metadata reads all that a picture says beside its pixels.
func metadata(data []byte, format string) map[string]string {
	found := map[string]string{}
	kind := imagemeta.JPEG
	if format == "png" {
		kind = imagemeta.PNG
	}
	_, _ = imagemeta.Decode(imagemeta.Options{ // damage is as good as none here
		R: bytes.NewReader(data), ImageFormat: kind, Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP,
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleTag: func(tag imagemeta.TagInfo) error {
			found[tag.Namespace+" "+tag.Tag] = fmt.Sprint(tag.Value)
			return nil
		},
	})
	return found
}

func TestVariantsHoldNoMetadata(t *testing.T) {
	t.Parallel()
	clear := image.NewNRGBA(image.Rect(0, 0, 600, 400))
	xmp := segment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>"+place+"</a></x:xmpmeta>"))
	iptc := segment(0xED, []byte("Photoshop 3.0\x00"+place))
	comment := segment(0xFE, []byte(place))
	disk, _ := newDisk(t)
	v := newVariants(t, disk, blob.VariantsOptions{})
	for format, data := range map[string][]byte{
		"jpeg": withSegments(asJPEG(t, quarters(600, 400)), exif(6), xmp, iptc, comment),
		"png": withChunks(asPNG(t, clear), chunk("eXIf", tiff(binary.BigEndian, 6)), chunk("tEXt", []byte("Comment\x00"+place)),
			chunk("tIME", []byte{7, 234, 11, 23, 12, 0, 0})),
	} {
		// Or the test would pass for want of anything to find.
		if told := fmt.Sprint(metadata(data, format)); !strings.Contains(told, "GPSInfoIFD") || !strings.Contains(told, place) {
			t.Fatalf("the %s says nothing of its place: %s", format, told)
		}
		key := add(t, disk, data)
		for _, width := range blob.Widths {
			got := open(t, v, key, width)
			if bytes.Contains(got, []byte("secret")) || bytes.Contains(got, []byte("Exif")) {
				t.Errorf("%s, %d: the place is in the variant", format, width)
			}
			if told := metadata(got, format); len(told) > 0 {
				t.Errorf("%s, %d: the variant says %v", format, width, told)
			}
			for _, part := range partsOf(t, got) {
				if !strings.Contains(" D8 DB C0 C4 DA D9 IHDR IDAT IEND ", " "+part+" ") {
					t.Errorf("%s, %d: the variant has a part %q", format, width, part)
				}
			}
		}
		if !bytes.Equal(read(t, disk, blob.OriginalKey(key)), data) {
			t.Error("the original was changed")
		}
	}
}

// partsOf names the segments of a baseline JPEG or the chunks of a PNG.
func partsOf(t testing.TB, data []byte) []string {
	t.Helper()
	var parts []string
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		for r := bytes.NewReader(data[8:]); r.Len() > 0; {
			head := make([]byte, 8)
			if _, err := io.ReadFull(r, head); err != nil {
				t.Fatal(err)
			}
			parts = append(parts, string(head[4:]))
			if _, err := r.Seek(int64(binary.BigEndian.Uint32(head))+4, io.SeekCurrent); err != nil {
				t.Fatal(err)
			}
		}
		return parts
	}
	// In the pixels each 0xFF is followed by 0, so this finds more than the
	// segments only where the content of one looks like another.
	for i := 0; i+1 < len(data); i++ {
		if data[i] == 0xFF && data[i+1] != 0 {
			parts = append(parts, fmt.Sprintf("%X", data[i+1]))
		}
	}
	return parts
}
