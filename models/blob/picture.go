package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // registers the decoder
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // registers the decoder
)

// Limits on pictures. They are checked on the picture's head, before any
// memory is taken for its pixels.
const (
	MaxPictureBytes = 20 << 20
	MaxPictureSide  = 20_000
	MaxPicturePixel = 50_000_000
)

// Picture is what is known of an accepted picture.
type Picture struct {
	Format string // jpeg, png, gif or webp
	Width  int
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
// refuses what is not a picture, is too large, or is cut off.
func Inspect(r io.Reader) (*Picture, []byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxPictureBytes+1))
	if err != nil {
		return nil, nil, err
	}
	if len(data) > MaxPictureBytes {
		return nil, nil, ErrTooLarge
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, nil, ErrNoPicture
	}
	if head.Width > MaxPictureSide || head.Height > MaxPictureSide || head.Width*head.Height > MaxPicturePixel {
		return nil, nil, ErrTooLarge
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil || head.Width < 1 || head.Height < 1 {
		return nil, nil, ErrNoPicture
	}
	sum := sha256.Sum256(data)
	return &Picture{format, head.Width, head.Height, int64(len(data)), hex.EncodeToString(sum[:12])}, data, nil
}

// jpegQuality is where artefacts stop to show in news pictures.
const jpegQuality = 82

// scale writes src as width pixels wide, never wider than it is: as PNG
// where it is see-through, else as JPEG. Nothing of the original's metadata
// is kept.
func scale(w io.Writer, src image.Image, width int) (format string, err error) {
	from := src.Bounds()
	width = min(width, from.Dx())
	height := max(1, from.Dy()*width/from.Dx())
	// Halving first makes the exact step cheap.
	for from.Dx() >= 4*width {
		half := image.NewRGBA(image.Rect(0, 0, from.Dx()/2, max(1, from.Dy()/2)))
		draw.ApproxBiLinear.Scale(half, half.Bounds(), src, from, draw.Src, nil)
		src, from = half, half.Bounds()
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(out, out.Bounds(), src, from, draw.Src, nil)
	if !out.Opaque() {
		return "png", png.Encode(w, out)
	}
	return "jpeg", jpeg.Encode(w, out, &jpeg.Options{Quality: jpegQuality})
}
