package worddiff

import (
	"strings"
	"unicode"

	"broadsheet/models/subsequence"
)

// Op tells in which of the two texts a part is.
type Op int

// The ops.
const (
	Same Op = iota // in both
	Gone           // in the old text only
	New            // in the new text only
)

// Part is a run of words with the spaces between them.
type Part struct {
	Op   Op
	Text string
}

// Of returns the parts of two texts. All parts but the new ones joined are the old
// text; all but the gone ones are the new text.
func Of(from, to string) (parts []Part) {
	a, b := words(from), words(to)
	i, j := 0, 0 // up to here all words are in the parts
	pairs := subsequence.Common(a, b)
	for len(pairs) > 0 {
		first, n := pairs[0], 1
		for n < len(pairs) && pairs[n] == [2]int{first[0] + n, first[1] + n} {
			n++
		}
		parts = add(add(parts, Gone, a[i:first[0]]...), New, b[j:first[1]]...)
		parts = add(parts, Same, a[first[0]:first[0]+n]...)
		i, j, pairs = first[0]+n, first[1]+n, pairs[n:]
	}
	return add(add(parts, Gone, a[i:]...), New, b[j:]...)
}

// add appends words to the parts, to the last part if it has the same op.
func add(parts []Part, op Op, words ...string) []Part {
	text := strings.Join(words, "")
	switch last := len(parts) - 1; {
	case text == "":
		return parts
	case last >= 0 && parts[last].Op == op:
		parts[last].Text += text
		return parts
	}
	return append(parts, Part{op, text})
}

// words splits a text into words and what stands between them. Joined they are the
// text.
func words(text string) (list []string) {
	begin, inWord := 0, false
	for i, r := range text {
		isWord := unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
		if i > begin && (isWord != inWord || !isWord) {
			list = append(list, text[begin:i])
			begin = i
		}
		inWord = isWord
	}
	if begin < len(text) {
		list = append(list, text[begin:])
	}
	return list
}
