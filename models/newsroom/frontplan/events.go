package frontplan

import (
	"slices"
	"time"

	"broadsheet/models"
)

// Edge is the beginning or the end of a pin or a line.
type Edge string

// The edges.
const (
	Begin Edge = "begin"
	End   Edge = "end"
)

// Event is the beginning or the end of a pin or a line in the future.
type Event struct {
	At   models.Time
	Edge Edge
	Pin  *Pin  // nil for one of a line
	Line *Line // nil for one of a pin
	Item int   // index among the pins or the lines of the arrangement
}

// Events returns the beginnings and ends after a time, the next one first.
func (a *Arrangement) Events(now time.Time) (list []Event) {
	add := func(e Event, from, until models.Time) {
		for i, at := range []models.Time{from, until} {
			if !at.IsZero() && at.After(now) {
				e.Edge, e.At = []Edge{Begin, End}[i], at
				list = append(list, e)
			}
		}
	}
	for i := range a.Pins {
		add(Event{Pin: &a.Pins[i], Item: i}, a.Pins[i].From, a.Pins[i].Until)
	}
	for i := range a.Lines {
		add(Event{Line: &a.Lines[i], Item: i}, a.Lines[i].From, a.Lines[i].Until)
	}
	slices.SortStableFunc(list, func(e, f Event) int { return e.At.Compare(f.At.Time) })
	return list
}

// errGone refuses a change of a pin or a line that is not planned any more.
var errGone = models.Refusal(models.Conflict, "front-gone", "this is no longer planned")

// MoveEdge moves the beginning or the end of a pin or a line. A zero time calls the edge off:
// without its beginning a pin is removed, without its end it stays until the next change of
// its place; a line is removed in both cases. MoveEdge refuses with Invalid at the field at,
// and with Conflict (front-gone) if the arrangement does not have the pin or the line.
func (a *Arrangement) MoveEdge(e Event, at models.Time, now time.Time) error {
	if !at.IsZero() && !at.After(now) {
		return models.InvalidFields(models.FieldError{Field: "at", Code: "time-past"})
	}
	if e.Line != nil {
		return a.moveLine(*e.Line, e.Edge, at, now)
	}
	i := slices.Index(a.Pins, *e.Pin)
	if i < 0 {
		return errGone
	}
	p := a.Pins[i]
	switch {
	case e.Edge == Begin && at.IsZero():
		a.Pins = slices.Delete(slices.Clone(a.Pins), i, i+1)
		return nil
	case e.Edge == Begin:
		p.From = at
	default:
		p.Until = at
	}
	if !p.Until.IsZero() && !p.Until.After(p.From.Time) {
		return models.InvalidFields(models.FieldError{Field: "at", Code: "time-order"})
	}
	a.Pins = slices.Clone(a.Pins)
	a.Pins[i] = p
	return nil
}

func (a *Arrangement) moveLine(l Line, edge Edge, at models.Time, now time.Time) error {
	i := slices.Index(a.Lines, l)
	if i < 0 {
		return errGone
	}
	others := slices.Delete(slices.Clone(a.Lines), i, i+1)
	switch {
	case at.IsZero(): // a line must have an end, so it is removed now
		a.Lines = others
		return nil
	case edge == Begin:
		l.From = at
	default:
		l.Until = at
	}
	if err := l.check(now); err != nil {
		return models.InvalidFields(models.FieldError{Field: "at", Code: "time-order"})
	}
	a.Lines = append(others, l)
	return nil
}
