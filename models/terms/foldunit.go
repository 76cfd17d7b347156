package terms

import (
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"golang.org/x/text/unicode/norm"
)

// AnalyserVersion counts the changes of units, stems and index terms. An index of
// another version is built again.
const AnalyserVersion = 1

// FoldUnit returns the form in which a search compares a word: as [Fold], and
// without accents and vowel marks, with one form for the variants of Arabic letters,
// with digits of all scripts as 0 to 9, and with Latin letters that have no
// decomposition as plain ones: ł is l, ß is ss, œ is oe.
func FoldUnit(s string) string {
	s = Fold(s)
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var base rune // the last letter
	latin := false
	for _, r := range norm.NFD.String(s) {
		if isAccent.contains(r) {
			if !isVoweled.contains(base) && base >= 0x80 || r == '\u0306' && (base == 'и' || base == 'у') {
				b.WriteRune(r)
			}
			continue
		}
		if !isMarkOnly.contains(r) {
			base = r
		}
		if to, ok := unitLetters[r]; ok {
			if r = to; r == 0 {
				continue
			}
		}
		if r >= 0x80 && unicode.IsDigit(r) {
			r = asciiDigit(r)
		}
		latin = latin || r >= 0x80 && unicode.Is(unicode.Latin, r)
		b.WriteRune(r)
	}
	folded := norm.NFC.String(b.String())
	if latin {
		return strings.ToLower(string(asciifolding.New().Filter([]byte(folded))))
	}
	return folded
}

// unitLetters maps letters that searchers take for one another; 0 removes one.
var unitLetters = map[rune]rune{
	'ـ': 0, // tatweel only stretches a word
	'ی': 'ي', 'ى': 'ي', 'ے': 'ي', 'ې': 'ي', 'ک': 'ك', 'ڪ': 'ك', 'ة': 'ه', 'ہ': 'ه', 'ھ': 'ه', 'ە': 'ه', 'ۃ': 'ه', 'ٱ': 'ا',
	'ς': 'σ',
}

// asciiDigit returns the ASCII form of a decimal digit. Unicode encodes the digits
// of a script in a run from 0 to 9.
func asciiDigit(r rune) rune {
	for _, table := range unicode.Nd.R16 {
		if r >= rune(table.Lo) && r <= rune(table.Hi) {
			return '0' + (r-rune(table.Lo))%10
		}
	}
	for _, table := range unicode.Nd.R32 {
		if r >= rune(table.Lo) && r <= rune(table.Hi) {
			return '0' + (r-rune(table.Lo))%10
		}
	}
	return r
}
