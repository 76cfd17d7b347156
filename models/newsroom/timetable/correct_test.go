package timetable_test

import (
	"testing"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"
)

func text(paragraphs ...string) newsroom.Manuscript {
	return newsroom.Manuscript{Title: "Budget", Format: richtext.HTML, Body: body(paragraphs...)}
}

// A correction of the live text is made in the planned one, the list says so, and both are
// public at its time.
func TestACorrectionMovesThePlannedText(t *testing.T) {
	each(t, func(p *paper) {
		id := p.live("Budget", "One", "Two", "Five alpha")
		p.plan(id, p.db.Now().Add(5*time.Minute), "One", "Two", "Five bravo")
		// Another draft was saved since the plan; it waits as well.
		d, err := drafts.Open(p.Context(), p.db, id)
		p.check(err)
		_, err = drafts.Save(p.Context(), p.db, edith, id, d.Number, text("One", "Two, for later", "Five bravo"), nil)
		p.check(err)
		_, err = timetable.Correct(p.Context(), p.db, edith, id, drafts.Correction{Seen: d.Shown, Text: text("One, corrected", "Two", "Five alpha")})
		p.check(err)
		if got := p.shown(id); got != body("One, corrected", "Two", "Five alpha") {
			t.Errorf("corrected: %s", got)
		}
		next, _, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10)
		if err != nil || len(next) != 1 || next[0].Clash || !next[0].Rebased.Equal(p.db.Now()) || next[0].RebasedBy != "Edith" {
			t.Errorf("next: %+v (%v)", next, err)
		}
		p.clock.Advance(5 * time.Minute)
		p.run(1)
		if got := p.shown(id); got != body("One, corrected", "Two", "Five bravo") {
			t.Errorf("after its time: %s", got)
		}
		d, err = drafts.Open(p.Context(), p.db, id)
		p.check(err)
		if want := body("One, corrected", "Two, for later", "Five bravo"); !d.Pending || d.Text.Body != want {
			t.Errorf("pending %v: %s", d.Pending, d.Text.Body)
		}
	})
}

// A planned text that the correction makes equal to the live one is called off.
func TestAPlanWithNothingLeftIsCalledOff(t *testing.T) {
	each(t, func(p *paper) {
		id := p.live("Budget", "One", "Two")
		p.plan(id, p.db.Now().Add(5*time.Minute), "One, corrected", "Two")
		d, err := drafts.Open(p.Context(), p.db, id)
		p.check(err)
		_, err = timetable.Correct(p.Context(), p.db, edith, id, drafts.Correction{Seen: d.Shown, Text: text("One, corrected", "Two")})
		p.check(err)
		next, _, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10)
		if err != nil || len(next) != 0 {
			t.Errorf("next: %+v (%v)", next, err)
		}
		p.clock.Advance(5 * time.Minute)
		p.run(0)
		if d, err = drafts.Open(p.Context(), p.db, id); err != nil || d.Pending {
			t.Errorf("pending %v (%v)", d.Pending, err)
		}
	})
}
