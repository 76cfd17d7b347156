package people_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// The test tries each change of an account, and checks which links and sessions
// still work afterwards.
func TestChangesOfAnAccountEndItsLinksAndSessions(t *testing.T) {
	t.Parallel()
	type after struct{ session, link, right bool }
	events := []struct {
		name string
		do   func(t *testing.T, db *models.DB, u *people.User, kept string) error
		want after
	}{
		{"nothing", func(*testing.T, *models.DB, *people.User, string) error { return nil }, after{true, true, true}},
		{"renamed", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			return people.Rename(t.Context(), db, u, "Another Name")
		}, after{true, true, true}},
		{"demoted", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			return people.SetRole(t.Context(), db, models.ActorShell, u.ID, people.Contributor)
		}, after{true, true, false}},
		{"signed out by a manager", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			return people.SignOutUser(t.Context(), db, models.ActorShell, u.ID)
		}, after{false, false, true}},
		{"signed out of other browsers", func(t *testing.T, db *models.DB, u *people.User, kept string) error {
			return people.SignOutOthers(t.Context(), db, u, kept)
		}, after{true, false, true}},
		{"own new password", func(t *testing.T, db *models.DB, u *people.User, kept string) error {
			return people.ChangePassword(t.Context(), db, u, "another long password", kept)
		}, after{true, false, true}},
		{"password by command", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			return people.SetPassword(t.Context(), db, u.Email, "another long password")
		}, after{false, false, true}},
		{"password by link", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			_, err := people.ResetPassword(t.Context(), db, u.Email, u.Stamp(), "another long password")
			return err
		}, after{false, false, true}},
		{"factors taken away", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			return people.RemoveSecondFactors(t.Context(), db, models.ActorShell, u.ID)
		}, after{false, false, true}},
		{"one-time passwords off", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			return people.DisableTOTP(t.Context(), db, u)
		}, after{true, false, true}},
		{"new recovery codes", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			_, err := people.ReplaceRecoveryCodes(t.Context(), db, u)
			return err
		}, after{true, false, true}},
		{"closed", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			return people.CloseAccount(t.Context(), db, models.ActorShell, u.ID)
		}, after{false, false, false}},
		{"closed and opened again", func(t *testing.T, db *models.DB, u *people.User, _ string) error {
			if err := people.CloseAccount(t.Context(), db, models.ActorShell, u.ID); err != nil {
				return err
			}
			return people.ReopenAccount(t.Context(), db, models.ActorShell, u.ID)
		}, after{false, false, true}},
	}
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for i, event := range events {
			u := addAccountWith(t, db, string(rune('a'+i))+"@example.org", people.Editor)
			token := must(people.SignIn(t.Context(), db, u, "home", ""))
			session, _, err := people.ResumeSession(t.Context(), db, token)
			if err != nil {
				t.Fatal(err)
			}
			stale, stamp := *u, u.Stamp()
			if err := event.do(t, db, u, session.Hash); err != nil {
				t.Fatalf("%s: %v", event.name, err)
			}
			session, _, err = people.ResumeSession(t.Context(), db, token)
			_, byLink := people.AuthorizeLink(t.Context(), db, u.ID, stamp, "")
			_, byRight := people.Authorize(t.Context(), db, u.ID, people.Moderating)
			got := after{session != nil, byLink == nil, byRight == nil}
			if err != nil || got != event.want {
				t.Errorf("%s: %+v, %v; want %+v", event.name, got, err, event.want)
			}
			// A sign-in ends with the links even if its password was checked before.
			if _, err := people.SignIn(t.Context(), db, &stale, "home", ""); (err == nil) != event.want.link {
				t.Errorf("%s: a sign-in in progress: %v", event.name, err)
			}
			if _, err := people.ByResetLink(t.Context(), db, u.Email, stamp); (err == nil) != event.want.link {
				t.Errorf("%s: a link to a new password: %v", event.name, err)
			}
		}
	})
}

// Only open accounts with the right receive mail about held comments.
func TestClosedAccountsGetNoHeldMail(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		stays, goes := addAccountWith(t, db, "stays@example.org", people.Editor), addAccountWith(t, db, "goes@example.org", people.Editor)
		addAccountWith(t, db, "writer@example.org", people.AuthorRole)
		if err := people.CloseAccount(t.Context(), db, models.ActorShell, goes.ID); err != nil {
			t.Fatal(err)
		}
		list := must(people.HeldMailRecipients(t.Context(), db))
		if len(list) != 1 || list[0].User.ID != stays.ID {
			t.Errorf("%+v listen", list)
		}
	})
}
