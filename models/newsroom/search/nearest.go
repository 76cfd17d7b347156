package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/terms"
)

const (
	maxNearest   = 4   // queries that are offered
	maxReplaced  = 4   // words of a query for which others are looked for
	nearestReads = 800 // words with the same beginning that are compared
	nearestTries = 8   // words that are tried in the place of one
	mostTries    = 24  // queries that are tried
)

// nearest returns queries that find something and differ from this one in one word,
// or that leave one out. The rarest words are replaced first: the one that nothing
// was found for is most often mistyped.
func (a *asked) nearest(ctx context.Context, r models.Queryer) ([]string, error) {
	type place struct{ part, unit int }
	var places []place
	for i := range a.wanted {
		for j, u := range a.wanted[i].Units {
			if !u.Sign && utf8.RuneCountInString(u.Text) > 1 {
				places = append(places, place{i, j})
			}
		}
	}
	count := func(p place) int { return a.counts[a.wanted[p.part].Units[p.unit].Text] }
	slices.SortStableFunc(places, func(x, y place) int { return cmp.Compare(count(x), count(y)) })
	var offers []string
	tries := 0
	try := func(other asked, words string) error {
		if len(offers) >= maxNearest || tries >= mostTries || words == "" || slices.Contains(offers, words) {
			return nil
		}
		tries++
		m := other.match(anywhere, 1, 0)
		m.Rarest = 0
		found, err := a.index.Newest(ctx, r, m)
		if err == nil && len(found) > 0 {
			offers = append(offers, words)
		}
		return err
	}
	for _, p := range places[:min(len(places), maxReplaced)] {
		similar, err := similarWords(ctx, r, a.wanted[p.part].Units[p.unit].Text)
		if err != nil {
			return nil, err
		}
		for _, word := range similar {
			other := a.with(p.part, p.unit, word)
			if err := try(other, other.words()); err != nil {
				return nil, err
			}
		}
	}
	if len(offers) > 0 || len(a.wanted) < 2 {
		return offers, nil
	}
	for i := range a.wanted {
		other := *a
		other.wanted = slices.Delete(slices.Clone(a.wanted), i, i+1)
		if err := try(other, other.words()); err != nil {
			return nil, err
		}
	}
	return offers, nil
}

// with returns the query with another word in one place.
func (a *asked) with(part, unit int, word string) asked {
	other := *a
	other.wanted = slices.Clone(a.wanted)
	p := a.wanted[part]
	p.Units, p.Prefix = slices.Clone(p.Units), false
	p.Units[unit] = terms.Unit{Text: word, Joined: p.Units[unit].Joined}
	other.wanted[part] = p
	return other
}

// words returns the query as a reader would type it.
func (a *asked) words() string {
	var list []string
	write := func(p *terms.Part) {
		var b strings.Builder
		for i, u := range p.Units {
			if i > 0 && !(u.Joined && u.Sign) {
				b.WriteByte(' ')
			}
			b.WriteString(u.Text)
		}
		text := b.String()
		if p.Phrase {
			text = `"` + text + `"`
		}
		if p.Not {
			text = "-" + text
		}
		if p.Prefix {
			text += "*"
		}
		list = append(list, text)
	}
	for i := range a.wanted {
		write(&a.wanted[i])
	}
	for i := range a.unwanted {
		write(&a.unwanted[i])
	}
	return strings.Join(list, " ")
}

// similarWords returns words of the articles that differ little from a word: the
// nearest first, of equally near ones those that most articles have.
func similarWords(ctx context.Context, r models.Queryer, word string) ([]string, error) {
	runes := []rune(word)
	if len(runes) > 40 {
		return nil, nil
	}
	most := 1
	if len(runes) > 5 {
		most = 2
	}
	counts, err := searchindex.WordCounts(ctx, r, edits(runes))
	if err != nil {
		return nil, err
	}
	// Two mistakes are found if the word begins right.
	beginning := max(2, len(runes)/2)
	list, err := searchindex.WordsWithPrefix(ctx, r, string(runes[:min(len(runes), beginning)]), nearestReads)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		counts[w.Word] = w.Docs
	}
	delete(counts, word)
	distances := map[string]int{}
	var words []string
	for w := range counts {
		d := distance(runes, []rune(w), most)
		if d > most && strings.HasPrefix(w, word) {
			d = most // a word that was not typed to its end
		}
		if d <= most {
			distances[w] = d
			words = append(words, w)
		}
	}
	slices.SortFunc(words, func(x, y string) int {
		return cmp.Or(cmp.Compare(distances[x], distances[y]), cmp.Compare(counts[y], counts[x]), cmp.Compare(x, y))
	})
	return words[:min(len(words), nearestTries)], nil
}

// edits returns the words that differ from a word by one letter left out, added,
// replaced, or changed with its neighbour.
func edits(word []rune) []string {
	letters := alphabet(word)
	var list []string
	add := func(parts ...[]rune) {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString(string(p))
		}
		list = append(list, b.String())
	}
	for i := range len(word) + 1 {
		if i < len(word) {
			add(word[:i], word[i+1:])
		}
		if i+1 < len(word) {
			add(word[:i], word[i+1:i+2], word[i:i+1], word[i+2:])
		}
		for _, r := range letters {
			add(word[:i], []rune{r}, word[i:])
			if i < len(word) && word[i] != r {
				add(word[:i], []rune{r}, word[i+1:])
			}
		}
	}
	return list
}

// alphabet returns the letters that may stand in a word: of Latin script a to z,
// else those of the block of Unicode.
func alphabet(word []rune) (letters []rune) {
	first := word[0]
	if first < utf8.RuneSelf {
		for r := 'a'; r <= 'z'; r++ {
			letters = append(letters, r)
		}
		return letters
	}
	const block = 128
	for r := first &^ (block - 1); r < first&^(block-1)+block; r++ {
		if unicode.IsLower(r) || unicode.Is(unicode.Lo, r) || unicode.IsMark(r) {
			letters = append(letters, r)
		}
	}
	return letters
}

// distance returns the number of letters to leave out, add, replace or change with
// their neighbour that makes one word of another (optimal string alignment), or a
// number above most.
func distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
