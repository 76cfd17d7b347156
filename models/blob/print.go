package blob

import (
	"image"
	"image/color"
)

// Print shops make JPEGs of four inks (CMYK). Package image/jpeg reads them if Adobe's
// segment says whether they are stored as YCCK, and whether they are inverted. The
// inks become sRGB by the plain formula, as browsers and ImageMagick do without a
// profile of the press. A profile for three colours in such a file is wrong, and
// ignored.

// adobeSegment says that a JPEG's four inks are stored as they are.
var adobeSegment = []byte("\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00")

// frame describes the pixels of a JPEG, from its frame header.
type frame struct {
	progressive bool
	components  int
	samples     float64 // for each pixel, over all components
	adobe       bool
}

func readFrame(data []byte) (f frame) {
	eachSegment(data, func(marker byte, content []byte) {
		switch {
		case marker == 0xEE && len(content) >= 12 && string(content[:5]) == "Adobe":
			f.adobe = true
		case 0xC0 <= marker && marker <= 0xC2 && len(content) >= 6 && len(content) >= 6+3*int(content[5]) && f.components == 0:
			f.progressive, f.components = marker == 0xC2, int(content[5])
			var all, most int
			for i := range f.components {
				factors := content[6+3*i+1]
				n := int(factors>>4) * int(factors&15)
				all, most = all+n, max(most, n)
			}
			f.samples = float64(all) / float64(max(most, 1))
		}
	})
	return f
}

// withInks returns a JPEG of four inks with Adobe's segment, and whether it had none.
// The decoder then takes the inks for inverted, which they are only with the segment.
func withInks(data []byte, f frame) (out []byte, added bool) {
	if f.components != 4 || f.adobe || len(data) < 2 {
		return data, false
	}
	out = make([]byte, 0, len(data)+len(adobeSegment))
	out = append(append(append(out, data[:2]...), adobeSegment...), data[2:]...)
	return out, true
}

// withoutInks returns the sRGB pixels of a picture of four inks.
func withoutInks(m *image.CMYK, invert bool) *image.RGBA {
	bounds := m.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	var mask uint8
	if invert {
		mask = 255
	}
	for y := range bounds.Dy() {
		from, to := m.Pix[y*m.Stride:], out.Pix[y*out.Stride:]
		for x := range bounds.Dx() {
			inks, p := from[4*x:4*x+4:4*x+4], to[4*x:4*x+4:4*x+4]
			p[0], p[1], p[2] = color.CMYKToRGB(inks[0]^mask, inks[1]^mask, inks[2]^mask, inks[3]^mask)
			p[3] = 255
		}
	}
	return out
}
