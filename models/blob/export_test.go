package blob

import "image"

// Opened for the fuzz targets.
var (
	CountScans = countScans
	Render     = render
)

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
