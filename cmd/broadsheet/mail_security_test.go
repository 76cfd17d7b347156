package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/settings"
)

// key returns the key in a link of a mail.
func (s *mailSite) key(link string) string {
	s.Helper()
	u, err := url.Parse(link)
	s.check(err)
	return u.Query().Get("key")
}

const idasPassword = "the old long sentence"

// ida makes an account and signs it in.
func (s *mailSite) ida() *http.Client {
	s.Helper()
	_, err := people.CreateAccount(s.Context(), s.db, models.ActorShell, people.NewAccount{
		Name: "Ida", Email: "ida@example.org", Role: people.Editor, Password: idasPassword,
	})
	s.check(err)
	own := s.browser()
	s.signIn(own, idasPassword)
	s.wait(time.Minute)
	s.nothing() // the first sign-in
	return own
}

func (s *mailSite) signIn(who *http.Client, password string) {
	s.Helper()
	if status, to := s.send(who, "/login", "email", "ida@example.org", "password", password); status != http.StatusSeeOther || to != "/desk" {
		s.Fatalf("signing in is answered with %d to %q", status, to)
	}
}

// The owner of an account hears of a sign-in from a new browser, once for each browser.
func TestMailAboutANewBrowser(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		own := s.ida()
		s.send(own, "/logout", "x", "y")
		s.signIn(own, idasPassword)
		s.wait(time.Minute)
		s.nothing()
		thief := s.browser()
		s.signIn(thief, idasPassword)
		s.wait(time.Minute)
		told := s.next("ida@example.org")
		for _, want := range []string{"a browser that was not used", "Browser: Go-http-client\n", "Network: 127.0.0.0/24", "2026"} {
			if !strings.Contains(told.Text, want) {
				s.Errorf("the mail does not say %q:\n%s", want, told.Text)
			}
		}
		s.signIn(thief, idasPassword)
		s.wait(time.Hour)
		s.nothing()

		// A scanner looks at the link, and the owner presses the button.
		link := s.link(told, "/password/theft/")
		if status, _ := s.get(s.browser(), link); status != http.StatusOK {
			s.Fatalf("the link answers %d", status)
		}
		if status, _ := s.get(thief, "/desk/account/"); status != http.StatusOK {
			s.Fatalf("looking at the link signs out: %d", status)
		}
		status, to := s.send(own, "/password/theft/", "key", s.key(link))
		if status != http.StatusSeeOther || !strings.HasPrefix(to, "/password/reset/?key=") {
			s.Fatalf("%d to %q", status, to)
		}
		for _, who := range []*http.Client{own, thief} {
			if status, _ := s.get(who, "/desk/account/"); status != http.StatusSeeOther {
				s.Errorf("still signed in: %d", status)
			}
		}
		if status, to = s.send(own, "/password/reset/", "key", s.key(to), "password", "quite another sentence"); status != http.StatusSeeOther || to != "/desk" {
			s.Fatalf("the new password is answered with %d to %q", status, to)
		}
		if status, _ := s.send(own, "/password/theft/", "key", s.key(link)); status != http.StatusGone {
			s.Errorf("the link works twice: %d", status)
		}
		s.wait(time.Minute)
		if told = s.next("ida@example.org"); !strings.Contains(told.Subject, "password") {
			s.Errorf("the mail about the new password is %q", told.Subject)
		}
	})
}

// An address changes when the link to the new one is opened. The old one hears of it,
// and takes the account back even after the thief has changed more.
func TestMailAboutANewAddress(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		own := s.ida()
		if status, _ := s.send(own, "/desk/account/", "do", "email", "email", "eve@example.org", "old", "wrong"); status != http.StatusForbidden {
			s.Fatalf("without the password: %d", status)
		}
		if status, to := s.send(own, "/desk/account/", "do", "email", "email", "eve@example.org", "old", idasPassword); status != http.StatusSeeOther || to != "/desk/account/?done=email-asked" {
			s.Fatalf("%d to %q", status, to)
		}
		s.wait(time.Minute)
		link := s.link(s.next("eve@example.org"), "/login/email/")
		if status, body := s.get(own, link); status != http.StatusOK || !strings.Contains(body, "eve@example.org") {
			s.Fatalf("%d %s", status, body)
		}
		if _, err := people.ByEmail(s.Context(), s.db, "ida@example.org"); err != nil {
			s.Fatalf("looking at the link changes the address: %v", err)
		}
		if status, to := s.send(own, "/login/email/", "key", s.key(link)); status != http.StatusSeeOther || to != "/desk/account/?done=email" {
			s.Fatalf("%d to %q", status, to)
		}
		if status, _ := s.send(own, "/login/email/", "key", s.key(link)); status != http.StatusGone {
			s.Errorf("the link works twice: %d", status)
		}
		s.wait(time.Minute)
		told := s.next("ida@example.org")
		if !strings.Contains(told.Text, "eve@example.org") {
			s.Errorf("the mail says %s", told.Text)
		}
		if status, _ := s.send(own, "/desk/account/", "do", "password", "password", "a sentence of the thief", "old", idasPassword); status != http.StatusSeeOther {
			s.Fatalf("changing the password: %d", status)
		}
		s.wait(time.Minute)
		s.next("eve@example.org")
		if status, _ := s.send(s.browser(), "/password/theft/", "key", s.key(s.link(told, "/password/theft/"))); status != http.StatusSeeOther {
			s.Fatalf("taking it back: %d", status)
		}
		if u, err := people.ByEmail(s.Context(), s.db, "ida@example.org"); err != nil || u.Name != "Ida" {
			s.Errorf("the account is not back: %v", err)
		}

		// The address of another account gets no mail, and the answer does not tell.
		_, err := people.CreateAccount(s.Context(), s.db, models.ActorShell, people.NewAccount{Name: "Ole", Email: "ole@example.org", Role: people.Editor, Password: idasPassword})
		s.check(err)
		ole := s.browser()
		s.send(ole, "/login", "email", "ole@example.org", "password", idasPassword)
		if status, to := s.send(ole, "/desk/account/", "do", "email", "email", "ida@example.org", "old", idasPassword); status != http.StatusSeeOther || to != "/desk/account/?done=email-asked" {
			s.Errorf("%d to %q", status, to)
		}
		s.wait(time.Minute)
		s.nothing()
	})
}

// Each change of an account causes one mail with its actor, in the language of the site.
func TestMailAboutChangesByOthers(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newMailSite(t, db, clock)
		s.ida()
		u, err := people.ByEmail(t.Context(), db, "ida@example.org")
		s.check(err)
		s.check(people.SetPassword(t.Context(), db, u.Email, "another long sentence"))
		s.wait(time.Minute)
		if m := s.next(u.Email); !strings.Contains(m.Text, "command line") || strings.Contains(m.Text, "Browser:") {
			t.Errorf("the mail says %s", m.Text)
		}
		mona := models.Actor{Name: "Mona Lund"}
		s.check(people.SetRole(t.Context(), db, mona, u.ID, people.Moderator))
		s.check(people.SetRole(t.Context(), db, mona, u.ID, people.Moderator))
		s.wait(time.Minute)
		if m := s.next(u.Email); !strings.Contains(m.Text, "now: moderator") || !strings.Contains(m.Text, "By Mona Lund") {
			t.Errorf("the mail says %s", m.Text)
		}
		s.check(db.Write(t.Context(), func(tx *models.Tx) error { return settings.Set(t.Context(), tx, "site.language", "ar") }))
		s.check(people.RemoveSecondFactors(t.Context(), db, mona, u.ID))
		s.wait(time.Minute)
		if m := s.next(u.Email); !strings.Contains(m.Text, "بواسطة Mona Lund") || !strings.Contains(m.HTML, `dir="rtl"`) || strings.Contains(m.Text, "mail.security") {
			t.Errorf("the mail says %s", m.Text)
		}
		// Nothing is mailed about an account that was closed, and nothing old.
		s.check(people.SetRole(t.Context(), db, mona, u.ID, people.Editor))
		s.check(people.CloseAccount(t.Context(), db, mona, u.ID))
		s.wait(time.Minute)
		s.nothing()
		s.check(people.ReopenAccount(t.Context(), db, mona, u.ID))
		s.check(people.SetRole(t.Context(), db, mona, u.ID, people.Moderator))
		s.wait(people.SecurityMailAge + time.Hour)
		s.nothing()
	})
}

// The owner hears that an administrator has ended sessions, and nothing of the own press.
func TestMailAboutEndedSessions(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		own := s.ida()
		u, err := people.ByEmail(s.Context(), s.db, "ida@example.org")
		s.check(err)
		end := func(by models.Actor) {
			s.Helper()
			list, err := people.SessionsOf(s.Context(), s.db, u.ID, s.db.Now())
			s.check(err)
			s.check(people.EndSession(s.Context(), s.db, by, u.ID, list[0].Hash))
			s.wait(time.Minute)
		}
		other := int64(99)
		mona := models.Actor{UserID: &other, Name: "Mona Lund"}
		end(mona)
		if m := s.next(u.Email); !strings.Contains(m.Text, "A browser of the account Ida was signed out.") || !strings.Contains(m.Text, "By Mona Lund") {
			s.Errorf("the mail says %s", m.Text)
		}
		s.signIn(own, idasPassword)
		end(u.Actor())
		s.nothing()
		s.check(people.SignOutUser(s.Context(), s.db, models.ActorShell, u.ID))
		s.wait(time.Minute)
		if m := s.next(u.Email); !strings.Contains(m.Text, "All browsers of the account Ida were signed out") || !strings.Contains(m.Text, "command line") {
			s.Errorf("the mail says %s", m.Text)
		}
		s.check(s.db.Write(s.Context(), func(tx *models.Tx) error { return settings.Set(s.Context(), tx, "site.language", "ar") }))
		s.check(people.SignOutUser(s.Context(), s.db, mona, u.ID))
		s.wait(time.Minute)
		if m := s.next(u.Email); !strings.Contains(m.Text, "أُخرجت جميع متصفحات الحساب Ida") || !strings.Contains(m.HTML, `dir="rtl"`) {
			s.Errorf("the mail says %s", m.Text)
		}
	})
}

// Every event has its words.
func TestEverySecurityEventHasWords(t *testing.T) {
	t.Parallel()
	s := newMailSite(t, modeltest.SQLite(t, modeltest.NewClock()), modeltest.NewClock())
	for _, event := range people.SecurityEvents {
		for _, key := range []string{"mail.security." + string(event), "mail.security." + string(event) + ".subject"} {
			for _, lang := range []string{"en", "ar"} {
				if s.post.Views.Text(lang, key, "site", "x", "name", "x", "detail", "x") == key {
					t.Errorf("there is no message %s in %s", key, lang)
				}
			}
		}
	}
}
