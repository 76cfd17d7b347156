package moderation_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
)

// lastMonth asks for the figures of the last 30 days.
func lastMonth(now time.Time, zone *time.Location) moderation.FigureQuery {
	q := moderation.FigureQuery{Now: now}
	q.First, q.Last = moderation.LastDays(30, now, zone)
	return q
}

// The figures equal a count over the exported log: each decision counts once and is
// reversed at most once.
func TestFiguresAgreeWithTheLog(t *testing.T) {
	each(t, func(d *desk) {
		random := rand.New(rand.NewPCG(10, 16))
		var ids []int64
		for i := range 5 {
			ids = append(ids, d.post(fmt.Sprintf("10.3.%d.7", i), fmt.Sprint("A thought of the kind number ", i)).ID)
		}
		actions := discussion.Actions
		mona := models.Actor{Name: "Mona", UserID: new(int64(1))}
		for i := range 80 {
			d.clock.Advance(time.Duration(random.IntN(300)) * time.Minute)
			id := ids[random.IntN(len(ids))]
			switch random.IntN(6) {
			case 0, 1:
				op := d.rule("Mona", 1, actions[random.IntN(4)], id, ids[random.IntN(len(ids))])
				if op != "" {
					_, err := discussion.Undo(d.Context(), d.db, mona, op)
					d.check(err)
				}
			case 2:
				c, err := discussion.ByID(d.Context(), d.db, id)
				d.check(err)
				d.check(discussion.Rewrite(d.Context(), d.db, mona, id, c.Version, fmt.Sprint("Text number ", i)))
			case 3:
				_, _, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "the rules"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: actions[random.IntN(4)]})
				d.check(err)
			case 4:
				_, _, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "command line"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: actions[random.IntN(4)]})
				d.check(err)
			default:
				d.rule("Otto", 2, actions[random.IntN(4)], id)
			}
			if random.IntN(10) == 0 {
				d.check(moderation.CountFigures(d.Context(), d.db))
			}
		}
		d.check(moderation.CountFigures(d.Context(), d.db))

		decided, reversed := oracle(d)
		f, err := moderation.FiguresOf(d.Context(), d.db, lastMonth(d.clock.Now(), time.UTC))
		d.check(err)
		total, changed := 0, 0
		for _, day := range f.Days {
			total, changed = total+day.Decided, changed+day.Reversed
			if day.Reversed > day.Decided {
				d.Errorf("on %v %d were decided and %d changed", day.Day, day.Decided, day.Reversed)
			}
		}
		if total != decided || changed != reversed || changed == 0 {
			d.Errorf("%d decided and %d changed, the log says %d and %d", total, changed, decided, reversed)
		}
		if s := f.Categories[0]; len(f.Categories) != 1 || s.Decided != decided || s.Reversed != reversed {
			d.Errorf("by category: %+v", f.Categories)
		}
	})
}

// oracle counts decisions and reversed decisions in the exported log. It shares no
// code with the figures.
func oracle(d *desk) (decided, reversed int) {
	d.Helper()
	type open struct {
		at      time.Time
		to      string
		changed bool
	}
	latest := map[int64]*open{}
	err := decisionlog.Export(d.Context(), d.db, func(v any) error {
		e := v.(decisionlog.Entry)
		if e.Actor == "the rules" {
			return nil
		}
		if before := latest[e.CommentID]; before != nil && !before.changed && e.ToState != before.to {
			before.changed = true
			if e.At.Sub(before.at) <= 7*24*time.Hour {
				reversed++
			}
		}
		if e.Reason != "undo" && e.Reason != "edited" {
			decided++
			latest[e.CommentID] = &open{at: e.At.Time, to: e.ToState}
		}
		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
	return decided, reversed
}

// Days, moderators and kinds agree with a count over each entry of the log, in time
// zones whose clocks change, and also after the site's time zone was changed. The days
// of the test are around the changes of the clocks of Berlin, New York and Lord Howe.
func TestFiguresByDayAgreeWithTheLog(t *testing.T) {
	for _, place := range []struct {
		zone  string
		begin time.Time
	}{
		{"Europe/Berlin", time.Date(2026, 10, 22, 0, 0, 0, 0, time.UTC)},
		{"America/New_York", time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC)},
		{"Australia/Lord_Howe", time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}, // by half an hour
	} {
		t.Run(place.zone, func(t *testing.T) {
			each(t, func(d *desk) {
				zone, err := time.LoadLocation(place.zone)
				d.check(err)
				d.clock.Advance(place.begin.Sub(d.clock.Now()))
				random := rand.New(rand.NewPCG(9, 30))
				var ids []int64
				for i := range 4 {
					ids = append(ids, d.post(fmt.Sprintf("10.3.%d.7", i), fmt.Sprint("A thought of the kind number ", i)).ID)
				}
				for i := range 60 {
					d.clock.Advance(time.Duration(random.IntN(360)) * time.Minute)
					actor := models.Actor{Name: "Mona", UserID: new(int64(1))}
					if i%3 == 0 {
						actor = models.Actor{Name: []string{"Otto", "Otto Berg"}[i%2], UserID: new(int64(2))} // renamed now and then
					}
					verdict := discussion.Verdict{Undoable: true, Action: discussion.Actions[random.IntN(4)]}
					if verdict.Action == discussion.DoTrash && i%2 == 0 {
						verdict.Reason = discussion.DeclineReasons[random.IntN(3)]
					}
					op, _, err := discussion.Decide(d.Context(), d.db, actor, []discussion.Versioned{{ID: ids[random.IntN(len(ids))]}}, verdict)
					d.check(err)
					if op != "" && random.IntN(5) == 0 {
						_, err := discussion.Undo(d.Context(), d.db, actor, op)
						d.check(err)
					}
				}
				d.check(moderation.CountFigures(d.Context(), d.db)) // in the zone of a new site
				d.set("site.timezone", place.zone)
				d.check(moderation.CountFigures(d.Context(), d.db))
				want := countByDay(d, zone)
				f, err := moderation.FiguresOf(d.Context(), d.db, lastMonth(d.clock.Now(), zone))
				d.check(err)
				got := map[string][2]int{}
				add := func(key string, decided, reversed int) {
					if decided+reversed > 0 {
						got[key] = [2]int{decided, reversed}
					}
				}
				for _, day := range f.Days {
					if day.Day.Hour() != 0 {
						d.Errorf("a day begins at %v", day.Day)
					}
					add(day.Day.Format(time.DateOnly), day.Decided, day.Reversed)
				}
				for _, m := range f.Moderators {
					add(fmt.Sprint("account ", m.ActorID), m.Decided, m.Reversed)
				}
				for _, k := range f.Kinds {
					add("kind "+k.Kind, k.Decided, k.Reversed)
				}
				if !maps.Equal(got, want) {
					d.Errorf("figures %v\nthe log   %v", got, want)
				}
				q := lastMonth(d.clock.Now(), zone)
				q.Account = 2
				f, err = moderation.FiguresOf(d.Context(), d.db, q)
				d.check(err)
				if len(f.Moderators) != 1 || f.Moderators[0].ActorID != 2 {
					d.Errorf("own figures of an account: %+v", f.Moderators)
				}
			})
		})
	}
}

// countByDay counts decisions and reversals by day, account and kind from the log. It
// shares no code with the figures.
func countByDay(d *desk, zone *time.Location) map[string][2]int {
	d.Helper()
	counts := map[string][2]int{}
	latest := map[int64]*decisionlog.Entry{}
	add := func(e *decisionlog.Entry, decided, reversed int) {
		kind := e.ToState
		if e.ToState == "trash" && e.Reason != "" {
			kind = e.Reason
		}
		for _, key := range []string{e.At.In(zone).Format(time.DateOnly), fmt.Sprint("account ", *e.ActorID), "kind " + kind} {
			n := counts[key]
			counts[key] = [2]int{n[0] + decided, n[1] + reversed}
		}
	}
	d.check(decisionlog.Export(d.Context(), d.db, func(v any) error {
		e := v.(decisionlog.Entry)
		if e.ActorID == nil {
			return nil
		}
		if before := latest[e.CommentID]; before != nil && e.ToState != before.ToState {
			delete(latest, e.CommentID)
			if e.At.Sub(before.At.Time) <= 7*24*time.Hour {
				add(before, 0, 1)
			}
		}
		if e.Reason != "undo" && e.Reason != "edited" {
			add(&e, 1, 0)
			latest[e.CommentID] = &e
		}
		return nil
	}))
	return counts
}
