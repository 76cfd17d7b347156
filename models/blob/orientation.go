package blob

import (
	"bytes"
	"image"
	"image/draw"

	"github.com/bep/imagemeta"
)

// orientation is the camera's orientation, 1 to 8 as in EXIF (CIPA DC-008). The
// stored pixels are mirrored at the diagonal (5 to 8), at the middle, or both.
type orientation int

const upright orientation = 1

// metaFormats are the formats that may hold an orientation.
var metaFormats = map[string]imagemeta.ImageFormat{
	"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP,
}

// readOrientation returns a picture's orientation. It returns upright for metadata
// that cannot be read: browsers show such a picture as stored.
func readOrientation(data []byte, format string) orientation {
	found := upright
	known, ok := metaFormats[format]
	if !ok {
		return found
	}
	_, _ = imagemeta.Decode(imagemeta.Options{
		R:           bytes.NewReader(data),
		ImageFormat: known,
		Sources:     imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			return tag.Tag == "Orientation" && tag.Namespace == "IFD0" // not the thumbnail's
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && 1 <= n && n <= 8 {
				found = orientation(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	return found
}

// size returns the width and height of a turned picture from the stored ones, or the
// stored ones from those of the turned picture.
func (o orientation) size(width, height int) (int, int) {
	if o.diagonal() {
		return height, width
	}
	return width, height
}

func (o orientation) diagonal() bool { return o >= 5 }

// apply returns the picture after orientation. Planes of a photo with an even size stay
// planes. With an odd size the pairs of pixels that share a colour would change.
func (o orientation) apply(src image.Image) image.Image {
	if o == upright {
		return src
	}
	from := src.Bounds()
	width, height := o.size(from.Dx(), from.Dy())
	to := image.Rect(0, 0, width, height)
	if m, ok := src.(*image.YCbCr); ok && m.SubsampleRatio == image.YCbCrSubsampleRatio420 && width%2 == 0 && height%2 == 0 {
		out := image.NewYCbCr(to, m.SubsampleRatio)
		o.turn(out.Y, m.Y, out.YStride, m.YStride, from.Size(), 1)
		o.turn(out.Cb, m.Cb, out.CStride, m.CStride, from.Size().Div(2), 1)
		o.turn(out.Cr, m.Cr, out.CStride, m.CStride, from.Size().Div(2), 1)
		return out
	}
	m, out := asRGBA(src), image.NewRGBA(to)
	o.turn(out.Pix, m.Pix, out.Stride, m.Stride, from.Size(), 4)
	return out
}

// turn moves the bytes of all pixels. size is that of the stored picture.
func (o orientation) turn(to, from []uint8, toStride, fromStride int, size image.Point, channels int) {
	// A stored pixel (x, y) moves to the turned place, which is then mirrored.
	right := o == 2 || o == 3 || o == 6 || o == 7
	down := o == 3 || o == 4 || o == 7 || o == 8
	width, height := o.size(size.X, size.Y)
	at, start := channels, 0 // the way from one target pixel to the next, and the first one
	line := toStride
	if right {
		start, at = start+channels*(width-1), -at
	}
	if down {
		start, line = start+toStride*(height-1), -line
	}
	if o.diagonal() {
		at, line = line, at
	}
	for y := range size.Y {
		place, row := start+y*line, from[y*fromStride:]
		for x := range size.X {
			copy(to[place:place+channels], row[channels*x:channels*x+channels])
			place += at
		}
	}
}

// asRGBA returns a picture that begins at 0, 0 as RGBA.
func asRGBA(src image.Image) *image.RGBA {
	if m, ok := src.(*image.RGBA); ok {
		return m
	}
	out := image.NewRGBA(src.Bounds())
	draw.Draw(out, out.Rect, src, image.Point{}, draw.Src)
	return out
}
