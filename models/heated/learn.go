package heated

import (
	"cmp"
	"slices"
	"sort"
)

// Limits of learning.
const (
	// LeastLessons is the number of comments of each kind below which nothing is
	// learned.
	LeastLessons = 200
	// MostHeated and MostCalm are the numbers of the newest comments of each kind
	// that are learned.
	MostHeated = 1000
	MostCalm   = 2000
	// LeastAUC is the result of the test from which the score is used.
	LeastAUC = 0.65
	// blocks is how many parts the test cuts the decisions into.
	blocks = 5
	// marks is how many steps the places among approved comments have.
	marks = 100
)

// Lesson is a decided comment: Heated if it was declined as abuse, otherwise
// approved.
type Lesson struct {
	Text   string
	Heated bool
}

// Site is what was learned from a site's decisions, with the result of its test.
type Site struct {
	Heated, Calm int     // lessons of each kind
	AUC          float64 // share of pairs that the test ordered rightly

	model  *model
	places [marks]float32 // points that so many hundredths of the approved comments have at most
	caught [marks]float32 // share of the declined ones above each of them
}

// Earned reports whether the score is good enough to be used.
func (s *Site) Earned() bool { return s != nil && s.model != nil && s.AUC >= LeastAUC }

// Learn learns from decided comments, in the order of time. With fewer than
// LeastLessons of one kind it only counts them. It takes some seconds for the most
// lessons, and is meant for the background.
func Learn(lessons []Lesson) *Site {
	s := &Site{}
	list := make([]sample, len(lessons))
	for i, l := range lessons {
		list[i] = sample{Read(l.Text), l.Heated}
		if l.Heated {
			s.Heated++
		} else {
			s.Calm++
		}
	}
	if min(s.Heated, s.Calm) < LeastLessons {
		return s
	}
	s.test(list)
	s.model = train(list)
	return s
}

// test orders each block of the decisions by a model of the others. The blocks are
// parts of each kind in the order of time, so that the look-alikes of one evening are
// in one block.
func (s *Site) test(list []sample) {
	kinds := map[bool][]sample{}
	for _, one := range list {
		kinds[one.heated] = append(kinds[one.heated], one)
	}
	points := map[bool][]float64{}
	for block := range blocks {
		var rest, left []sample
		for _, kind := range []bool{false, true} {
			of := kinds[kind]
			from, to := block*len(of)/blocks, (block+1)*len(of)/blocks
			left = append(left, of[from:to]...)
			rest = append(append(rest, of[:from]...), of[to:]...)
		}
		m := train(rest)
		for _, one := range left {
			points[one.heated] = append(points[one.heated], m.points(one.reading))
		}
	}
	s.measure(points[true], points[false])
}

// measure sets the figures from the points of the test.
func (s *Site) measure(heated, calm []float64) {
	slices.Sort(calm)
	slices.Sort(heated)
	s.AUC = rightPairs(heated, calm)
	for i := range marks {
		place := calm[min(len(calm)*i/marks, len(calm)-1)]
		s.places[i] = float32(place)
		above := len(heated) - sort.SearchFloat64s(heated, place)
		s.caught[i] = float32(above) / float32(len(heated))
	}
}

// rightPairs returns the share of pairs of both lists, each in order, where the first
// has more points. Equal ones count half.
func rightPairs(heated, calm []float64) float64 {
	pairs := 0.0
	for _, p := range heated {
		below, _ := slices.BinarySearch(calm, p)
		upTo, _ := slices.BinarySearchFunc(calm, p, func(c, p float64) int {
			return cmp.Or(cmp.Compare(c, p), -1)
		})
		pairs += float64(below+upTo) / 2
	}
	return pairs / float64(len(heated)) / float64(len(calm))
}

// Score returns the place of a text among the site's approved comments, 0 to 99: so
// many hundredths of them read as less heated. It must not be called without a model.
func (s *Site) Score(r Reading) int {
	points := float32(s.model.points(r))
	return max(sort.Search(marks, func(i int) bool { return s.places[i] > points })-1, 0)
}

// Words returns up to most words of a text that speak for heat.
func (s *Site) Words(text string, most int) []string { return s.model.words(text, most) }

// Caught returns the share of the declined comments whose score was at least from, in
// the test.
func (s *Site) Caught(from int) float64 { return float64(s.caught[min(max(from, 0), marks-1)]) }
