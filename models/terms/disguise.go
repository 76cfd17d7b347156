package terms

import (
	"strings"
	"unicode"
)

// Disguised counts the words of a text that have disguised letters, and returns the
// first of them. A disguised word
//
//   - mixes Latin, Cyrillic, Greek or Armenian letters,
//   - has letters for formulas, in circles or squares, or small capitals,
//   - mixes full-width letters with plain ones,
//   - has invisible characters between letters of these scripts, other than
//     joiners and soft hyphens, or
//   - has strokes or frames over its letters.
//
// It looks only at the first hundred characters of a word.
func Disguised(text string) (n int, first string) {
	if isPlain(text) {
		return 0, ""
	}
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return !isWordRune(r) && !Invisible(r) && !isFramed(r)
	}) {
		if isPlain(w) || !isDisguised(w) {
			continue
		}
		if n++; n == 1 {
			first = cutRunes(w)
		}
	}
	return n, first
}

// isFramed reports whether a symbol is a letter in a circle or a square.
func isFramed(r rune) bool { return r >= 0x24B6 && r <= 0x24E9 || r >= 0x1F110 && r <= 0x1F189 }

func isDisguised(w string) bool {
	plain, wide, hidden, letters, dressing, framing := false, false, false, 0, 0, 0
	seen := 0
	for _, r := range w {
		if seen++; seen > 100 {
			break
		}
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			plain = true
			letters++
			if hidden {
				return true
			}
		case r >= 0xFF21 && r <= 0xFF5A:
			wide = true
		case r >= 0x1D400 && r <= 0x1D7FF, r >= 0x1D00 && r <= 0x1D22,
			r == 'ʀ', r == 'ɪ', r == 'ɴ', r == 'ʏ', r == 'ꜱ', r == 'ɢ', r == 'ʜ', r == 'ʟ', r == 'ʙ':
			dressing++
		case isFramed(r):
			framing++
		case r >= 0x334 && r <= 0x338 || isFrame.contains(r) && r != 0x20E3:
			return letters > 0
		case Invisible(r):
			hidden = letters > 0 && !strings.ContainsRune("\u00AD\u200C\u200D\uFEFF", r) &&
				!unicode.Is(unicode.Variation_Selector, r) && r < 0xE0000
		case scriptBit(unicode.ToLower(r)) != 0:
			letters++
			if hidden {
				return true
			}
		}
	}
	return plain && wide || dressing >= 2 || framing >= 3 || letters > 1 && mixesScripts(strings.ToLower(w))
}
