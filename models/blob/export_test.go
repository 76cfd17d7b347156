package blob

import (
	"image"
	"io"
)

// Opened for the fuzz targets.
var CountScans = countScans

// Render writes a picture in one width.
func Render(w io.Writer, data []byte, width int, format Format) error {
	m, err := NewMaster(data)
	if err != nil {
		return err
	}
	return m.write(w, width, format)
}

// Master is a picture from which all widths are made.
type Master = master

// NewMaster decodes a picture.
func NewMaster(data []byte) (*Master, error) {
	head, err := readHeader(data)
	if err != nil {
		return nil, err
	}
	return head.newMaster(data)
}

// Write writes a picture in one width.
func (m *master) Write(w io.Writer, width int, format Format) error { return m.write(w, width, format) }

// Scale returns a picture in a size that is not larger.
func Scale(m image.Image, to image.Point) image.Image { return scale(m, m.Bounds().Size(), to) }

// Decode decodes a picture into the colours that it is shown in, without its profile.
func Decode(data []byte) (image.Image, error) {
	head, err := readHeader(data)
	if err != nil {
		return nil, err
	}
	return head.decode(data)
}

// ApplyProfile converts a picture's pixels by a profile.
func ApplyProfile(profile []byte, grey bool, m *image.RGBA) { readProfile(profile, grey).apply(m) }

// CleanGIF returns the cleaned bytes and the number of frames of a GIF.
func CleanGIF(data []byte) (cleaned []byte, frames int, ok bool) {
	g, ok := walkGIF(data, true)
	return g.cleaned, g.frames, ok
}
