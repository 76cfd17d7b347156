package search

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/terms"
)

// The index knows pairs of neighbouring words. A text with the pairs of three words can
// have them apart, so the texts are read that the reader will see. Two words need
// no reading.

// verifiedAtOnce is how many texts are read by one statement.
const verifiedAtOnce = 20

// verify reads candidates in their order, until as many as wanted are right. It
// takes the points from those that do not have the words in sequence, and leaves
// out those without a phrase in quotation marks.
func (a *asked) verify(ctx context.Context, r models.Queryer, list []candidate, wanted int) ([]candidate, error) {
	all := a.units()
	phrases := a.phrases()
	if len(all) < 3 && len(phrases) == 0 {
		return list, nil
	}
	strict := len(phrases) > 0
	right, read := 0, 0
	wrong := map[int64]bool{}
	for i := 0; i < len(list) && right < wanted && read < maxVerified; {
		var ids []int64
		end := i
		for ; end < len(list) && len(ids) < verifiedAtOnce; end++ {
			if strict || list[end].inSequence {
				ids = append(ids, list[end].Article)
			} else {
				right++
			}
		}
		if len(ids) == 0 {
			break
		}
		read += len(ids)
		teasers, texts, err := a.read(ctx, r, ids)
		if err != nil {
			return nil, err
		}
		byID := map[int64]*newsroom.Teaser{}
		for k := range teasers {
			byID[teasers[k].ID] = &teasers[k]
		}
		for k := i; k < end; k++ {
			c := &list[k]
			t := byID[c.Article]
			if t == nil {
				continue
			}
			fields := unitsOf(t.Title, t.Standfirst, t.Byline, texts[c.Article])
			for _, phrase := range phrases {
				wrong[c.Docid] = wrong[c.Docid] || !fields.have(phrase)
			}
			if c.inSequence && len(all) > 2 && !fields.have(all) {
				c.points -= scores[inSequence]
				c.inSequence = false
			} else if !wrong[c.Docid] {
				right++
			}
		}
		i = end
	}
	list = slices.DeleteFunc(list, func(c candidate) bool { return wrong[c.Docid] })
	if a.query.Order != Newest {
		sortByPoints(list)
	}
	return list, nil
}

// wantedUnit is a unit that a text must have, or one that begins with it.
type wantedUnit struct {
	text   string
	also   []string
	prefix bool
}

// units returns the units of the whole query.
func (a *asked) units() (list []wantedUnit) {
	for i := range a.wanted {
		list = append(list, unitsOfPart(&a.wanted[i])...)
	}
	return list
}

// phrases returns the phrases that need reading: those of three units and more.
// Tags are not read, so a phrase of two is left to the index.
func (a *asked) phrases() (list [][]wantedUnit) {
	for i := range a.wanted {
		if p := &a.wanted[i]; p.Phrase && len(p.Units) > 2 {
			list = append(list, unitsOfPart(p))
		}
	}
	return list
}

func unitsOfPart(p *terms.Part) (list []wantedUnit) {
	for i, u := range p.Units {
		list = append(list, wantedUnit{u.Text, u.Also, p.Prefix && i == len(p.Units)-1})
	}
	return list
}

// fields are the units of the texts of an article.
type fields [][]terms.Unit

func unitsOf(texts ...string) (list fields) {
	for _, text := range texts {
		list = append(list, terms.Units(text, terms.MaxUnits))
	}
	return list
}

// have reports whether one of the texts has the units one after the other.
func (f fields) have(wanted []wantedUnit) bool {
	for _, units := range f {
		for i := 0; i+len(wanted) <= len(units); i++ {
			n := 0
			for n < len(wanted) && wanted[n].matches(&units[i+n]) {
				n++
			}
			if n == len(wanted) {
				return true
			}
		}
	}
	return false
}

func (w *wantedUnit) matches(u *terms.Unit) bool {
	if u.Text == w.text || w.prefix && strings.HasPrefix(u.Text, w.text) {
		return true
	}
	for _, also := range u.Also {
		if also == w.text || slices.Contains(w.also, also) {
			return true
		}
	}
	return slices.Contains(w.also, u.Text)
}
