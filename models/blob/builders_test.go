package blob_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// The pictures of the tests are made here, byte by byte where an encoder
// would refuse to write what the test needs.

// corners are the grey values of the four quarters of a test picture, in
// the order top left, top right, bottom left, bottom right.
var corners = [4]uint8{20, 90, 160, 230}

func quarters(width, height int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			quarter := 0
			if x >= width/2 {
				quarter++
			}
			if y >= height/2 {
				quarter += 2
			}
			m.SetGray(x, y, color.Gray{corners[quarter]})
		}
	}
	return m
}

// seen returns the nearest values of corners in the middle of each quarter.
func seen(m image.Image) [4]uint8 {
	b := m.Bounds()
	var found [4]uint8
	for i := range found {
		x, y := b.Min.X+b.Dx()*(1+2*(i%2))/4, b.Min.Y+b.Dy()*(1+2*(i/2))/4
		grey := color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y
		for _, c := range corners {
			if max(c, grey)-min(c, grey) < 20 {
				found[i] = c
			}
		}
	}
	return found
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, g *gif.GIF) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// manyFrames returns a GIF that shows one frame so many times.
func manyFrames(t testing.TB, m *image.Paletted, frames int) []byte {
	t.Helper()
	one := asGIF(t, &gif.GIF{Image: []*image.Paletted{m}, Delay: []int{1}})
	head := 13
	if flags := one[10]; flags&0x80 != 0 {
		head += 3 << (flags&7 + 1)
	}
	frame := one[head : len(one)-1]
	return join(one[:head], bytes.Repeat(frame, frames), one[len(one)-1:])
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// segment returns a segment of a JPEG.
func segment(marker byte, content []byte) []byte {
	out := []byte{0xFF, marker, 0, 0}
	binary.BigEndian.PutUint16(out[2:], uint16(len(content)+2))
	return append(out, content...)
}

// withSegments puts segments before all others of a JPEG.
func withSegments(picture []byte, segments ...[]byte) []byte {
	return join(picture[:2], join(segments...), picture[2:])
}

// chunk returns a chunk of a PNG.
func chunk(name string, content []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	out = append(append(out, name...), content...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// headLength is the length of a PNG's signature and first chunk.
const headLength = 8 + 12 + 13

// withChunks puts chunks behind the head of a PNG.
func withChunks(picture []byte, chunks ...[]byte) []byte {
	return join(picture[:headLength], join(chunks...), picture[headLength:])
}

// pngHead returns the beginning of a PNG of 8 bits of grey.
func pngHead(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32(nil, width)
	head = binary.BigEndian.AppendUint32(head, height)
	return join([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 0, 0, 0, 0)))
}

// place is the location in a picture's metadata. It must not be served.
const place = "N52-22-43 E4-54-01 secret"

// tiff returns metadata as cameras write them: an orientation, a text and a
// place.
func tiff(order binary.AppendByteOrder, turn uint16) []byte {
	out := []byte("MM")
	if order.AppendUint16(nil, 1)[0] == 1 {
		out = []byte("II")
	}
	const short, text, long = 2 + 1, 2, 4
	entry := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), kind), count)
		if kind == short {
			return order.AppendUint16(order.AppendUint16(b, uint16(value)), 0)
		}
		return order.AppendUint32(b, value)
	}
	const first = 8
	const places = first + 2 + 3*12 + 4
	const texts = places + 2 + 12 + 4
	out = order.AppendUint32(order.AppendUint16(out, 42), first)
	out = order.AppendUint16(out, 3)
	out = entry(out, 0x010E, text, uint32(len(place)), texts) // description
	out = entry(out, 0x0112, short, 1, uint32(turn))
	out = entry(out, 0x8825, long, 1, places)
	out = order.AppendUint32(out, 0)
	out = order.AppendUint16(out, 1)
	out = entry(out, 0x001C, text, uint32(len(place)), texts) // name of the area
	out = order.AppendUint32(out, 0)
	return append(out, place...)
}

func exif(turn uint16) []byte {
	return segment(0xE1, join([]byte("Exif\x00\x00"), tiff(binary.BigEndian, turn)))
}

// asWebP returns a picture of one colour, in some forty bytes at any size: each of
// its codes has one symbol, which takes no bits.
func asWebP(width, height int, meta []byte) []byte {
	var bits []byte
	count := 0
	put := func(value, n int) {
		for i := range n {
			if count%8 == 0 {
				bits = append(bits, 0)
			}
			bits[count/8] |= byte(value>>i&1) << (count % 8)
			count++
		}
	}
	put(0x2F, 8)
	put(width-1, 14)
	put(height-1, 14)
	put(0, 4+3) // no alpha, version 0; no transform, no colour cache, one group of codes
	for range 4 {
		put(0b101, 3) // a simple code of one symbol of eight bits
		put(0xFF, 8)  // white, not see-through
	}
	put(0b001, 3) // distances: a symbol of one bit
	put(0, 1)
	var chunks []byte
	add := func(name string, content []byte) {
		chunks = binary.LittleEndian.AppendUint32(append(chunks, name...), uint32(len(content)))
		chunks = append(chunks, content...)
		if len(content)%2 == 1 {
			chunks = append(chunks, 0)
		}
	}
	if meta != nil {
		w, h := width-1, height-1
		add("VP8X", []byte{1 << 3, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
	}
	add("VP8L", bits)
	if meta != nil {
		add("EXIF", meta)
	}
	return join([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(chunks)+4)), []byte("WEBP"), chunks)
}

// progressive returns a grey JPEG that goes over its pixels so many times and
// changes nothing.
func progressive(side, scans int) []byte {
	blocks := ((side + 7) / 8) * ((side + 7) / 8)
	// One code of one bit, 0: as many blocks without a change as the fourteen
	// bits behind it say, and 16,384.
	run := make([]byte, ((blocks+16383)/16384*15+7)/8)
	scan := join(segment(0xDA, []byte{1, 1, 0, 1, 63, 0}), run)
	return join([]byte{0xFF, 0xD8},
		segment(0xDB, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)),
		segment(0xC2, []byte{8, byte(side >> 8), byte(side), byte(side >> 8), byte(side), 1, 1, 0x11, 0}),
		segment(0xC4, append([]byte{0x10, 1}, append(make([]byte, 15), 0xE0)...)),
		bytes.Repeat(scan, scans), []byte{0xFF, 0xD9})
}
