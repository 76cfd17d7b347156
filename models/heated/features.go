package heated

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models/terms"
)

// maxRead is how many bytes of a text are looked at.
const maxRead = 4096

// bits is the logarithm of the number of features. Features with the same hash
// share one weight.
const bits = 17

// Sizes of groups of neighbouring letters.
const (
	leastGroup = 2
	mostGroup  = 5
)

// Reading is a text as the model takes it: words with pairs and manner, and groups
// of letters. Each feature is in it once.
type Reading struct{ parts [2][]uint32 }

// Read returns the features of a text.
func Read(text string) Reading {
	var r Reading
	words := splitWords(text)
	for i, word := range words {
		r.parts[0] = append(r.parts[0], hash('w', word))
		if i > 0 {
			r.parts[0] = append(r.parts[0], hash('b', words[i-1], word))
		}
		r.parts[1] = appendGroups(r.parts[1], word)
	}
	r.parts[0] = append(r.parts[0], manner(text, len(words))...)
	for i, part := range r.parts {
		slices.Sort(part)
		r.parts[i] = slices.Compact(part)
	}
	return r
}

// splitWords returns the words of a text in the form in which they are compared:
// look-alike letters are the letters that they imitate, and a run of one letter has
// two of it.
func splitWords(text string) []string {
	words := terms.Words(terms.Skeleton(cutBytes(text)))
	for i, word := range words {
		words[i] = squeeze(word)
	}
	return words
}

func cutBytes(text string) string {
	if len(text) <= maxRead {
		return text
	}
	return strings.ToValidUTF8(text[:maxRead], "")
}

func squeeze(word string) string {
	var b []rune
	for _, r := range word {
		if n := len(b); n < 2 || b[n-1] != r || b[n-2] != r {
			b = append(b, r)
		}
	}
	return string(b)
}

// appendGroups appends the groups of letters of a word, with its beginning and its end.
func appendGroups(list []uint32, word string) []uint32 {
	s := " " + word + " "
	for i := range s {
		end := i
		for n := 1; n <= mostGroup && end < len(s); n++ {
			_, size := utf8.DecodeRuneInString(s[end:])
			end += size
			if n >= leastGroup {
				list = append(list, hash('l', s[i:end]))
			}
		}
	}
	return list
}

// manner returns features of how a text is written.
func manner(text string, words int) (list []uint32) {
	var upper, lower, exclaims, questions, stars int
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		case r == '!':
			exclaims++
		case r == '?' || r == '؟':
			questions++
		case r == '*':
			stars++
		}
	}
	for _, sign := range []struct {
		is   bool
		name string
	}{
		{upper > lower && upper+lower > 10, "loud"},
		{exclaims == 1, "!"},
		{exclaims > 1, "!!"},
		{questions > 0, "?"},
		{questions > 2, "???"},
		{stars > 1, "**"},
		{words < 6, "short"},
		{words >= 6 && words < 15, "middle"},
		{words >= 15 && words < 40, "long"},
	} {
		if sign.is {
			list = append(list, hash('s', sign.name))
		}
	}
	return list
}

// hash names a feature (FNV-1a, with its bits mixed once more), so that a model holds
// no words of a commenter.
func hash(kind byte, parts ...string) uint32 {
	h := (uint32(2166136261) ^ uint32(kind)) * 16777619
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint32(part[i])) * 16777619
		}
		h = (h ^ ' ') * 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return h >> (32 - bits)
}
