package frontplan

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"broadsheet/models"
)

// The numbers of places that can be pinned.
const (
	Places      = 5 // of the upper part: the lead (place 0) and the slots below it
	BlockPlaces = 5 // of the block of a section
)

// MaxPins is the greatest number of pins of an arrangement, including later ones.
const MaxPins = 120

// Spot is a place that can be pinned: the lead, a slot, or a place in the block of a section.
type Spot struct {
	Section int64 `json:"section,omitempty"` // the category of the block, 0 for the upper part
	Place   int   `json:"place"`             // from 0
}

// Slot returns a place of the upper part. Place 0 is the lead.
func Slot(place int) Spot { return Spot{Place: place} }

// Compare orders spots as [slices.SortFunc] needs it: the upper part first.
func (s Spot) Compare(t Spot) int {
	return cmp.Or(cmp.Compare(s.Section, t.Section), cmp.Compare(s.Place, t.Place))
}

// Exists reports whether the upper part, or a block, has that place.
func (s Spot) Exists() bool {
	if s.Section == 0 {
		return s.Place >= 0 && s.Place < Places
	}
	return s.Section > 0 && s.Place >= 0 && s.Place < BlockPlaces
}

// Pin puts an article of any section into a place of the front page for a time.
type Pin struct {
	Spot
	Article int64       `json:"article"`
	From    models.Time `json:"from,omitzero"`  // zero: no beginning
	Until   models.Time `json:"until,omitzero"` // the first instant without it; zero: no end
}

// Arrangement holds the pins and the breaking lines that editors have set. The order of the
// pins matters only for pins of one place with the same beginning: the last one in the list
// holds the place.
type Arrangement struct {
	Pins  []Pin  `json:"pins,omitempty"`
	Lines []Line `json:"lines,omitempty"`
}

// inForce reports whether now is in the span from (included) to until (excluded). A zero time
// is no bound.
func inForce(from, until models.Time, now time.Time) bool {
	return !from.After(now) && !ended(until, now)
}

func ended(until models.Time, now time.Time) bool { return !until.IsZero() && !until.After(now) }

// Standing returns the pins that are in force at a time, by place, the latest beginning
// first. The first pin holds the place. The next one holds it while the article of the first
// is not public, and so on.
func (a *Arrangement) Standing(now time.Time) map[Spot][]Pin {
	by := map[Spot][]Pin{}
	for i := len(a.Pins) - 1; i >= 0; i-- {
		if p := a.Pins[i]; inForce(p.From, p.Until, now) {
			by[p.Spot] = append(by[p.Spot], p)
		}
	}
	for _, pins := range by {
		slices.SortStableFunc(pins, func(p, q Pin) int { return q.From.Compare(p.From.Time) })
	}
	return by
}

// Holder returns the pin that holds a place at a time, nil if the program fills it.
func (a *Arrangement) Holder(spot Spot, now time.Time) *Pin {
	if pins := a.Standing(now)[spot]; len(pins) > 0 {
		return &pins[0]
	}
	return nil
}

// Others returns the pins that do not hold their place at a time: later pins, and pins whose
// place another pin holds. They are in the order of their beginnings.
func (a *Arrangement) Others(now time.Time) (list []Pin) {
	standing := a.Standing(now)
	for _, p := range a.Pins {
		if holder := standing[p.Spot]; len(holder) == 0 || holder[0] != p {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(p, q Pin) int {
		return cmp.Or(p.From.Compare(q.From.Time), p.Spot.Compare(q.Spot))
	})
	return list
}

// Sections returns the sections with pins, now or later, each once.
func (a *Arrangement) Sections() (ids []int64) {
	for _, p := range a.Pins {
		if p.Section != 0 {
			ids = append(ids, p.Section)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Place pins an article to a place from now until a time. It replaces the pin that holds the
// place, and removes the article from other places that it holds. Article 0 only removes
// the pin. If the article holds the place already, only its end changes.
func (a *Arrangement) Place(spot Spot, article int64, until models.Time, now time.Time) {
	set := map[Spot]Pin{spot: {Article: article, Until: until}}
	for other, pins := range a.Standing(now) {
		if other != spot && pins[0].Article == article {
			set[other] = Pin{}
		}
	}
	a.SetPlaces(set, now)
}

// SetPlaces sets the pins of several places at once. A pin replaces the holder of its place,
// unless it begins later: then both stay. A pin with the article of the holder keeps the
// holder's beginning; any other pin begins now. A pin without an article
// only removes the holder, so the program fills the place.
func (a *Arrangement) SetPlaces(set map[Spot]Pin, now time.Time) {
	standing := a.Standing(now)
	holds := func(p Pin) bool { return len(standing[p.Spot]) > 0 && standing[p.Spot][0] == p }
	a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p Pin) bool {
		wanted, asked := set[p.Spot]
		return asked && holds(p) && !wanted.From.After(now)
	})
	for _, spot := range slices.SortedFunc(maps.Keys(set), Spot.Compare) {
		p, held := set[spot], standing[spot]
		if p.Article == 0 {
			continue
		}
		p.Spot = spot
		switch {
		case p.From.After(now):
		case len(held) > 0 && held[0].Article == p.Article:
			p.From = held[0].From
		default:
			p.From = models.At(now)
		}
		a.Pins = append(a.Pins, p)
	}
}

// Articles returns the articles of all pins, each once.
func (a *Arrangement) Articles() (ids []int64) {
	for _, p := range a.Pins {
		ids = append(ids, p.Article)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Turns returns the times at which the front page changes by the clock alone.
func (a *Arrangement) Turns() (list []models.Time) {
	for _, p := range a.Pins {
		list = append(list, p.From, p.Until)
	}
	return slices.DeleteFunc(list, func(t models.Time) bool { return t.IsZero() })
}

// LineTurns returns the times at which the breaking line changes by the clock alone.
func (a *Arrangement) LineTurns() (list []models.Time) {
	for _, l := range a.Lines {
		list = append(list, l.From, l.Until)
	}
	return slices.DeleteFunc(list, func(t models.Time) bool { return t.IsZero() })
}

// clean removes ended pins and lines and repeated pins, and sorts the pins by place and
// beginning.
func (a *Arrangement) clean(now time.Time) {
	seen := map[Pin]bool{}
	a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p Pin) bool {
		gone := seen[p] || ended(p.Until, now)
		seen[p] = true
		return gone
	})
	slices.SortStableFunc(a.Pins, func(p, q Pin) int { return cmp.Or(p.Spot.Compare(q.Spot), p.From.Compare(q.From.Time)) })
	a.Lines = slices.DeleteFunc(slices.Clone(a.Lines), func(l Line) bool { return ended(l.Until, now) })
}

// equal reports whether two arrangements have the same pins and lines in the same order.
func (a *Arrangement) equal(b *Arrangement) bool {
	return slices.Equal(a.Pins, b.Pins) && slices.Equal(a.Lines, b.Lines)
}

// clone returns a copy that shares nothing.
func (a *Arrangement) clone() *Arrangement {
	return &Arrangement{Pins: slices.Clone(a.Pins), Lines: slices.Clone(a.Lines)}
}
