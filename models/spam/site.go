package spam

import (
	"bytes"
	"fmt"
	"slices"
)

// Site has the results of learning from a site's decisions: the mark from which a
// comment is held, and a linear model of the decided texts. The zero value belongs
// to a site with too few decisions.
type Site struct {
	Mark float64 // points; 0 as long as the shipped HoldMark is in force
	// Good and Spam are the numbers of decided comments from which the mark was
	// computed. Held and Caught are the numbers of these that reach the mark.
	Good, Held, Spam, Caught int

	linear  linear
	learned int // spam among the lessons; 0 without a model
}

// Lesson is a decided comment. Points is its score when it was posted. Scored
// is false if the score was off at that time.
type Lesson struct {
	Reading Reading
	Spam    bool
	Points  float64
	Scored  bool
}

// MostLessons is the number of decided comments of each kind that a site learns
// from, the newest ones. The next training no longer includes a decision that
// was undone.
const MostLessons = 1000

// Limits of the mark and of the data that it is computed from.
const (
	leastGood   = 200   // good comments before a site sets a mark
	markShare   = 0.006 // of the good ones that may reach the mark
	lowestMark  = 0.3
	highestMark = 1.7  // below mostOwn, so that wording alone can still hold
	markStep    = 0.01 // points are rounded to it
)

// leastLessons is the smallest number of comments of each kind that a model is
// trained on.
const leastLessons = 8

// LearnSite learns from decided comments, in the order in which they came in.
// It takes up to a second for the most lessons, and is meant for the
// background.
func LearnSite(lessons []Lesson) *Site {
	s := &Site{}
	var good, bad []float64
	samples := map[bool][]sample{}
	for _, l := range lessons {
		samples[l.Spam] = append(samples[l.Spam], sample{features: l.Reading.features, spam: l.Spam})
		switch {
		case !l.Scored:
		case l.Spam:
			bad = append(bad, l.Points)
		default:
			good = append(good, l.Points)
		}
	}
	s.setMark(newest(good), newest(bad))
	ham, spam := newest(samples[false]), newest(samples[true])
	if len(ham) >= leastLessons && len(spam) >= leastLessons {
		s.linear.train(slices.Concat(ham, spam))
		s.learned = len(spam)
	}
	return s
}

func newest[T any](list []T) []T { return list[max(0, len(list)-MostLessons):] }

// setMark sets the mark so that at most markShare of the good comments reach
// it, within the limits of the mark.
func (s *Site) setMark(good, bad []float64) {
	if len(good) < leastGood {
		return
	}
	ordered := slices.Sorted(slices.Values(good))
	mark := ordered[len(ordered)-1-int(markShare*float64(len(ordered)))] + markStep
	s.Mark = min(max(mark, lowestMark), highestMark)
	s.Good, s.Spam = len(good), len(bad)
	s.Held, s.Caught = countReaching(good, s.Mark), countReaching(bad, s.Mark)
}

func countReaching(points []float64, mark float64) (n int) {
	for _, p := range points {
		if p >= mark {
			n++
		}
	}
	return n
}

// HasModel reports whether there were enough decisions to learn from.
func (s *Site) HasModel() bool { return s != nil && s.learned > 0 }

// Limits of the points from the site's own model.
const (
	mostOwn  = 1.8 // points of wording and site together
	ownRange = 1.5 // points of the site alone, either way
	ownDoubt = 20  // comments of spam with which it says half
)

// scoreSite adds the points from the site's own model. They are limited, so that
// wording and decisions together never reach SpamMark.
func scoreSite(_ *Model, s *Signals) (float64, string) {
	if !s.Site.HasModel() {
		return 0, ""
	}
	trust := float64(s.Site.learned) / float64(s.Site.learned+ownDoubt)
	points := trust * min(max(s.Site.linear.score(s.Reading.reading), -ownRange), ownRange)
	if s.wording+points > mostOwn {
		points = max(mostOwn-s.wording, 0)
	}
	what := "good"
	if points > 0 {
		what = "spam"
	}
	return points, fmt.Sprintf("like comments that moderators found to be %s here", what)
}

// Model returns the site's model in the form of [Model.Write], for
// [Site.SetModel]. It returns nil if there is none.
func (s *Site) Model() ([]byte, error) {
	if !s.HasModel() {
		return nil, nil
	}
	var b bytes.Buffer
	m := Model{linear: s.linear, scale: scale{Zero: float64(s.learned)}}
	err := m.Write(&b)
	return b.Bytes(), err
}

// SetModel reads the result of Model.
func (s *Site) SetModel(data []byte) error {
	s.learned = 0
	if len(data) == 0 {
		return nil
	}
	m, err := ReadModel(bytes.NewReader(data))
	if err != nil {
		return err
	}
	s.linear, s.learned = m.linear, int(m.scale.Zero)
	return nil
}
