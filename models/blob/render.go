package blob

import (
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/bep/gowebp/libwebp"
	"github.com/bep/gowebp/libwebp/webpoptions"
	"golang.org/x/image/draw"
)

// rendering is the number of the way in which pictures are rendered. Raise it
// with each change that shows: variants made in an older way are then not
// found, and go when room is needed.
const rendering = 2

// Where artefacts stop to show in news pictures. The two scales differ.
const (
	jpegQuality = 82
	webpQuality = 78
)

// maxWebPSide is the highest that the format can hold.
const maxWebPSide = 16383

// Format is how a variant is encoded.
type Format int

// The formats. Every browser reads Classic; WebP is what nearly all read, and
// smaller.
const (
	Classic Format = iota // JPEG, or PNG where the picture is see-through
	WebP
)

// render writes a picture as it is looked at, width pixels wide but never
// wider than it is. It writes pixels only, so nothing of the original's
// metadata (place, camera, author) can be in it.
func render(w io.Writer, data []byte, width int, format Format) error {
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
	if format == WebP && height > maxWebPSide {
		width, height = max(1, width*maxWebPSide/height), maxWebPSide
	}
	// Scaled first and turned then: there are fewer pixels to turn.
	storedWidth, storedHeight := head.turn.size(width, height)
	out := head.turn.apply(scale(covering(src, head.width, head.height), storedWidth, storedHeight))
	switch {
	case format == WebP:
		return encodeWebP(w, out)
	case !out.Opaque():
		return png.Encode(w, out)
	}
	return jpeg.Encode(w, out, &jpeg.Options{Quality: jpegQuality})
}

// encodeWebP gives the encoder, which is C, pixels that we have made ourselves
// and nothing that was sent to us. It wants them without the alpha in them.
func encodeWebP(w io.Writer, m *image.RGBA) error {
	var pixels image.Image = m
	if !m.Opaque() {
		straight := image.NewNRGBA(m.Bounds())
		draw.Draw(straight, m.Bounds(), m, m.Bounds().Min, draw.Src)
		pixels = straight
	}
	return libwebp.Encode(w, pixels, webpoptions.EncodingOptions{Quality: webpQuality, EncodingPreset: webpoptions.EncodingPresetPhoto})
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
