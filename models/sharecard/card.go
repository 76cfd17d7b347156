package sharecard

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// The size of a card in pixels: that of the large cards of Open Graph and of the
// messengers. Older clients crop it to its central square.
const (
	Width  = 1200
	Height = 630
	// Square is the side of the central square. No text leaves it.
	Square = 630
)

// MaxBytes is the largest card. Some messengers take no larger picture.
const MaxBytes = 300 << 10

// Version is the version of the drawing. Raise it with each visible change, so that
// pictures get new addresses.
const Version = 1

// Card has the texts and the picture that a share picture shows. Texts that no font has letters for are left out.
type Card struct {
	Headline    string
	Section     string
	Name        string // of the paper
	Language    string // BCP 47, of the headline
	RightToLeft bool   // the headline is
	Accent      string // a name of [Accents]
	// Picture is the lead picture, nil for none. The focus, in percent from the left
	// and the top, stays in view.
	Picture        image.Image
	FocusX, FocusY int
}

// Accents are the colours of the site's accents, as the stylesheet has them.
var Accents = map[string]color.RGBA{
	"crimson": {0x8c, 0x1c, 0x2b, 0xff},
	"ink":     {0x1f, 0x29, 0x33, 0xff},
	"sea":     {0x0b, 0x55, 0x67, 0xff},
	"moss":    {0x3d, 0x5a, 0x23, 0xff},
	"plum":    {0x6a, 0x2a, 0x5e, 0xff},
	"ochre":   {0x7d, 0x4d, 0x05, 0xff},
}

var (
	paper = color.RGBA{0xfd, 0xfc, 0xf9, 0xff}
	ink   = color.RGBA{0x1a, 0x1a, 0x1a, 0xff}
	white = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// The width of texts, and the least width of a picture that may fill the card.
const (
	measureWidth = Square - 2*36
	leastPicture = 600
)

// Draw draws a card as a JPEG of at most [MaxBytes]. It takes a tenth of a second or more,
// and 30 to 70 MB of memory for the pixels and the fonts, which it drops at the end.
func Draw(c Card) ([]byte, error) {
	s := &setter{fonts: fonts{}}
	out := newCanvas()
	var err error
	if c.Picture != nil && c.Picture.Bounds().Dx() >= leastPicture && c.Picture.Bounds().Dy() >= leastPicture/3 {
		err = s.drawOverPicture(out, c)
	} else {
		err = s.drawOnPaper(out, c)
	}
	if err != nil {
		return nil, err
	}
	return encode(out)
}

// texts are the texts of a card, set. Each may be nil.
type texts struct{ headline, section, name *block }

// setAll sets the texts of a card. height is the most for the headline.
func (s *setter) setAll(c Card, height int, sizes []int) (t texts, err error) {
	head := style{
		font: serifFont, language: c.Language, right: c.RightToLeft, width: measureWidth, height: height, sizes: sizes, leading: 1.16,
	}
	if t.headline, err = s.set(c.Headline, head); err != nil {
		return t, err
	}
	label := style{
		font: sansFont, language: c.Language, right: c.RightToLeft, width: measureWidth, height: 40, sizes: []int{26, 23, 20}, leading: 1.2,
	}
	if t.section, err = s.set(c.Section, label); err != nil {
		return t, err
	}
	title := label
	title.font, title.sizes = serifFont, []int{34, 30, 26, 22}
	t.name, err = s.set(c.Name, title)
	return t, err
}

// headlineSizes are the sizes of headlines, in pixels.
var headlineSizes = []int{92, 84, 76, 69, 62, 56, 51, 46, 42, 38, 34, 31, 28, 26}

// drawOnPaper draws a card without a picture: a sheet of paper with a masthead, on the
// accent's colour.
func (s *setter) drawOnPaper(out canvas, c Card) error {
	accent := accentOf(c)
	out.fill(out.Bounds(), accent)
	left := (Width - Square) / 2
	sheet := image.Rect(left, 0, left+Square, Height)
	out.fill(sheet, paper)
	t, err := s.setAll(c, 400, headlineSizes)
	if err != nil {
		return err
	}
	const middle = Width / 2
	top := 34
	out.text(t.name, middle, top, ink)
	top += max(t.name.height(), 34) + 22
	out.fill(image.Rect(left+36, top, left+Square-36, top+5), accent)
	out.fill(image.Rect(left+36, top+8, left+Square-36, top+10), accent)
	top += 10
	// Section and headline are centred in the rest of the sheet.
	gap := 0
	if t.section != nil && t.headline != nil {
		gap = 26
	}
	all := t.section.height() + gap + t.headline.height()
	top += max(24, (Height-top-all)/2)
	out.text(t.section, middle, top, accent)
	out.text(t.headline, middle, top+t.section.height()+gap, ink)
	return nil
}

// drawOverPicture draws a card whose lead picture fills it, with the texts on a shade at
// the foot.
func (s *setter) drawOverPicture(out canvas, c Card) error {
	out.fill(out.Bounds(), paper)
	out.picture(c.Picture, c.FocusX, c.FocusY)
	t, err := s.setAll(c, 270, headlineSizes[2:])
	if err != nil {
		return err
	}
	const middle = Width / 2
	const foot = 40
	top := Height - foot - t.name.height()
	name := top
	if t.name != nil && t.headline != nil {
		top -= 44
	}
	line := top + 22
	top -= t.headline.height()
	headline := top
	if t.section != nil {
		top -= t.section.height() + 22
	}
	section := top
	if t.headline == nil && t.section == nil && t.name == nil {
		return nil
	}
	out.shade(top-170, top+10, 0.74)
	out.fill(image.Rect(0, Height-10, Width, Height), accentOf(c))
	out.text(t.section, middle, section, color.RGBA{0xf0, 0xe9, 0xdc, 0xff})
	out.text(t.headline, middle, headline, white)
	if t.name != nil && t.headline != nil {
		out.fill(image.Rect(middle-40, line, middle+40, line+2), color.NRGBA{255, 255, 255, 150})
	}
	out.text(t.name, middle, name, white)
	return nil
}

func accentOf(c Card) color.RGBA {
	if accent, ok := Accents[c.Accent]; ok {
		return accent
	}
	return Accents["crimson"]
}

// encode returns the canvas as a JPEG. Busy pictures get a lower quality, until they
// are small enough.
func encode(m canvas) ([]byte, error) {
	var out bytes.Buffer
	for quality := 88; ; quality -= 8 {
		out.Reset()
		if err := jpeg.Encode(&out, m.RGBA, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if out.Len() <= MaxBytes || quality < 16 {
			return out.Bytes(), nil
		}
	}
}
