package blob_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math/bits"
	"os"
	"testing"

	"broadsheet/models/blob"
)

// profile returns a colour profile with tags.
func profile(space string, tags map[string][]byte) []byte {
	p := make([]byte, 128)
	copy(p[12:], "mntr"+space+"XYZ ")
	copy(p[36:], "acsp")
	p = binary.BigEndian.AppendUint32(p, uint32(len(tags)))
	at := len(p) + 12*len(tags)
	var content []byte
	for name, tag := range tags {
		p = append(p, name...)
		p = binary.BigEndian.AppendUint32(p, uint32(at+len(content)))
		p = binary.BigEndian.AppendUint32(p, uint32(len(tag)))
		content = append(content, tag...)
	}
	p = append(p, content...)
	binary.BigEndian.PutUint32(p, uint32(len(p)))
	return p
}

func fixedNumbers(name string, numbers ...float64) []byte {
	tag := []byte(name + "\x00\x00\x00\x00")
	for _, n := range numbers {
		tag = binary.BigEndian.AppendUint32(tag, uint32(int32(n*65536)))
	}
	return tag
}

// formula is sRGB's curve as a parametric curve of type 3.
func formula() []byte {
	return append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), fixedNumbers("", 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)[4:]...)
}

func gamma(g float64) []byte {
	return binary.BigEndian.AppendUint16([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), uint16(g*256))
}

// table is a curve of 256 numbers with a gamma of 1.
func table() []byte {
	tag := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), 256)
	for i := range 256 {
		tag = binary.BigEndian.AppendUint16(tag, uint16(i*257))
	}
	return tag
}

func matrixProfile(curve []byte, r, g, b [3]float64) []byte {
	return profile("RGB ", map[string][]byte{
		"rXYZ": fixedNumbers("XYZ ", r[:]...), "gXYZ": fixedNumbers("XYZ ", g[:]...), "bXYZ": fixedNumbers("XYZ ", b[:]...),
		"rTRC": curve, "gTRC": curve, "bTRC": curve,
	})
}

// The colour spaces of cameras and screens, under D50.
func displayP3() []byte {
	return matrixProfile(formula(), [3]float64{0.51512, 0.2412, -0.00105}, [3]float64{0.29198, 0.69225, 0.04189}, [3]float64{0.1571, 0.06657, 0.78407})
}

func adobeRGB() []byte {
	return matrixProfile(gamma(563.0/256), [3]float64{0.60974, 0.31111, 0.01947}, [3]float64{0.20528, 0.62567, 0.06087}, [3]float64{0.14919, 0.06322, 0.74457})
}

func sRGB() []byte {
	return matrixProfile(formula(), [3]float64{0.43607, 0.22249, 0.01392}, [3]float64{0.38515, 0.71687, 0.09708}, [3]float64{0.14307, 0.06061, 0.7141})
}

// withProfile puts a profile into a JPEG, in parts of at most 300 bytes.
func withProfile(picture, p []byte) []byte {
	count := (len(p) + 299) / 300
	var segments [][]byte
	for i := range count {
		part := p[300*i : min(300*(i+1), len(p))]
		segments = append(segments, segment(0xE2, join([]byte("ICC_PROFILE\x00"), []byte{byte(i + 1), byte(count)}, part)))
	}
	return withSegments(picture, segments...)
}

// packed compresses a profile as PNG holds it.
func packed(t testing.TB, p []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(p); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func flat(c color.Color) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 32, 32))
	for i := range 32 * 32 {
		m.Set(i%32, i/32, c)
	}
	return m
}

// mean returns the mean colour of a picture.
func mean(t testing.TB, data []byte) (c [3]int) {
	t.Helper()
	m, err := blob.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := m.At(x, y).RGBA()
			c[0], c[1], c[2] = c[0]+int(r>>8), c[1]+int(g>>8), c[2]+int(bl>>8)
		}
	}
	n := b.Dx() * b.Dy()
	return [3]int{c[0] / n, c[1] / n, c[2] / n}
}

func far(a, b [3]int) (most int) {
	for i := range a {
		most = max(most, a[i]-b[i], b[i]-a[i])
	}
	return most
}

func rendered(t testing.TB, data []byte, format blob.Format) []byte {
	t.Helper()
	if _, _, err := blob.Inspect(bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := blob.Render(&out, data, 320, format); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Colours with a profile become those of sRGB, in each format and in both variants.
func TestColourProfilesAreConverted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		profile    []byte
		from, want color.NRGBA
	}{
		"none":               {nil, color.NRGBA{234, 51, 35, 255}, color.NRGBA{234, 51, 35, 255}},
		"sRGB":               {sRGB(), color.NRGBA{234, 51, 35, 255}, color.NRGBA{234, 51, 35, 255}},
		"Display P3, red":    {displayP3(), color.NRGBA{234, 51, 35, 255}, color.NRGBA{255, 0, 0, 255}},
		"Display P3, grey":   {displayP3(), color.NRGBA{120, 120, 120, 255}, color.NRGBA{120, 120, 120, 255}},
		"Adobe RGB, red":     {adobeRGB(), color.NRGBA{219, 0, 0, 255}, color.NRGBA{255, 0, 0, 255}},
		"Adobe RGB, green":   {adobeRGB(), color.NRGBA{144, 255, 60, 255}, color.NRGBA{0, 255, 0, 255}},
		"linear, by a table": {matrixProfile(table(), [3]float64{0.43607, 0.22249, 0.01392}, [3]float64{0.38515, 0.71687, 0.09708}, [3]float64{0.14307, 0.06061, 0.7141}), color.NRGBA{55, 55, 55, 255}, color.NRGBA{128, 128, 128, 255}},
		"broken":             {displayP3()[:200], color.NRGBA{234, 51, 35, 255}, color.NRGBA{234, 51, 35, 255}},
		"of printers":        {profile("CMYK", nil), color.NRGBA{234, 51, 35, 255}, color.NRGBA{234, 51, 35, 255}},
	} {
		want := [3]int{int(c.want.R), int(c.want.G), int(c.want.B)}
		photo, drawing := asJPEG(t, flat(c.from)), asPNG(t, flat(c.from))
		if c.profile != nil {
			photo = withProfile(photo, c.profile)
			drawing = withChunks(drawing, chunk("iCCP", join([]byte("x\x00\x00"), packed(t, c.profile))))
		}
		for _, data := range [][]byte{photo, drawing} {
			for _, format := range []blob.Format{blob.Classic, blob.WebP} {
				if got := mean(t, rendered(t, data, format)); far(got, want) > 4 {
					t.Errorf("%s, format %d: %v, want %v", name, format, got, want)
				}
			}
		}
	}
}

func TestProfilesOfGreyPicturesAreConverted(t *testing.T) {
	t.Parallel()
	m := image.NewGray(image.Rect(0, 0, 32, 32))
	for i := range m.Pix {
		m.Pix[i] = 55
	}
	data := withProfile(asJPEG(t, m), profile("GRAY", map[string][]byte{"kTRC": table()}))
	if got := mean(t, rendered(t, data, blob.Classic)); far(got, [3]int{128, 128, 128}) > 3 {
		t.Errorf("%v", got)
	}
}

// A transparent pixel keeps its transparency.
func TestProfilesOfTransparentPictures(t *testing.T) {
	t.Parallel()
	data := withChunks(asPNG(t, flat(color.NRGBA{234, 51, 35, 128})), chunk("iCCP", join([]byte("x\x00\x00"), packed(t, displayP3()))))
	m, err := png.Decode(bytes.NewReader(rendered(t, data, blob.Classic)))
	if err != nil {
		t.Fatal(err)
	}
	c := color.NRGBAModel.Convert(m.At(9, 9)).(color.NRGBA)
	if far([3]int{int(c.R), int(c.G), int(c.B)}, [3]int{255, 0, 0}) > 4 || c.A != 128 {
		t.Errorf("%v", c)
	}
}

// inkJPEG returns a JPEG of 16 x 16 pixels in one colour of four inks, stored without a
// transformation. adobe adds Adobe's segment, with which the inks are stored inverted.
func inkJPEG(inks [4]uint8, adobe bool) []byte {
	out := []byte{0xFF, 0xD8}
	if adobe {
		out = append(out, segment(0xEE, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))...)
	}
	quantum := append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)
	frame := []byte{8, 0, 16, 0, 16, 4}
	scan := []byte{4}
	for i := range byte(4) {
		frame = append(frame, i+1, 0x11, 0)
		scan = append(scan, i+1, 0)
	}
	// Twelve codes of 4 bits for the differences, one of 1 bit for the end of a block.
	dc := append([]byte{0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	ac := append([]byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)
	out = join(out, segment(0xDB, quantum), segment(0xC0, frame), segment(0xC4, dc), segment(0xC4, ac), segment(0xDA, append(scan, 0, 63, 0)))
	var written []bool
	put := func(value, count int) {
		for i := count - 1; i >= 0; i-- {
			written = append(written, value>>i&1 == 1)
		}
	}
	var before [4]int
	for range 4 {
		for i, ink := range inks {
			if adobe {
				ink = 255 - ink
			}
			level := 8 * (int(ink) - 128)
			d := level - before[i]
			before[i] = level
			n := bits.Len(uint(max(d, -d)))
			put(n, 4)
			if d < 0 {
				d += 1<<n - 1
			}
			put(d, n)
			put(0, 1)
		}
	}
	for len(written)%8 != 0 {
		written = append(written, true)
	}
	for i := 0; i < len(written); i += 8 {
		var b byte
		for _, bit := range written[i : i+8] {
			b <<= 1
			if bit {
				b |= 1
			}
		}
		if out = append(out, b); b == 0xFF {
			out = append(out, 0)
		}
	}
	return append(out, 0xFF, 0xD9)
}

// Pictures of print shops look like the original: with and without Adobe's segment, as
// YCCK, and with a profile for screens in them, which is wrong.
func TestPicturesOfPrintShopsAreSRGB(t *testing.T) {
	t.Parallel()
	inks := [4]uint8{200, 40, 90, 30}
	r, g, b := color.CMYKToRGB(inks[0], inks[1], inks[2], inks[3])
	want := [3]int{int(r), int(g), int(b)}
	ycck, err := os.ReadFile("testdata/ycck.jpg")
	if err != nil {
		t.Fatal(err)
	}
	rose, err := os.ReadFile("testdata/rose.png")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want [3]int
	}{
		"Adobe":                 {inkJPEG(inks, true), want},
		"without the segment":   {inkJPEG(inks, false), want},
		"Adobe, RGB profile":    {withProfile(inkJPEG(inks, true), adobeRGB()), want},
		"YCCK":                  {ycck, mean(t, rose)},
		"YCCK, RGB profile":     {withProfile(ycck, displayP3()), mean(t, rose)},
		"YCCK, turned":          {withSegments(ycck, exif(6)), mean(t, rose)},
		"YCCK, printer profile": {withProfile(ycck, profile("CMYK", nil)), mean(t, rose)},
	} {
		for _, format := range []blob.Format{blob.Classic, blob.WebP} {
			if got := mean(t, rendered(t, c.data, format)); far(got, c.want) > 10 {
				t.Errorf("%s, format %d: %v, want %v", name, format, got, c.want)
			}
		}
	}
}

func FuzzReadProfile(f *testing.F) {
	for _, p := range [][]byte{sRGB(), displayP3(), adobeRGB(), profile("GRAY", map[string][]byte{"kTRC": table()}), profile("CMYK", nil), nil} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		for _, grey := range []bool{false, true} {
			blob.ApplyProfile(p, grey, image.NewRGBA(image.Rect(0, 0, 2, 2)))
		}
	})
}
