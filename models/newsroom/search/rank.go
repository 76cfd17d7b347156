package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/terms"
)

// tier is one question to the index.
type tier int

// The tiers. Each article of a later tier is in the first one, too.
const (
	anywhere   tier = iota // all words, in any form
	asWritten              // all words as they are written
	aboutThem              // all words come up often, or in the standfirst
	inSequence             // the words one after the other
	someTitle              // one of the words is in the title
	inTitle                // all words are in the title
)

const (
	maxHits     = 500 // of a query; pages end there
	maxTierHits = 200
	maxVerified = 160 // texts that are read for a query
)

// scores are the points of an article for each tier that it is in. The words in
// sequence have more than all others together: a reader who types a part of a
// sentence finds the article, however many others have the words.
var scores = map[tier]float64{asWritten: 4, aboutThem: 3, inSequence: 20, someTitle: 2, inTitle: 7}

const (
	freshness = 3 // points of the newest article
	halfLife  = 365 * 24 * time.Hour
)

// candidate is an entry of the index with its points.
type candidate struct {
	searchindex.Found
	points     float64
	inSequence bool
}

// candidates returns the hits of a query in order. The first ones, as many as wanted,
// are known to be right. all is false if there may be more.
func (a *asked) candidates(ctx context.Context, r models.Queryer, wanted int) (list []candidate, all bool, err error) {
	found, err := a.index.Newest(ctx, r, a.match(anywhere, maxHits, 0))
	if err != nil || len(found) == 0 {
		return nil, true, err
	}
	all = len(found) < maxHits
	places := map[int64]int{}
	add := func(f searchindex.Found) *candidate {
		i, known := places[f.Docid]
		if !known {
			i = len(list)
			places[f.Docid] = i
			list = append(list, candidate{Found: f})
		}
		return &list[i]
	}
	for _, f := range found {
		add(f)
	}
	if a.query.Order == Newest || len(list) == 1 {
		list, err = a.verify(ctx, r, list, wanted)
		return list, all, err
	}
	frequent := 0
	if all {
		// All hits are known to have all words, so the most frequent words, whose
		// entries take longest to read, need not be asked for again.
		frequent = max(leastFrequent, frequentTimes*len(list))
	}
	for _, kind := range a.tiers() {
		found, err := a.index.Newest(ctx, r, a.match(kind, maxTierHits, frequent))
		if err != nil {
			return nil, false, err
		}
		for _, f := range found {
			if _, known := places[f.Docid]; all && !known {
				continue
			}
			c := add(f)
			c.points += scores[kind]
			c.inSequence = c.inSequence || kind == inSequence
		}
	}
	newest := searchindex.TimeOf(found[0].Docid)
	for i := range list {
		age := newest.Sub(searchindex.TimeOf(list[i].Docid))
		list[i].points += freshness * math.Exp2(-float64(age)/float64(halfLife))
	}
	sortByPoints(list)
	list, err = a.verify(ctx, r, list, wanted)
	return list[:min(len(list), maxHits)], all, err
}

func sortByPoints(list []candidate) {
	slices.SortFunc(list, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.points, x.points), cmp.Compare(y.Docid, x.Docid))
	})
}

// tiers returns the questions that can tell hits apart.
func (a *asked) tiers() []tier {
	list := []tier{aboutThem, inTitle}
	if len(a.languages) > 0 {
		list = append(list, asWritten)
	}
	units := 0
	for i := range a.wanted {
		units += len(a.wanted[i].Units)
	}
	if units > 1 {
		list = append(list, inSequence, someTitle)
	}
	return list
}

// Words that more articles have are left out of the questions that order hits.
const (
	leastFrequent = 2000
	frequentTimes = 10 // as many as hits
)

// match returns the question of a tier. It leaves out words that more than so many
// articles have, if frequent is not 0 and a rarer word is left.
func (a *asked) match(kind tier, most, frequent int) searchindex.Match {
	m := searchindex.Match{First: a.first, Last: a.last, Most: most, Rarest: a.rarest()}
	m.Needs = append(m.Needs, a.filters...)
	var title terms.Need
	for i := range a.wanted {
		p := &a.wanted[i]
		if kind == inTitle && p.Phrase {
			m.Needs = append(m.Needs, a.needs(p, anywhere)...)
		}
		for _, need := range a.needs(p, kind) {
			if frequent == 0 || kind != asWritten && kind != inSequence || a.counts[need[0]] <= frequent || m.Rarest > frequent {
				m.Needs = append(m.Needs, need)
			}
		}
		switch kind {
		case inSequence:
			m.Needs = append(m.Needs, p.Pairs()...)
			if i > 0 {
				m.Needs = append(m.Needs, a.wanted[i-1].Joint(p))
			}
		case someTitle:
			for _, need := range a.needs(p, inTitle) {
				title = append(title, need...)
			}
		}
	}
	if kind == someTitle {
		m.Needs = append(m.Needs, title)
	}
	for i := range a.unwanted {
		m.Not = append(m.Not, a.needs(&a.unwanted[i], asWritten))
	}
	return m
}
