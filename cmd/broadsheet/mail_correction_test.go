package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// correct saves the article with corrections, as a new version.
func (s *mailSite) correct(list ...newsroom.Correction) {
	s.Helper()
	a, _, err := newsroom.Save(s.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
		ID: s.article.ID, Title: s.article.Title, Body: fmt.Sprint("It is open, version ", s.clock.Now()), PublishedAt: s.article.PublishedAt.Time, Corrections: list,
	})
	s.check(err)
	s.article = a
}

func (s *mailSite) correction(kind, text string) newsroom.Correction {
	return newsroom.Correction{Kind: kind, At: models.At(s.clock.Now()), Text: text}
}

// commented posts a public comment by the owner of a confirmed address.
func (s *mailSite) commented(name string, corrections bool) int64 {
	s.Helper()
	email := strings.ToLower(name) + "@example.org"
	s.check(people.ConfirmMail(s.Context(), s.db, email, false))
	s.check(people.ChooseCorrections(s.Context(), s.db, email, corrections))
	id := s.say(s.browser(), name, 0, "I am "+name+".", false)
	s.decide(discussion.DoApprove, id, "")
	return id
}

// A correction is told once, to those who asked for it, agreed to mail and have a public
// comment from before it.
func TestCorrectionsAreToldToThoseWhoAskedForIt(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		s.commented("Anna", true)
		s.commented("Anna", true) // a second comment, and still one mail
		s.commented("Ben", false)
		s.decide(discussion.DoTrash, s.commented("Carl", true), "irrelevant")
		s.decide(discussion.DoHold, s.commented("Dora", true), "")
		s.commented("Emil", true)
		s.check(people.StopMail(s.Context(), s.db, "emil@example.org"))
		s.commented("Fay", true)
		_, err := notify.RevokeProofs(s.Context(), s.db, "fay@example.org")
		s.check(err)
		gus := s.say(s.browser(), "Gus", 0, "My address is not confirmed.", false)
		s.check(people.ChooseCorrections(s.Context(), s.db, "gus@example.org", true))
		s.decide(discussion.DoApprove, gus, "")
		s.wait(time.Hour)
		s.read = len(s.outbox.Sent())

		s.correct() // a typing fix
		s.wait(time.Hour)
		s.nothing()
		first := s.correction(newsroom.Correct, "The strait is 9 <miles> wide, not 6.")
		s.correct(first)
		s.commented("Hal", true) // after the correction
		s.wait(time.Minute)
		s.nothing()
		s.wait(time.Hour)
		m := s.next("anna@example.org")
		for _, want := range []string{"Correction: Strait opens <again>", "You commented on “Strait opens <again>”", "The strait is 9 <miles> wide, not 6.", "#corrections", "asked to hear of corrections"} {
			if !strings.Contains(m.Subject+"\n"+m.Text, want) {
				s.Errorf("%q is missing in %s\n%s", want, m.Subject, m.Text)
			}
		}
		s.inert(m)
		s.nothing()

		// An edit of the correction, and another save, send nothing. A second correction does.
		first.Text = "The strait is 9 miles wide."
		s.correct(first)
		s.wait(time.Hour)
		s.nothing()
		s.correct(first, s.correction(newsroom.Clarify, "Pilots are still needed."))
		s.wait(time.Hour)
		sent := s.outbox.Sent()[s.read:]
		if len(sent) != 2 || sent[0].To != "anna@example.org" || sent[1].To != "hal@example.org" {
			s.Fatalf("%d mails were sent: %+v", len(sent), sent)
		}
		if m := sent[0]; !strings.Contains(m.Text, "Pilots are still needed.") || strings.Contains(m.Text, "9 miles") || !strings.HasPrefix(m.Subject, "Clarification") {
			s.Errorf("%s\n%s", m.Subject, m.Text)
		}
	})
}

// A correction that is taken back, an old one of an import, and one of an article that is
// withdrawn send no mail; the mail of a restored article comes later.
func TestCorrectionsThatReadersDoNotSeeAreNotTold(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		s.commented("Anna", true)
		s.wait(time.Hour)
		s.read = len(s.outbox.Sent())
		s.correct(s.correction(newsroom.Correct, "Too early."))
		s.correct()
		s.wait(time.Hour)
		old := s.correction(newsroom.Correct, "Long known.")
		old.At = models.At(s.clock.Now().Add(-48 * time.Hour))
		s.correct(old)
		s.wait(time.Hour)
		s.correct(s.correction(newsroom.Update, "The pilots are back."))
		s.check(discussion.SetArticleStatus(s.Context(), s.db, models.ActorCommand, s.article.ID, newsroom.Withdrawn, "Wrong."))
		s.wait(time.Hour)
		s.nothing()
		s.check(discussion.SetArticleStatus(s.Context(), s.db, models.ActorCommand, s.article.ID, newsroom.Published, ""))
		s.wait(time.Hour)
		if m := s.next("anna@example.org"); !strings.HasPrefix(m.Subject, "Update") {
			s.Errorf("the mail is %s", m.Subject)
		}

		// The commenter is erased between the correction and the mail.
		s.commented("Ben", true)
		s.wait(time.Hour)
		s.read = len(s.outbox.Sent())
		s.correct(s.correction(newsroom.Correct, "Once more."))
		s.check(people.ChooseCorrections(s.Context(), s.db, "anna@example.org", false))
		_, err := notify.RevokeProofs(s.Context(), s.db, "ben@example.org")
		s.check(err)
		s.wait(time.Hour)
		s.nothing()
	})
}

// Corrections are chosen on the page of the mailed link, off at first, and ended there or by
// one click in the mail program, which ends nothing else.
func TestCorrectionsAreChosenAndEnded(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		chosen := func() bool {
			a, err := people.AddressOf(s.Context(), s.db, "anna@example.org")
			s.check(err)
			return a.Corrections
		}
		anna := s.browser()
		first := s.say(anna, "Anna", 0, "I was there.", true)
		s.decide(discussion.DoApprove, first, "")
		s.wait(time.Hour)
		link := s.link(s.next("anna@example.org"), "/mail/")
		if _, body := s.get(anna, link); !strings.Contains(body, `name="corrections" type="checkbox" value="yes">`) {
			s.Error("the box is missing, or ticked")
		}
		s.send(anna, link, "do", "confirm", "when", "now", "corrections", "yes")
		if !chosen() {
			s.Fatal("the choice is not stored")
		}
		s.correct(s.correction(newsroom.Correct, "It was Tuesday."))
		s.wait(time.Hour)
		m := s.next("anna@example.org")
		resp, err := http.PostForm(m.Unsubscribe, url.Values{"List-Unsubscribe": {"One-Click"}})
		s.check(err)
		resp.Body.Close()
		if address, err := people.AddressOf(s.Context(), s.db, "anna@example.org"); resp.StatusCode != http.StatusOK || err != nil || chosen() || !address.TakesMail() {
			s.Errorf("one click: %d, %+v (%v)", resp.StatusCode, address, err)
		}
		page := s.link(m, "/mail/")
		s.send(anna, page, "do", "confirm", "when", "daily", "corrections", "yes")
		if _, body := s.get(anna, page); !chosen() || !strings.Contains(body, "No mail about corrections") {
			s.Error("it is not on again")
		}
		s.send(anna, page, "do", "stop-corrections")
		if _, body := s.get(anna, page); chosen() || strings.Contains(body, "No mail about corrections") {
			s.Error("the button has not ended it")
		}
		s.correct(s.correction(newsroom.Correct, "It was Wednesday."))
		s.wait(time.Hour)
		s.nothing()
	})
}
