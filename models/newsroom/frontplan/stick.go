package frontplan

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
)

// errFull refuses one more pin on a front page whose slots are all pinned.
var errFull = models.Refusal(models.Conflict, "front-full", "all slots of the front page are pinned")

// Pinned returns the articles that have a pin of the lead or of a slot in force at a time, each
// once. It includes articles whose place another pin holds, and articles that are not public.
// An article that is pinned in a block of a section does not stay on top of the page.
func (a *Arrangement) Pinned(now time.Time) (ids []int64) {
	for _, p := range a.Pins {
		if p.Section == 0 && inForce(p.From, p.Until, now) {
			ids = append(ids, p.Article)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// FreeSlot returns the first slot below the lead that the program fills at a time, 0 for none.
// The lead is never free: only an editor chooses it.
func (a *Arrangement) FreeSlot(now time.Time) int {
	standing := a.Standing(now)
	for place := 1; place < Places; place++ {
		if len(standing[Slot(place)]) == 0 {
			return place
		}
	}
	return 0
}

// Stick pins an article to the first free slot, without an end. An article that [Arrangement.Pinned]
// has keeps its pin. One in a block leaves it. Stick refuses with Conflict (front-full) if no slot is free.
func (a *Arrangement) Stick(article int64, now time.Time) error {
	if slices.Contains(a.Pinned(now), article) {
		return nil
	}
	place := a.FreeSlot(now)
	if place == 0 {
		return errFull
	}
	a.Place(Slot(place), article, models.Time{}, now)
	return nil
}

// Unstick removes the pins of an article from the lead and the slots that are in force. Its
// later pins, and those in blocks, stay.
func (a *Arrangement) Unstick(article int64, now time.Time) {
	a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p Pin) bool {
		return p.Article == article && p.Section == 0 && inForce(p.From, p.Until, now)
	})
}

// SetSticky stores a version in which an article is pinned, or is not, as [Arrangement.Stick]
// and [Arrangement.Unstick] say. It reads the newest version in its transaction, so no
// other change can come between.
func SetSticky(ctx context.Context, db *models.DB, by models.Actor, article int64, sticky bool) error {
	_, err := Set(ctx, db, by, AnyVersion, Program, func(a *Arrangement, now time.Time) error {
		if sticky {
			return a.Stick(article, now)
		}
		a.Unstick(article, now)
		return nil
	})
	return err
}
