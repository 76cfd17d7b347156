package frontplan_test

import (
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/frontplan"
)

// TestSticky: a sticky article gets the first slot that the program fills, never the lead, and
// keeps a pin that it has. A full front page refuses one more. Later pins stay.
func TestSticky(t *testing.T) {
	each(t, func(d *desk) {
		var ids []int64
		for _, title := range []string{"One", "Two", "Three", "Four", "Five", "Six"} {
			ids = append(ids, d.article(title))
		}
		stick := func(article int64, sticky bool) error {
			return frontplan.SetSticky(d.Context(), d.db, edith, article, sticky)
		}
		in := func(after time.Duration) models.Time { return models.At(d.db.Now().Add(after)) }
		later := frontplan.Pin{Spot: frontplan.Slot(1), Article: ids[0], From: in(time.Hour)}
		_, err := d.set(0, func(a *frontplan.Arrangement, now time.Time) error {
			a.Place(frontplan.Slot(0), ids[5], in(2*time.Hour), now)
			a.Place(frontplan.Slot(2), ids[4], models.Time{}, now)
			a.Pins = append(a.Pins, later)
			return nil
		})
		d.check(err)
		for _, id := range ids[:3] {
			d.check(stick(id, true))
		}
		d.check(stick(ids[5], true)) // it leads
		v := d.current()
		for place, want := range []int64{ids[5], ids[0], ids[4], ids[1], ids[2]} {
			if h := v.Holder(frontplan.Slot(place), d.db.Now()); h == nil || h.Article != want {
				t.Errorf("place %d has %+v, want article %d", place, h, want)
			}
		}
		if err := stick(ids[3], true); models.KindOf(err) != models.Conflict || d.current().Number != v.Number {
			t.Errorf("one more: %v", err)
		}
		d.check(stick(ids[0], false))
		v = d.current()
		if v.Act != frontplan.Program || v.Holder(frontplan.Slot(1), d.db.Now()) != nil || !slices.Contains(v.Pins, later) {
			t.Errorf("after it was taken away: %+v", v)
		}
		d.check(stick(ids[0], false)) // nothing changes
		if now := d.current(); now.Number != v.Number {
			t.Errorf("version %d, want %d", now.Number, v.Number)
		}
		want := []int64{ids[1], ids[2], ids[4], ids[5]}
		if slices.Sort(want); !slices.Equal(v.Pinned(d.db.Now()), want) {
			t.Errorf("pinned are %v, want %v", v.Pinned(d.db.Now()), want)
		}
		d.clock.Advance(2 * time.Hour)
		want = []int64{ids[0], ids[1], ids[2], ids[4]}
		if slices.Sort(want); !slices.Equal(v.Pinned(d.db.Now()), want) {
			t.Errorf("two hours later pinned are %v, want %v", v.Pinned(d.db.Now()), want)
		}
	})
}

// TestAPinInABlockIsNotSticky: a program that takes the mark away leaves the block as it is, and
// one that sets it moves the story to a slot.
func TestAPinInABlockIsNotSticky(t *testing.T) {
	each(t, func(d *desk) {
		one, world := d.article("One"), d.section("world")
		_, err := d.set(0, func(a *frontplan.Arrangement, now time.Time) error {
			a.Place(block(world, 2), one, models.Time{}, now)
			return nil
		})
		d.check(err)
		if v := d.current(); len(v.Pinned(d.db.Now())) != 0 {
			t.Errorf("pinned %v", v.Pinned(d.db.Now()))
		}
		d.check(frontplan.SetSticky(d.Context(), d.db, edith, one, false))
		if d.current().Holder(block(world, 2), d.db.Now()) == nil {
			t.Error("the block has lost its story")
		}
		d.check(frontplan.SetSticky(d.Context(), d.db, edith, one, true))
		if v := d.current(); v.Holder(block(world, 2), d.db.Now()) != nil || v.Holder(frontplan.Slot(1), d.db.Now()) == nil {
			t.Errorf("pins %+v", v.Pins)
		}
	})
}
