package related_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// The oracle computes the related articles from plain structs, article by article,
// as the definition says. It shares no code with the query that it judges.

type term struct {
	id, parent int // parent 0: none
	weight     float64
	void       bool // Uncategorized
	stories    int  // as stored; for tags only
}

type paper struct {
	id     int
	public bool
	at     int64 // microseconds
	listed int64 // time in lists: the local time read as UTC
	cats   []int
	tags   []int
	links  []int
	bars   []int
	pins   []int // in order
}

type corpus struct {
	sections map[int]term
	tags     map[int]term
	papers   []paper
	halfLife time.Duration
	count    int
}

// choice is one expected related article.
type choice struct {
	id                  int
	pinned              bool
	cats, parents, tags []int
	weight              float64
	at                  int64
}

// counted returns the categories, parents and tags of a paper that count.
func (c *corpus) counted(p *paper) (cats, parents, tags []int) {
	for _, id := range p.cats {
		s := c.sections[id]
		if s.void || len(cats) == 4 {
			continue
		}
		cats = append(cats, id)
		if s.parent != 0 && !c.sections[s.parent].void && !slices.Contains(parents, s.parent) {
			parents = append(parents, s.parent)
		}
	}
	for i, id := range p.tags {
		if i < 8 && c.tags[id].stories <= 100 {
			tags = append(tags, id)
		}
	}
	return cats, parents, tags
}

func both(a, b []int) []int {
	var out []int
	for _, x := range a {
		if slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

func (c *corpus) related(p *paper) []choice {
	cats, parents, tags := c.counted(p)
	var pinned, others []choice
	for i := range c.papers {
		q := &c.papers[i]
		if q.id == p.id || !q.public || slices.Contains(p.links, q.id) || slices.Contains(p.bars, q.id) {
			continue
		}
		qc, qp, qt := c.counted(q)
		ch := choice{id: q.id, at: q.at, cats: both(cats, qc), parents: both(parents, qp), tags: both(tags, qt)}
		for _, id := range ch.cats {
			ch.weight += c.sections[id].weight
		}
		for _, id := range ch.parents {
			ch.weight += c.sections[id].weight / 2
		}
		for _, id := range ch.tags {
			ch.weight += c.tags[id].weight
		}
		if slices.Contains(p.pins, q.id) {
			ch.pinned = true
			pinned = append(pinned, ch)
		} else if ch.weight > 0 {
			others = append(others, ch)
		}
	}
	slices.SortFunc(pinned, func(a, b choice) int { return slices.Index(p.pins, a.id) - slices.Index(p.pins, b.id) })
	slices.SortFunc(others, c.compare)
	all := append(pinned, others...)
	return all[:min(len(all), c.count)]
}

// compare puts the higher score first. It compares logarithms, so that scores of
// any age can be compared. A difference below a millisecond of age counts as
// equal.
func (c *corpus) compare(a, b choice) int {
	const millisecond = 1000.0
	lead := math.Log2(a.weight/b.weight)*float64(c.halfLife.Microseconds()) + float64(a.at-b.at)
	switch {
	case lead > millisecond:
		return -1
	case lead < -millisecond:
		return 1
	case a.at != b.at:
		if a.at > b.at {
			return -1
		}
		return 1
	default:
		return b.id - a.id
	}
}

// newCorpus makes up a small newspaper. Weights are multiples of 1/8 and dates full
// hours, so that ties are exact and frequent.
func newCorpus(seed uint64) *corpus {
	r := rand.New(rand.NewPCG(seed, 1))
	day := 24 * time.Hour
	c := &corpus{
		sections: map[int]term{}, tags: map[int]term{}, count: 1 + r.IntN(6),
		halfLife: []time.Duration{day, 7 * day, 30 * day, 365 * day}[r.IntN(4)],
	}
	weight := func() float64 { return float64(1+r.IntN(32)) / 8 }
	if r.IntN(3) == 0 { // equal weights give the most ties
		weight = func() float64 { return 1 }
	}
	for i := range 1 + r.IntN(9) {
		s := term{id: i + 1, weight: weight()}
		if i > 0 && r.IntN(2) == 0 {
			s.parent = 1 + r.IntN(i)
		}
		s.void = i == 0 && r.IntN(3) == 0
		c.sections[s.id] = s
	}
	for i := range r.IntN(14) {
		c.tags[i+1] = term{id: i + 1, weight: weight(), stories: []int{1, 50, 100, 101, 5000}[r.IntN(5)]}
	}
	n := 5 + r.IntN(56)
	ids := r.Perm(2 * n)
	for i := range n {
		c.papers = append(c.papers, c.invent(r, ids[i]+1))
	}
	for i := range c.papers {
		p := &c.papers[i]
		for _, list := range []*[]int{&p.links, &p.bars, &p.pins} {
			for range r.IntN(4) * r.IntN(2) {
				id := c.papers[r.IntN(n)].id
				if id != p.id && !slices.Contains(slices.Concat(*list, p.bars, p.pins), id) {
					*list = append(*list, id)
				}
			}
		}
	}
	return c
}

func (c *corpus) invent(r *rand.Rand, id int) paper {
	const hour = int64(time.Hour / time.Microsecond)
	// With some spreads most articles are of one week, with others the oldest
	// are of the Middle Ages.
	spread := []int64{1, 24, 24 * 7, 24 * 365 * 3, 24 * 365 * 900}[r.IntN(5)]
	p := paper{id: id, public: r.IntN(6) > 0}
	p.at = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC).UnixMicro() - r.Int64N(spread)*hour
	p.listed = p.at + int64(r.IntN(27)-12)*hour
	p.cats = r.Perm(len(c.sections))[:min(len(c.sections), r.IntN(7))]
	p.tags = r.Perm(len(c.tags))[:min(len(c.tags), r.IntN(11))]
	for _, list := range [][]int{p.cats, p.tags} {
		for i := range list {
			list[i]++ // ids start at 1
		}
	}
	return p
}

func (ch choice) String() string {
	return fmt.Sprintf("%d(pinned %t, sections %v, parents %v, tags %v, weight %g, %s)",
		ch.id, ch.pinned, ch.cats, ch.parents, ch.tags, ch.weight, time.UnixMicro(ch.at).UTC().Format("2006-01-02 15h"))
}
