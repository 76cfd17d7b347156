package blob

import (
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

// rendering is the number of the way in which pictures are rendered. Raise it
// with each change that shows: variants made in an older way are then not
// found, and go when room is needed.
const rendering = 2

// jpegQuality is where artefacts stop to show in news pictures.
const jpegQuality = 82

// render writes a picture as it is looked at, width pixels wide but never
// wider than it is: as PNG where it is see-through, else as JPEG. It writes
// pixels only, so nothing of the original's metadata (place, camera, author)
// can be in it.
func render(w io.Writer, data []byte, width int) error {
	head, err := readHead(data)
	if err != nil {
		return err
	}
	src, err := head.decode(data)
	if err != nil {
		return err
	}
	fullWidth, fullHeight := head.turn.size(head.width, head.height)
	width = min(width, fullWidth)
	height := max(1, (fullHeight*width+fullWidth/2)/fullWidth)
	// Scaled first and turned then: there are fewer pixels to turn.
	storedWidth, storedHeight := head.turn.size(width, height)
	out := head.turn.apply(scale(covering(src, head.width, head.height), storedWidth, storedHeight))
	if !out.Opaque() {
		return png.Encode(w, out)
	}
	return jpeg.Encode(w, out, &jpeg.Options{Quality: jpegQuality})
}

// scale returns src in another size, at most its own.
func scale(src image.Image, width, height int) *image.RGBA {
	from := src.Bounds()
	// Halving first makes the exact step cheap.
	for from.Dx() >= 4*width && from.Dy() >= 2 {
		half := image.NewRGBA(image.Rect(0, 0, from.Dx()/2, from.Dy()/2))
		draw.ApproxBiLinear.Scale(half, half.Bounds(), src, from, draw.Src, nil)
		src, from = half, half.Bounds()
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(out, out.Bounds(), src, from, draw.Src, nil)
	return out
}
