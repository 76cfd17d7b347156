package moderation_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
)

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
		f, err := moderation.FiguresOf(d.Context(), d.db, nil, "", d.clock.Now(), time.UTC)
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
