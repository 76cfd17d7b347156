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
)

// scores are the points of an article for each tier that it is in.
var scores = map[tier]float64{asWritten: 1, aboutThem: 3, inSequence: 7, someTitle: 2, inTitle: 7}

const (
	freshness = 3 // points of the newest article
	halfLife  = 365 * 24 * time.Hour
)

// candidates returns the hits of a query in order. all is false if there may be
// more.
func (a *asked) candidates(ctx context.Context, r models.Queryer) (list []searchindex.Found, all bool, err error) {
	list, err = a.match(anywhere, maxHits).Newest(ctx, r)
	all = len(list) < maxHits
	if err != nil || len(list) < 2 || a.query.Order == Newest {
		return list, all, err
	}
	points := map[int64]float64{}
	for _, f := range list {
		points[f.Docid] = 0
	}
	for _, kind := range a.tiers() {
		found, err := a.match(kind, maxTierHits).Newest(ctx, r)
		if err != nil {
			return nil, false, err
		}
		for _, f := range found {
			if _, known := points[f.Docid]; !known {
				list = append(list, f)
			}
			points[f.Docid] += scores[kind]
		}
	}
	newest := searchindex.TimeOf(list[0].Docid)
	for docid := range points {
		age := newest.Sub(searchindex.TimeOf(docid))
		points[docid] += freshness * math.Exp2(-float64(age)/float64(halfLife))
	}
	slices.SortFunc(list, func(x, y searchindex.Found) int {
		return cmp.Or(cmp.Compare(points[y.Docid], points[x.Docid]), cmp.Compare(y.Docid, x.Docid))
	})
	return list[:min(len(list), maxHits)], all, nil
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

// match returns the question of a tier.
func (a *asked) match(kind tier, most int) searchindex.Match {
	m := searchindex.Match{First: a.first, Last: a.last, Most: most, Rarest: a.rarest()}
	m.Needs = append(m.Needs, a.filters...)
	var title terms.Need
	for i := range a.wanted {
		p := &a.wanted[i]
		if kind == inTitle && p.Phrase {
			m.Needs = append(m.Needs, a.needs(p, anywhere)...)
		}
		m.Needs = append(m.Needs, a.needs(p, kind)...)
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
