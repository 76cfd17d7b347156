package discussion_test

import (
	"fmt"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// snapshot returns the state of all comments and the totals, without the versions.
func (d *desk) snapshot() string {
	d.Helper()
	var rows []map[string]any
	err := d.DB.Query(d.Context()).Raw("SELECT id, state, state_before, state_at, duplicate_key, reports, reports_seen, thread_shown FROM comments ORDER BY id").Scan(&rows).Error
	if err != nil {
		d.Fatal(err)
	}
	totals, err := discussion.Totals(d.Context(), d.DB)
	if err != nil {
		d.Fatal(err)
	}
	return fmt.Sprint(rows, totals)
}

func TestUndoRestoresEverythingExactly(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		actions := []discussion.Action{discussion.DoApprove, discussion.DoHold, discussion.DoSpam, discussion.DoTrash}
		var seen []discussion.Versioned
		for i := range 12 {
			c := f.Say(fmt.Sprintf("Comment number %d.", i))
			f.Decide(actions[i%4], c.ID)
			seen = append(seen, discussion.Versioned{ID: c.ID})
		}
		for _, action := range discussion.Actions {
			d.Clock.Advance(time.Minute)
			before := d.snapshot()
			op, results := f.DecideAs("Mona", action, seen...)
			if len(results) != len(seen) || op == "" {
				d.Fatalf("%s: %q, %v", action, op, results)
			}
			d.Clock.Advance(time.Minute)
			undone, err := discussion.Undo(d.Context(), d.DB, models.Actor{Name: "Mona"}, op)
			if err != nil || undone.Conflicts != 0 {
				d.Fatalf("%s: %+v (%v)", action, undone, err)
			}
			if after := d.snapshot(); after != before {
				d.Errorf("%s was not taken back exactly:\n%s\n%s", action, before, after)
			}
			if _, err := discussion.Undo(d.Context(), d.DB, models.Actor{Name: "Otto"}, op); models.KindOf(err) != models.Conflict {
				d.Errorf("taken back twice: %v", err)
			}
		}
		d.CheckCounts()
	})
}

func TestUndoKeepsLaterDecisions(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		a, b := f.Say("The first."), f.Say("The second.")
		op, _ := f.DecideAs("Mona", discussion.DoSpam, discussion.Versioned{ID: a.ID}, discussion.Versioned{ID: b.ID})
		f.Decide(discussion.DoApprove, b.ID) // another moderator
		undone, err := discussion.Undo(d.Context(), d.DB, models.Actor{Name: "Mona"}, op)
		if err != nil || undone.Action != "spam" || undone.Restored != 1 || undone.Conflicts != 1 || len(undone.Comments) != 1 {
			d.Errorf("%+v (%v)", undone, err)
		}
		if f.State(a.ID) != discussion.Held || f.State(b.ID) != discussion.Approved {
			d.Errorf("%s, %s", f.State(a.ID), f.State(b.ID))
		}
		op, _ = f.DecideAs("Mona", discussion.DoSpam, discussion.Versioned{ID: a.ID})
		d.Clock.Advance(discussion.UndoWindow + time.Second)
		if _, err := discussion.Undo(d.Context(), d.DB, models.Actor{Name: "Mona"}, op); models.KindOf(err) != models.Gone {
			d.Errorf("taken back after the window: %v", err)
		}
		d.CheckCounts()
	})
}

// A decision that changes no comment has no undo.
func TestDecisionWithoutChangeHasNoUndo(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		c := f.Say("It waits, and goes on waiting.")
		op, results := f.DecideAs("Mona", discussion.DoHold, discussion.Versioned{ID: c.ID})
		if op != "" || !results[0].Done() || results[0].Changed {
			d.Errorf("%q, %+v", op, results)
		}
		if op, results = f.DecideAs("Mona", discussion.DoApprove, discussion.Versioned{ID: c.ID}); op == "" || !results[0].Changed {
			d.Errorf("%q, %+v", op, results)
		}
	})
}
