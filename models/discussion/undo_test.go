package discussion_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/people"
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

func TestUndoLeavesWhatOthersDecided(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		a, b := f.Say("The first."), f.Say("The second.")
		op, _ := f.DecideAs("Mona", discussion.DoSpam, discussion.Versioned{ID: a.ID}, discussion.Versioned{ID: b.ID})
		f.Decide(discussion.DoApprove, b.ID) // somebody else
		undone, err := discussion.Undo(d.Context(), d.DB, models.Actor{Name: "Mona"}, op)
		if err != nil || undone != (discussion.Undone{Action: "spam", Restored: 1, Conflicts: 1}) {
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

// A decision that makes no difference leaves nothing to take back.
func TestADecisionWithoutADifferenceCannotBeTakenBack(t *testing.T) {
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

// Two moderators who decide on what they both saw: the second is told, and
// nothing of the first's is overwritten.
func TestTheSecondModeratorIsTold(t *testing.T) {
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

var errBack = errors.New("take it back")

func TestTheLogIsAChain(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		var posted []int64
		for i := range 8 {
			posted = append(posted, f.Say(fmt.Sprintf("Comment number %d.", i)).ID)
		}
		var moderators sync.WaitGroup
		for _, id := range posted {
			moderators.Go(func() {
				for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoRestore} {
					if _, _, err := discussion.Decide(d.Context(), d.DB, models.Actor{Name: "Mona"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: action}); err != nil {
						d.Error(err)
					}
				}
			})
		}
		moderators.Wait()
		n, broken, err := d.CheckChain(d.DB)
		if err != nil || broken != 0 || n != 3*len(posted) {
			d.Fatalf("%d entries, broken at %d (%v)", n, broken, err)
		}
		for _, change := range []string{
			"UPDATE comment_log SET actor = 'Otto' WHERE id = 5", "UPDATE comment_log SET to_state = 'trash-' WHERE id = 5",
			"UPDATE comment_log SET at = at + 1 WHERE id = 5", "UPDATE comment_log SET hash = '' WHERE id = 5", "DELETE FROM comment_log WHERE id = 5",
		} {
			err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
				if err := tx.Query(d.Context()).Exec(change).Error; err != nil {
					return err
				}
				if _, broken, err := d.CheckChain(tx); broken != 5 && broken != 6 || err != nil {
					d.Errorf("%s: broken at %d (%v)", change, broken, err)
				}
				return errBack
			})
			if !errors.Is(err, errBack) {
				d.Fatal(err)
			}
		}
	})
}

// One decision at the desk stays within ten statements, whatever it is about.
func TestADecisionTakesFewStatements(t *testing.T) {
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

func TestAnswerApprovesWhatItAnswers(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		mona, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: "Mona", Email: "mona@courier.example", Role: people.Moderator})
		if err != nil {
			d.Fatal(err)
		}
		asked := f.Say("Is the ferry running?")
		answer := func(seen discussion.Versioned, text string) (string, *discussion.Comment, error) {
			return discussion.Answer(d.Context(), d.DB, mona, seen, text)
		}
		for text, kind := range map[string]models.Kind{" \u200b ": models.Invalid, "Too late.": models.Conflict} {
			if _, _, err := answer(discussion.Versioned{ID: asked.ID, Version: asked.Version + 1}, text); models.KindOf(err) != kind {
				d.Errorf("%q: %v", text, err)
			}
		}
		if f.State(asked.ID) != discussion.Held {
			d.Fatal("a refused answer has approved")
		}
		op, c, err := answer(discussion.Versioned{ID: asked.ID, Version: asked.Version}, "It is.")
		if err != nil || op == "" || c.State != discussion.Approved || c.ParentID != asked.ID || c.Author != "Mona" || *c.UserID != mona.ID || f.State(asked.ID) != discussion.Approved {
			d.Fatalf("%q, %+v (%v)", op, c, err)
		}
		if _, again, err := answer(discussion.Versioned{ID: asked.ID}, "It is."); err != nil || again.ID != c.ID {
			d.Errorf("a second click: %+v (%v)", again, err)
		}
		f.Decide(discussion.DoSpam, asked.ID)
		if _, _, err := answer(discussion.Versioned{ID: asked.ID}, "Hello?"); models.KindOf(err) != models.Forbidden {
			d.Errorf("an answer to spam: %v", err)
		}
		d.CheckCounts()
	})
}

func TestRewriteKeepsTheOldTextAndLogs(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		c := f.Say("A word too many.")
		mona := models.Actor{Name: "Mona"}
		if err := discussion.Rewrite(d.Context(), d.DB, mona, c.ID, c.Version+7, "A word."); models.KindOf(err) != models.Conflict {
			d.Errorf("of another version: %v", err)
		}
		if err := discussion.Rewrite(d.Context(), d.DB, mona, c.ID, c.Version, "A <b>word</b>.<script>x</script>"); err != nil {
			d.Fatal(err)
		}
		now, err := discussion.ByID(d.Context(), d.DB, c.ID)
		if err != nil || now.State != discussion.Held || strings.Contains(now.HTML, "script") || !strings.Contains(now.HTML, "<b>word</b>") || now.Version != c.Version+1 {
			d.Errorf("%+v (%v)", now, err)
		}
		versions, err := discussion.Versions(d.Context(), d.DB, c.ID)
		if err != nil || len(versions) != 1 || versions[0].Text != "A word too many." {
			d.Errorf("%+v (%v)", versions, err)
		}
		log, err := decisionlog.List(d.Context(), d.DB, c.ID, 0)
		if err != nil || len(log) != 1 || log[0].Reason != "edited" || log[0].Actor != "Mona" {
			d.Errorf("%+v (%v)", log, err)
		}
	})
}
