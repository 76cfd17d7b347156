package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"
	"broadsheet/models/settings"
)

// boss makes an administrator and signs it in.
func (s *mailSite) boss() *http.Client {
	s.Helper()
	_, err := people.CreateAccount(s.Context(), s.db, models.ActorShell, people.NewAccount{
		Name: "Mona Lund", Email: "mona@example.org", Role: people.Administrator, Password: idasPassword,
	})
	s.check(err)
	boss := s.browser()
	if status, to := s.send(boss, "/login", "email", "mona@example.org", "password", idasPassword); status != http.StatusSeeOther || to != "/desk" {
		s.Fatalf("signing in is answered with %d to %q", status, to)
	}
	return boss
}

// invite sends the form of an invitation and returns its number.
func (s *mailSite) invite(boss *http.Client, fields ...string) int64 {
	s.Helper()
	fields = append(fields, "do", "add", "old", idasPassword)
	if status, to := s.send(boss, "/desk/people", fields...); status != http.StatusSeeOther || to != "/desk/people?done=add" {
		s.Fatalf("the invitation is answered with %d to %q", status, to)
	}
	list, err := invitations.List(s.Context(), s.db)
	s.check(err)
	return list[0].ID
}

// An invited moderator gets a mail with a link, which leads to an account with the
// sections of the invitation. Neither link nor password is in the log.
func TestMailOfAnInvitation(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		var sport *taxonomy.Category
		s.check(s.db.Write(s.Context(), func(tx *models.Tx) (err error) {
			sport, err = taxonomy.EnsureCategory(s.Context(), tx, "sport", "Sport")
			return err
		}))
		boss := s.boss()
		s.invite(boss, "name", "Odile Tanaka", "email", "odile@example.org", "role", "moderator", "section", fmt.Sprint(sport.ID))
		s.wait(time.Minute)
		m := s.next("odile@example.org")
		for _, want := range []string{"Odile Tanaka, Mona Lund invites you", "with the role: moderator", "seven days, and once", "do nothing"} {
			if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
				s.Errorf("the mail does not say %q:\n%s\n%s", want, m.Text, m.HTML)
			}
		}
		if strings.Contains(m.Text+m.HTML, idasPassword) {
			s.Errorf("the mail has a password: %s", m.Text)
		}
		link := s.link(m, "/login/invitation/")
		if !strings.Contains(m.HTML, strings.ReplaceAll(link, "&", "&amp;")) {
			s.Errorf("the HTML has not the link %s", link)
		}
		invited := s.browser()
		for range 2 { // a mail scanner opens the link first
			if status, body := s.get(invited, link); status != http.StatusOK || !strings.Contains(body, "Sport") || !strings.Contains(body, "sees who wrote them") {
				s.Fatalf("the link answers %d %s", status, body)
			}
		}
		const chosen = "seven quiet ferries at dusk"
		if status, to := s.send(invited, "/login/invitation/", "key", s.key(link), "name", "Odile Tanaka", "password", chosen); status != http.StatusSeeOther || to != "/desk" {
			s.Fatalf("accepting is answered with %d to %q", status, to)
		}
		u, err := people.ByEmail(s.Context(), s.db, "odile@example.org")
		s.check(err)
		limit, err := people.ActiveCategoryLimit(s.Context(), s.db, u.ID)
		s.check(err)
		if u.Role != people.Moderator || len(limit) != 1 || limit[0] != sport.ID {
			s.Errorf("the account is %s of the categories %v", u.Role, limit)
		}
		if status, _ := s.get(s.browser(), link); status != http.StatusGone {
			s.Errorf("the link works twice: %d", status)
		}
		s.wait(time.Hour)
		s.nothing()

		logs := s.logs.String()
		if !strings.Contains(logs, "/login/invitation/") {
			s.Errorf("the log does not have the requests: %s", logs)
		}
		for _, secret := range []string{s.key(link), url.QueryEscape(s.key(link)), chosen, url.QueryEscape(chosen), idasPassword} {
			if strings.Contains(logs, secret) {
				s.Errorf("the log has %q:\n%s", secret, logs)
			}
		}
	})
}

// An invitation that was sent again or revoked before its mail has left causes one mail
// or none. The mail is in the language of the site.
func TestMailOfAnInvitationThatChanged(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		boss := s.boss()
		s.check(s.db.Write(s.Context(), func(tx *models.Tx) error { return settings.Set(s.Context(), tx, "site.language", "ar") }))
		id := fmt.Sprint(s.invite(boss, "name", "Samir", "email", "samir@example.org", "role", "author"))
		if status, to := s.send(boss, "/desk/people", "do", "again", "invitation", id, "old", idasPassword); status != http.StatusSeeOther {
			s.Fatalf("sending it again is answered with %d to %q", status, to)
		}
		s.wait(time.Minute)
		m := s.next("samir@example.org")
		if !strings.Contains(m.Text, "Samir، يدعوك Mona Lund إلى حساب") || !strings.Contains(m.Text, "كاتب") || !strings.Contains(m.HTML, `dir="rtl"`) || strings.Contains(m.Text, "mail.") {
			s.Errorf("the mail says %s\n%s", m.Text, m.HTML)
		}
		if status, body := s.get(s.browser(), s.link(m, "/login/invitation/")); status != http.StatusOK || !strings.Contains(body, "يكتب مقالاته وينشرها") {
			s.Errorf("the link answers %d %s", status, body)
		}
		again := fmt.Sprint(s.invite(boss, "name", "Ines", "email", "ines@example.org", "role", "editor"))
		if status, to := s.send(boss, "/desk/people", "do", "revoke", "invitation", again); status != http.StatusSeeOther {
			s.Fatalf("revoking is answered with %d to %q", status, to)
		}
		s.wait(time.Minute)
		s.nothing()
	})
}
