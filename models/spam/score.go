package spam

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Band is the result for a comment.
type Band int

// The bands. The points of all signals are added. A comment below HoldMark looks
// like talk, and from SpamMark on it looks certainly like spam.
const (
	Talk Band = iota
	Doubt
	Certain
)

// The marks between the bands.
const (
	HoldMark = 1.0
	SpamMark = 2.5
)

// Signals are the facts known about a new comment. A zero value means unknown and
// adds no points.
type Signals struct {
	Text     string
	Reading  Reading // of Text; read if it is not given
	Language string  // of the article, BCP 47
	// Hosts are the foreign hosts that the text links to, each once.
	Hosts   []string
	Website bool // the commenter gave a website
	// HiddenField: a field that people cannot see was filled in.
	HiddenField bool
	// Took is how long the text was written on, as far as a preview or the
	// reader's script tells it.
	Took time.Duration
	// Repeats is under how many other articles nearly the same was said
	// lately, and SpamRepeats how many such comments were found to be spam.
	Repeats     int
	SpamRepeats int
	// Network is how many comments came from the same network within an hour.
	Network int
	// Known: an earlier comment from the same browser was approved.
	Known   bool
	Learned Learned
	Site    *Site // the mark and model of the site, nil if there are none

	wording float64 // points of the wording, for the signal after it
}

// Reason is one signal's say.
type Reason struct {
	Name   string
	Points float64
	Detail string
}

// Verdict is the sum of the signals.
type Verdict struct {
	Points  float64
	Band    Band
	Reasons []Reason
}

// Bounds for the points of the wording. They are below SpamMark: genuine comments
// are also about money or written like an advertisement.
const (
	leastWording = -0.5
	mostWording  = 1.6
)

// The shipped model is trained on English. For a text in another script its
// points come almost only from links. A link alone must not hold such a text
// until the site itself has found some spam.
const (
	mostNonLatin = 0.8
	enoughSpam   = 20
)

// signals are evaluated in this order; each returns nil when it does not apply.
var signals = []struct {
	name string
	ask  func(*Model, *Signals) (points float64, detail string)
}{
	{"wording", scoreWording},
	{"site", scoreSite},
	{"hidden-field", scoreHiddenField},
	{"addresses", scoreAddresses},
	{"markup", scoreMarkup},
	{"disguise", scoreDisguise},
	{"repeats", scoreRepeats},
	{"network", scoreNetwork},
	{"script", scoreForeignScript},
	{"haste", scoreHaste},
	{"known", scoreKnown},
}

// Judge adds up the signals. It takes well under a millisecond for a comment
// of usual length and is bounded for any.
func (m *Model) Judge(s Signals) Verdict {
	var v Verdict
	for _, signal := range signals {
		points, detail := signal.ask(m, &s)
		points = math.Round(points*100) / 100
		if points == 0 {
			continue
		}
		v.Points += points
		v.Reasons = append(v.Reasons, Reason{signal.name, points, detail})
	}
	v.Points = math.Round(v.Points*100) / 100
	switch {
	case v.Points >= SpamMark:
		v.Band = Certain
	case v.Points >= HoldMark:
		v.Band = Doubt
	}
	return v
}

func scoreWording(m *Model, s *Signals) (float64, string) {
	if s.Reading.words == nil {
		s.Reading = Read(s.Text)
	}
	points := min(max(m.scoreFeatures(s.Reading.features, s.Learned), leastWording), mostWording)
	if points > mostNonLatin && s.Learned.Texts.Spam < enoughSpam && isNonLatin(s.Text) {
		points = mostNonLatin
	}
	s.wording = points
	switch {
	case points >= HoldMark:
		return points, "reads like spam"
	case points >= 0.5:
		return points, "reads a little like spam"
	case points <= 0:
		return points, "reads like talk"
	default:
		return points, "undecided"
	}
}

// scoreHiddenField alone holds a comment and never throws it out: a browser that
// fills in forms may have done it.
func scoreHiddenField(_ *Model, s *Signals) (float64, string) {
	if !s.HiddenField {
		return 0, ""
	}
	return 1.4, "a field was filled in that people do not see"
}

// scoreAddresses adds little for one link, which the wording has counted already.
func scoreAddresses(_ *Model, s *Signals) (float64, string) {
	points := []float64{0, 0.1, 0.5, 1}[min(len(s.Hosts), 3)]
	if s.Website {
		points += 0.1
	}
	if len(s.Hosts) == 0 {
		return points, "gives a website"
	}
	return points, "links to " + strings.Join(s.Hosts[:min(len(s.Hosts), 3)], ", ")
}

// scoreMarkup adds points for links in the notation of bulletin boards. Spammers post
// the same link in the notations of several programs.
func scoreMarkup(_ *Model, s *Signals) (float64, string) {
	lower := strings.ToLower(cutBytes(s.Text, maxScored))
	for _, sign := range []string{"[url=", "[url]", "[link=", "[img]"} {
		if strings.Contains(lower, sign) {
			return 1, "has " + sign + " of bulletin boards"
		}
	}
	return 0, ""
}

func scoreRepeats(_ *Model, s *Signals) (float64, string) {
	switch {
	case s.SpamRepeats > 0:
		return 1.5, fmt.Sprintf("nearly the same as %d found to be spam", s.SpamRepeats)
	case s.Repeats >= 3:
		return 1.2, fmt.Sprintf("nearly the same under %d other articles", s.Repeats)
	case s.Repeats > 0:
		return 0.6, "nearly the same under another article"
	}
	return 0, ""
}

func scoreNetwork(_ *Model, s *Signals) (float64, string) {
	switch {
	case s.Network >= 60:
		return 0.8, fmt.Sprintf("%d comments from this network within an hour", s.Network)
	case s.Network >= 20:
		return 0.4, fmt.Sprintf("%d comments from this network within an hour", s.Network)
	}
	return 0, ""
}

func scoreForeignScript(_ *Model, s *Signals) (float64, string) {
	of, ok := scriptOf(s.Text)
	if own := scriptOfLanguage(s.Language); !ok || own == "" || of == own || of == "Latn" {
		return 0, "" // everybody's second script is Latin
	}
	return 0.7, "written in " + of + " under an article in " + s.Language
}

func scoreHaste(_ *Model, s *Signals) (float64, string) {
	if s.Took <= 0 || s.Took >= 3*time.Second {
		return 0, ""
	}
	return 0.6, fmt.Sprintf("written in %.1f seconds", s.Took.Seconds())
}

func scoreKnown(_ *Model, s *Signals) (float64, string) {
	if !s.Known {
		return 0, ""
	}
	return -0.3, "an earlier comment from this browser was approved"
}
