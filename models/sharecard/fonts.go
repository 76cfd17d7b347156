package sharecard

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"slices"
	"unicode"

	"github.com/andybalholm/brotli"
	"github.com/go-text/typesetting/font"
)

//go:embed fonts/*.br
var fontFiles embed.FS

// Fonts by the part of the card that they set.
const (
	serifFont = "serif.ttf" // headlines: Latin, Greek, Cyrillic
	sansFont  = "sans.ttf"  // labels
	hanFont   = "han.otf"
	kanaFont  = "japanese.otf"
)

// scriptFonts are the fonts of the other scripts, in bold.
var scriptFonts = []struct {
	script *unicode.RangeTable
	file   string
}{
	{unicode.Arabic, "arabic.ttf"},
	{unicode.Hebrew, "hebrew.ttf"},
	{unicode.Sinhala, "sinhala.ttf"},
	{unicode.Devanagari, "devanagari.ttf"},
	{unicode.Thai, "thai.ttf"},
	{unicode.Tamil, "tamil.ttf"},
	{unicode.Bengali, "bengali.ttf"},
	{unicode.Georgian, "georgian.ttf"},
	{unicode.Armenian, "armenian.ttf"},
	{unicode.Gujarati, "gujarati.ttf"},
	{unicode.Gurmukhi, "gurmukhi.ttf"},
	{unicode.Telugu, "telugu.ttf"},
	{unicode.Kannada, "kannada.ttf"},
	{unicode.Malayalam, "malayalam.ttf"},
	{unicode.Ethiopic, "ethiopic.ttf"},
	{unicode.Khmer, "khmer.ttf"},
	{unicode.Lao, "lao.ttf"},
	{unicode.Myanmar, "myanmar.ttf"},
	{unicode.Hangul, "hangul.otf"},
	{unicode.Hiragana, kanaFont},
	{unicode.Katakana, kanaFont},
	{unicode.Han, hanFont},
}

// eastAsian are the fonts that also have the Latin letters and the punctuation of
// their texts.
var eastAsian = []string{"hangul.otf", kanaFont, hanFont}

// fonts opens the fonts of one drawing, each once.
type fonts map[string]*font.Face

func (f fonts) open(file string) (*font.Face, error) {
	if face := f[file]; face != nil {
		return face, nil
	}
	packed, err := fontFiles.Open("fonts/" + file + ".br")
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	data, err := io.ReadAll(brotli.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", file, err)
	}
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", file, err)
	}
	f[file] = face
	return face, nil
}

// facesFor returns the fonts that a text needs, the first choice first. basic is the
// font for Latin, Greek and Cyrillic letters.
func (f fonts) facesFor(text []rune, basic string, japanese bool) (faces, error) {
	files := filesFor(text, basic, japanese)
	list := make(faces, len(files))
	for i, file := range files {
		var err error
		if list[i], err = f.open(file); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// filesFor names the fonts that a text needs. In a text with Chinese, Japanese or
// Korean letters their font comes first, so that quotation marks and dashes have the
// width that such a text wants. Chinese characters of a Japanese text take their
// Japanese forms.
func filesFor(text []rune, basic string, japanese bool) []string {
	var before, after []string
	for _, s := range scriptFonts {
		if !slices.ContainsFunc(text, func(r rune) bool { return unicode.Is(s.script, r) }) {
			continue
		}
		if slices.Contains(eastAsian, s.file) {
			before = append(before, s.file)
		} else {
			after = append(after, s.file)
		}
	}
	if japanese && slices.Contains(before, hanFont) && !slices.Contains(before, kanaFont) {
		before = append([]string{kanaFont}, before...)
	}
	return slices.Compact(slices.Concat(before, []string{basic}, after))
}

// faces are fonts in the order of preference.
type faces []*font.Face

// ResolveFace implements shaping.Fontmap.
func (f faces) ResolveFace(r rune) *font.Face {
	for _, face := range f {
		if _, ok := face.NominalGlyph(r); ok {
			return face
		}
	}
	return f[0]
}

// has reports whether a font has a character.
func (f faces) has(r rune) bool {
	_, ok := f.ResolveFace(r).NominalGlyph(r)
	return ok
}
