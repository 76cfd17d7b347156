package terms

import (
	"unicode"
	"unicode/utf8"
)

// Words returns the words of a text: runs of letters, marks, digits and
// apostrophes between letters, unchanged.
func Words(s string) []string {
	var words []string
	start := -1
	for i, r := range s {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
		if r == '\'' && start >= 0 {
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			in = unicode.IsLetter(next)
		}
		switch {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			words = append(words, s[start:i])
			start = -1
		}
	}
	if start >= 0 {
		words = append(words, s[start:])
	}
	return words
}

// maxTermRunes is the length at which a long word is cut for an index, in characters.
const maxTermRunes = 40

func cutRunes(s string) string {
	if utf8.RuneCountInString(s) <= maxTermRunes {
		return s
	}
	return string([]rune(s)[:maxTermRunes])
}
