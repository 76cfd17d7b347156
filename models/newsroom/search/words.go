package search

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/terms"
)

// asked is a query in the terms of the index.
type asked struct {
	query     Query
	index     *searchindex.Index
	languages []string
	wanted    []terms.Part // at least one
	unwanted  []terms.Part
	filters   []terms.Need
	first     int64 // docids
	last      int64
	prefixes  map[string][]string // the words that begin with a word
	counts    map[string]int
}

// ask reads a query. It returns nil for one without a word to look for.
func ask(ctx context.Context, r models.Queryer, site *newsroom.Site, q Query) (*asked, error) {
	a := &asked{query: q, prefixes: map[string][]string{}}
	for _, p := range terms.ParseQuery(q.Text, MaxQueryBytes) {
		if p.Not {
			a.unwanted = append(a.unwanted, p)
		} else {
			a.wanted = append(a.wanted, p)
		}
	}
	if len(a.wanted) == 0 {
		return nil, nil
	}
	if q.Category != 0 {
		a.filters = append(a.filters, terms.Need{searchindex.CategoryTerm(q.Category)})
	}
	if q.Author != 0 {
		a.filters = append(a.filters, terms.Need{searchindex.AuthorTerm(q.Author)})
	}
	if !q.From.IsZero() {
		a.first = searchindex.FirstDocid(day(q.From))
	}
	if !q.To.IsZero() {
		a.last = searchindex.FirstDocid(day(q.To).AddDate(0, 0, 1)) - 1
	}
	var err error
	if a.index, err = searchindex.Open(ctx, r); err != nil {
		return nil, err
	}
	a.languages = a.index.Languages
	if own := terms.StemLanguage(site.Language); own != "" && !slices.Contains(a.languages, own) {
		a.languages = append(a.languages, own)
	}
	if err := a.expandPrefixes(ctx, r); err != nil {
		return nil, err
	}
	return a, a.count(ctx, r)
}

// day returns the first instant of a day, read as UTC.
func day(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }

const (
	// prefixWords is how many words a prefix can be short for: those that most
	// articles have.
	prefixWords = 64
	// prefixReads is how many words are read to find them.
	prefixReads = 4000
)

// expandPrefixes finds the words that begin with the last word of a part with a
// star.
func (a *asked) expandPrefixes(ctx context.Context, r models.Queryer) error {
	for _, p := range slices.Concat(a.wanted, a.unwanted) {
		last := p.Units[len(p.Units)-1]
		if !p.Prefix || last.Sign {
			continue
		}
		list, err := searchindex.WordsWithPrefix(ctx, r, last.Text, prefixReads)
		if err != nil {
			return err
		}
		slices.SortStableFunc(list, func(x, y searchindex.Word) int { return cmp.Compare(y.Docs, x.Docs) })
		words := []string{last.Text}
		for _, w := range list[:min(len(list), prefixWords)] {
			if w.Word != last.Text {
				words = append(words, w.Word)
			}
		}
		a.prefixes[last.Text] = words
	}
	return nil
}

// needs returns the needs of a part. kind chooses them.
func (a *asked) needs(p *terms.Part, kind tier) []terms.Need {
	var list []terms.Need
	switch kind {
	case inTitle:
		list = p.TitleNeeds(a.languages)
	case aboutThem:
		list = p.TopicNeeds()
	default:
		list = p.Needs(kind != anywhere, a.languages)
	}
	last := &p.Units[len(p.Units)-1]
	words := a.prefixes[last.Text]
	if !p.Prefix || last.Sign || len(words) == 0 {
		return list
	}
	// The need of the last unit begins with its text.
	for i := len(list) - 1; i >= 0; i-- {
		if mark, ok := cutText(list[i][0], last.Text); ok {
			need := terms.Need{}
			for _, w := range words {
				need = append(need, mark+w)
			}
			list[i] = need
			break
		}
	}
	return list
}

// cutText returns the part before text in a term that ends with it.
func cutText(term, text string) (mark string, ok bool) {
	if len(term) < len(text) || term[len(term)-len(text):] != text {
		return "", false
	}
	return term[:len(term)-len(text)], true
}

// count reads how many articles have each word of the query.
func (a *asked) count(ctx context.Context, r models.Queryer) (err error) {
	var words []string
	for i := range a.wanted {
		for _, need := range a.needs(&a.wanted[i], anywhere) {
			words = append(words, need...)
		}
		for _, u := range a.wanted[i].Units {
			words = append(words, u.Text)
		}
	}
	slices.Sort(words)
	a.counts, err = searchindex.WordCounts(ctx, r, slices.Compact(words))
	return err
}

// rarest returns about how many articles have the rarest of the words.
func (a *asked) rarest() int {
	least := -1
	for i := range a.wanted {
		p := &a.wanted[i]
		for _, need := range a.needs(p, anywhere) {
			n := 0
			for _, term := range need {
				n += a.counts[term]
			}
			if n > 0 && (least < 0 || n < least) {
				least = n
			}
		}
		for _, u := range p.Units {
			if n := a.counts[u.Text]; u.Sign && (least < 0 || n < least) {
				least = n
			}
		}
	}
	return max(0, least)
}
