package frontplan

import (
	"cmp"
	"slices"
	"time"

	"broadsheet/models"
)

// Places is the number of places that can be pinned: the lead (place 0) and the slots below
// it (from place 1).
const Places = 5

// MaxPins is the greatest number of pins of an arrangement, including later ones.
const MaxPins = 60

// Pin puts an article into a place of the front page for a time.
type Pin struct {
	Place   int         `json:"place"`
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
func (a *Arrangement) Standing(now time.Time) (by [Places][]Pin) {
	for i := len(a.Pins) - 1; i >= 0; i-- {
		if p := a.Pins[i]; inForce(p.From, p.Until, now) {
			by[p.Place] = append(by[p.Place], p)
		}
	}
	for _, pins := range by {
		slices.SortStableFunc(pins, func(p, q Pin) int { return q.From.Compare(p.From.Time) })
	}
	return by
}

// Holder returns the pin that holds a place at a time, nil if the program fills it.
func (a *Arrangement) Holder(place int, now time.Time) *Pin {
	if pins := a.Standing(now)[place]; len(pins) > 0 {
		return &pins[0]
	}
	return nil
}

// Others returns the pins that do not hold their place at a time: later pins, and pins whose
// place another pin holds. They are in the order of their beginnings.
func (a *Arrangement) Others(now time.Time) (list []Pin) {
	standing := a.Standing(now)
	for _, p := range a.Pins {
		if holder := standing[p.Place]; len(holder) == 0 || holder[0] != p {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(p, q Pin) int {
		return cmp.Or(p.From.Compare(q.From.Time), cmp.Compare(p.Place, q.Place))
	})
	return list
}

// Place pins an article to a place from now until a time. It replaces the pin that holds the
// place, and removes the article from other places that it holds. Article 0 only removes
// the pin. If the article holds the place already, only its end changes.
func (a *Arrangement) Place(place int, article int64, until models.Time, now time.Time) {
	set := map[int]Pin{place: {Article: article, Until: until}}
	for other, pins := range a.Standing(now) {
		if other != place && len(pins) > 0 && pins[0].Article == article {
			set[other] = Pin{}
		}
	}
	a.SetPlaces(set, now)
}

// SetPlaces sets the pins of several places at once. A pin replaces the holder of its place,
// unless it begins later: then both stay. A pin with the article of the holder keeps the
// holder's beginning; any other pin begins now. A pin without an article
// only removes the holder, so the program fills the place.
func (a *Arrangement) SetPlaces(set map[int]Pin, now time.Time) {
	standing := a.Standing(now)
	holds := func(p Pin) bool { return len(standing[p.Place]) > 0 && standing[p.Place][0] == p }
	a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p Pin) bool {
		wanted, asked := set[p.Place]
		return asked && holds(p) && !wanted.From.After(now)
	})
	for place, held := range standing {
		p, asked := set[place]
		if !asked || p.Article == 0 {
			continue
		}
		p.Place = place
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

// clean removes ended pins and lines, and sorts the pins by place and beginning.
func (a *Arrangement) clean(now time.Time) {
	a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p Pin) bool { return ended(p.Until, now) })
	slices.SortStableFunc(a.Pins, func(p, q Pin) int { return cmp.Or(cmp.Compare(p.Place, q.Place), p.From.Compare(q.From.Time)) })
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
