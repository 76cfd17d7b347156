package apppasswords_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const network = "192.0.2.0/24"

// site is a database with an account of each role.
type site struct {
	*testing.T
	db    *models.DB
	users map[people.Role]*people.User
}

func newSite(t *testing.T, db *models.DB) *site {
	s := &site{t, db, map[people.Role]*people.User{}}
	for _, role := range people.Roles {
		s.users[role] = must(people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{
			Name: "Some " + string(role), Email: string(role) + "@courier.example", Role: role,
		}))
	}
	return s
}

func (s *site) make(role people.Role, name string) string {
	s.Helper()
	u := must(people.ByID(s.Context(), s.db, s.users[role].ID))
	return must(apppasswords.Make(s.Context(), s.db, u, name))
}

// in returns the name of the account that a password signs in, "" for none.
func (s *site) in(user, password string) string {
	s.Helper()
	u, _, err := apppasswords.Check(s.Context(), s.db, user, password, network)
	if must(0, err); u != nil {
		return u.Name
	}
	return ""
}

func (s *site) mails() (n int) {
	must(models.QueryRow(s.Context(), s.db, []any{&n}, "SELECT count(*) FROM jobs WHERE kind = ?", people.JobSecurity))
	return n
}

func TestPasswordSignsItsAccountIn(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db)
		secret := s.make(people.Editor, " The  phone ")
		if !regexp.MustCompile(`^([A-Z2-7]{4} ){5}[A-Z2-7]{4}$`).MatchString(secret) {
			t.Errorf("the password is %q", secret)
		}
		for user, want := range map[string]string{
			"editor@courier.example": "Some editor", "EDITOR@courier.example": "Some editor", "some editor": "Some editor",
			"author@courier.example": "", "Some author": "", "": "", "nobody@example.org": "",
		} {
			if got := s.in(user, secret); got != want {
				t.Errorf("%q signs %q in, want %q", user, got, want)
			}
		}
		plain := strings.ReplaceAll(secret, " ", "")
		for password, want := range map[string]string{
			plain: "Some editor", strings.ToLower(plain): "Some editor", "\t" + secret + "\n": "Some editor",
			plain + "A": "", plain[1:]: "", "": "", strings.Repeat("A", 24): "",
		} {
			if got := s.in("editor@courier.example", password); got != want {
				t.Errorf("%q signs %q in, want %q", password, got, want)
			}
		}
		list := must(apppasswords.Of(t.Context(), db, s.users[people.Editor].ID))
		if len(list) != 1 || list[0].Name != "The phone" || list[0].Network != network || !list[0].UsedAt.Equal(clock.Now()) {
			t.Errorf("the list has %+v", list)
		}
		if strings.Contains(fmt.Sprint(list), plain) {
			t.Error("the password itself is stored")
		}
		log := must(people.ListChanges(t.Context(), db, s.users[people.Editor].ID, 1))
		if s.mails() != 1 || log[0].Verb != "app-password-add" || log[0].After != "The phone" {
			t.Errorf("%d mails, log %+v", s.mails(), log)
		}
		clock.Advance(59 * time.Minute)
		s.in("editor@courier.example", secret)
		if again := must(apppasswords.Of(t.Context(), db, s.users[people.Editor].ID)); again[0].UsedAt != list[0].UsedAt {
			t.Error("each use writes")
		}
		_, _, err := apppasswords.Check(t.Context(), db, "editor@courier.example", secret, "198.51.100.0/24")
		must(0, err)
		if again := must(apppasswords.Of(t.Context(), db, s.users[people.Editor].ID)); again[0].Network != "198.51.100.0/24" {
			t.Errorf("another network is not noted: %+v", again)
		}
	})
}

func TestPasswordIsRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		s := newSite(t, db)
		refused := func(role people.Role, name, want string) {
			t.Helper()
			_, err := apppasswords.Make(t.Context(), db, s.users[role], name)
			if e, ok := errors.AsType[*models.Error](err); !ok || e.Code != want {
				t.Errorf("%s, %.20q: %v, want %s", role, name, err, want)
			}
		}
		refused(people.Subscriber, "phone", "no-right")
		for _, name := range []string{"", " ", "a\nb", strings.Repeat("x", apppasswords.MaxName+1), "\u200b"} {
			refused(people.Editor, name, "app-password-name")
		}
		s.make(people.Editor, strings.Repeat("x", apppasswords.MaxName))
		for i := range apppasswords.MaxPasswords {
			if i < apppasswords.MaxPasswords-1 {
				s.make(people.Editor, "one more")
				continue
			}
			refused(people.Editor, "too many", "app-passwords-many")
		}
		stale := *s.users[people.AuthorRole]
		if err := people.SignOutUser(t.Context(), db, models.ActorShell, stale.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := apppasswords.Make(t.Context(), db, &stale, "phone"); models.KindOf(err) != models.Gone {
			t.Errorf("after a sign-out everywhere: %v", err)
		}
	})
}

// Each password ends with what its owner or an administrator does about the account.
func TestPasswordEnds(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		setRole := func(role people.Role) func(id int64) error {
			return func(id int64) error { return people.SetRole(ctx, db, models.ActorShell, id, role) }
		}
		for name, one := range map[string]struct {
			do   func(id int64) error
			ends bool
		}{
			"nothing": {func(int64) error { return nil }, false},
			"a new name": {func(id int64) error {
				return people.Rename(ctx, db, must(people.ByID(ctx, db, id)), "New name "+fmt.Sprint(id))
			}, false},
			"a role with fewer":       {setRole(people.Contributor), false},
			"a role with more rights": {setRole(people.Editor), true},
			"a role beside it":        {setRole(people.Moderator), true},
			"a role without rights":   {setRole(people.Subscriber), true},
			"a new password": {func(id int64) error {
				return people.ChangePassword(ctx, db, must(people.ByID(ctx, db, id)), "seven quiet ferries at dusk", "")
			}, true},
			"sign-out elsewhere":  {func(id int64) error { return people.SignOutOthers(ctx, db, must(people.ByID(ctx, db, id)), "") }, true},
			"sign-out everywhere": {func(id int64) error { return people.SignOutUser(ctx, db, models.ActorShell, id) }, true},
			"closing":             {func(id int64) error { return people.CloseAccount(ctx, db, models.ActorShell, id) }, true},
		} {
			u := must(people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{
				Name: name, Email: strings.ReplaceAll(name, " ", "-") + "@example.org", Role: people.AuthorRole,
			}))
			secret := must(apppasswords.Make(ctx, db, u, "phone"))
			if err := one.do(u.ID); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, _, err := apppasswords.Check(ctx, db, u.Email, secret, network)
			must(0, err)
			left := must(apppasswords.Of(ctx, db, u.ID))
			if (got == nil) != one.ends || (len(left) == 0) != one.ends {
				t.Errorf("after %s the account is %v, and %d passwords are left", name, got, len(left))
			}
		}
		s := newSite(t, db)
		first, second, other := s.make(people.AuthorRole, "first"), s.make(people.AuthorRole, "second"), s.make(people.Editor, "other")
		id, by := s.users[people.AuthorRole].ID, s.users[people.AuthorRole].Actor()
		list := must(apppasswords.Of(ctx, db, id))
		if err := apppasswords.End(ctx, db, by, s.users[people.Editor].ID, list[0].ID); err != nil {
			t.Fatal(err)
		}
		if s.in("Some author", first) == "" {
			t.Error("another account has ended it")
		}
		if err := apppasswords.End(ctx, db, by, id, list[0].ID); err != nil {
			t.Fatal(err)
		}
		if s.in("Some author", first) != "" || s.in("Some author", second) == "" {
			t.Error("not the one was ended")
		}
		before := s.mails()
		if err := apppasswords.EndAll(ctx, db, by, id); err != nil {
			t.Fatal(err)
		}
		log := must(people.ListChanges(ctx, db, id, 1))
		if s.in("Some author", second) != "" || s.in("Some editor", other) == "" || s.mails() != before+1 || log[0].Verb != "app-password-end" {
			t.Errorf("after the end of all: %d mails, log %+v", s.mails()-before, log)
		}
	})
}

// What a program makes ends with the program's own password.
func TestAPasswordOfAProgramEndsWithIt(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, ctx := newSite(t, db), t.Context()
		u := must(people.ByID(ctx, db, s.users[people.Editor].ID))
		_, first, err := apppasswords.MakeFor(ctx, db, u, apppasswords.Request{Name: "phone", AppID: "8F14E45F-CEEA-467F-9B3E-2B3E5C5D6A7B"})
		must(0, err)
		second, _, err := apppasswords.MakeFor(ctx, db, u, apppasswords.Request{Name: "its widget", MadeBy: first.ID})
		must(0, err)
		if s.in("Some editor", second) == "" {
			t.Error("the second does not count")
		}
		list := must(apppasswords.Of(ctx, db, u.ID))
		if a, b := list[0].UUID(), list[1].UUID(); a == b || len(a) != 36 || list[0].AppID != "8f14e45f-ceea-467f-9b3e-2b3e5c5d6a7b" {
			t.Errorf("the names are %s and %s, the app %s", a, b, list[0].AppID)
		}
		if err := apppasswords.Rename(ctx, db, s.users[people.AuthorRole].ID, first.ID, "x"); models.KindOf(err) != models.NotFound {
			t.Errorf("another account renames it: %v", err)
		}
		must(0, apppasswords.Rename(ctx, db, u.ID, first.ID, " My  phone "))
		if list := must(apppasswords.Of(ctx, db, u.ID)); list[0].Name != "My phone" {
			t.Errorf("renamed to %q", list[0].Name)
		}
		for _, ask := range []apppasswords.Request{{Name: " "}, {Name: "x", AppID: "1"}} {
			if _, _, err := apppasswords.MakeFor(ctx, db, u, ask); models.KindOf(err) != models.Invalid {
				t.Errorf("%+v: %v", ask, err)
			}
		}
		must(0, apppasswords.End(ctx, db, u.Actor(), u.ID, first.ID))
		if s.in("Some editor", second) != "" || len(must(apppasswords.Of(ctx, db, u.ID))) != 0 {
			t.Error("the second goes on")
		}
	})
}

// FuzzCheck sends any user name and password. None signs anybody in.
func FuzzCheck(f *testing.F) {
	clock := modeltest.NewClock()
	db := modeltest.SQLite(f, clock)
	u := must(people.CreateAccount(f.Context(), db, models.ActorShell, people.NewAccount{Name: "Ida", Email: "ida@example.org", Role: people.Editor}))
	must(apppasswords.Make(f.Context(), db, u, "phone"))
	for _, seed := range []string{"", "ida@example.org", "Ida", "\x00", "\xff", "AAAA BBBB CCCC DDDD EEEE FFFF", strings.Repeat("ß", 24)} {
		f.Add("ida@example.org", seed)
		f.Add(seed, "AAAABBBBCCCCDDDDEEEEFFFF")
	}
	f.Fuzz(func(t *testing.T, user, password string) {
		if got, _, err := apppasswords.Check(t.Context(), db, user, password, network); got != nil || err != nil {
			t.Errorf("%q %q: %v, %v", user, password, got, err)
		}
	})
}
