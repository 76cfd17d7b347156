package blob

import (
	"bytes"
	"image"

	"github.com/bep/imagemeta"
	"golang.org/x/image/draw"
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

// apply returns the picture after orientation.
func (o orientation) apply(src *image.RGBA) *image.RGBA {
	if o == upright {
		return src
	}
	from := src.Bounds()
	width, height := o.size(from.Dx(), from.Dy())
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	// A stored pixel (x, y) moves to the turned place, which is then mirrored.
	right := o == 2 || o == 3 || o == 6 || o == 7
	down := o == 3 || o == 4 || o == 7 || o == 8
	for y := range from.Dy() {
		for x := range from.Dx() {
			toX, toY := o.size(x, y)
			if right {
				toX = width - 1 - toX
			}
			if down {
				toY = height - 1 - toY
			}
			out.SetRGBA(toX, toY, src.RGBAAt(from.Min.X+x, from.Min.Y+y))
		}
	}
	return out
}

// covering returns a picture that begins at 0, 0 and has the size in its header. An
// animation's first frame may be smaller.
func covering(src image.Image, width, height int) image.Image {
	whole := image.Rect(0, 0, width, height)
	if src.Bounds() == whole {
		return src
	}
	out := image.NewRGBA(whole)
	draw.Draw(out, src.Bounds(), src, src.Bounds().Min, draw.Src)
	return out
}
