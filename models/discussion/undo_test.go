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
	"broadsheet/models/discussion/learn"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/people"
)

// forum is one article on a desk.
type forum struct {
	*desk
	article int64
}

func (d *desk) forum() *forum {
	d.Helper()
	return &forum{d, d.article().ID}
}

func (f *forum) post(text string) *discussion.Comment { return f.reply(0, text) }

func (f *forum) reply(parent int64, text string) *discussion.Comment {
	f.Helper()
	in := f.submission(f.article)
	in.Text, in.ParentID = text, parent
	return f.mustPost(in)
}

func (f *forum) state(id int64) discussion.State {
	f.Helper()
	c, err := discussion.ByID(f.Context(), f.db, id)
	if err != nil {
		f.Fatal(err)
	}
	return c.State
}

// rule decides as a moderator at the desk does.
func (f *forum) rule(name string, action discussion.Action, seen ...discussion.Versioned) (op string, results []discussion.DecisionResult) {
	f.Helper()
	op, results, err := discussion.Decide(f.Context(), f.db, models.Actor{Name: name}, seen, discussion.Verdict{Undoable: true, Action: action})
	if err != nil {
		f.Fatal(err)
	}
	return op, results
}

// snapshot is how all comments stand, but for the version.
func (f *forum) snapshot() string {
	f.Helper()
	var rows []map[string]any
	err := f.db.Query(f.Context()).Raw("SELECT id, state, state_before, state_at, duplicate_key, reports, reports_seen, thread_shown FROM comments ORDER BY id").Scan(&rows).Error
	if err != nil {
		f.Fatal(err)
	}
	totals, err := discussion.Totals(f.Context(), f.db)
	if err != nil {
		f.Fatal(err)
	}
	return fmt.Sprint(rows, totals)
}

func TestUndoRestoresEverythingExactly(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		actions := []discussion.Action{discussion.DoApprove, discussion.DoHold, discussion.DoSpam, discussion.DoTrash}
		var seen []discussion.Versioned
		for i := range 12 {
			c := f.post(fmt.Sprintf("Comment number %d.", i))
			f.decide(actions[i%4], c.ID)
			seen = append(seen, discussion.Versioned{ID: c.ID})
		}
		for _, action := range discussion.Actions {
			d.clock.Advance(time.Minute)
			before := f.snapshot()
			op, results := f.rule("Mona", action, seen...)
			if len(results) != len(seen) || op == "" {
				d.Fatalf("%s: %q, %v", action, op, results)
			}
			d.clock.Advance(time.Minute)
			undone, err := discussion.Undo(d.Context(), d.db, models.Actor{Name: "Mona"}, op)
			if err != nil || undone.Conflicts != 0 {
				d.Fatalf("%s: %+v (%v)", action, undone, err)
			}
			if after := f.snapshot(); after != before {
				d.Errorf("%s was not taken back exactly:\n%s\n%s", action, before, after)
			}
			if _, err := discussion.Undo(d.Context(), d.db, models.Actor{Name: "Otto"}, op); models.KindOf(err) != models.Conflict {
				d.Errorf("taken back twice: %v", err)
			}
		}
		d.recount()
	})
}

func TestUndoLeavesWhatOthersDecided(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		a, b := f.post("The first."), f.post("The second.")
		op, _ := f.rule("Mona", discussion.DoSpam, discussion.Versioned{ID: a.ID}, discussion.Versioned{ID: b.ID})
		f.decide(discussion.DoApprove, b.ID) // somebody else
		undone, err := discussion.Undo(d.Context(), d.db, models.Actor{Name: "Mona"}, op)
		if err != nil || undone != (discussion.Undone{Action: "spam", Restored: 1, Conflicts: 1}) {
			d.Errorf("%+v (%v)", undone, err)
		}
		if f.state(a.ID) != discussion.Held || f.state(b.ID) != discussion.Approved {
			d.Errorf("%s, %s", f.state(a.ID), f.state(b.ID))
		}
		op, _ = f.rule("Mona", discussion.DoSpam, discussion.Versioned{ID: a.ID})
		d.clock.Advance(discussion.UndoWindow + time.Second)
		if _, err := discussion.Undo(d.Context(), d.db, models.Actor{Name: "Mona"}, op); models.KindOf(err) != models.Gone {
			d.Errorf("taken back after the window: %v", err)
		}
		d.recount()
	})
}

// A decision that makes no difference leaves nothing to take back.
func TestADecisionWithoutADifferenceCannotBeTakenBack(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		c := f.post("It waits, and goes on waiting.")
		op, results := f.rule("Mona", discussion.DoHold, discussion.Versioned{ID: c.ID})
		if op != "" || !results[0].Done() || results[0].Changed {
			d.Errorf("%q, %+v", op, results)
		}
		if op, results = f.rule("Mona", discussion.DoApprove, discussion.Versioned{ID: c.ID}); op == "" || !results[0].Changed {
			d.Errorf("%q, %+v", op, results)
		}
	})
}

// Two moderators who decide on what they both saw: the second is told, and
// nothing of the first's is overwritten.
func TestTheSecondModeratorIsTold(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		c := f.post("Both look at it.")
		seen := discussion.Versioned{ID: c.ID, Version: c.Version}
		f.rule("Mona", discussion.DoApprove, seen)
		op, results := f.rule("Otto", discussion.DoSpam, seen)
		if op != "" || !results[0].Conflict || results[0].To != discussion.Approved {
			d.Errorf("%q, %+v", op, results)
		}
		log, err := decisionlog.List(d.Context(), d.db, c.ID, 0)
		if err != nil || len(log) != 1 || log[0].Actor != "Mona" {
			d.Errorf("%+v (%v)", log, err)
		}
	})
}

var errBack = errors.New("take it back")

func TestTheLogIsAChain(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		var posted []int64
		for i := range 8 {
			posted = append(posted, f.post(fmt.Sprintf("Comment number %d.", i)).ID)
		}
		var moderators sync.WaitGroup
		for _, id := range posted {
			moderators.Go(func() {
				for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoRestore} {
					if _, _, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: "Mona"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: action}); err != nil {
						d.Error(err)
					}
				}
			})
		}
		moderators.Wait()
		n, broken, err := d.checkChain(d.db)
		if err != nil || broken != 0 || n != 3*len(posted) {
			d.Fatalf("%d entries, broken at %d (%v)", n, broken, err)
		}
		for _, change := range []string{
			"UPDATE comment_log SET actor = 'Otto' WHERE id = 5", "UPDATE comment_log SET to_state = 'trash-' WHERE id = 5",
			"UPDATE comment_log SET at = at + 1 WHERE id = 5", "UPDATE comment_log SET hash = '' WHERE id = 5", "DELETE FROM comment_log WHERE id = 5",
		} {
			err := d.db.Write(d.Context(), func(tx *models.Tx) error {
				if err := tx.Query(d.Context()).Exec(change).Error; err != nil {
					return err
				}
				if _, broken, err := d.checkChain(tx); broken != 5 && broken != 6 || err != nil {
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

func TestRefusedCommentsAreCleanedUp(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		parent := f.post("A parent.")
		f.decide(discussion.DoApprove, parent.ID)
		reply := f.reply(parent.ID, "An answer that stays.")
		f.decide(discussion.DoApprove, reply.ID)
		spam, kept := f.post("Some spam."), f.post("Some trash of yesterday.")
		f.decide(discussion.DoSpam, spam.ID)
		f.decide(discussion.DoTrash, parent.ID)
		d.clock.Advance(privacy.KeepRefused)
		f.decide(discussion.DoTrash, kept.ID)
		d.clock.Advance(time.Hour)
		clean := func() {
			d.Helper()
			if err := privacy.Clean(d.Context(), d.db); err != nil {
				d.Fatal(err)
			}
		}
		clean()
		if f.state(spam.ID) != discussion.Spam {
			d.Error("cleaned before the spam model has learned from it")
		}
		if err := learn.Decisions(d.Context(), d.db); err != nil {
			d.Fatal(err)
		}
		clean()
		if _, err := discussion.ByID(d.Context(), d.db, spam.ID); models.KindOf(err) != models.NotFound {
			d.Errorf("the spam is still there (%v)", err)
		}
		emptied, err := discussion.ByID(d.Context(), d.db, parent.ID)
		if err != nil || emptied.Text != "" || emptied.Email != "" || f.state(reply.ID) != discussion.Approved {
			d.Errorf("%+v (%v)", emptied, err)
		}
		if f.state(kept.ID) != discussion.Trashed {
			d.Error("yesterday's trash is gone")
		}
		var wrong int
		err = d.db.Query(d.Context()).Raw(`SELECT COUNT(*) FROM comment_totals t WHERE state <> 'log' AND comments <> (SELECT COUNT(*) FROM comments c WHERE c.state = t.state)`).Scan(&wrong).Error
		if err != nil || wrong != 0 {
			d.Errorf("%d counts are wrong (%v)", wrong, err)
		}
		if _, broken, err := d.checkChain(d.db); broken != 0 || err != nil {
			d.Errorf("the log lost something at %d (%v)", broken, err)
		}
	})
}

// One decision at the desk stays within ten statements, whatever it is about.
func TestADecisionTakesFewStatements(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		d.set("comment.flood", "0")
		parent := f.post("The beginning of a thread.")
		f.decide(discussion.DoApprove, parent.ID)
		for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash, discussion.DoHold} {
			for name, c := range map[string]*discussion.Comment{"thread": f.post("One about " + string(action)), "answer": f.reply(parent.ID, "Two about "+string(action))} {
				ctx, n := models.CountStatements(d.Context())
				_, results, err := discussion.Decide(ctx, d.db, models.Actor{Name: "Mona", UserID: nil}, []discussion.Versioned{{ID: c.ID, Version: c.Version}}, discussion.Verdict{Undoable: true, Action: action})
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
		f := d.forum()
		mona, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: "Mona", Email: "mona@courier.example", Role: people.Moderator})
		if err != nil {
			d.Fatal(err)
		}
		asked := f.post("Is the ferry running?")
		answer := func(seen discussion.Versioned, text string) (string, *discussion.Comment, error) {
			return discussion.Answer(d.Context(), d.db, mona, seen, text)
		}
		for text, kind := range map[string]models.Kind{" \u200b ": models.Invalid, "Too late.": models.Conflict} {
			if _, _, err := answer(discussion.Versioned{ID: asked.ID, Version: asked.Version + 1}, text); models.KindOf(err) != kind {
				d.Errorf("%q: %v", text, err)
			}
		}
		if f.state(asked.ID) != discussion.Held {
			d.Fatal("a refused answer has approved")
		}
		op, c, err := answer(discussion.Versioned{ID: asked.ID, Version: asked.Version}, "It is.")
		if err != nil || op == "" || c.State != discussion.Approved || c.ParentID != asked.ID || c.Author != "Mona" || *c.UserID != mona.ID || f.state(asked.ID) != discussion.Approved {
			d.Fatalf("%q, %+v (%v)", op, c, err)
		}
		if _, again, err := answer(discussion.Versioned{ID: asked.ID}, "It is."); err != nil || again.ID != c.ID {
			d.Errorf("a second click: %+v (%v)", again, err)
		}
		f.decide(discussion.DoSpam, asked.ID)
		if _, _, err := answer(discussion.Versioned{ID: asked.ID}, "Hello?"); models.KindOf(err) != models.Forbidden {
			d.Errorf("an answer to spam: %v", err)
		}
		d.recount()
	})
}

func TestRewriteKeepsTheOldTextAndLogs(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		c := f.post("A word too many.")
		mona := models.Actor{Name: "Mona"}
		if err := discussion.Rewrite(d.Context(), d.db, mona, c.ID, c.Version+7, "A word."); models.KindOf(err) != models.Conflict {
			d.Errorf("of another version: %v", err)
		}
		if err := discussion.Rewrite(d.Context(), d.db, mona, c.ID, c.Version, "A <b>word</b>.<script>x</script>"); err != nil {
			d.Fatal(err)
		}
		now, err := discussion.ByID(d.Context(), d.db, c.ID)
		if err != nil || now.State != discussion.Held || strings.Contains(now.HTML, "script") || !strings.Contains(now.HTML, "<b>word</b>") || now.Version != c.Version+1 {
			d.Errorf("%+v (%v)", now, err)
		}
		versions, err := discussion.Versions(d.Context(), d.db, c.ID)
		if err != nil || len(versions) != 1 || versions[0].Text != "A word too many." {
			d.Errorf("%+v (%v)", versions, err)
		}
		log, err := decisionlog.List(d.Context(), d.db, c.ID, 0)
		if err != nil || len(log) != 1 || log[0].Reason != "edited" || log[0].Actor != "Mona" {
			d.Errorf("%+v (%v)", log, err)
		}
	})
}

// checkChain returns the number of entries of the decision log, and the number of
// the first one that does not fit the chain, 0 if all fit.
func (d *desk) checkChain(r models.Queryer) (entries int, broken int64, err error) {
	report, err := decisionlog.Check(d.Context(), r, nil, nil)
	return report.Entries, report.At, err
}
