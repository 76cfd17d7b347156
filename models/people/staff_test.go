package people_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// The test compares every role with every right.
func TestRightsOfRoles(t *testing.T) {
	t.Parallel()
	const all = "contributor author editor administrator"
	want := map[people.Right]string{
		people.Writing:               all,
		people.Publishing:            "author editor administrator",
		people.Uploading:             all,
		people.ModeratingOwn:         "author editor administrator",
		people.Editing:               "editor administrator",
		people.RawHTML:               "editor administrator",
		people.ManagingCategories:    "editor administrator",
		people.Moderating:            "moderator editor administrator",
		people.ChangingRules:         "editor administrator",
		people.Auditing:              "editor administrator",
		people.Managing:              "administrator",
		people.Setting:               "administrator",
		people.ImportingAndExporting: "administrator",
	}
	if len(want) != len(people.Rights) {
		t.Errorf("%d rights, %d in this table", len(people.Rights), len(want))
	}
	for _, right := range people.Rights {
		if _, ok := want[right]; !ok {
			t.Errorf("the right %q is not in this table", right)
		}
		for _, role := range append(slices.Clone(people.Roles), "", "king") {
			if got, may := role.May(right), slices.Contains(strings.Fields(want[right]), string(role)); got != may {
				t.Errorf("%q may %q: %v, want %v", role, right, got, may)
			}
		}
	}
	for _, role := range people.Roles {
		if role.May("no such right") || role.May("") {
			t.Errorf("%s may what is no right", role)
		}
	}
}

func TestLastAdministratorKeepsTheRole(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		a, b := addAccountWith(t, db, "a@example.org", people.Administrator), addAccountWith(t, db, "b@example.org", people.Administrator)
		// Both are taken away at once; one stays.
		var all sync.WaitGroup
		errs := make([]error, 2)
		for i, u := range []*people.User{a, b} {
			all.Go(func() {
				if i == 0 {
					errs[i] = people.SetRole(context.Background(), db, models.ActorShell, u.ID, people.Editor)
				} else {
					errs[i] = people.CloseAccount(context.Background(), db, models.ActorShell, u.ID)
				}
			})
		}
		all.Wait()
		if n := slices.IndexFunc(errs, func(err error) bool { return refusal(t, err) == "last-administrator" }); n < 0 || errs[1-n] != nil {
			t.Fatalf("%v", errs)
		}
		if has, err := people.HasAdministrator(ctx, db); !has || err != nil {
			t.Errorf("nobody is left, %v", err)
		}
		if _, err := people.CreateFirstAdministrator(ctx, db, people.NewAccount{Name: "Eve", Email: "eve@example.org", Password: password}); models.KindOf(err) != models.Gone {
			t.Errorf("a first administrator beside the last: %v", err)
		}
	})
}

// Two browsers that open the link to the first administrator at once create
// one account.
func TestOnlyOneFirstAdministrator(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		if _, err := people.CreateFirstAdministrator(t.Context(), db, people.NewAccount{Name: "Ada", Email: "ada@example.org", Password: "short"}); models.KindOf(err) != models.Invalid {
			t.Errorf("a short password: %v", err)
		}
		if _, err := people.CreateFirstAdministrator(t.Context(), db, people.NewAccount{Name: "Ada", Email: "ada@example.org"}); models.KindOf(err) != models.Invalid {
			t.Errorf("no password: %v", err)
		}
		var all sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			all.Go(func() {
				_, errs[i] = people.CreateFirstAdministrator(context.Background(), db, people.NewAccount{Name: "Ada", Email: string(rune('a'+i)) + "@example.org", Password: password})
			})
		}
		all.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else if models.KindOf(err) != models.Gone {
				t.Error(err)
			}
		}
		list, err := people.ListAccounts(t.Context(), db)
		if made != 1 || len(list) != 1 || err != nil || list[0].Role != people.Administrator {
			t.Errorf("%d made, %v, %v", made, list, err)
		}
	})
}

func TestClosedAccountsCannotSignIn(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		boss, u := addAccountWith(t, db, "boss@example.org", people.Administrator), addAccount(t, db, people.Editor)
		by := boss.Actor()
		token := must(people.SignIn(ctx, db, u, "home", "Firefox"))
		mark := u.Stamp()
		p, a := passkeys(t, origin), modeltest.NewAuthenticator(t, origin)
		register(t, db, p, u, a)
		if err := people.CloseAccount(ctx, db, by, u.ID); err != nil {
			t.Fatal(err)
		}
		if s, _, err := people.ResumeSession(ctx, db, token); s != nil || err != nil {
			t.Errorf("the session goes on: %v, %v", s, err)
		}
		if err := signIn(t, db, email, password, "home"); refusal(t, err) != "sign-in-wrong" {
			t.Errorf("the password: %v", err)
		}
		c, _ := p.BeginSignIn(clock.Now())
		if _, err := p.SignIn(ctx, db, c.Key, a.Get(c.Options)); refusal(t, err) != "passkey-wrong" {
			t.Errorf("the passkey: %v", err)
		}
		if _, err := people.ResetPassword(ctx, db, email, mark, "another password"); models.KindOf(err) != models.Gone {
			t.Errorf("a new password: %v", err)
		}
		if got, err := people.AllowResetMail(ctx, db, email); got != nil || err != nil {
			t.Errorf("mail for it: %v, %v", got, err)
		}
		if err := people.ReopenAccount(ctx, db, by, u.ID); err != nil {
			t.Fatal(err)
		}
		if err := signIn(t, db, email, password, "home"); err != nil {
			t.Errorf("opened again: %v", err)
		}
		log, err := people.ListChanges(ctx, db, u.ID, 10)
		if err != nil || len(log) != 3 || log[0].Verb != "returned" || log[1].Verb != "ended" || log[1].Actor != "boss" || *log[1].ActorID != boss.ID || log[2].Actor != "shell" {
			t.Errorf("logged %+v, %v", log, err)
		}
	})
}

func TestRemoveSecondFactors(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		u, other := addAccount(t, db, people.Editor), addAccountWith(t, db, "olga@example.org", people.Editor)
		register(t, db, passkeys(t, origin), u, modeltest.NewAuthenticator(t, origin))
		register(t, db, passkeys(t, origin), other, modeltest.NewAuthenticator(t, origin))
		secret, _, _ := people.NewTOTP("Courier", u, "")
		if _, err := people.EnableTOTP(ctx, db, u, secret, must(people.CodeAt(secret, clock.Now())), ""); err != nil {
			t.Fatal(err)
		}
		u = must(people.ByID(ctx, db, u.ID))
		token, others := must(people.SignIn(ctx, db, u, "home", "")), must(people.SignIn(ctx, db, other, "home", ""))
		if err := people.RemoveSecondFactors(ctx, db, models.ActorShell, u.ID); err != nil {
			t.Fatal(err)
		}
		if u = must(people.ByID(ctx, db, u.ID)); u.UsesTOTP() {
			t.Error("one-time passwords are still asked for")
		}
		counts, err := people.CountPasskeys(ctx, db)
		if err != nil || counts[u.ID] != 0 || counts[other.ID] != 1 {
			t.Errorf("passkeys %v, %v", counts, err)
		}
		if s, _, _ := people.ResumeSession(ctx, db, token); s != nil {
			t.Error("the finder stays signed in")
		}
		if s, _, _ := people.ResumeSession(ctx, db, others); s == nil {
			t.Error("somebody else was signed out")
		}
	})
}

func TestModeratorLimitedToCategories(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		exec := func(statement string, values ...any) {
			t.Helper()
			if err := db.Write(ctx, func(tx *models.Tx) error { return tx.Query(ctx).Exec(statement, values...).Error }); err != nil {
				t.Fatal(err)
			}
		}
		for id, slug := range []string{"", "sport", "world", "culture"} {
			if id > 0 {
				exec("INSERT INTO categories (id, slug, path, name, description, position, own_stories, weight, created_at) VALUES (?, ?, ?, ?, '', 0, 0, 0, 0)", id, slug, slug, slug)
			}
		}
		u := addAccount(t, db, people.Moderator)
		expect := func(what string, want []int64) {
			t.Helper()
			if got, err := people.ActiveCategoryLimit(ctx, db, u.ID); err != nil || !slices.Equal(got, want) || (got == nil) != (want == nil) {
				t.Errorf("%s: %v, %v, want %v", what, got, err, want)
			}
		}
		expect("at first", nil)
		if err := people.SetCategoryLimit(ctx, db, models.ActorShell, u.ID, []int64{2, 1, 2}, "sport, world"); err != nil {
			t.Fatal(err)
		}
		expect("limited", []int64{1, 2})
		if err := people.SetRole(ctx, db, models.ActorShell, u.ID, people.Editor); err != nil {
			t.Fatal(err)
		}
		expect("as an editor", nil)
		if err := people.SetRole(ctx, db, models.ActorShell, u.ID, people.Moderator); err != nil {
			t.Fatal(err)
		}
		expect("a moderator again", []int64{1, 2})
		exec("DELETE FROM categories WHERE id = 1")
		expect("one section removed", []int64{2})
		exec("DELETE FROM categories WHERE id = 2")
		expect("all sections removed", []int64{0})
		if err := people.SetCategoryLimit(ctx, db, models.ActorShell, u.ID, []int64{3}, "culture"); err != nil {
			t.Fatal(err)
		}
		expect("another", []int64{3})
		if err := people.SetCategoryLimit(ctx, db, models.ActorShell, u.ID, nil, ""); err != nil {
			t.Fatal(err)
		}
		expect("lifted", nil)
		if err := people.SetCategoryLimit(ctx, db, models.ActorShell, 99, nil, ""); models.KindOf(err) != models.NotFound {
			t.Errorf("nobody's: %v", err)
		}
	})
}

func TestSessionLifetime(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		u := addAccount(t, db, people.Editor)
		in := func() string {
			now := must(people.ByID(ctx, db, u.ID)) // the test changes the password in between
			return must(people.SignIn(ctx, db, now, "home", strings.Repeat("ä", 300)))
		}
		lives := func(token string) bool {
			t.Helper()
			s, _, err := people.ResumeSession(ctx, db, token)
			if err != nil {
				t.Fatal(err)
			}
			return s != nil
		}
		first, second := in(), in()
		if first == second || lives("") || lives("A") || !lives(first) || !lives(second) {
			t.Error("tokens are not what they should be")
		}
		s, account, _ := people.ResumeSession(ctx, db, first)
		stored := must(people.SessionsOf(ctx, db, u.ID, db.Now()))
		if !slices.Contains(stored, *s) || !reflect.DeepEqual(account, must(people.ByID(ctx, db, u.ID))) {
			t.Errorf("the session is resumed as %+v of %+v", s, account)
		}
		if lives(s.Hash) {
			t.Error("the stored hash signs in")
		}
		token, rotated, err := people.RotateSession(ctx, db, s, u)
		if err != nil || rotated == nil || lives(first) || !lives(token) || !rotated.CreatedAt.Equal(s.CreatedAt.Time) {
			t.Errorf("rotated: %v, %v", rotated, err)
		}
		if again, gone, err := people.RotateSession(ctx, db, s, u); again != "" || gone != nil || err != nil {
			t.Errorf("an old session was rotated again: %q, %v, %v", again, gone, err)
		}
		other := addAccountWith(t, db, "olga@example.org", people.Editor)
		if err := people.SignOut(ctx, db, other.ID, rotated.Hash); err != nil || !lives(token) {
			t.Errorf("somebody else ended it: %v", err)
		}
		if err := people.SignOutOthers(ctx, db, u, rotated.Hash); err != nil || !lives(token) || lives(second) {
			t.Errorf("ending the others: %v", err)
		}
		if err := people.ChangePassword(ctx, db, u, "another long password", rotated.Hash); err != nil || !lives(token) {
			t.Errorf("changing the password: %v", err)
		}
		if err := people.SetPassword(ctx, db, u.Email, password); err != nil || lives(token) {
			t.Errorf("set by command: %v", err)
		}
		// Idle, and used but old.
		idle, used := in(), in()
		for range 9 {
			clock.Advance(10 * 24 * time.Hour)
			lives(used)
		}
		if lives(idle) || !lives(used) {
			t.Error("an idle session lives, or a used one does not")
		}
		clock.Advance(24 * time.Hour)
		if lives(used) {
			t.Error("a session lasts for ever")
		}
		if err := people.PruneSessions(ctx, db); err != nil {
			t.Fatal(err)
		}
		if list, err := people.SessionsOf(ctx, db, u.ID, clock.Now()); len(list) != 0 || err != nil {
			t.Errorf("kept %v, %v", list, err)
		}
	})
}

func TestPasswordLinkWorksOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		u := addAccount(t, db, people.Editor)
		token := must(people.SignIn(ctx, db, u, "home", ""))
		mark := u.Stamp()
		if _, err := people.ResetPassword(ctx, db, email, mark, "short"); models.KindOf(err) != models.Invalid {
			t.Errorf("a short one: %v", err)
		}
		var all sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			all.Go(func() {
				_, errs[i] = people.ResetPassword(context.Background(), db, email, mark, "another password "+string(rune('a'+i)))
			})
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else if models.KindOf(err) != models.Gone {
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("it worked %d times", done)
		}
		if s, _, _ := people.ResumeSession(ctx, db, token); s != nil {
			t.Error("the session goes on")
		}
		if _, err := people.ResetPassword(ctx, db, "nobody@example.org", mark, "another password"); models.KindOf(err) != models.Gone {
			t.Errorf("nobody's: %v", err)
		}
		for i := range 5 {
			got, err := people.AllowResetMail(ctx, db, email)
			if err != nil || (got != nil) != (i < 3) {
				t.Errorf("mail %d: %v, %v", i, got, err)
			}
		}
		clock.Advance(time.Hour)
		if got, err := people.AllowResetMail(ctx, db, email); got == nil || err != nil {
			t.Errorf("an hour later: %v, %v", got, err)
		}
		if got, err := people.AllowResetMail(ctx, db, "nobody@example.org"); got != nil || err != nil {
			t.Errorf("nobody: %v, %v", got, err)
		}
	})
}
