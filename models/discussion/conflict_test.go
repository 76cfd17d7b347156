package discussion_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
)

func TestConflictsNameTheirCause(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		d.Set("comment.flood", "0")
		site := d.Site()
		_, mona := d.Colleague("Mona", "mona@courier.example")
		otto, ottoActor := d.Colleague("Otto", "otto@courier.example")
		for name, c := range map[string]struct {
			happens func(*discussion.Comment) // after Mona has read the comment
			want    discussion.Change
		}{
			"her own decision": {func(c *discussion.Comment) {
				d.Check(discussion.Decide(d.Context(), d.DB, mona, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoSpam}))
			}, discussion.Change{Cause: discussion.ByYou}},
			"her own decision, taken back": {func(c *discussion.Comment) {
				op, _, err := discussion.Decide(d.Context(), d.DB, mona, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoSpam})
				d.Check(discussion.Undo(d.Context(), d.DB, mona, op))
				d.Check(nil, err)
			}, discussion.Change{Cause: discussion.ByYou}},
			"her own new text": {func(c *discussion.Comment) {
				d.Check(nil, discussion.Rewrite(d.Context(), d.DB, mona, c.ID, c.Version, "Another text by Mona."))
			}, discussion.Change{Cause: discussion.ByYou}},
			"a colleague's decision": {func(c *discussion.Comment) {
				d.Check(discussion.Decide(d.Context(), d.DB, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoTrash}))
			}, discussion.Change{Cause: discussion.ByColleague, Actor: "Otto"}},
			"a colleague's answer": {func(c *discussion.Comment) {
				d.Check(discussion.Answer(d.Context(), d.DB, otto, discussion.Versioned{ID: c.ID, Version: c.Version}, "Thank you for number "+c.Author))
			}, discussion.Change{Cause: discussion.ByColleague, Actor: "Otto"}},
			"a command": {func(c *discussion.Comment) {
				d.Check(discussion.Decide(d.Context(), d.DB, models.Actor{Name: "command line"}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoApprove}))
			}, discussion.Change{Cause: discussion.ByColleague, Actor: "command line"}},
			"the commenter's new text": {func(c *discussion.Comment) {
				d.Check(discussion.Edit(d.Context(), d.DB, site, c.ID, c.Version, "I have thought again.", discussion.Submission{}))
			}, discussion.Change{Cause: discussion.ByCommenter}},
			"the commenter's new text after a colleague's decision": {func(c *discussion.Comment) {
				d.Check(discussion.Decide(d.Context(), d.DB, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove}))
				d.Clock.Advance(time.Second)
				d.Check(discussion.Edit(d.Context(), d.DB, site, c.ID, c.Version+1, "Now that it is public.", discussion.Submission{}))
			}, discussion.Change{Cause: discussion.ByCommenter}},
			"a new text that the rules hold": {func(c *discussion.Comment) {
				d.Check(discussion.Decide(d.Context(), d.DB, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove}))
				d.Clock.Advance(time.Second)
				d.Check(discussion.Edit(d.Context(), d.DB, site, c.ID, c.Version+1, "See https://a.example and https://b.example", discussion.Submission{}))
			}, discussion.Change{Cause: discussion.ByCommenter}},
			"the commenter removed it": {func(c *discussion.Comment) {
				d.Check(nil, discussion.RemoveOwn(d.Context(), d.DB, site, c.ID))
			}, discussion.Change{Cause: discussion.Removed}},
			"readers reported it": {func(c *discussion.Comment) {
				d.Check(discussion.Decide(d.Context(), d.DB, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove}))
				d.Clock.Advance(time.Second)
				d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error { return discussion.HoldReported(d.Context(), tx, c.ID, 1) }))
			}, discussion.Change{Cause: discussion.ByRules}},
		} {
			comment := f.Say("A comment for the case: " + name)
			d.Clock.Advance(time.Second)
			c.happens(comment)
			seen := []discussion.Versioned{{ID: comment.ID, Version: comment.Version}}
			op, results, err := discussion.Decide(d.Context(), d.DB, mona, seen, discussion.Verdict{Undoable: true, Action: discussion.DoApprove})
			if err != nil || op != "" || !results[0].Conflict || results[0].Change != c.want {
				d.Errorf("%s: %q, %+v (%v), want %+v", name, op, results, err, c.want)
			}
			if got, err := discussion.ChangeOf(d.Context(), d.DB, comment.ID, mona); err != nil || got != c.want {
				d.Errorf("%s, asked again: %+v (%v)", name, got, err)
			}
		}
		d.CheckCounts()
	})
}

func TestUndoOfAnAnswerRemovesIt(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		f := d.Forum()
		u, mona := d.Colleague("Mona", "mona@courier.example")
		for _, public := range []bool{false, true} {
			asked := f.Say("Is the ferry running?")
			if public {
				f.Decide(discussion.DoApprove, asked.ID)
			}
			before, text := f.State(asked.ID), "It is, at nine."
			op, answer, err := discussion.Answer(d.Context(), d.DB, u, discussion.Versioned{ID: asked.ID}, text)
			if err != nil || op == "" {
				d.Fatalf("%q (%v)", op, err)
			}
			offered, err := discussion.OperationOf(d.Context(), d.DB, u.ID, op, d.DB.Now())
			if err != nil || offered == nil || offered.Action != discussion.OperationAnswer {
				d.Fatalf("%+v (%v)", offered, err)
			}
			undone, err := discussion.Undo(d.Context(), d.DB, mona, op)
			if err != nil || undone.Conflicts != 0 || undone.Action != discussion.OperationAnswer {
				d.Errorf("%+v (%v)", undone, err)
			}
			if f.State(answer.ID) != discussion.Trashed || f.State(asked.ID) != before {
				d.Errorf("the answer is %s, the comment %s", f.State(answer.ID), f.State(asked.ID))
			}
			// The second undo names the same actor, not another moderator.
			if _, err := discussion.Undo(d.Context(), d.DB, mona, op); discussiontest.CodeOf(err) != "undone-by-you" {
				d.Errorf("taken back twice: %v", err)
			}
			if offered, err := discussion.OperationOf(d.Context(), d.DB, u.ID, op, d.DB.Now()); err != nil || offered != nil {
				d.Errorf("still offered: %+v (%v)", offered, err)
			}
			// The same words can be sent again.
			_, again, err := discussion.Answer(d.Context(), d.DB, u, discussion.Versioned{ID: asked.ID}, text)
			if err != nil || again.ID == answer.ID || f.State(again.ID) != discussion.Approved {
				d.Errorf("answered again: %+v (%v)", again, err)
			}
		}
		d.CheckCounts()
	})
}

// The second half of a double click carries the version from before the first
// half.
func TestDoubleClicksOfModerators(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		u, mona := d.Colleague("Mona", "mona@courier.example")
		asked := f.Say("Is the ferry running?")
		seen := discussion.Versioned{ID: asked.ID, Version: asked.Version}
		op, first, err := discussion.Answer(d.Context(), d.DB, u, seen, "It is.")
		d.Check(err)
		again, second, err := discussion.Answer(d.Context(), d.DB, u, seen, "It is.")
		if err != nil || second.ID != first.ID || again != op {
			d.Errorf("%q and %q, %+v (%v)", op, again, second, err)
		}
		version := d.Comment(asked.ID).Version
		for range 2 {
			if err := discussion.Rewrite(d.Context(), d.DB, mona, asked.ID, version, "Is the ferry running today?"); err != nil {
				d.Error(err)
			}
		}
	})
}
