package appeals_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, appeals.Rows...)
	})
}

// court is a desk with two moderators and a comment that the first one declined.
type court struct {
	*discussiontest.Desk
	first, second *people.User
	comment       *discussion.Comment
}

func eachCourt(t *testing.T, test func(*court)) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		s := &court{Desk: d, first: d.Account("Mona", "mona@courier.example", people.Moderator)}
		s.second = d.Account("Otto", "otto@courier.example", people.Editor)
		in := d.Submission(d.Article().ID)
		in.Token = "anna"
		s.comment = d.MustPost(in)
		s.decline(s.first, "irrelevant")
		test(s)
	})
}

func (s *court) decline(u *people.User, reason string) {
	s.Helper()
	_, _, err := discussion.Decide(s.Context(), s.DB, u.Actor(), []discussion.Versioned{{ID: s.comment.ID}}, discussion.Verdict{
		Action: discussion.DoTrash, Reason: reason, Undoable: true,
	})
	s.Check(err)
}

func (s *court) file(text string) *appeals.Appeal {
	s.Helper()
	a, err := appeals.File(s.Context(), s.DB, s.comment.ID, text)
	s.Check(err)
	return a
}

func (s *court) answer(u *people.User, a *appeals.Appeal, outcome appeals.Outcome) (op, code string) {
	s.Helper()
	op, err := appeals.Decide(s.Context(), s.DB, u, a.ID, appeals.Ruling{Outcome: outcome, Version: s.Comment(s.comment.ID).Version, Words: "Looked at again."})
	if err == nil {
		return op, ""
	}
	return op, discussiontest.CodeOf(err)
}

func (s *court) appeal(id int64) *appeals.Appeal {
	s.Helper()
	a, err := appeals.ByID(s.Context(), s.DB, id)
	s.Check(err)
	return a
}

func TestOneAppealForEachDecision(t *testing.T) {
	eachCourt(t, func(s *court) {
		for _, wrong := range []string{"", " \n", strings.Repeat("é", appeals.MaxText+1)} {
			if _, err := appeals.File(s.Context(), s.DB, s.comment.ID, wrong); models.KindOf(err) != models.Invalid {
				s.Errorf("a text of %d bytes: %v", len(wrong), err)
			}
		}
		a := s.file("  It was about the ferry.\r\n")
		if a.Text != "It was about the ferry." || a.Reason != "irrelevant" || a.Moderator != "Mona" || !a.DecidedFirstBy(s.first) || a.Rule != "" {
			s.Errorf("stored %+v", a)
		}
		if again := s.file("It was about the ferry."); again.ID != a.ID {
			s.Error("a double click made a second appeal")
		}
		if _, err := appeals.File(s.Context(), s.DB, s.comment.ID, "Once more."); discussiontest.CodeOf(err) != "appeal-once" {
			s.Error(err)
		}
		if _, code := s.answer(s.second, a, appeals.Reversed); code != "" {
			s.Fatal(code)
		}
		if _, err := appeals.File(s.Context(), s.DB, s.comment.ID, "It is public."); discussiontest.CodeOf(err) != "appeal-none" {
			s.Error(err)
		}
		s.Clock.Advance(time.Minute)
		s.decline(s.first, "offensive")
		if b := s.file("It was about the ferry."); b.ID == a.ID || b.Reason != "offensive" {
			s.Errorf("the second decision's appeal is %+v", b)
		}
	})
}

func TestAnAppealIsAnsweredByAnotherModerator(t *testing.T) {
	eachCourt(t, func(s *court) {
		a := s.file("It was about the ferry.")
		if _, code := s.answer(s.first, a, appeals.Upheld); code != "appeal-own" {
			s.Errorf("the first moderator answered: %q", code)
		}
		s.Check(people.CloseAccount(s.Context(), s.DB, models.ActorShell, s.second.ID))
		if others, err := appeals.Others(s.Context(), s.DB, s.first.ID, a.ArticleID); err != nil || len(others) != 0 {
			s.Errorf("%v, %v", others, err)
		}
		if _, code := s.answer(s.first, a, appeals.Upheld); code != "" {
			s.Errorf("nobody else is there, but the answer is %q", code)
		}
		if _, code := s.answer(s.first, a, appeals.Upheld); code != "" {
			s.Errorf("a double click: %q", code)
		}
		if _, code := s.answer(s.first, a, appeals.Reversed); code != "appeal-decided" {
			s.Errorf("a second answer: %q", code)
		}
		if s.Comment(s.comment.ID).State != discussion.Trashed {
			s.Error("an upheld decision published the comment")
		}
	})
}

func TestAReversalPublishesAndCanBeUndone(t *testing.T) {
	eachCourt(t, func(s *court) {
		a := s.file("It was about the ferry.")
		op, code := s.answer(s.second, a, appeals.Reversed)
		if code != "" || op == "" || s.Comment(s.comment.ID).State != discussion.Approved {
			s.Fatalf("%q, %q", op, code)
		}
		now := s.Clock.Now()
		byReason, err := appeals.ByReason(s.Context(), s.DB, now.Add(-time.Hour), now.Add(time.Hour))
		s.Check(err)
		byModerator, err := appeals.ByModerator(s.Context(), s.DB, now.Add(-time.Hour), now.Add(time.Hour))
		s.Check(err)
		if want := []appeals.Share{{Name: "irrelevant", Ended: 1, Reversed: 1}}; !slices.Equal(byReason, want) {
			s.Errorf("by reason: %+v", byReason)
		}
		if want := []appeals.Share{{Name: "Mona", Account: s.first.ID, Ended: 1, Reversed: 1}}; !slices.Equal(byModerator, want) {
			s.Errorf("by moderator: %+v", byModerator)
		}
		_, err = discussion.Undo(s.Context(), s.DB, s.second.Actor(), op)
		s.Check(err)
		if s.Comment(s.comment.ID).State != discussion.Trashed || s.appeal(a.ID).Outcome != appeals.Open {
			s.Errorf("after the undo: %s, %+v", s.Comment(s.comment.ID).State, s.appeal(a.ID))
		}
		// The decision is the same as before, and so is the one appeal against it.
		if _, err := appeals.File(s.Context(), s.DB, s.comment.ID, "Another one."); discussiontest.CodeOf(err) != "appeal-once" {
			s.Error(err)
		}
		s.CheckCounts()
	})
}

// A comment that changed while the moderator read is not published unseen, and one that
// a colleague published at the queue needs no second decision.
func TestConflictsOfAnAppeal(t *testing.T) {
	eachCourt(t, func(s *court) {
		a := s.file("It was about the ferry.")
		old := s.Comment(s.comment.ID).Version
		s.Decide(discussion.DoSpam, s.comment.ID)
		_, err := appeals.Decide(s.Context(), s.DB, s.second, a.ID, appeals.Ruling{Outcome: appeals.Reversed, Version: old})
		if discussiontest.CodeOf(err) != "changed" || s.appeal(a.ID).Outcome != appeals.Open {
			s.Errorf("%v, %+v", err, s.appeal(a.ID))
		}
		s.Decide(discussion.DoApprove, s.comment.ID)
		if _, code := s.answer(s.second, a, appeals.Reversed); code != "" || s.appeal(a.ID).Outcome != appeals.Reversed {
			s.Errorf("%q, %+v", code, s.appeal(a.ID))
		}
	})
}

func TestAnAppealAgainstARule(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.Set("comment.trash-words", "ferry")
		u := d.Account("Mona", "mona@courier.example", people.Moderator)
		c := d.MustPost(d.Saying(d.Article().ID, "Take the ferry."))
		a, err := appeals.File(d.Context(), d.DB, c.ID, "It is only a ship.")
		d.Check(err)
		if a.Decision != 0 || a.Rule != "trash-words" && a.Rule != "disallowed-words" || a.Moderator != "" || a.DecidedFirstBy(u) {
			d.Errorf("%+v", a)
		}
	})
}

func TestErasedCommentsLeaveNoAppeal(t *testing.T) {
	eachCourt(t, func(s *court) {
		a := s.file("I am Anna of Harbour Street.")
		found, err := privacy.NewCollector(privacy.Commenter{Token: "anna"}).Rest(s.Context(), s.DB)
		s.Check(err)
		if len(found.Appeals) != 1 || found.Appeals[0].Text != a.Text {
			s.Errorf("the copy for the commenter has %+v", found.Appeals)
		}
		// An open appeal keeps the text beyond the end of the trash.
		s.Clock.Advance(privacy.KeepRefused + 24*time.Hour)
		s.Check(privacy.Clean(s.Context(), s.DB))
		if s.Comment(s.comment.ID).Text == "" {
			s.Fatal("the trash was emptied before the answer")
		}
		_, err = privacy.Erase(s.Context(), s.DB, privacy.Commenter{Token: "anna"})
		s.Check(err)
		if got := s.appeal(a.ID); got.Text != "" || got.Outcome != appeals.Withdrawn {
			s.Errorf("after the erasure: %+v", got)
		}
		waiting, err := appeals.Waiting(s.Context(), s.DB, nil)
		if err != nil || len(waiting) != 0 {
			s.Errorf("%+v, %v", waiting, err)
		}
	})
}
