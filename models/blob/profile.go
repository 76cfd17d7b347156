package blob

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"io"
	"math"
)

// A colour profile (ICC.1:2022, https://www.color.org/specification/ICC.1-2022-05.pdf)
// says which colours the numbers of a picture mean. Variants are sRGB and have no
// profile, so their pixels are converted. Profiles of cameras and screens (Display P3,
// Adobe RGB, sRGB) have a matrix and three curves; those of grey pictures one curve.
// Other profiles are ignored: the picture is then shown as if it had none.

// maxProfile is the longest profile that is read, in bytes. Those with a matrix have
// less than 20 kB.
const maxProfile = 4 << 20

// profileOf returns the profile in a picture's file, nil for none.
func profileOf(data []byte, format string) []byte {
	switch format {
	case "jpeg":
		return jpegProfile(data)
	case "png":
		return pngProfile(data)
	case "webp":
		return riffChunk(data, "ICCP")
	}
	return nil
}

// jpegProfile joins the parts of the profile in a JPEG (ICC.1, B.4).
func jpegProfile(data []byte) (profile []byte) {
	const mark = "ICC_PROFILE\x00"
	parts := map[byte][]byte{}
	var count byte
	eachSegment(data, func(marker byte, content []byte) {
		if marker == 0xE2 && bytes.HasPrefix(content, []byte(mark)) && len(content) > len(mark)+2 {
			rest := content[len(mark):]
			parts[rest[0]], count = rest[2:], rest[1]
		}
	})
	for i := byte(1); i <= count && i != 0; i++ {
		if parts[i] == nil || len(profile) > maxProfile {
			return nil
		}
		profile = append(profile, parts[i]...)
	}
	return profile
}

// eachSegment calls fn for the segments of a JPEG before its first pixels.
func eachSegment(data []byte, fn func(marker byte, content []byte)) {
	for i := 2; i+4 <= len(data) && data[i] == markerByte; {
		marker := data[i+1]
		if marker == markerByte {
			i++ // a fill byte
			continue
		}
		if marker == markerSOS || marker == markerEOI {
			return
		}
		length := int(binary.BigEndian.Uint16(data[i+2:]))
		if length < 2 || i+2+length > len(data) {
			return
		}
		fn(marker, data[i+4:i+2+length])
		i += 2 + length
	}
}

// pngProfile inflates the profile in a PNG (PNG, third edition, 11.3.2.3).
func pngProfile(data []byte) []byte {
	for i := 8; i+8 <= len(data); {
		length, name := int(binary.BigEndian.Uint32(data[i:])), string(data[i+4:i+8])
		if length < 0 || length > len(data)-i-8 || name == "IDAT" {
			return nil
		}
		if content := data[i+8 : i+8+length]; name == "iCCP" {
			_, packed, found := bytes.Cut(content, []byte{0})
			if !found || len(packed) < 1 {
				return nil
			}
			r, err := zlib.NewReader(bytes.NewReader(packed[1:]))
			if err != nil {
				return nil
			}
			profile, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
			if err != nil || len(profile) > maxProfile {
				return nil
			}
			return profile
		}
		i += 12 + length
	}
	return nil
}

// riffChunk returns a chunk of a WebP, nil if it has none.
func riffChunk(data []byte, name string) []byte {
	for i := 12; i+8 <= len(data); {
		length := int(binary.LittleEndian.Uint32(data[i+4:]))
		if length < 0 || length > len(data)-i-8 {
			return nil
		}
		if string(data[i:i+4]) == name {
			return data[i+8 : i+8+length]
		}
		i += 8 + length + length&1
	}
	return nil
}

// conversion converts colours to sRGB. nil converts nothing.
type conversion struct {
	linear [3][256]float32 // the curves of the channels
	matrix [3][3]float32   // from the channels to linear sRGB
	grey   bool            // one channel, by the first curve
}

// tagTable is where a profile's table of tags begins (ICC.1, 7.3).
const tagTable = 128

// readProfile returns the conversion of a profile for grey or coloured pictures. It
// returns nil for a profile of another kind of picture, one that cannot be read, and
// one that is sRGB.
func readProfile(p []byte, grey bool) *conversion {
	if len(p) < tagTable+4 || string(p[36:40]) != "acsp" || string(p[20:24]) != "XYZ " {
		return nil
	}
	tags := map[string][]byte{}
	for i := range min(int(binary.BigEndian.Uint32(p[tagTable:])), 100) {
		at := tagTable + 4 + 12*i
		if at+12 > len(p) {
			return nil
		}
		from, size := uint64(binary.BigEndian.Uint32(p[at+4:])), uint64(binary.BigEndian.Uint32(p[at+8:]))
		if from+size <= uint64(len(p)) {
			tags[string(p[at:at+4])] = p[from : from+size]
		}
	}
	c := &conversion{grey: grey}
	if space := string(p[16:20]); grey {
		if space != "GRAY" || !readCurve(tags["kTRC"], &c.linear[0]) {
			return nil
		}
	} else if space != "RGB " || !c.readMatrix(tags) {
		return nil
	}
	if c.changesNothing() {
		return nil
	}
	return c
}

// toSRGB is the matrix from XYZ under D50, the light of profiles, to linear sRGB: the
// inverse of sRGB's primaries adapted by Bradford (IEC 61966-2-1; ICC.1, annex E).
var toSRGB = [3][3]float64{
	{3.1338561, -1.6168667, -0.4906146},
	{-0.9787684, 1.9161415, 0.0334540},
	{0.0719453, -0.2289914, 1.4052427},
}

func (c *conversion) readMatrix(tags map[string][]byte) bool {
	for channel, name := range []string{"r", "g", "b"} {
		xyz := tags[name+"XYZ"]
		if len(xyz) < 20 || string(xyz[:4]) != "XYZ " || !readCurve(tags[name+"TRC"], &c.linear[channel]) {
			return false
		}
		for row := range 3 {
			for k := range 3 {
				c.matrix[row][channel] += float32(toSRGB[row][k] * fixed(xyz[8+4*k:]))
			}
		}
	}
	return true
}

// fixed reads an s15Fixed16Number.
func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// readCurve fills the curve of a channel from its tag, a table or a formula (ICC.1,
// 10.6 and 10.18).
func readCurve(tag []byte, to *[256]float32) bool {
	if len(tag) < 12 {
		return false
	}
	var curve func(x float64) float64
	switch string(tag[:4]) {
	case "curv":
		curve = tableCurve(tag)
	case "para":
		curve = formulaCurve(tag)
	}
	if curve == nil {
		return false
	}
	for i := range to {
		y := curve(float64(i) / 255)
		if math.IsNaN(y) {
			return false
		}
		to[i] = float32(min(max(y, 0), 1))
	}
	return true
}

func tableCurve(tag []byte) func(float64) float64 {
	n := uint64(binary.BigEndian.Uint32(tag[8:]))
	if n == 0 {
		return func(x float64) float64 { return x }
	}
	if 12+2*n > uint64(len(tag)) {
		return nil
	}
	at := func(i int) float64 { return float64(binary.BigEndian.Uint16(tag[12+2*i:])) }
	if n == 1 {
		return func(x float64) float64 { return math.Pow(x, at(0)/256) }
	}
	return func(x float64) float64 {
		place := x * float64(n-1)
		low := min(int(place), int(n)-2)
		return (at(low) + (at(low+1)-at(low))*(place-float64(low))) / 65535
	}
}

func formulaCurve(tag []byte) func(float64) float64 {
	kind := binary.BigEndian.Uint16(tag[8:])
	counts := []int{1, 3, 4, 5, 7}
	if int(kind) >= len(counts) || len(tag) < 12+4*counts[kind] {
		return nil
	}
	var v [7]float64 // g, a, b, c, d, e, f
	for i := range counts[kind] {
		v[i] = fixed(tag[12+4*i:])
	}
	g, a, b, c, d, e, f := v[0], v[1], v[2], v[3], v[4], v[5], v[6]
	switch kind {
	case 0:
		return func(x float64) float64 { return math.Pow(x, g) }
	case 1, 2:
		return func(x float64) float64 {
			if a*x+b >= 0 {
				return math.Pow(a*x+b, g) + c
			}
			return c
		}
	}
	return func(x float64) float64 {
		if x >= d {
			return math.Pow(a*x+b, g) + e
		}
		return c*x + f
	}
}

// Steps of the table of sRGB's own curve: fine enough for its steep beginning.
const encodeSteps = 1 << 13

var encoded = func() (table [encodeSteps + 1]uint8) {
	for i := range table {
		v := float64(i) / encodeSteps
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		table[i] = uint8(v*255 + 0.5)
	}
	return table
}()

func encode(v float32) uint8 { return encoded[int(min(max(v, 0), 1)*encodeSteps+0.5)] }

// convert returns the sRGB colour of a pixel without alpha.
func (c *conversion) convert(r, g, b uint8) (uint8, uint8, uint8) {
	x := c.linear[0][r]
	if c.grey {
		v := encode(x)
		return v, v, v
	}
	y, z, m := c.linear[1][g], c.linear[2][b], &c.matrix
	return encode(m[0][0]*x + m[0][1]*y + m[0][2]*z), encode(m[1][0]*x + m[1][1]*y + m[1][2]*z), encode(m[2][0]*x + m[2][1]*y + m[2][2]*z)
}

// changesNothing reports whether all colours of a coarse grid stay within 2 of 255.
func (c *conversion) changesNothing() bool {
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) <= 2 }
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				if c.grey {
					g, b = r, r
				}
				x, y, z := c.convert(uint8(r), uint8(g), uint8(b))
				if !near(x, uint8(r)) || !near(y, uint8(g)) || !near(z, uint8(b)) {
					return false
				}
				if c.grey {
					g, b = 255, 255
				}
			}
		}
	}
	return true
}

// apply converts all pixels of a picture in place.
func (c *conversion) apply(m *image.RGBA) {
	if c == nil {
		return
	}
	for i := 0; i+3 < len(m.Pix); i += 4 {
		p := m.Pix[i : i+4 : i+4]
		a := uint32(p[3])
		switch a {
		case 0:
		case 255:
			p[0], p[1], p[2] = c.convert(p[0], p[1], p[2])
		default: // the colours are multiplied by alpha
			straight := func(v uint8) uint8 { return uint8(min(uint32(v)*255/a, 255)) }
			r, g, b := c.convert(straight(p[0]), straight(p[1]), straight(p[2]))
			p[0], p[1], p[2] = uint8(uint32(r)*a/255), uint8(uint32(g)*a/255), uint8(uint32(b)*a/255)
		}
	}
}
