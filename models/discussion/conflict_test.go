package discussion_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/react"
	"broadsheet/models/people"
)

// colleague adds a moderator and returns the account as an actor.
func (d *desk) colleague(name, email string) (*people.User, models.Actor) {
	d.Helper()
	u, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: name, Email: email, Role: people.Moderator})
	if err != nil {
		d.Fatal(err)
	}
	return u, models.Actor{Name: u.Name, UserID: &u.ID}
}

func TestConflictsNameTheirCause(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		d.set("comment.report-hide", "1")
		d.set("comment.flood", "0")
		site := d.site()
		_, mona := d.colleague("Mona", "mona@courier.example")
		otto, ottoActor := d.colleague("Otto", "otto@courier.example")
		for name, c := range map[string]struct {
			happens func(*discussion.Comment) // after Mona has read the comment
			want    discussion.Change
		}{
			"her own decision": {func(c *discussion.Comment) {
				d.check(discussion.Decide(d.Context(), d.db, mona, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoSpam}))
			}, discussion.Change{Cause: discussion.ByYou}},
			"her own decision, taken back": {func(c *discussion.Comment) {
				op, _, err := discussion.Decide(d.Context(), d.db, mona, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoSpam})
				d.check(discussion.Undo(d.Context(), d.db, mona, op))
				d.check(nil, err)
			}, discussion.Change{Cause: discussion.ByYou}},
			"her own new text": {func(c *discussion.Comment) {
				d.check(nil, discussion.Rewrite(d.Context(), d.db, mona, c.ID, c.Version, "Another text by Mona."))
			}, discussion.Change{Cause: discussion.ByYou}},
			"a colleague's decision": {func(c *discussion.Comment) {
				d.check(discussion.Decide(d.Context(), d.db, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoTrash}))
			}, discussion.Change{Cause: discussion.ByColleague, Actor: "Otto"}},
			"a colleague's answer": {func(c *discussion.Comment) {
				d.check(discussion.Answer(d.Context(), d.db, otto, discussion.Versioned{ID: c.ID, Version: c.Version}, "Thank you for number "+c.Author))
			}, discussion.Change{Cause: discussion.ByColleague, Actor: "Otto"}},
			"a command": {func(c *discussion.Comment) {
				d.check(discussion.Decide(d.Context(), d.db, models.Actor{Name: "command line"}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoApprove}))
			}, discussion.Change{Cause: discussion.ByColleague, Actor: "command line"}},
			"the commenter's new text": {func(c *discussion.Comment) {
				d.check(discussion.Edit(d.Context(), d.db, site, c.ID, c.Version, "I have thought again.", discussion.Submission{}))
			}, discussion.Change{Cause: discussion.ByCommenter}},
			"the commenter's new text after a colleague's decision": {func(c *discussion.Comment) {
				d.check(discussion.Decide(d.Context(), d.db, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove}))
				d.clock.Advance(time.Second)
				d.check(discussion.Edit(d.Context(), d.db, site, c.ID, c.Version+1, "Now that it is public.", discussion.Submission{}))
			}, discussion.Change{Cause: discussion.ByCommenter}},
			"a new text that the rules hold": {func(c *discussion.Comment) {
				d.check(discussion.Decide(d.Context(), d.db, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove}))
				d.clock.Advance(time.Second)
				d.check(discussion.Edit(d.Context(), d.db, site, c.ID, c.Version+1, "See https://a.example and https://b.example", discussion.Submission{}))
			}, discussion.Change{Cause: discussion.ByCommenter}},
			"the commenter removed it": {func(c *discussion.Comment) {
				d.check(nil, discussion.RemoveOwn(d.Context(), d.db, site, c.ID))
			}, discussion.Change{Cause: discussion.Removed}},
			"readers reported it": {func(c *discussion.Comment) {
				d.check(discussion.Decide(d.Context(), d.db, ottoActor, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoApprove}))
				d.clock.Advance(time.Second)
				d.check(react.Report(d.Context(), d.db, site, c.ID, reader(9), "abuse", ""))
			}, discussion.Change{Cause: discussion.ByRules}},
		} {
			comment := f.post("A comment for the case: " + name)
			d.clock.Advance(time.Second)
			c.happens(comment)
			seen := []discussion.Versioned{{ID: comment.ID, Version: comment.Version}}
			op, results, err := discussion.Decide(d.Context(), d.db, mona, seen, discussion.Verdict{Undoable: true, Action: discussion.DoApprove})
			if err != nil || op != "" || !results[0].Conflict || results[0].Change != c.want {
				d.Errorf("%s: %q, %+v (%v), want %+v", name, op, results, err, c.want)
			}
			if got, err := discussion.ChangeOf(d.Context(), d.db, comment.ID, mona); err != nil || got != c.want {
				d.Errorf("%s, asked again: %+v (%v)", name, got, err)
			}
		}
		d.recount()
	})
}

// check ends the test on an error. The values before the error are ignored.
func (d *desk) check(values ...any) {
	d.Helper()
	if err, _ := values[len(values)-1].(error); err != nil {
		d.Fatal(err)
	}
}

// A comment that its commenter removed stays hidden, by every action and every
// entry point.
func TestRemovedCommentsCannotBePublished(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		site := d.site()
		f := d.forum()
		u, mona := d.colleague("Mona", "mona@courier.example")
		removals := map[string]func(*discussion.Comment){
			"removed by its commenter": func(c *discussion.Comment) { d.check(nil, discussion.RemoveOwn(d.Context(), d.db, site, c.ID)) },
			"erased": func(c *discussion.Comment) {
				d.check(privacy.Erase(d.Context(), d.db, privacy.Commenter{Email: c.Email}))
			},
			"erased from the trash": func(c *discussion.Comment) {
				f.decide(discussion.DoTrash, c.ID)
				d.check(privacy.Erase(d.Context(), d.db, privacy.Commenter{Email: c.Email}))
			},
			"removed while public": func(c *discussion.Comment) {
				f.decide(discussion.DoApprove, c.ID)
				d.check(nil, discussion.RemoveOwn(d.Context(), d.db, site, c.ID))
			},
			"removed, then sorted into spam": func(c *discussion.Comment) {
				d.check(nil, discussion.RemoveOwn(d.Context(), d.db, site, c.ID))
				f.decide(discussion.DoSpam, c.ID)
			},
		}
		for name, remove := range removals {
			for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoHold, discussion.DoRestore} {
				c := f.post("To be " + name + " before " + string(action))
				remove(c)
				results := f.decide(action, c.ID)
				if !results[0].Refused || !results[0].Gone {
					d.Errorf("%s, %s: %+v", name, action, results[0])
				}
				if got := f.state(c.ID); got == discussion.Approved || got == discussion.Held {
					d.Errorf("%s, %s: it is %s", name, action, got)
				}
				if _, _, err := discussion.Answer(d.Context(), d.db, u, discussion.Versioned{ID: c.ID}, "An answer to what is gone, "+name+string(action)); models.KindOf(err) != models.Forbidden {
					d.Errorf("%s: answered (%v)", name, err)
				}
			}
		}
		// Undo puts an erased comment back to no public state either.
		c := f.post("Decided, then erased.")
		f.decide(discussion.DoApprove, c.ID)
		op, _, err := discussion.Decide(d.Context(), d.db, mona, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Undoable: true, Action: discussion.DoTrash})
		d.check(err)
		d.check(privacy.Erase(d.Context(), d.db, privacy.Commenter{Email: c.Email}))
		if undone, err := discussion.Undo(d.Context(), d.db, mona, op); err == nil && undone.Restored > 0 || f.state(c.ID) == discussion.Approved {
			d.Errorf("an erased comment is back: %+v (%v), %s", undone, err, f.state(c.ID))
		}
		d.recount()
	})
}

func TestUndoOfAnAnswerRemovesIt(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		f := d.forum()
		u, mona := d.colleague("Mona", "mona@courier.example")
		for _, public := range []bool{false, true} {
			asked := f.post("Is the ferry running?")
			if public {
				f.decide(discussion.DoApprove, asked.ID)
			}
			before, text := f.state(asked.ID), "It is, at nine."
			op, answer, err := discussion.Answer(d.Context(), d.db, u, discussion.Versioned{ID: asked.ID}, text)
			if err != nil || op == "" {
				d.Fatalf("%q (%v)", op, err)
			}
			offered, err := discussion.OperationOf(d.Context(), d.db, u.ID, op, d.db.Now())
			if err != nil || offered == nil || offered.Action != discussion.OperationAnswer {
				d.Fatalf("%+v (%v)", offered, err)
			}
			undone, err := discussion.Undo(d.Context(), d.db, mona, op)
			if err != nil || undone.Conflicts != 0 || undone.Action != discussion.OperationAnswer {
				d.Errorf("%+v (%v)", undone, err)
			}
			if f.state(answer.ID) != discussion.Trashed || f.state(asked.ID) != before {
				d.Errorf("the answer is %s, the comment %s", f.state(answer.ID), f.state(asked.ID))
			}
			// The second undo names the same actor, not another moderator.
			if _, err := discussion.Undo(d.Context(), d.db, mona, op); codeOf(err) != "undone-by-you" {
				d.Errorf("taken back twice: %v", err)
			}
			if offered, err := discussion.OperationOf(d.Context(), d.db, u.ID, op, d.db.Now()); err != nil || offered != nil {
				d.Errorf("still offered: %+v (%v)", offered, err)
			}
			// The same words can be sent again.
			_, again, err := discussion.Answer(d.Context(), d.db, u, discussion.Versioned{ID: asked.ID}, text)
			if err != nil || again.ID == answer.ID || f.state(again.ID) != discussion.Approved {
				d.Errorf("answered again: %+v (%v)", again, err)
			}
		}
		d.recount()
	})
}

// The second half of a double click carries the version from before the first
// half.
func TestDoubleClicksAtTheDesk(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		u, mona := d.colleague("Mona", "mona@courier.example")
		asked := f.post("Is the ferry running?")
		seen := discussion.Versioned{ID: asked.ID, Version: asked.Version}
		op, first, err := discussion.Answer(d.Context(), d.db, u, seen, "It is.")
		d.check(err)
		again, second, err := discussion.Answer(d.Context(), d.db, u, seen, "It is.")
		if err != nil || second.ID != first.ID || again != op {
			d.Errorf("%q and %q, %+v (%v)", op, again, second, err)
		}
		version := d.reread(asked.ID).Version
		for range 2 {
			if err := discussion.Rewrite(d.Context(), d.db, mona, asked.ID, version, "Is the ferry running today?"); err != nil {
				d.Error(err)
			}
		}
	})
}
