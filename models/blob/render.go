package blob

import (
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/bep/gowebp/libwebp"
	"github.com/bep/gowebp/libwebp/webpoptions"
)

// rendering is the version of the renderer. Raise it with each visible change: the
// variants of older versions are then not found, and are removed to free space.
const rendering = 4

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

// master is a picture from which all widths are made: decoded once, upright, sRGB, and
// not wider than the widest. It holds pixels only and none of the original's metadata
// (place, camera, author). It is not changed, so many goroutines may read it.
type master struct {
	full   image.Point // size of the picture, upright
	opaque bool
	pixels image.Image // *image.YCbCr or *image.RGBA
}

// newMaster decodes a picture whose header is within the limits.
func (h *header) newMaster(data []byte) (*master, error) {
	src, err := h.decode(data)
	if err != nil {
		return nil, err
	}
	m := &master{}
	m.full.X, m.full.Y = h.turn.size(h.width, h.height)
	size := m.size(Widths[len(Widths)-1], Classic)
	// Scaling first leaves fewer pixels to convert and to turn.
	var stored image.Point
	stored.X, stored.Y = h.turn.size(size.X, size.Y)
	m.pixels = scale(src, image.Pt(h.width, h.height), stored)
	if c := h.conversion(data, src); c != nil {
		converted := asRGBA(m.pixels)
		c.apply(converted)
		m.pixels = converted
	}
	m.pixels = h.turn.apply(m.pixels)
	rgba, ok := m.pixels.(*image.RGBA)
	m.opaque = !ok || rgba.Opaque()
	return m, nil
}

// size returns the size of a picture in a width in pixels, or in its own if that is less.
func (m *master) size(width int, format Format) image.Point {
	width = min(width, m.full.X)
	height := max(1, (m.full.Y*width+m.full.X/2)/m.full.X)
	if format == WebP && height > maxWebPSide {
		width, height = max(1, width*maxWebPSide/height), maxWebPSide
	}
	return image.Pt(width, height)
}

// bytes returns the memory that the pixels take.
func (m *master) bytes() int {
	switch p := m.pixels.(type) {
	case *image.YCbCr:
		return len(p.Y) + len(p.Cb) + len(p.Cr)
	case *image.RGBA:
		return len(p.Pix)
	}
	return 0
}

// write writes a picture in a width.
func (m *master) write(w io.Writer, width int, format Format) error {
	out := scale(m.pixels, m.pixels.Bounds().Size(), m.size(width, format))
	switch {
	case format == WebP:
		return encodeWebP(w, asRGBA(out), m.opaque)
	case !m.opaque:
		return png.Encode(w, out)
	}
	return jpeg.Encode(w, out, &jpeg.Options{Quality: jpegQuality})
}

// encodeWebP encodes a picture with libwebp, which is C code: it gets pixels that
// this program has rendered, never uploaded bytes. It needs them without
// premultiplied alpha.
func encodeWebP(w io.Writer, m *image.RGBA, opaque bool) error {
	var pixels image.Image = m
	if !opaque {
		straight := image.NewNRGBA(m.Bounds())
		draw.Draw(straight, m.Bounds(), m, m.Bounds().Min, draw.Src)
		pixels = straight
	}
	return libwebp.Encode(w, pixels, webpoptions.EncodingOptions{
		Quality: webpQuality, EncodingPreset: webpoptions.EncodingPresetPhoto,
	})
}
