package worddiff

import (
	"strings"
	"unicode"
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

// mostCells limits the table that the comparison fills. Above it the middle of the
// texts counts as rewritten.
const mostCells = 1 << 20

// Of returns the parts of two texts. All parts but the new ones joined are the old
// text; all but the gone ones are the new text.
func Of(from, to string) []Part {
	a, b := words(from), words(to)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var parts []Part
	parts = add(parts, Same, a[:head]...)
	parts = middle(parts, a[head:len(a)-tail], b[head:len(b)-tail])
	return add(parts, Same, a[len(a)-tail:]...)
}

// middle adds the parts of two lists of words by their longest common subsequence.
func middle(parts []Part, a, b []string) []Part {
	if len(a)*len(b) > mostCells {
		return add(add(parts, Gone, a...), New, b...)
	}
	// common[i][j] is the length of the longest common subsequence of a[i:] and b[j:].
	common := make([][]int32, len(a)+1)
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if common[i][j] = max(common[i+1][j], common[i][j+1]); a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			parts = add(parts, Same, a[i])
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			parts = add(parts, Gone, a[i])
			i++
		default:
			parts = add(parts, New, b[j])
			j++
		}
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
