package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
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
)

// Picture describes an accepted picture.
type Picture struct {
	Format string // jpeg, png, gif or webp
	Width  int    // pixels, after orientation
	Height int
	Bytes  int64
	Key    string // hexadecimal, made from the content
}

// Errors for refused pictures.
var (
	ErrNoPicture = errors.New("this is not a picture: JPEG, PNG, GIF and WebP are taken")
	ErrTooLarge  = fmt.Errorf("the picture is too large: at most %d MB, %d pixels a side and %d million pixels are taken",
		MaxPictureBytes>>20, MaxPictureSide, MaxPicturePixel/1_000_000)
)

// Inspect reads a picture and returns its description and bytes. It returns
// ErrTooLarge for a picture above a limit, ErrNoPicture for other content or an
// incomplete picture, and the errors of r.
func Inspect(r io.Reader) (*Picture, []byte, error) {
	data, err := readAtMost(r, MaxPictureBytes)
	if err != nil {
		return nil, nil, err
	}
	head, err := readHeader(data)
	if err != nil {
		return nil, nil, err
	}
	// Only decoding tells whether the picture is complete.
	if _, err := head.decode(data); err != nil {
		return nil, nil, ErrNoPicture
	}
	sum := sha256.Sum256(data)
	width, height := head.turn.size(head.width, head.height)
	return &Picture{head.format, width, height, int64(len(data)), hex.EncodeToString(sum[:12])}, data, nil
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
}

// readHeader reads a picture's header and checks the limits. It allocates no memory
// for pixels.
func readHeader(data []byte) (*header, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil, config.Width < 1, config.Height < 1:
		return nil, ErrNoPicture
	case config.Width > MaxPictureSide, config.Height > MaxPictureSide, config.Width*config.Height > MaxPicturePixel:
		return nil, ErrTooLarge
	case format == "jpeg" && countScans(data) > MaxPictureScans:
		return nil, ErrTooLarge
	}
	return &header{format, config.Width, config.Height, readOrientation(data, format)}, nil
}

// decode returns the pixels as stored, before orientation. For an animation it
// returns the first frame, which may cover a part of the picture only.
func (h *header) decode(data []byte) (image.Image, error) {
	m, _, err := image.Decode(bytes.NewReader(data))
	return m, err
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
