package people_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

func TestMain(m *testing.M) {
	os.Exit(modeltest.Main(m))
}

const password = "eleven herons in a row"

func TestCreatedAccountHasItsPassword(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		added, err := people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "  Ida \t Holm ", Email: " Ida.Holm+Desk@Example.ORG ", Role: people.Moderator})
		if err != nil {
			t.Fatal(err)
		}
		if added.Name != "Ida Holm" || added.Email != "ida.holm+desk@example.org" || added.Slug != "ida-holm-plus-desk-at-example-org" {
			t.Errorf("stored as %q <%s> %q", added.Name, added.Email, added.Slug)
		}
		if ok, err := added.CheckPassword(""); ok || err != nil {
			t.Errorf("an account without a password lets the empty one in: %v, %v", ok, err)
		}

		clock.Advance(time.Hour)
		if err := people.SetPassword(ctx, db, "IDA.HOLM+DESK@example.org", password); err != nil {
			t.Fatal(err)
		}
		found, err := people.ByEmail(ctx, db, "ida.holm+desk@EXAMPLE.org")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(found.PasswordHash, "$argon2id$v=19$m=64,t=1,p=1$") {
			t.Errorf("password stored as %.40s…", found.PasswordHash)
		}
		if found.Role != people.Moderator || !found.UpdatedAt.After(found.CreatedAt.Time) {
			t.Errorf("read back as role %s, made %v, changed %v", found.Role, found.CreatedAt, found.UpdatedAt)
		}
		for _, try := range []struct {
			password string
			want     bool
		}{{password, true}, {password + " ", false}, {strings.ToUpper(password), false}, {"", false}} {
			if ok, err := found.CheckPassword(try.password); ok != try.want || err != nil {
				t.Errorf("password %q: %v, %v", try.password, ok, err)
			}
		}
	})
}

func TestAnAddressHasOneAccount(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		for _, name := range []string{"Zadie Quist", "Amos Brandt"} {
			if _, err := people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: name, Email: strings.Fields(name)[0] + "@example.org", Role: people.AuthorRole}); err != nil {
				t.Fatal(err)
			}
		}
		_, err := people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Somebody Else", Email: "AMOS@example.org", Role: people.Editor})
		if models.KindOf(err) != models.Conflict {
			t.Errorf("a second account for an address: %v, want a conflict", err)
		}
		list, err := people.ListAccounts(ctx, db)
		if err != nil || len(list) != 2 || list[0].Name != "Amos Brandt" || list[1].Name != "Zadie Quist" {
			t.Errorf("listed %v, %v", list, err)
		}
		if _, err := people.ByEmail(ctx, db, "nobody@example.org"); models.KindOf(err) != models.NotFound {
			t.Errorf("an account that is none: %v", err)
		}
		if err := people.SetPassword(ctx, db, "nobody@example.org", password); models.KindOf(err) != models.NotFound {
			t.Errorf("a password for nobody: %v", err)
		}
	})
}

func TestFieldsOfAnAccountHaveLimits(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	local := strings.Repeat("a", people.MaxEmailBytes-len("@example.org"))
	for _, c := range []struct {
		what, name, email, password string
		ok                          bool
	}{
		{"longest name", strings.Repeat("n", people.MaxName), "a@example.org", "", true},
		{"longest Thai name", strings.Repeat("ที่", people.MaxName), "thai@example.org", "", true},
		{"Thai name too long", strings.Repeat("ที่", people.MaxName+1), "b@example.org", "", false},
		{"invisible name", "\u3164\u200b", "b@example.org", "", false},
		{"name too long", strings.Repeat("n", people.MaxName+1), "b@example.org", "", false},
		{"no name", " \t ", "c@example.org", "", false},
		{"control character", "Bell\aRinger", "d@example.org", "", false},
		{"invalid UTF-8", "N\xff", "e@example.org", "", false},
		{"longest address", "F", local + "@example.org", "", true},
		{"address too long", "G", "a" + local + "@example.org", "", false},
		{"no address", "H", "", "", false},
		{"no domain", "I", "i@localhost", "", false},
		{"two addresses", "J", "j@example.org, k@example.org", "", false},
		{"name and address", "K", "K <k@example.org>", "", false},
		{"a header after it", "L", "l@example.org\r\nBcc: m@example.org", "", false},
		{"shortest password", "M", "m@example.org", "åäöblåbärö", true},
		{"password too short", "N", "n@example.org", "åäöåäöåäö", false},
		{"longest password", "O", "o@example.org", "a sentence of " + strings.Repeat("p", people.MaxPasswordBytes-14), true},
		{"password too long", "P", "p@example.org", strings.Repeat("p", people.MaxPasswordBytes+1), false},
		{"password of broken text", "Q", "q@example.org", "ten letters\xff", false},
	} {
		_, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: c.name, Email: c.email, Role: people.Subscriber, Password: c.password})
		if c.ok != (err == nil) || err != nil && models.KindOf(err) != models.Invalid {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestParseRole(t *testing.T) {
	t.Parallel()
	for _, r := range people.Roles {
		if got, err := people.ParseRole(string(r)); got != r || err != nil {
			t.Errorf("role %s read as %s, %v", r, got, err)
		}
	}
	for _, s := range []string{"", "Editor", "admin"} {
		if _, err := people.ParseRole(s); models.KindOf(err) != models.Invalid || !strings.Contains(err.Error(), "subscriber, contributor") {
			t.Errorf("role %q: %v", s, err)
		}
	}
}

// Passwords that are guessed first are refused where one is set, never at the sign-in:
// an account keeps its older password.
func TestCommonPasswordsAreRefusedWhereTheyAreSet(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		common := func(err error) bool {
			refusal, ok := errors.AsType[*models.Error](err)
			return ok && refusal.Code == "password-common" && refusal.Kind == models.Invalid
		}
		account := people.NewAccount{Name: "Ida Holm", Email: email, Role: people.Editor, Password: "Ida Holm 2026"}
		if _, err := people.CreateAccount(ctx, db, models.ActorShell, account); !common(err) {
			t.Errorf("a password of the own name: %v", err)
		}
		account.Password = password
		u, err := people.CreateAccount(ctx, db, models.ActorShell, account)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"qwertyuiop", "Password2026", "idaholm12345"} {
			if err := people.SetPassword(ctx, db, email, bad); !common(err) {
				t.Errorf("%q by the command: %v", bad, err)
			}
			if err := people.ChangePassword(ctx, db, u, bad, ""); !common(err) {
				t.Errorf("%q by the owner: %v", bad, err)
			}
		}
		if right, err := u.CheckPassword(password); err != nil || !right {
			t.Errorf("the password after the refusals: %v (%v)", right, err)
		}
	})
}

// The wish to hear of corrections ends with the proof of the address and with the address.
func TestTheWishToHearOfCorrectionsEndsWithTheAddress(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		const email = "anna@example.org"
		ends := map[string]func(tx *models.Tx) error{
			"erased": func(tx *models.Tx) error { return people.ForgetAddress(t.Context(), tx, email, true) },
			"revoked": func(tx *models.Tx) error {
				_, err := people.ChangeAddress(t.Context(), tx, email, func(a *people.Address, now models.Time) bool {
					a.RevokeProofs(now)
					return true
				})
				return err
			},
		}
		for name, end := range ends {
			for _, err := range []error{
				people.ConfirmMail(t.Context(), db, email, false), people.ChooseCorrections(t.Context(), db, email, true),
				db.Write(t.Context(), end), people.ConfirmMail(t.Context(), db, email, false),
			} {
				if err != nil {
					t.Fatal(name, err)
				}
			}
			if a, err := people.AddressOf(t.Context(), db, email); err != nil || a.Corrections || !a.TakesMail() {
				t.Errorf("%s: %+v (%v)", name, a, err)
			}
		}
	})
}
