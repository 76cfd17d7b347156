package richtext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// maxCharacterBytes is how many bytes a character may take on average in a
// line that is limited in characters. A family emoji takes 25; a letter of
// Devanagari with its vowel takes 6.
const maxCharacterBytes = 32

// TooLong reports whether s has more than most characters as people count
// them: grapheme clusters (Unicode Standard Annex 29). So many bytes that
// they are no ordinary characters are too long as well.
func TooLong(s string, most int) bool { return len(Cut(s, most)) < len(s) }

// Cut returns the beginning of s that is not [TooLong]. It takes time in
// proportion to most.
func Cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end, n, before := 0, 0, ""
	for rest, state := s, -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if !isConjunct(before, cluster) {
			n++
		}
		if n > most || end+len(cluster) > maxCharacterBytes*most {
			break
		}
		end += len(cluster)
		before = cluster
	}
	return s[:end]
}

// linkers are the signs that tie two consonants into one character in the
// scripts of rule GB9c of Unicode 15.1, which package uniseg does not have.
const linkers = "\u094D\u09CD\u0ACD\u0B4D\u0C4D\u0D4D"

// isConjunct reports whether two clusters are one character: a consonant with a
// linker, and a consonant of the same script.
func isConjunct(before, cluster string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(before, "\u200D"))
	first, _ := utf8.DecodeRuneInString(cluster)
	return before != "" && strings.ContainsRune(linkers, last) && unicode.IsLetter(first) && first&^0x7F == last&^0x7F
}
