package discussion_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
)

func TestNextStates(t *testing.T) {
	t.Parallel()
	states := append(discussion.States, discussion.ArticleTrashed)
	for _, from := range states {
		for _, was := range append(states, "") {
			for _, action := range discussion.Actions {
				to, ok := discussion.Next(from, was, action)
				wantOK := from != discussion.ArticleTrashed && (action != discussion.DoRestore || from == discussion.Spam || from == discussion.Trashed)
				if ok != wantOK {
					t.Errorf("%s (was %q), %s: allowed %v", from, was, action, ok)
				}
				if !ok {
					continue
				}
				want := discussion.State(action)
				if action == discussion.DoRestore {
					want = discussion.Held
					if was == discussion.Approved || was == discussion.Spam && from == discussion.Trashed {
						want = was
					}
				}
				if to != want {
					t.Errorf("%s (was %q), %s: leads to %s, want %s", from, was, action, to, want)
				}
			}
		}
	}
}

func TestDecisionOnStaleVersionConflicts(t *testing.T) {
	each(t, func(d *desk) {
		c := d.MustPost(d.Submission(d.Article().ID))
		d.Decide(discussion.DoSpam, c.ID)
		_, results, err := discussion.Decide(d.Context(), d.DB, models.Actor{Name: "late"},
			[]discussion.Versioned{{ID: c.ID, Version: c.Version}, {ID: 1 << 40, Version: 1}}, discussion.Verdict{Action: discussion.DoApprove})
		if err != nil || !results[0].Conflict || results[0].To != discussion.Spam || !results[1].Missing {
			d.Fatalf("%+v %v", results, err)
		}
		d.CheckCounts()
	})
}

// Two moderators decide on the same version. The second gets a conflict, and the
// first decision stays.
func TestSecondModeratorGetsAConflict(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		c := f.Say("Both look at it.")
		seen := discussion.Versioned{ID: c.ID, Version: c.Version}
		f.DecideAs("Mona", discussion.DoApprove, seen)
		op, results := f.DecideAs("Otto", discussion.DoSpam, seen)
		if op != "" || !results[0].Conflict || results[0].To != discussion.Approved {
			d.Errorf("%q, %+v", op, results)
		}
		log, err := decisionlog.List(d.Context(), d.DB, c.ID, 0)
		if err != nil || len(log) != 1 || log[0].Actor != "Mona" {
			d.Errorf("%+v (%v)", log, err)
		}
	})
}

// One decision at the desk takes at most ten statements.
func TestDecisionTakesFewStatements(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		d.Set("comment.flood", "0")
		parent := f.Say("The beginning of a thread.")
		f.Decide(discussion.DoApprove, parent.ID)
		for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash, discussion.DoHold} {
			for name, c := range map[string]*discussion.Comment{"thread": f.Say("One about " + string(action)), "answer": f.Reply(parent.ID, "Two about "+string(action))} {
				ctx, n := models.CountStatements(d.Context())
				_, results, err := discussion.Decide(ctx, d.DB, models.Actor{Name: "Mona", UserID: nil}, []discussion.Versioned{{ID: c.ID, Version: c.Version}}, discussion.Verdict{Undoable: true, Action: action})
				if err != nil || !results[0].Done() {
					d.Fatal(results, err)
				}
				if n.Load() > 10 {
					d.Errorf("%s of a new %s takes %d statements", action, name, n.Load())
				}
			}
		}
	})
}
