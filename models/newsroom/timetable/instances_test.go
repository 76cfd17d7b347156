package timetable_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/timetable"
)

// nights are nights in which the clocks of a zone change: forward by an hour or by half
// an hour, or back.
var nights = []struct{ zone, date string }{
	{"America/Los_Angeles", "2027-03-14"},
	{"America/Los_Angeles", "2027-11-07"},
	{"Europe/Berlin", "2027-03-28"},
	{"Europe/Berlin", "2027-10-31"},
	{"Australia/Lord_Howe", "2027-10-03"},
	{"Australia/Lord_Howe", "2027-04-04"},
}

// act is an act of the test and the moment in which it is due.
type act struct {
	id  int64
	act timetable.Act
	at  time.Time
}

// done reports whether readers see what the act has done.
func (p *paper) done(a act) bool {
	p.Helper()
	switch a.act {
	case timetable.Publish:
		return p.article(a.id).Status == newsroom.Published
	case timetable.Withdraw:
		return p.article(a.id).Status == newsroom.Withdrawn
	}
	return p.shown(a.id) == body("bravo")
}

// Two instances with one PostgreSQL go through the nights of clock changes. In the last
// minute before every other act they are restarted five times, and for one hour none of them runs.
// Each act happens once, at its second or as soon as an instance runs again, and not a
// second before.
func TestTwoInstancesThroughNightsOfClockChanges(t *testing.T) {
	t.Parallel()
	for _, night := range nights {
		t.Run(night.zone+" "+night.date, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(night.zone)
			if err != nil {
				t.Fatal(err)
			}
			throughTheNight(t, zone, night.date)
		})
	}
}

// fill sets acts for every quarter of an hour of the night, by the clock on the wall,
// and returns them in the order of their times. Some of these times do not exist.
func (p *paper) fill(zone *time.Location, date string) (acts []act) {
	p.Helper()
	kinds, skipped := []timetable.Act{timetable.Publish, timetable.Update, timetable.Withdraw}, 0
	for minute := 60; minute <= 240; minute += 15 {
		wall := fmt.Sprintf("%sT%02d:%02d", date, minute/60, minute%60)
		at, err := timetable.ParseTime(wall, zone)
		if err != nil {
			skipped++
			continue
		}
		if got := at.In(zone).Format("2006-01-02T15:04"); got != wall {
			p.Errorf("%s is shown as %s", wall, got)
		}
		one := act{act: kinds[len(acts)%len(kinds)], at: at}
		switch title := "Article of " + wall; one.act {
		case timetable.Publish:
			one.id = p.scheduled(title, at)
		case timetable.Update:
			one.id = p.live(title, "alpha")
			p.plan(one.id, at, "bravo")
		default:
			one.id = p.live(title, "alpha")
			p.check(timetable.Set(p.Context(), p.db, edith, timetable.Plan{ArticleID: one.id, Act: one.act, At: models.At(at)}))
		}
		acts = append(acts, one)
	}
	if skipped > 4 {
		p.Fatalf("%d of the times do not exist", skipped)
	}
	slices.SortStableFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	return acts
}

func throughTheNight(t *testing.T, zone *time.Location, date string) {
	clock, dsn := modeltest.NewClock(), modeltest.Postgres(t)
	evening, err := timetable.ParseTime(date+"T00:05", zone)
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(evening.Sub(clock.Now()))
	instance := func() *models.DB {
		t.Helper()
		db, err := models.Open(t.Context(), models.Options{DSN: dsn, Now: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	p := &paper{t, instance(), clock}
	t.Cleanup(func() { _ = p.db.Close() })

	acts := p.fill(zone, date)

	var running []*models.DB
	begin := func() { running = []*models.DB{instance(), instance()} }
	end := func() {
		for _, db := range running {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}
		running = nil
	}
	begin()
	defer func() { end() }()
	carriedOut := 0
	tick := func() {
		t.Helper()
		counts, errs := make([]int, len(running)), make([]error, len(running))
		var all sync.WaitGroup
		for i, db := range running {
			all.Go(func() { counts[i], errs[i] = timetable.Run(t.Context(), db) })
		}
		all.Wait()
		for i := range counts {
			p.check(errs[i])
			carriedOut += counts[i]
		}
	}
	down := len(acts) / 3 // from this act on none runs for an hour
	back := acts[down].at.Add(time.Hour)
	for i, one := range acts {
		switch {
		case i == down:
			end()
		case i > down && running == nil && one.at.After(back):
			clock.Advance(back.Sub(clock.Now()))
			begin()
			tick()
			for _, missed := range acts[down:i] {
				if !p.done(missed) {
					t.Errorf("%s of %v was not caught up", missed.act, missed.at.In(zone))
				}
			}
		}
		if running == nil {
			continue
		}
		clock.Advance(one.at.Add(-time.Minute).Sub(clock.Now()))
		for range 5 * (i % 2) {
			clock.Advance(59 * time.Second / 5)
			tick()
			end()
			begin()
		}
		clock.Advance(one.at.Add(-time.Second).Sub(clock.Now()))
		tick()
		if p.done(one) {
			t.Errorf("%s of %v came a second early", one.act, one.at.In(zone))
		}
		clock.Advance(time.Second)
		tick()
		if !p.done(one) {
			t.Errorf("%s of %v did not come at its second", one.act, one.at.In(zone))
		}
		tick()
	}
	if running == nil {
		t.Fatal("the downtime has no end in this night")
	}
	if carriedOut != len(acts) {
		t.Errorf("%d acts were carried out, want %d", carriedOut, len(acts))
	}
	p.loggedOnce(acts, zone)
}

// loggedOnce fails when the log does not have a publication or a withdrawal once.
func (p *paper) loggedOnce(acts []act, zone *time.Location) {
	p.Helper()
	for _, one := range acts {
		trail, err := models.AuditTrail(p.Context(), p.db, models.Subject{Kind: models.ArticleSubject, ID: one.id}, 20)
		p.check(err)
		n := 0
		for _, e := range trail {
			if one.act != timetable.Update && e.At.Sub(one.at) >= 0 {
				n++
			}
		}
		if one.act != timetable.Update && n != 1 {
			p.Errorf("the log has %s of %v %d times", one.act, one.at.In(zone), n)
		}
	}
}
