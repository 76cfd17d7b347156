package sharecard

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// maxRunes is the most characters of a text that are set. Longer ones end in an
// ellipsis in any size, so the rest would only take time.
const maxRunes = 400

// style says how a text is set in its box.
type style struct {
	font     string // of Latin, Greek and Cyrillic
	language string // BCP 47
	right    bool   // the text runs from right to left
	width    int    // of the box, pixels
	height   int
	sizes    []int   // to try, falling
	leading  float64 // distance of lines, in sizes
}

// block is a text that is set.
type block struct {
	lines  []shaping.Line
	pitch  int // distance of two baselines, pixels
	ascent int // ink of the first line above its baseline
	depth  int // ink of the last line below its baseline
	size   int
	cut    bool // it ends in an ellipsis
	broken bool // a word is broken
}

// height returns the height of the block's ink.
func (b *block) height() int {
	if b == nil || len(b.lines) == 0 {
		return 0
	}
	return b.ascent + (len(b.lines)-1)*b.pitch + b.depth
}

// setter sets the texts of one card.
type setter struct {
	fonts   fonts
	shaper  shaping.HarfbuzzShaper
	wrapper shaping.LineWrapper
}

// set sets a text in the largest of the style's sizes in which it fits the box. In the
// smallest one, words are broken and the text is cut where nothing else helps. It
// returns nil for a text without letters, or with one that no font has.
func (s *setter) set(text string, st style) (*block, error) {
	runes, f, err := s.prepare(text, st)
	if err != nil || len(runes) == 0 {
		return nil, err
	}
	for i, size := range st.sizes {
		last := i == len(st.sizes)-1
		b := s.wrap(runes, f, st, size, last)
		switch {
		case b == nil:
			return nil, nil
		case last || !b.broken && b.height() <= st.height:
			return b, nil
		}
	}
	return nil, nil
}

// prepare returns the characters to set and the fonts that have them. It returns none
// for a text with a letter that no font has.
func (s *setter) prepare(text string, st style) ([]rune, faces, error) {
	text = norm.NFC.String(strings.ToValidUTF8(text, ""))
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > maxRunes {
		runes = append(runes[:maxRunes-1], '…')
	}
	japanese := strings.HasPrefix(st.language, "ja")
	f, err := s.fonts.facesFor(runes, st.font, japanese)
	if err != nil {
		return nil, nil, err
	}
	kept, letters := runes[:0], 0
	for _, r := range runes {
		if unicode.Is(unicode.Variation_Selector, r) {
			continue
		}
		letter := unicode.In(r, unicode.L, unicode.N, unicode.M)
		switch {
		case r == '\u200c' || r == '\u200d' || r == ' ': // joiners shape their neighbours
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			continue
		case f.has(r):
		case letter:
			return nil, nil, nil
		default:
			continue
		}
		if letter {
			letters++
		}
		kept = append(kept, r)
	}
	if letters == 0 {
		return nil, nil, nil
	}
	return placeBreaks(trimSpaces(kept)), f, nil
}

// trimSpaces removes the spaces that signs without a glyph have left behind.
func trimSpaces(runes []rune) []rune {
	return []rune(strings.Join(strings.Fields(string(runes)), " "))
}

// placeBreaks adds invisible signs where Unicode's rules know too little about lines. A
// line may break before a Thai or Lao vowel that is written before its consonant, because
// it begins a syllable. It may not break inside a Korean word.
func placeBreaks(runes []rune) []rune {
	const zeroWidthSpace, wordJoiner = '\u200b', '\u2060'
	var out []rune
	for i, r := range runes {
		leading := r >= 'เ' && r <= 'ไ' || r >= 'ເ' && r <= 'ໄ'
		switch {
		case i == 0:
		case leading && unicode.In(runes[i-1], unicode.Thai, unicode.Lao):
			out = append(out, zeroWidthSpace)
		case unicode.Is(unicode.Hangul, r) && unicode.Is(unicode.Hangul, runes[i-1]):
			out = append(out, wordJoiner)
		}
		out = append(out, r)
	}
	return out
}

// wrap sets the text in one size. In the last size it must fit: words are broken where
// a line has no other place, and lines below the box are cut. It returns nil if a
// letter has no glyph.
func (s *setter) wrap(runes []rune, f faces, st style, size int, last bool) *block {
	in := shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: di.DirectionLTR, Size: fixed.I(size),
		Language: language.NewLanguage(st.language),
	}
	if st.right {
		in.Direction = di.DirectionRTL
	}
	runs := s.shape(in, f)
	if slices.ContainsFunc(runs, missesGlyph) {
		return nil
	}
	lines := s.lines(runes, runs, shaping.WrapConfig{Direction: in.Direction, BreakPolicy: shaping.Never}, st.width)
	b := measure(lines, st, size)
	if !b.broken && b.height() <= st.height {
		return measure(s.balance(runes, runs, in.Direction, st.width, lines), st, size)
	}
	if !last {
		return b
	}
	config := shaping.WrapConfig{Direction: in.Direction, BreakPolicy: shaping.WhenNecessary}
	lines = s.lines(runes, runs, config, st.width)
	if b = measure(lines, st, size); b.height() <= st.height {
		return b
	}
	config.TruncateAfterLines = max(1, len(lines)-(b.height()-st.height+b.pitch-1)/b.pitch)
	if f.has('…') {
		dots := in
		dots.Text, dots.RunEnd, dots.Face = []rune("…"), 1, f.ResolveFace('…')
		config.Truncator = s.shaper.Shape(dots)
	}
	b = measure(s.lines(runes, runs, config, st.width), st, size)
	b.cut = true
	return b
}

// lines breaks runs into lines. It gives the wrapper copies: the wrapper takes the width
// of spaces at line ends away in place, and uses the memory of its lines again.
func (s *setter) lines(runes []rune, runs []shaping.Output, c shaping.WrapConfig, width int) []shaping.Line {
	fresh := slices.Clone(runs)
	for i := range fresh {
		fresh[i].Glyphs = slices.Clone(fresh[i].Glyphs)
	}
	list, _ := s.wrapper.WrapParagraph(c, width, runes, shaping.NewSliceIterator(fresh))
	kept := make([]shaping.Line, len(list))
	for i, line := range list {
		kept[i] = slices.Clone(line)
	}
	return kept
}

// balance returns the lines in the narrowest box that gives as many of them, so that
// they are about equally long.
func (s *setter) balance(runes []rune, runs []shaping.Output, direction di.Direction, width int, lines []shaping.Line) []shaping.Line {
	c := shaping.WrapConfig{Direction: direction, BreakPolicy: shaping.Never}
	for low := width / 2; width-low > 4 && len(lines) > 1; {
		middle := (low + width) / 2
		list := s.lines(runes, runs, c, middle)
		if len(list) <= len(lines) && !slices.ContainsFunc(list, wider(middle)) {
			width, lines = middle, list
		} else {
			low = middle
		}
	}
	return lines
}

func (s *setter) shape(in shaping.Input, f faces) []shaping.Output {
	var seg shaping.Segmenter
	var runs []shaping.Output
	for _, part := range seg.Split(in, f) {
		runs = append(runs, s.shaper.Shape(part))
	}
	return runs
}

// missesGlyph reports whether a run shows the box for a missing letter.
func missesGlyph(run shaping.Output) bool {
	return slices.ContainsFunc(run.Glyphs, func(g shaping.Glyph) bool { return g.GlyphID == 0 && g.Width != 0 })
}

// lineWidth returns the width of a line.
func lineWidth(line shaping.Line) (width fixed.Int26_6) {
	for i := range line {
		width += line[i].Advance
	}
	return width
}

// wider returns a test for lines that are wider than a box.
func wider(width int) func(shaping.Line) bool {
	return func(line shaping.Line) bool { return lineWidth(line) > fixed.I(width) }
}

// measure returns lines as a block. The lines keep the style's distance, or more where
// their ink would touch.
func measure(lines []shaping.Line, st style, size int) *block {
	b := &block{lines: lines, size: size, broken: slices.ContainsFunc(lines, wider(st.width))}
	var above, below fixed.Int26_6
	for i, line := range lines {
		var up, down fixed.Int26_6
		for j := range line {
			up, down = max(up, line[j].GlyphBounds.Ascent), max(down, -line[j].GlyphBounds.Descent)
		}
		if i == 0 {
			b.ascent = up.Ceil()
		} else {
			above = max(above, up)
		}
		if i == len(lines)-1 {
			b.depth = down.Ceil()
		} else {
			below = max(below, down)
		}
	}
	b.pitch = max(int(float64(size)*st.leading), (above+below).Ceil()+size/12)
	return b
}
