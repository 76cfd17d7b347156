package terms

import (
	"slices"
	"strings"
)

// MaxTermBytes is the longest term of a list that counts.
const MaxTermBytes = 200

// List is a compiled list of terms. It is safe for use by several
// goroutines. Matching takes time in proportion to the text, hardly more for
// ten thousand terms than for ten.
//
// A term is one word or several that follow each other, whatever
// punctuation stands between them. It matches whole words without regard to
// case, accents and look-alike letters; "*" stands for any part of a word,
// so that "*cat*" is also in "educated". Words written letter by letter
// count closed up too.
type List struct {
	phrases map[string][]phrase // terms that begin with a whole word, by it
	pieces  map[string][]phrase // others, by three bytes of their first word
	short   []phrase            // others, with less than three
}

type phrase struct {
	term  string
	words []string // patterns
}

// NewList compiles terms, one each. Empty ones are left out.
func NewList(lines []string) *List {
	l := &List{phrases: map[string][]phrase{}, pieces: map[string][]phrase{}}
	for _, line := range lines {
		term := strings.TrimSpace(line)
		if term == "" || len(term) > MaxTermBytes {
			continue
		}
		words := patterns(term)
		if len(words) == 0 {
			continue
		}
		p := phrase{term, words}
		first := words[0]
		if !strings.Contains(first, "*") {
			l.phrases[first] = append(l.phrases[first], p)
			continue
		}
		piece := longest(strings.Split(first, "*"))
		if len(piece) < pieceBytes {
			l.short = append(l.short, p)
			continue
		}
		l.pieces[piece[:pieceBytes]] = append(l.pieces[piece[:pieceBytes]], p)
	}
	return l
}

// pieceBytes is how much of a wildcard's literal part leads to it.
const pieceBytes = 3

// patterns splits a term into the patterns of its words. A term of nothing
// but stars and punctuation has none.
func patterns(term string) []string {
	const star = "ˑ" // a letter that folding keeps stands for it
	var list []string
	for _, w := range Words(Skeleton(strings.ReplaceAll(term, "*", star))) {
		w = strings.ReplaceAll(w, star, "*")
		if strings.Trim(w, "*") != "" {
			list = append(list, w)
		}
	}
	return list
}

func longest(parts []string) string {
	return slices.MaxFunc(parts, func(a, b string) int { return len(a) - len(b) })
}

// Empty reports whether the list can match nothing.
func (l *List) Empty() bool { return len(l.phrases)+len(l.pieces)+len(l.short) == 0 }

// Find returns the first term of the list that stands in the text, as it
// was written in the list.
func (l *List) Find(text string) (term string, found bool) {
	if l.Empty() {
		return "", false
	}
	words := Words(Skeleton(text))
	if term, found = l.find(words); found {
		return term, true
	}
	for _, word := range CloseUp(words) {
		if term, found = l.find([]string{word}); found {
			return term, true
		}
	}
	return "", false
}

func (l *List) find(words []string) (string, bool) {
	for i, word := range words {
		for _, p := range l.phrases[word] {
			if p.matches(words[i:]) {
				return p.term, true
			}
		}
		for _, w := range l.short {
			if w.matches(words[i:]) {
				return w.term, true
			}
		}
		if len(l.pieces) == 0 {
			continue
		}
		for k := 0; k+pieceBytes <= len(word); k++ {
			for _, w := range l.pieces[word[k:k+pieceBytes]] {
				if w.matches(words[i:]) {
					return w.term, true
				}
			}
		}
	}
	return "", false
}

func (p phrase) matches(words []string) bool {
	if len(words) < len(p.words) {
		return false
	}
	for i, pattern := range p.words {
		if !glob(pattern, words[i]) {
			return false
		}
	}
	return true
}

// glob reports whether a pattern with stars matches a whole word.
func glob(pattern, word string) bool {
	head, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return pattern == word
	}
	word, ok := strings.CutPrefix(word, head)
	if !ok {
		return false
	}
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(word, part)
		}
		i := strings.Index(word, part)
		if i < 0 {
			return false
		}
		word, rest = word[i+len(part):], next
	}
}
