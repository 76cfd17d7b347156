package terms

import (
	"sync"
	"unicode"

	"golang.org/x/text/unicode/rangetable"
)

// class holds the properties of a character that folding and splitting need, as
// bits.
type class uint8

const (
	isUnseen   class = 1 << iota // see [Invisible]
	isInsider                    // a letter of a script in which terms match inside words
	isWordly                     // a letter, a mark or a digit
	isAccent                     // a nonspacing mark
	isFrame                      // an enclosing mark
	isVoweled                    // a letter of a script that writes vowels with letters: marks on it are accents
	isMarkOnly                   // any mark
)

// insideScripts are written without spaces between words: a term matches
// inside a run of letters. Hangul is among them although Korean has spaces:
// particles are attached to nouns, and nouns are joined to compounds.
var insideScripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Hangul, unicode.Thai, unicode.Lao,
	unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham,
	unicode.Tai_Viet, unicode.Javanese, unicode.Balinese, unicode.Yi,
}

// prolonged is the Japanese mark for a long vowel. Unicode gives it no script.
const prolonged = 'ー'

// planes is how many characters have a place in the table: the Basic
// Multilingual Plane. Asking Unicode's tables for each character costs most of
// the time that a comment in Bengali takes.
const planes = 1 << 16

var classTable = sync.OnceValue(func() *[planes]class {
	table := &[planes]class{}
	mark := func(bit class, tables ...*unicode.RangeTable) {
		for _, t := range tables {
			rangetable.Visit(t, func(r rune) {
				if r < planes {
					table[r] |= bit
				}
			})
		}
	}
	mark(isUnseen, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
	mark(isInsider, insideScripts...)
	mark(isWordly, unicode.L, unicode.M, unicode.Nd)
	mark(isAccent, unicode.Mn)
	mark(isFrame, unicode.Me)
	mark(isMarkOnly, unicode.M)
	mark(isVoweled, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew)
	rangetable.Visit(unicode.Prepended_Concatenation_Mark, func(r rune) {
		if r < planes {
			table[r] &^= isUnseen // such as the Arabic number sign: a format character with a glyph
		}
	})
	table['\u2800'] |= isUnseen
	table[prolonged] |= isInsider
	return table
})

// contains reports whether a character has one of the properties.
func (c class) contains(r rune) bool {
	if r >= 0 && r < planes {
		return classTable()[r]&c != 0
	}
	return c&isUnseen != 0 && unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r) ||
		c&isInsider != 0 && unicode.In(r, insideScripts...) ||
		c&isWordly != 0 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)) ||
		c&isAccent != 0 && unicode.Is(unicode.Mn, r) ||
		c&isFrame != 0 && unicode.Is(unicode.Me, r) ||
		c&isMarkOnly != 0 && unicode.Is(unicode.M, r) ||
		c&isVoweled != 0 && unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew)
}
