package frontplan_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var edith = models.Actor{UserID: new(int64(7)), Name: "Edith"}

// desk is a database with helpers for the tests.
type desk struct {
	*testing.T
	db    *models.DB
	clock *modeltest.Clock
}

func each(t *testing.T, test func(d *desk)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) { test(&desk{t, db, clock}) })
}

func (d *desk) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) article(title string) int64 {
	d.Helper()
	a, _, err := newsroom.Save(d.Context(), d.db, edith, newsroom.AnyVersion, newsroom.Manuscript{Title: title, Body: "Text."})
	d.check(err)
	return a.ID
}

func (d *desk) set(seen int64, edit func(a *frontplan.Arrangement, now time.Time) error) (*frontplan.Version, error) {
	d.Helper()
	return frontplan.Set(d.Context(), d.db, edith, seen, frontplan.Arrange, edit)
}

func (d *desk) current() *frontplan.Version {
	d.Helper()
	v, err := frontplan.Current(d.Context(), d.db)
	d.check(err)
	return v
}

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, frontplan.Rows...)
	})
}

// TestAStaleChangeIsRefusedWithTheNewest: nothing of it is stored, and the clock is not a
// second editor.
func TestAStaleChangeIsRefusedWithTheNewest(t *testing.T) {
	each(t, func(d *desk) {
		one, two := d.article("One"), d.article("Two")
		place := func(article int64, until models.Time) func(*frontplan.Arrangement, time.Time) error {
			return func(a *frontplan.Arrangement, now time.Time) error {
				a.Place(frontplan.Slot(0), article, until, now)
				return nil
			}
		}
		first, err := d.set(0, place(one, models.At(d.db.Now().Add(time.Hour))))
		d.check(err)
		_, err = d.set(0, place(two, models.Time{}))
		stale, ok := errors.AsType[*frontplan.Stale](err)
		if !ok || models.KindOf(err) != models.Conflict || stale.Newest.Number != first.Number || stale.Newest.Holder(frontplan.Slot(0), d.db.Now()).Article != one {
			t.Fatalf("a stale change: %v", err)
		}
		d.clock.Advance(2 * time.Hour) // the pin ends
		if v, err := d.set(first.Number, place(two, models.Time{})); err != nil || v.Number != first.Number+1 || len(v.Pins) != 1 {
			t.Errorf("after the clock ended a pin: %+v, %v", v, err)
		}
		if v, err := d.set(frontplan.AnyVersion, place(two, models.Time{})); err != nil || v.Number != first.Number+1 {
			t.Errorf("a change that changes nothing: version %+v, %v", v, err)
		}
		if _, err := d.set(frontplan.AnyVersion, place(4711, models.Time{})); models.KindOf(err) != models.Invalid {
			t.Errorf("an article that does not exist: %v", err)
		}
	})
}

// TestParallelChangesMakeOneVersionEach: of editors who saw the same version, one wins.
func TestParallelChangesMakeOneVersionEach(t *testing.T) {
	each(t, func(d *desk) {
		const editors = 6
		ids := make([]int64, editors)
		for i := range ids {
			ids[i] = d.article(fmt.Sprint("Article ", i))
		}
		for round := range int64(4) {
			errs := make([]error, editors)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					_, errs[i] = frontplan.Set(d.Context(), d.db, edith, round, frontplan.Lead, func(a *frontplan.Arrangement, now time.Time) error {
						a.Place(frontplan.Slot(0), ids[(i+int(round))%editors], models.Time{}, now)
						a.Lines = []frontplan.Line{{Text: fmt.Sprint(round, i), Level: frontplan.Notice, From: models.At(now), Until: models.At(now.Add(time.Hour))}}
						return nil
					})
				})
			}
			all.Wait()
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				} else if models.KindOf(err) != models.Conflict {
					t.Fatal(err)
				}
			}
			if won != 1 || d.current().Number != round+1 {
				t.Fatalf("round %d: %d changes, version %d", round, won, d.current().Number)
			}
		}
	})
}

// TestHoldersAgainstAnOracle compares who holds a place, at random times, with a search
// through all pins in another way.
func TestHoldersAgainstAnOracle(t *testing.T) {
	t.Parallel()
	start := modeltest.Start
	rng := rand.New(rand.NewPCG(4, 2))
	minute := func() models.Time {
		if rng.IntN(4) == 0 {
			return models.Time{}
		}
		return models.At(start.Add(time.Duration(rng.IntN(60)) * time.Minute))
	}
	for range 3000 {
		var a frontplan.Arrangement
		for range rng.IntN(8) {
			a.Pins = append(a.Pins, frontplan.Pin{Spot: frontplan.Slot(rng.IntN(2)), Article: 1 + rng.Int64N(4), From: minute(), Until: minute()})
		}
		now := start.Add(time.Duration(rng.IntN(60)) * time.Minute)
		for place := range 2 {
			var want int64
			began := time.Time{}
			for _, p := range a.Pins {
				open := p.Place == place && (p.From.IsZero() || !now.Before(p.From.Time)) && (p.Until.IsZero() || now.Before(p.Until.Time))
				if open && !p.From.Before(began) {
					want, began = p.Article, p.From.Time
				}
			}
			got := int64(0)
			if h := a.Holder(frontplan.Slot(place), now); h != nil {
				got = h.Article
			}
			if got != want {
				t.Fatalf("place %d at %v: %d holds it, want %d of %+v", place, now, got, want, a.Pins)
			}
		}
	}
}

func TestAPlacedArticleReplacesTheHolder(t *testing.T) {
	t.Parallel()
	now := modeltest.Start
	hour := models.At(now.Add(time.Hour))
	a := frontplan.Arrangement{Pins: []frontplan.Pin{
		{Spot: frontplan.Slot(0), Article: 1}, {Spot: frontplan.Slot(0), Article: 2, From: hour}, {Spot: frontplan.Slot(1), Article: 3, From: models.At(now.Add(-time.Hour))},
	}}
	a.Place(frontplan.Slot(0), 3, hour, now) // it was in slot 1
	if a.Holder(frontplan.Slot(0), now).Article != 3 || a.Holder(frontplan.Slot(1), now) != nil || a.Holder(frontplan.Slot(0), hour.Time).Article != 2 || len(a.Pins) != 2 {
		t.Errorf("pins %+v", a.Pins)
	}
	from := a.Holder(frontplan.Slot(0), now).From
	a.Place(frontplan.Slot(0), 3, models.Time{}, now.Add(time.Minute))
	if p := a.Holder(frontplan.Slot(0), now); p.From != from || !p.Until.IsZero() {
		t.Errorf("the same article again: %+v", p)
	}
	a.Place(frontplan.Slot(0), 0, models.Time{}, now.Add(time.Minute))
	if p := a.Holder(frontplan.Slot(0), now.Add(time.Minute)); p != nil {
		t.Errorf("a place left to the program has %+v", p)
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	now := modeltest.Start
	in := func(d time.Duration) models.Time { return models.At(now.Add(d)) }
	var a frontplan.Arrangement
	for code, l := range map[string]frontplan.Line{
		"breaking: required":            {Text: " \n "},
		"breaking: too-many-characters": {Text: strings.Repeat("ä", 201)},
		"breaking_link: not-link":       {Text: "x", Link: "javascript:alert(1)"},
		"breaking_link: not-link ":      {Text: "x", Link: "//evil.example/"},
		"breaking_link: not-link  ":     {Text: "x", Link: "news"},
		"breaking_link: not-link   ":    {Text: "x", Link: "https://user@evil.example/"},
		"breaking_level: no-choice":     {Text: "x", Level: "loud"},
		"breaking_until: time-past":     {Text: "x", Until: in(-time.Minute)},
		"breaking_until: time-order":    {Text: "x", From: in(time.Hour), Until: in(time.Minute)},
		"breaking_until: time-long":     {Text: "x", Until: in(8 * 24 * time.Hour)},
	} {
		if err := a.SetLine(l, now); err == nil || !strings.Contains(err.Error(), "("+strings.TrimSpace(code)+")") || len(a.Lines) > 0 {
			t.Errorf("%s: %v", code, err)
		}
	}
	set := func(l frontplan.Line, at time.Time) {
		t.Helper()
		if err := a.SetLine(l, at); err != nil {
			t.Fatal(err)
		}
	}
	set(frontplan.Line{Text: "First", Link: "/x/"}, now)
	set(frontplan.Line{Text: "Later", Link: "https://elsewhere.example/", From: in(time.Hour)}, now)
	if l := a.LineAt(now); l.Text != "First" || l.Level != frontplan.Breaking || l.Until != in(frontplan.LineFor) {
		t.Errorf("now %+v", l)
	}
	set(frontplan.Line{Text: "First, corrected", Until: in(2 * time.Hour)}, now.Add(time.Minute))
	if l := a.LineAt(now.Add(time.Minute)); l.Text != "First, corrected" || l.From != in(0) || len(a.Lines) != 2 {
		t.Errorf("corrected %+v of %+v", l, a.Lines)
	}
	for at, want := range map[time.Duration]string{-1: "", 0: "First, corrected", time.Hour: "Later", 4*time.Hour - 1: "Later", 4 * time.Hour: ""} {
		got := ""
		if l := a.LineAt(now.Add(at)); l != nil {
			got = l.Text
		}
		if got != want {
			t.Errorf("after %v the line is %q, want %q", at, got, want)
		}
	}
	a.EndLine(now.Add(time.Minute))
	if len(a.Lines) != 1 || a.Lines[0].Text != "Later" {
		t.Errorf("taken down: %+v", a.Lines)
	}
}

// TestEdgesAreMovedAndCalledOff goes by what the list of events names.
func TestEdgesAreMovedAndCalledOff(t *testing.T) {
	t.Parallel()
	now := modeltest.Start
	in := func(d time.Duration) models.Time { return models.At(now.Add(d)) }
	a := frontplan.Arrangement{
		Pins:  []frontplan.Pin{{Spot: frontplan.Slot(0), Article: 1, Until: in(3 * time.Hour)}, {Spot: frontplan.Slot(1), Article: 2, From: in(time.Hour), Until: in(2 * time.Hour)}},
		Lines: []frontplan.Line{{Text: "x", Level: frontplan.Notice, From: in(-time.Hour), Until: in(time.Hour + 1000)}},
	}
	var told []string
	for _, e := range a.Events(now) {
		what := "line"
		if e.Pin != nil {
			what = frontplan.FieldOf(e.Pin.Spot)
		}
		told = append(told, what+" "+string(e.Edge))
	}
	if want := []string{"slot-1 begin", "line end", "slot-1 end", "lead end"}; !slices.Equal(told, want) {
		t.Fatalf("events %v, want %v", told, want)
	}
	events := a.Events(now)
	for _, c := range []struct {
		event int
		at    models.Time
		code  string
	}{{0, in(-time.Minute), "time-past"}, {0, in(2 * time.Hour), "time-order"}, {1, in(20 * 24 * time.Hour), "time-order"}} {
		if err := a.MoveEdge(events[c.event], c.at, now); err == nil || !strings.Contains(err.Error(), c.code) {
			t.Errorf("event %d to %v: %v, want %s", c.event, c.at, err, c.code)
		}
	}
	for _, move := range []struct {
		event int
		at    models.Time
	}{{0, in(time.Minute)}, {1, models.Time{}}, {3, models.Time{}}} {
		e := events[move.event]
		if e.Pin != nil {
			e.Pin = new(*e.Pin)
		} else {
			e.Line = new(*e.Line)
		}
		if err := a.MoveEdge(e, move.at, now); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.Lines) != 0 || !a.Pins[0].Until.IsZero() || a.Pins[1].From != in(time.Minute) {
		t.Errorf("after the moves: %+v", a)
	}
	gone := frontplan.Event{Pin: &frontplan.Pin{Spot: frontplan.Slot(3), Article: 9}, Edge: frontplan.End}
	if err := a.MoveEdge(gone, in(time.Hour), now); models.KindOf(err) != models.Conflict {
		t.Errorf("a pin that is gone: %v", err)
	}
}

// TestHistory: earlier arrangements are found by number and by time, and come back as new
// versions; every change stands in the audit and touches only the pages that it changes.
func TestHistory(t *testing.T) {
	each(t, func(d *desk) {
		one, two := d.article("One"), d.article("Two")
		var tags []string
		d.db.OnChange(func(c models.Change) { tags = append(tags, strings.Fields(c.Tags)...) })
		set := func(edit func(a *frontplan.Arrangement, now time.Time) error, want ...string) {
			t.Helper()
			tags = nil
			_, err := d.set(frontplan.AnyVersion, edit)
			d.check(err)
			if !slices.Equal(tags, want) {
				t.Errorf("touched %v, want %v", tags, want)
			}
			d.clock.Advance(time.Minute)
		}
		begin := d.db.Now()
		set(func(a *frontplan.Arrangement, now time.Time) error {
			a.Place(frontplan.Slot(0), one, models.Time{}, now)
			return nil
		}, "front")
		set(func(a *frontplan.Arrangement, now time.Time) error {
			return a.SetLine(frontplan.Line{Text: "Line"}, now)
		}, "breaking")
		set(func(a *frontplan.Arrangement, now time.Time) error {
			a.Place(frontplan.Slot(0), two, models.Time{}, now)
			return nil
		}, "front")
		for after, want := range map[time.Duration]int64{-1: 0, 0: one, 90 * time.Second: one, 2 * time.Minute: two, time.Hour: two} {
			v, err := frontplan.AsOf(d.Context(), d.db, begin.Add(after))
			d.check(err)
			var got int64
			if h := v.Holder(frontplan.Slot(0), begin.Add(after)); h != nil {
				got = h.Article
			}
			if got != want {
				t.Errorf("after %v article %d leads, want %d", after, got, want)
			}
		}
		v, err := frontplan.Return(d.Context(), d.db, edith, 3, 1, frontplan.Restore)
		if err != nil || v.Number != 4 || v.Holder(frontplan.Slot(0), d.db.Now()).Article != one || len(v.Lines) != 0 {
			t.Errorf("restored: %+v, %v", v, err)
		}
		if _, err := frontplan.Return(d.Context(), d.db, edith, 3, 1, frontplan.Restore); models.KindOf(err) != models.Conflict {
			t.Errorf("a stale restore: %v", err)
		}
		if _, err := frontplan.Return(d.Context(), d.db, edith, 4, 99, frontplan.Restore); models.KindOf(err) != models.NotFound {
			t.Errorf("a version that does not exist: %v", err)
		}
		list, err := frontplan.History(d.Context(), d.db, 10)
		if err != nil || len(list) != 4 || list[0].Act != frontplan.Restore || list[0].Actor != "Edith" || *list[3].ActorID != 7 {
			t.Errorf("history %+v, %v", list, err)
		}
		trail, err := models.AuditTrail(d.Context(), d.db, models.Subject{Kind: models.FrontSubject}, 10)
		if err != nil || len(trail) != 4 || trail[0].Verb != "front-restore" || !strings.Contains(trail[3].After, fmt.Sprint("lead: article ", one)) {
			t.Errorf("audit %+v, %v", trail, err)
		}
		held, err := frontplan.NewSnapshot(d.db).Get(context.Background())
		if err != nil || held.Number != 4 {
			t.Errorf("snapshot %+v, %v", held, err)
		}
	})
}
