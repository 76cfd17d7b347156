package terms

import (
	"slices"
	"strings"
)

// star replaces "*" in a term while the term is folded. It is a letter that
// folding keeps.
const star = 'ˑ'

// glob is a sequence of items of which at least one has stars.
type glob struct {
	term  int32
	items []string // patterns; "*" alone is any one word
	at    int      // the item that leads to the glob
}

// globs finds globs by a literal piece of one of their items. It looks at each
// distinct word of a text once, at each byte of the word, and tries only the
// globs with a piece that begins there.
type globs struct {
	sizes  map[string][]int   // by the first bytes of a piece: how long such pieces are
	pieces map[string][]*glob // by the whole piece
}

// headBytes is how many bytes of a piece are looked up first.
const headBytes = 3

func newGlobs() *globs { return &globs{map[string][]int{}, map[string][]*glob{}} }

func (gs *globs) empty() bool { return len(gs.pieces) == 0 }

func (gs *globs) add(g *glob) {
	piece := ""
	for _, signs := range []bool{false, true} { // a sign is in many texts
		for i, pattern := range g.items {
			for part := range strings.SplitSeq(pattern, "*") {
				if piece == "" || !signs && len(part) > len(piece) {
					if isSign(part) == signs {
						piece, g.at = part, i
					}
				}
			}
		}
	}
	head := piece[:min(len(piece), headBytes)]
	if !slices.Contains(gs.sizes[head], len(piece)) {
		gs.sizes[head] = append(gs.sizes[head], len(piece))
	}
	gs.pieces[piece] = append(gs.pieces[piece], g)
}

// isSign reports whether a part of a term is punctuation, which no word has.
func isSign(s string) bool {
	return strings.IndexFunc(s, isWordRune) < 0
}

// find returns the first term with a glob that matches items of a text, -1
// for none.
func (gs *globs) find(items []string, s *search) int32 {
	if gs.empty() {
		return -1
	}
	memo := s.memo[gs]
	if memo == nil {
		memo = map[string][]*glob{}
		s.memo[gs] = memo
	}
	for i, text := range items {
		matching, known := memo[text]
		if !known {
			matching = gs.matchingGlobs(text, s)
			memo[text] = matching
		}
		s.steps += 1 + len(matching)
		for _, g := range matching {
			if g.matches(items, i-g.at) {
				return g.term
			}
		}
	}
	return -1
}

// matchingGlobs returns the globs with a leading item that matches a word.
func (gs *globs) matchingGlobs(text string, s *search) (list []*glob) {
	var seen map[*glob]bool
	for k := range len(text) {
		for n := 1; n <= min(headBytes, len(text)-k); n++ {
			for _, size := range gs.sizes[text[k:k+n]] {
				s.steps++
				if k+size > len(text) {
					continue
				}
				for _, g := range gs.pieces[text[k:k+size]] {
					if seen[g] {
						continue
					}
					if seen == nil {
						seen = map[*glob]bool{}
					}
					seen[g] = true
					s.steps += len(text)
					if matchesPattern(g.items[g.at], text) {
						list = append(list, g)
					}
				}
			}
		}
	}
	return list
}

// matches reports whether the glob matches the text's items at index from.
func (g *glob) matches(items []string, from int) bool {
	if from < 0 || from+len(g.items) > len(items) {
		return false
	}
	for i, pattern := range g.items {
		if i != g.at && !matchesPattern(pattern, items[from+i]) {
			return false
		}
	}
	return true
}

// matchesPattern reports whether a pattern with stars matches a whole item.
func matchesPattern(pattern, text string) bool {
	if pattern == "*" {
		return !isSign(text)
	}
	head, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, head)
	if !ok {
		return false
	}
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(text, part)
		}
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text, rest = text[i+len(part):], next
	}
}
