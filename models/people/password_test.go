package people_test

import (
	"errors"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/settings"

	"github.com/alexedwards/argon2id"
)

// samePasswords are ways to type one password.
var samePasswords = map[string][]string{
	"an umlaut, composed and decomposed": {"blåbärssöppa är gott", "bla\u030aba\u0308rsso\u0308ppa a\u0308r gott"},
	"full-width letters":                 {"horse battery 42", "ｈｏｒｓｅ　ｂａｔｔｅｒｙ　４２"},
	"Korean syllables and their letters": {"대한민국 서울 열두 자리", "\u1103\u1162한민국 서울 열두 자리"},
	"a space that does not break a line": {"eleven herons in a row", "eleven herons\u00a0in a row"},
	"a ligature":                         {"sufficient fins", "su\ufb03cient fins"},
	"Vietnamese, half composed":          {"tiếng Việt có dấu", "tiê\u0301ng Viê\u0323t co\u0301 dấu"},
	"half-width katakana":                {"パスワードパスワード", "ﾊﾟｽﾜｰﾄﾞﾊﾟｽﾜｰﾄﾞ"},
}

// passwordDoors are the ways in which an account gets a password.
var passwordDoors = map[string]func(t *testing.T, db *models.DB, password string) (email string, err error){
	"add": func(t *testing.T, db *models.DB, password string) (string, error) {
		u, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: "Ida", Email: "add@example.org", Role: people.Editor, Password: password})
		if err != nil {
			return "", err
		}
		return u.Email, nil
	},
	"set by the command": func(t *testing.T, db *models.DB, password string) (string, error) {
		u := addAccountWith(t, db, "set@example.org", people.Editor)
		return u.Email, people.SetPassword(t.Context(), db, u.Email, password)
	},
	"change": func(t *testing.T, db *models.DB, password string) (string, error) {
		u := addAccountWith(t, db, "change@example.org", people.Editor)
		return u.Email, people.ChangePassword(t.Context(), db, u, password, "")
	},
	"reset": func(t *testing.T, db *models.DB, password string) (string, error) {
		u := addAccountWith(t, db, "reset@example.org", people.Editor)
		_, err := people.ResetPassword(t.Context(), db, u.Email, u.Stamp(), password)
		return u.Email, err
	},
	"first administrator": func(t *testing.T, db *models.DB, password string) (string, error) {
		_, err := people.CreateFirstAdministrator(t.Context(), db, people.NewAccount{Name: "Ida", Email: "first@example.org", Password: password})
		return "first@example.org", err
	},
}

// TestAPasswordIsTheSameInEveryTypedForm sets each password by each entry point
// in one form, and signs in with all forms.
func TestAPasswordIsTheSameInEveryTypedForm(t *testing.T) {
	t.Parallel()
	for what, forms := range samePasswords {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for door, set := range passwordDoors {
				for _, stored := range forms {
					db := modeltest.SQLite(t, modeltest.NewClock())
					email, err := set(t, db, stored)
					if err != nil {
						t.Fatalf("%s: %v", door, err)
					}
					for _, typed := range forms {
						if err := signIn(t, db, email, typed, "203.0.113.0/24"); err != nil {
							t.Errorf("%s: set as %+q, typed as %+q: %v", door, stored, typed, err)
						}
						u, err := people.ByEmail(t.Context(), db, email)
						if err != nil {
							t.Fatal(err)
						}
						if err := people.NewSignInGuard().CheckOwnPassword(t.Context(), db, u, typed, "203.0.113.0/24"); err != nil {
							t.Errorf("%s: set as %+q, asked for again and typed as %+q: %v", door, stored, typed, err)
						}
					}
				}
			}
		})
	}
}

// Each way to a password refuses one that is made of the name of the
// paper. It takes one of its words beside others.
func TestAPasswordIsNotTheNameOfThePaper(t *testing.T) {
	t.Parallel()
	for door, set := range passwordDoors {
		for password, refused := range map[string]bool{
			"Larkmoor-Courier-1999": true, "the larkmoor courier!": true, "Courier, Larkmoor 2026 2026": true,
			"larkmoor sells nine umbrellas": false,
		} {
			db := modeltest.SQLite(t, modeltest.NewClock())
			if err := db.Write(t.Context(), func(tx *models.Tx) error {
				return settings.Set(t.Context(), tx, "site.name", "The Larkmoor Courier")
			}); err != nil {
				t.Fatal(err)
			}
			_, err := set(t, db, password)
			e, ok := errors.AsType[*models.Error](err)
			if got := ok && e.Code == "password-common"; got != refused || err != nil && !got {
				t.Errorf("%s: %q is answered with %v", door, password, err)
			}
		}
	}
}

// TestOldPasswordHashesStillWork stores hashes of passwords as they were
// typed. The first success brings the hash into its present form.
func TestOldPasswordHashesStillWork(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		u := addAccount(t, db, people.Editor)
		for _, forms := range samePasswords {
			for _, stored := range forms {
				old, err := argon2id.CreateHash(stored, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
				if err != nil {
					t.Fatal(err)
				}
				if err := db.Write(ctx, func(tx *models.Tx) error {
					return tx.Query(ctx).Model(&people.User{}).Where("id = ?", u.ID).UpdateColumn("password_hash", old).Error
				}); err != nil {
					t.Fatal(err)
				}
				checked, err := people.NewSignInGuard().CheckSignIn(ctx, db, people.SignInAttempt{Email: email, Password: stored, Network: "203.0.113.0/24"})
				if err != nil {
					t.Errorf("an old hash of %+q: %v", stored, err)
					continue
				}
				now, err := people.ByID(ctx, db, u.ID)
				if err != nil || checked.PasswordHash != now.PasswordHash {
					t.Errorf("%+q: the account that was checked has another hash than the stored one (%v)", stored, err)
				}
				for _, typed := range forms {
					if err := signIn(t, db, email, typed, "203.0.113.0/24"); err != nil {
						t.Errorf("after a sign-in with %+q: %+q: %v", stored, typed, err)
					}
				}
			}
		}
	})
}

func TestPasswordLengthCountsBothForms(t *testing.T) {
	t.Parallel()
	for password, ok := range map[string]bool{
		"a\u0308o\u0308a\u0308o\u0308a\u0308": false, // five letters in ten characters
		"ﷺ":                                   false, // one character that stands for eighteen
		"åäöblåbärsö":                         true,
	} {
		if _, err := people.HashPassword(password); ok != (err == nil) {
			t.Errorf("%+q: %v", password, err)
		}
	}
}
