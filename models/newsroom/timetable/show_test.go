package timetable_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/newsroom/timetable"
)

// An editor makes public at once what was to wait, with a further change of the same
// paragraph: the plan ends, and nothing fails at its time.
func TestAPlanEndsWithThePublicationOfItsText(t *testing.T) {
	each(t, func(p *paper) {
		id, other := p.live("Budget", "One alpha"), p.live("Other", "One alpha")
		at := p.db.Now().Add(5 * time.Minute)
		p.plan(id, at, "One bravo")
		p.plan(other, at, "One bravo")
		d, err := drafts.Open(p.Context(), p.db, id)
		p.check(err)
		stored, err := drafts.Save(p.Context(), p.db, edith, id, d.Number, text("One charlie"), nil)
		p.check(err)
		_, err = timetable.Show(p.Context(), p.db, edith, id, drafts.Move{Number: stored.Number})
		p.check(err)
		if got := p.shown(id); got != body("One charlie") {
			t.Errorf("published: %s", got)
		}
		next, _, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10)
		if err != nil || len(next) != 1 || next[0].Article.ID != other {
			t.Errorf("next: %+v (%v)", next, err)
		}
		trail, err := models.AuditTrail(p.Context(), p.db, models.Subject{Kind: models.ArticleSubject, ID: id}, 10)
		p.check(err)
		ended := 0
		for _, e := range trail {
			if e.Verb == "plan-update" && e.Before != "" && e.After == "" {
				ended++
			}
		}
		if ended != 1 {
			t.Errorf("the audit has %d ends of the plan", ended)
		}
		p.clock.Advance(6 * time.Minute)
		p.run(1)
		_, failed, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10)
		if err != nil || len(failed) != 0 {
			t.Errorf("failed: %+v (%v)", failed, err)
		}
	})
}

// A planned update that is small moves no date at its time, and the public history leaves
// it out; one that is not small does both.
func TestASmallUpdateIsSmallAtItsTime(t *testing.T) {
	each(t, func(p *paper) {
		for _, minor := range []bool{true, false} {
			id := p.live("Budget", "One alpha")
			at := p.db.Now().Add(time.Hour)
			p.plan(id, at, "One bravo")
			plans, err := timetable.Of(p.Context(), p.db, id)
			p.check(err)
			plans[0].Minor = minor
			p.check(timetable.Set(p.Context(), p.db, edith, plans[0]))
			before := p.article(id).RevisedAt
			p.clock.Advance(time.Hour)
			p.run(1)
			if got := p.shown(id); got != body("One bravo") {
				t.Errorf("minor %v: %s", minor, got)
			}
			a := p.article(id)
			if moved := !a.RevisedAt.Equal(before.Time); moved == minor {
				t.Errorf("minor %v: the date moved from %v to %v", minor, before, a.RevisedAt)
			}
			list, err := publictexts.Newest(p.Context(), p.db, id, 10)
			if err != nil || len(list) != 2 || list[0].Quiet != minor {
				t.Errorf("minor %v: the public texts are %+v (%v)", minor, list, err)
			}
		}
	})
}
