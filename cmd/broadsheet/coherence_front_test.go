package main

import (
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/frontplan"
)

// frontKinds are the acts on the front page and the breaking line.
var frontKinds = []kind{
	{"slot", 2, (*walk).slot},
	{"slots", 2, (*walk).slots},
	{"block", 3, (*walk).block},
	{"breaking line", 3, (*walk).breakingLine},
	{"earlier front page", 1, (*walk).earlierFront},
}

func (w *walk) front(edit func(a *frontplan.Arrangement, now time.Time) error) {
	_, err := frontplan.Set(w.Context(), w.db(), models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange, edit)
	w.allow(err)
}

// soon returns a time within three seconds, or none.
func (w *walk) soon() models.Time {
	if w.rng.IntN(3) == 0 {
		return models.Time{}
	}
	return models.At(time.Now().Add(time.Duration(1+w.rng.IntN(3000)) * time.Millisecond))
}

func (w *walk) slot() {
	until := w.soon()
	w.front(func(a *frontplan.Arrangement, now time.Time) error {
		a.Place(frontplan.Slot(w.rng.IntN(3)), w.articles[w.one()], until, now)
		return nil
	})
}

// slots fills several places at once, some of them later.
func (w *walk) slots() {
	set := map[frontplan.Spot]frontplan.Pin{}
	for place := range frontplan.Places {
		if w.rng.IntN(2) == 0 {
			set[frontplan.Slot(place)] = frontplan.Pin{Article: w.articles[w.one()], From: w.soon()}
		}
	}
	w.front(func(a *frontplan.Arrangement, now time.Time) error {
		a.SetPlaces(set, now)
		return nil
	})
}

// block pins stories of any section in the block of a section, some of them later, or leaves
// places of it to the program.
func (w *walk) block() {
	section := draw(w, w.categories()).ID
	set := map[frontplan.Spot]frontplan.Pin{}
	for place := range frontplan.BlockPlaces {
		if w.rng.IntN(2) == 0 {
			p := frontplan.Pin{Until: w.soon()}
			if w.rng.IntN(4) > 0 {
				p.Article = w.articles[w.one()]
			}
			if p.Until.IsZero() {
				p.From = w.soon()
			}
			set[frontplan.Spot{Section: section, Place: place}] = p
		}
	}
	w.front(func(a *frontplan.Arrangement, now time.Time) error {
		if len(a.Pins) > frontplan.MaxPins/2 {
			a.Pins = nil
		}
		a.SetPlaces(set, now)
		return nil
	})
}

// breakingLine shows a line on all pages, now or soon, or takes it down.
func (w *walk) breakingLine() {
	line := frontplan.Line{
		Text: fmt.Sprint("Just in at step ", w.number), Link: "/sections/", Level: frontplan.Levels[w.rng.IntN(3)], From: w.soon(),
		Until: models.At(time.Now().Add(4 * time.Second)),
	}
	down := w.rng.IntN(4) == 0
	w.front(func(a *frontplan.Arrangement, now time.Time) error {
		if down {
			a.EndLine(now)
			return nil
		}
		if len(a.Lines) > 3 {
			a.Lines = nil
		}
		return a.SetLine(line, now)
	})
}

func (w *walk) earlierFront() {
	list, err := frontplan.History(w.Context(), w.there, 10)
	w.check(err)
	if len(list) > 0 {
		_, err := frontplan.Return(w.Context(), w.db(), models.ActorCommand, frontplan.AnyVersion, list[w.rng.IntN(len(list))].Number, frontplan.Restore)
		w.allow(err)
	}
}
