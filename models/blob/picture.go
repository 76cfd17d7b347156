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

// Limits on pictures. They are checked on the picture's head, before any
// memory is taken for its pixels.
const (
	MaxPictureBytes = 20 << 20
	MaxPictureSide  = 20_000     // pixels
	MaxPicturePixel = 50_000_000 // width times height
	// MaxPictureScans is how often a JPEG may go over its pixels. Progressive
	// ones do so some ten times; one of 20 MB could do so 200,000 times,
	// which keeps a core busy for an hour.
	MaxPictureScans = 100
)

// Picture is what is known of an accepted picture.
type Picture struct {
	Format string // jpeg, png, gif or webp
	Width  int    // pixels, as it is looked at: after orientation
	Height int
	Bytes  int64
	Key    string // hexadecimal, made from the content
}

// Errors of pictures that are not accepted.
var (
	ErrNoPicture = errors.New("this is not a picture: JPEG, PNG, GIF and WebP are taken")
	ErrTooLarge  = fmt.Errorf("the picture is too large: at most %d MB, %d pixels a side and %d million pixels are taken",
		MaxPictureBytes>>20, MaxPictureSide, MaxPicturePixel/1_000_000)
)

// Inspect reads a picture and says what it is, together with its bytes. It
// refuses what is too large with ErrTooLarge, and what is not a picture or is
// cut off with ErrNoPicture; other errors are those of r.
func Inspect(r io.Reader) (*Picture, []byte, error) {
	data, err := readAtMost(r, MaxPictureBytes)
	if err != nil {
		return nil, nil, err
	}
	head, err := readHead(data)
	if err != nil {
		return nil, nil, err
	}
	// Only decoding it tells whether all of it is there.
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

// head is what a picture says of itself before its pixels.
type head struct {
	format        string
	width, height int // as stored
	turn          orientation
}

// readHead reads a picture's head and holds it against the limits. It takes
// no memory for pixels.
func readHead(data []byte) (*head, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil, config.Width < 1, config.Height < 1:
		return nil, ErrNoPicture
	case config.Width > MaxPictureSide, config.Height > MaxPictureSide, config.Width*config.Height > MaxPicturePixel:
		return nil, ErrTooLarge
	case format == "jpeg" && countScans(data) > MaxPictureScans:
		return nil, ErrTooLarge
	}
	return &head{format, config.Width, config.Height, readOrientation(data, format)}, nil
}

// decode returns the pixels as they are stored, not yet turned. Of an
// animation it is the first frame, which may cover less than the picture.
func (h *head) decode(data []byte) (image.Image, error) {
	m, _, err := image.Decode(bytes.NewReader(data))
	return m, err
}

// Markers of JPEG that stand alone or matter here.
const (
	markerByte = 0xFF // begins each marker
	markerRST0 = 0xD0 // RST0 to RST7 and the two after them have no length
	markerEOI  = 0xD9
	markerSOS  = 0xDA
)

// countScans returns how often a JPEG goes over its pixels, as the decoder
// would see it: whatever the decoder reads without an error has no more.
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
