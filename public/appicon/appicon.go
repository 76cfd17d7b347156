package appicon

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Version changes when the drawing changes, so that icons get new addresses.
const Version = "1"

// Icon has the letters and colours of an icon.
type Icon struct {
	Initial rune       // 0 for the drawing of a newspaper
	Ground  color.RGBA // opaque
}

// New returns the icon of a paper. accent is a colour such as #8c1c2b; an invalid
// one is black. The font has Latin, Greek and Cyrillic letters; the icon of a name
// in another script is a newspaper.
func New(name, accent string) Icon {
	icon := Icon{Ground: color.RGBA{A: 255}}
	if n, err := strconv.ParseUint(strings.TrimPrefix(accent, "#"), 16, 24); err == nil && len(accent) == 7 {
		icon.Ground = color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if upper := unicode.ToUpper(r); hasGlyph(upper) {
			icon.Initial = upper
		}
		break
	}
	// Names of papers begin with an article more often than not.
	if rest, ok := strings.CutPrefix(strings.ToLower(name), "the "); ok && rest != "" {
		return New(name[len("the "):], accent)
	}
	return icon
}

// parsed is the font, which is read once.
var parsed = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(gobold.TTF) })

func hasGlyph(r rune) bool {
	f, err := parsed()
	if err != nil {
		return false
	}
	var b sfnt.Buffer
	index, err := f.GlyphIndex(&b, r)
	return err == nil && index != 0
}

// Limits of the size of an icon, in pixels.
const (
	MinSize = 16
	MaxSize = 1024
)

var errSize = errors.New("appicon: the size is out of bounds")

// PNG draws the icon, size pixels wide and high. The drawing is within a circle of 80
// percent of the width, which launchers that cut icons to a circle or a drop always
// show (W3C, Web Application Manifest, "safe zone").
func (i Icon) PNG(size int) ([]byte, error) {
	if size < MinSize || size > MaxSize {
		return nil, errSize
	}
	canvas := image.NewRGBA(image.Rect(0, 0, size, size))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(i.Ground), image.Point{}, draw.Src)
	if i.Initial == 0 {
		drawPaper(canvas, size)
	} else if err := i.drawInitial(canvas, size); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, canvas)
	return b.Bytes(), err
}

// drawInitial draws the letter in the middle, between two lines as those of a
// newspaper's head.
func (i Icon) drawInitial(canvas *image.RGBA, size int) error {
	f, err := parsed()
	if err != nil {
		return err
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(size) * 0.55, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return err
	}
	defer face.Close()
	bounds, _, _ := face.GlyphBounds(i.Initial)
	middle := fixed.I(size) / 2
	d := font.Drawer{Dst: canvas, Src: image.White, Face: face}
	d.Dot = fixed.Point26_6{X: middle - (bounds.Min.X+bounds.Max.X)/2, Y: middle - (bounds.Min.Y+bounds.Max.Y)/2}
	d.DrawString(string(i.Initial))
	bar(canvas, size, 0.29, 0.18, 0.42, 0.05)
	bar(canvas, size, 0.29, 0.77, 0.42, 0.05)
	return nil
}

// drawPaper draws a headline, a picture and lines.
func drawPaper(canvas *image.RGBA, size int) {
	bar(canvas, size, 0.25, 0.25, 0.50, 0.10)
	bar(canvas, size, 0.25, 0.42, 0.22, 0.22)
	for i := range 3 {
		bar(canvas, size, 0.53, 0.42+0.085*float64(i), 0.22, 0.05)
	}
	bar(canvas, size, 0.25, 0.71, 0.50, 0.05)
}

// bar draws a white rectangle. Its place and size are parts of the icon's width.
func bar(canvas *image.RGBA, size int, x, y, width, height float64) {
	at := func(part float64) int { return int(part*float64(size) + 0.5) }
	r := image.Rect(at(x), at(y), at(x+width), max(at(y)+1, at(y+height)))
	draw.Draw(canvas, r, image.White, image.Point{}, draw.Src)
}

// icoSizes are the sizes in a favicon.ico.
var icoSizes = []int{16, 32, 48}

// ICO returns the icon in the format of favicon.ico, with a PNG for each size.
func (i Icon) ICO() ([]byte, error) {
	var head, body bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&head, binary.LittleEndian, v) // a buffer takes everything
		}
	}
	put(uint16(0), uint16(1), uint16(len(icoSizes)))
	offset := 6 + 16*len(icoSizes)
	for _, size := range icoSizes {
		data, err := i.PNG(size)
		if err != nil {
			return nil, err
		}
		put(uint8(size), uint8(size), uint8(0), uint8(0), uint16(1), uint16(32), uint32(len(data)), uint32(offset+body.Len()))
		body.Write(data)
	}
	return append(head.Bytes(), body.Bytes()...), nil
}
