package notices_test

import (
	"os"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/discussion/react"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// Only reports that no moderator had settled before led to a decision.
func TestTheCauseOfADecision(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		c := d.MustPost(d.Submission(d.Article().ID))
		n := 0
		report := func(reason string) {
			n++
			_, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, react.Visitor{IP: discussiontest.IP(n)}, react.Complaint{Reason: reason, Note: "Why.", Law: "hate", GoodFaith: true})
			d.Check(err)
			d.Clock.Advance(time.Minute)
		}
		want := func(what string, want notices.Cause) {
			d.Helper()
			d.Decide(discussion.DoTrash, c.ID)
			now := d.Comment(c.ID)
			got, err := notices.CauseOf(d.Context(), d.DB, now, now.StateAt)
			if err != nil || got != want {
				d.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
			}
			d.Clock.Advance(time.Minute)
			d.Decide(discussion.DoApprove, c.ID)
			d.Clock.Advance(time.Minute)
		}
		want("nobody reported it", notices.Cause{})
		report("abuse")
		want("a report", notices.Cause{Reported: true})
		want("the report was settled", notices.Cause{})
		report("spam")
		report("illegal")
		want("a notice", notices.Cause{Reported: true, Notice: true})
		want("the notice was settled", notices.Cause{})
	})
}

// An outcome follows decisions, undo and the deletion of the comment for good, which
// removes the texts and the name of the sender.
func TestTheOutcomeOfANotice(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		u := d.Account("Mona", "mona@courier.example", people.Moderator)
		c := d.MustPost(d.Submission(d.Article().ID))
		id, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, react.Visitor{IP: discussiontest.IP(1), Verified: "rita@example.org"},
			react.Complaint{Reason: "illegal", Note: "Why.", Law: "threat", Name: "Rita", Email: "rita@example.org", GoodFaith: true})
		d.Check(err)
		want := func(outcome notices.Outcome, ground string) *notices.Notice {
			d.Helper()
			n, err := notices.ByID(d.Context(), d.DB, id, c.ID)
			d.Check(err)
			if n.Outcome() != outcome || n.Ground() != ground {
				d.Errorf("%s for %q, want %s for %q", n.Outcome(), n.Ground(), outcome, ground)
			}
			return n
		}
		jobs := func() (n int64) {
			d.Helper()
			d.Check(notices.Tell(d.Context(), d.DB))
			d.Check(d.DB.Query(d.Context()).Table("jobs").Where("kind = ?", notices.Job).Count(&n).Error)
			return n
		}
		want(notices.Open, "")
		d.Clock.Advance(time.Minute)
		op, _, err := discussion.Decide(d.Context(), d.DB, u.Actor(), []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoTrash, Reason: "hate", Undoable: true})
		d.Check(err)
		want(notices.Removed, "hate")
		if n := jobs(); n != 0 {
			d.Error("mail was queued at once")
		}
		_, err = discussion.Undo(d.Context(), d.DB, u.Actor(), op)
		d.Check(err)
		want(notices.Open, "")
		d.Clock.Advance(time.Minute)
		_, _, err = discussion.Decide(d.Context(), d.DB, u.Actor(), []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoTrash, Reason: "illegal"})
		d.Check(err)
		d.Clock.Advance(discussion.MailPause)
		if n := want(notices.Removed, "illegal"); !n.TakesMail() || !n.ByHand {
			d.Errorf("%+v", n)
		}
		for range 2 {
			if n := jobs(); n != 1 {
				d.Errorf("%d mails are queued, want 1", n)
			}
		}
		d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error {
			return discussion.DeleteForGood(d.Context(), tx, []discussion.Comment{*d.Comment(c.ID)})
		}))
		if n := want(notices.Removed, "illegal"); n.Note+n.Name+n.Email != "" || n.TakesMail() || n.State != "" {
			d.Errorf("after the deletion: %+v", n)
		}
	})
}

// The notice of another browser in the same network is its own, and counts once.
func TestNoticesFromOneNetwork(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		c := d.MustPost(d.Submission(d.Article().ID))
		report := func(token string, in react.Complaint) int64 {
			d.Helper()
			id, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, react.Visitor{IP: discussiontest.IP(1), Token: token}, in)
			d.Check(err)
			return id
		}
		notice := react.Complaint{Reason: "illegal", Note: "Why.", Law: "hate", GoodFaith: true}
		first, second := report("one", react.Complaint{Reason: "abuse"}), report("two", notice)
		third := report("three", notice)
		if first == second || second == third || first == third {
			d.Errorf("the numbers are %d, %d, %d", first, second, third)
		}
		if again := report("two", notice); again != second {
			d.Errorf("the same notice has the number %d, want %d", again, second)
		}
		if n := d.Comment(c.ID).Reports; n != 1 {
			d.Errorf("%d networks, want 1", n)
		}
	})
}
