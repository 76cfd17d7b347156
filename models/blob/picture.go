package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	_ "image/gif"  // registers the decoder
	_ "image/jpeg" // registers the decoder
	_ "image/png"  // registers the decoder
	"io"

	_ "golang.org/x/image/webp" // registers the decoder
)

// Limits on pictures. They are checked on the picture's header, before memory is
// allocated for its pixels.
const (
	MaxPictureBytes = 20 << 20
	MaxPictureSide  = 20_000     // pixels
	MaxPicturePixel = 50_000_000 // width times height
	// MaxPictureScans is the most scans of a JPEG. Progressive ones have some ten. A
	// file of 20 MB could have 200,000, which keeps a core busy for an hour.
	MaxPictureScans = 100
	// maxScannedPixel is the most pixels that all scans of a JPEG may pass over.
	maxScannedPixel = 1_000_000_000
	// maxDecoded is the most memory that a picture's pixels may need, in bytes.
	maxDecoded = 256 << 20
)

// Picture describes an accepted picture.
type Picture struct {
	Format string // jpeg, png, gif or webp
	Width  int    // pixels, after orientation
	Height int
	Bytes  int64
	Key    string // hexadecimal, made from the content
	Frames int    // more than 1 for a moving picture
	Description
}

// Inspect reads a picture and returns its description and bytes. It returns a
// [Refusal] for other content, an incomplete picture and one above a limit, and the
// errors of r.
func Inspect(r io.Reader) (*Picture, []byte, error) {
	data, err := readPicture(r)
	if err != nil {
		return nil, nil, err
	}
	head, err := readHeader(data)
	if err != nil {
		return nil, nil, err
	}
	p, err := head.inspect(data)
	return p, data, err
}

// inspect decodes a picture whose header is within the limits.
func (h *header) inspect(data []byte) (p *Picture, err error) {
	frames := 1
	if h.format == "gif" {
		if frames, err = countFrames(data); err != nil {
			return nil, err
		}
	}
	// Only decoding tells whether the picture is complete.
	if _, err := h.decode(data); err != nil {
		return nil, otherKind(data)
	}
	sum := sha256.Sum256(data)
	width, height := h.turn.size(h.width, h.height)
	return &Picture{
		Format: h.format, Width: width, Height: height, Bytes: int64(len(data)), Key: hex.EncodeToString(sum[:12]), Frames: frames,
		Description: describe(data, h.format),
	}, nil
}

// startLength is how much of a file is read before its size in pixels is checked, in bytes.
const startLength = 64 << 10

// readPicture reads a file. It refuses a picture with too many pixels by the start of the
// file, and leaves the rest of it unread.
func readPicture(r io.Reader) ([]byte, error) {
	start, err := io.ReadAll(io.LimitReader(r, startLength))
	if err != nil || len(start) < startLength {
		return start, err
	}
	if config, _, err := image.DecodeConfig(bytes.NewReader(start)); err == nil && isTooWide(config) {
		return nil, ErrTooWide
	}
	return readAtMost(io.MultiReader(bytes.NewReader(start), r), MaxPictureBytes)
}

func isTooWide(c image.Config) bool {
	return c.Width > MaxPictureSide || c.Height > MaxPictureSide || c.Width*c.Height > MaxPicturePixel
}

func readAtMost(r io.Reader, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(data) > limit {
		err = ErrTooLarge
	}
	return data, err
}

// header is the information before a picture's pixels.
type header struct {
	format        string
	width, height int // as stored
	turn          orientation
	frame         frame // of a JPEG
	memory        int64 // about what decoding takes, in bytes
}

// readHeader reads a picture's header and checks the limits. It allocates no memory
// for pixels.
func readHeader(data []byte) (*header, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, otherKind(data)
	case config.Width < 1, config.Height < 1:
		return nil, ErrIncomplete
	case isTooWide(config):
		return nil, ErrTooWide
	}
	h := &header{format: format, width: config.Width, height: config.Height}
	perPixel := 4.0
	switch format {
	case "jpeg":
		h.frame = readFrame(data)
		if scans := countScans(data); scans > MaxPictureScans || scans*h.width*h.height > maxScannedPixel {
			return nil, ErrScans
		}
		if perPixel = h.frame.samples; h.frame.progressive {
			perPixel *= 5 // the decoder keeps a number of 4 bytes for each sample
		}
		if h.frame.components == 4 {
			perPixel += 8
		}
	case "png":
		if config.ColorModel == color.RGBA64Model || config.ColorModel == color.NRGBA64Model {
			perPixel = 8
		}
	}
	if h.memory = int64(perPixel * float64(h.width*h.height)); h.memory > maxDecoded {
		if h.frame.progressive {
			return nil, ErrScans
		}
		return nil, ErrTooWide
	}
	h.turn = readOrientation(data, format)
	return h, nil
}

// decode returns the pixels as stored, before orientation. For an animation it
// returns the first frame, which may cover a part of the picture only. Inks become
// colours.
func (h *header) decode(data []byte) (image.Image, error) {
	data, invert := withInks(data, h.frame)
	m, _, err := image.Decode(bytes.NewReader(data))
	if inks, ok := m.(*image.CMYK); ok && err == nil {
		return withoutInks(inks, invert), nil
	}
	if h.format == "webp" && err == nil {
		fullRange(m)
	}
	return m, err
}

// fullRange stretches the levels of a lossy WebP. They are those of video (16 to 235,
// RFC 6386, 9.2), and the decoder's picture types count from 0 to 255.
func fullRange(m image.Image) {
	var planes *image.YCbCr
	switch m := m.(type) {
	case *image.YCbCr:
		planes = m
	case *image.NYCbCrA:
		planes = &m.YCbCr
	default:
		return // lossless
	}
	stretch := func(plane []uint8, middle, newMiddle, steps float64) {
		var to [256]uint8
		for i := range to {
			to[i] = uint8(min(max((float64(i)-middle)*255/steps+newMiddle+0.5, 0), 255))
		}
		for i, v := range plane {
			plane[i] = to[v]
		}
	}
	stretch(planes.Y, 16, 0, 219)
	stretch(planes.Cb, 128, 128, 224)
	stretch(planes.Cr, 128, 128, 224)
}

// conversion returns how the decoded pixels become sRGB, nil if they are.
func (h *header) conversion(data []byte, m image.Image) *conversion {
	profile := profileOf(data, h.format)
	if profile == nil || h.frame.components == 4 {
		return nil
	}
	grey := false
	switch m.(type) {
	case *image.Gray, *image.Gray16:
		grey = true
	}
	return readProfile(profile, grey)
}

// Markers of JPEG (ITU-T T.81, B.1.1.3) that have no length or that end a scan count.
const (
	markerByte = 0xFF // begins each marker
	markerRST0 = 0xD0 // RST0 to RST7 and the two after them have no length
	markerEOI  = 0xD9
	markerSOS  = 0xDA
)

// countScans returns the number of scans in a JPEG: at least as many as the decoder
// reads without an error.
func countScans(data []byte) int {
	scans := 0
	for i := 2; i+4 <= len(data); { // past the start of the picture
		marker := data[i+1]
		switch {
		case data[i] != markerByte, marker == markerByte:
			i++ // pixels, or one of several fill bytes
		case marker == 0, markerRST0 <= marker && marker < markerEOI:
			i += 2 // an escaped byte of pixels, or a mark between them
		case marker == markerEOI:
			return scans
		default:
			if marker == markerSOS {
				scans++
			}
			i += 2 + max(2, int(data[i+2])<<8|int(data[i+3]))
		}
	}
	return scans
}
