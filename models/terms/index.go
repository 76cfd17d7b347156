package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the index terms of one text.
const (
	// MaxIndexed is the most different terms of a text.
	MaxIndexed = 2000
	// maxTermRunes is the length at which a long word is cut, in characters.
	maxTermRunes = 40
)

// Index returns the different terms of a text in order: its words after [Skeleton],
// without apostrophes. In scripts without spaces between words, each two
// neighbouring characters are a term, as in Lucene's CJK analysis. The terms of a
// query also come from Index, so both sides agree.
func Index(text string) []string {
	seen := map[string]bool{}
	var found []string
	add := func(term string) {
		if term != "" && !seen[term] && len(found) < MaxIndexed {
			seen[term] = true
			found = append(found, term)
		}
	}
	for _, word := range Words(Skeleton(text)) {
		word = strings.ReplaceAll(word, "'", "")
		for _, part := range splitUnspaced(word) {
			add(part)
		}
	}
	return found
}

// splitUnspaced cuts a word where the script changes between ones with spaces
// and ones without, and the latter into pairs.
func splitUnspaced(word string) []string {
	if isPlain(word) {
		return []string{cutRunes(word)}
	}
	var parts []string
	runes := []rune(word)
	for start := 0; start < len(runes); {
		end := start + 1
		for end < len(runes) && isUnspaced(runes[end]) == isUnspaced(runes[start]) {
			end++
		}
		run := runes[start:end]
		switch {
		case !isUnspaced(run[0]):
			parts = append(parts, cutRunes(string(run)))
		case len(run) == 1:
			parts = append(parts, string(run))
		default:
			for i := range len(run) - 1 {
				parts = append(parts, string(run[i:i+2]))
			}
		}
		start = end
	}
	return parts
}

// isUnspaced reports whether a letter belongs to a script that is written
// without spaces between words.
func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func cutRunes(s string) string {
	if utf8.RuneCountInString(s) <= maxTermRunes {
		return s
	}
	return string([]rune(s)[:maxTermRunes])
}
