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

// rendering is the version of the renderer. Raise it with each visible change: the
// variants of older versions are then not found, and are removed to free space.
const rendering = 3

// Qualities without visible artefacts in news pictures. The two scales differ.
const (
	jpegQuality = 82
	webpQuality = 78
)

// maxWebPSide is the format's limit, in pixels.
const maxWebPSide = 16383

// Format is the format of a variant.
type Format int

// The formats. All browsers read Classic. WebP is smaller, and nearly all browsers
// read it.
const (
	Classic Format = iota // JPEG, or PNG for a transparent picture
	WebP
)

// render writes a picture after orientation, with the given width in pixels or its
// own if that is less. It writes pixels only: the output has none of the original's
// metadata (place, camera, author).
func render(w io.Writer, data []byte, width int, format Format) error {
	head, err := readHeader(data)
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
	// Scaling first leaves fewer pixels to convert and to turn.
	storedWidth, storedHeight := head.turn.size(width, height)
	scaled := scale(covering(src, head.width, head.height), storedWidth, storedHeight)
	head.conversion(data, src).apply(scaled)
	out := head.turn.apply(scaled)
	switch {
	case format == WebP:
		return encodeWebP(w, out)
	case !out.Opaque():
		return png.Encode(w, out)
	}
	return jpeg.Encode(w, out, &jpeg.Options{Quality: jpegQuality})
}

// encodeWebP encodes a picture with libwebp, which is C code: it gets pixels that
// this program has rendered, never uploaded bytes. It needs them without
// premultiplied alpha.
func encodeWebP(w io.Writer, m *image.RGBA) error {
	var pixels image.Image = m
	if !m.Opaque() {
		straight := image.NewNRGBA(m.Bounds())
		draw.Draw(straight, m.Bounds(), m, m.Bounds().Min, draw.Src)
		pixels = straight
	}
	return libwebp.Encode(w, pixels, webpoptions.EncodingOptions{
		Quality: webpQuality, EncodingPreset: webpoptions.EncodingPresetPhoto,
	})
}

// scale returns src in a size that is not larger than its own.
func scale(src image.Image, width, height int) *image.RGBA {
	from := src.Bounds()
	// Halving first makes the exact step cheaper.
	for from.Dx() >= 4*width && from.Dy() >= 2 {
		half := image.NewRGBA(image.Rect(0, 0, from.Dx()/2, from.Dy()/2))
		draw.ApproxBiLinear.Scale(half, half.Bounds(), src, from, draw.Src, nil)
		src, from = half, half.Bounds()
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(out, out.Bounds(), src, from, draw.Src, nil)
	return out
}
