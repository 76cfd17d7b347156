package people_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/people/hashcost"
)

const email = "ida@example.org"

func addAccount(t *testing.T, db *models.DB, role people.Role) *people.User {
	t.Helper()
	return addAccountWith(t, db, email, role)
}

func addAccountWith(t *testing.T, db *models.DB, email string, role people.Role) *people.User {
	t.Helper()
	name, _, _ := strings.Cut(email, "@")
	u, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: name, Email: email, Role: role, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func signIn(t *testing.T, db *models.DB, email, password, network string) error {
	t.Helper()
	return signInBy(t, people.NewSignInGuard(), db, email, password, network)
}

func signInBy(t *testing.T, guard *people.SignInGuard, db *models.DB, email, password, network string) error {
	t.Helper()
	_, err := guard.CheckSignIn(t.Context(), db, people.SignInAttempt{Email: email, Password: password, Network: network})
	return err
}

// code is the code of a refusal, "" for none.
func refusal(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok {
		t.Fatalf("no refusal: %v", err)
	}
	return refusal.Code
}

// A thousand guesses come from one network: ten at one account and fifty in
// all are checked. The owner can sign in from another network at once, and
// from this one after the window.
func TestGuessesFromOneNetworkAreLimited(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		addAccount(t, db, people.Editor)
		wrong, often := 0, 0
		for i := range 1000 {
			switch refusal(t, signIn(t, db, email, fmt.Sprint("guess number ", i), "203.0.113.0/24")) {
			case "sign-in-wrong":
				wrong++
			case "sign-in-often":
				often++
			}
		}
		if wrong != 10 || often != 990 {
			t.Errorf("%d guesses were looked at, %d turned away", wrong, often)
		}
		err := signIn(t, db, email, password, "203.0.113.0/24")
		if refusal, ok := errors.AsType[*models.Error](err); !ok || refusal.Kind != models.TooMany || refusal.RetryAfter <= 0 || refusal.RetryAfter > 15*time.Minute {
			t.Errorf("the right password in the same place: %v", err)
		}
		if err := signIn(t, db, email, password, "198.51.100.0/24"); err != nil {
			t.Errorf("the owner elsewhere: %v", err)
		}
		wrong = 0
		for i := range 200 {
			if refusal(t, signIn(t, db, fmt.Sprintf("nobody%d@example.org", i), "guess", "192.0.2.0/24")) == "sign-in-wrong" {
				wrong++
			}
		}
		if wrong != 50 {
			t.Errorf("%d accounts were tried from one network", wrong)
		}
		clock.Advance(15 * time.Minute)
		if err := signIn(t, db, email, password, "203.0.113.0/24"); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
}

// A thousand guesses come from a thousand networks: a hundred are checked. The
// owner can still sign in from a known network.
func TestGuessesFromManyNetworksAreLimited(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		u := addAccount(t, db, people.Editor)
		if _, err := people.SignIn(t.Context(), db, u, "198.51.100.0/24", "Firefox"); err != nil {
			t.Fatal(err)
		}
		guard := people.NewSignInGuard()
		var mu sync.Mutex
		counts := map[string]int{}
		var all sync.WaitGroup
		for part := range 8 {
			all.Go(func() {
				for i := range 125 {
					_, err := guard.CheckSignIn(context.Background(), db, people.SignInAttempt{Email: email, Password: "guess", Network: fmt.Sprintf("10.%d.%d.0/24", part, i)})
					refusal, _ := errors.AsType[*models.Error](err)
					mu.Lock()
					if refusal != nil {
						counts[refusal.Code]++
					} else {
						counts[fmt.Sprint(err)]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if counts["sign-in-wrong"] != 100 || counts["sign-in-often"] != 900 {
			t.Errorf("%v", counts)
		}
		if err := signIn(t, db, email, password, "10.99.0.0/24"); refusal(t, err) != "sign-in-often" {
			t.Errorf("the right password from an unknown place: %v", err)
		}
		if err := signIn(t, db, email, password, "198.51.100.0/24"); err != nil {
			t.Errorf("the owner at home: %v", err)
		}
	})
}

// An unknown account, an account without a password, a closed account and a
// wrong password get the same answer for the same work: one compared hash and
// the same counters.
func TestUnknownAccountsGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		guard := people.NewSignInGuard()
		addAccount(t, db, people.Administrator)
		if _, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: "Without", Email: "without@example.org", Role: people.Editor}); err != nil {
			t.Fatal(err)
		}
		if err := people.CloseAccount(t.Context(), db, models.ActorShell, addAccountWith(t, db, "ended@example.org", people.Editor).ID); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, c := range [][3]string{
			{email, "not the password"},
			{"nobody@example.org", "not the password"},
			{"without@example.org", ""},
			{"ended@example.org", password},
			{"no address", password},
			{"", ""},
			{email, strings.Repeat("p", people.MaxPasswordBytes+1)},
			{"nobody@example.org", strings.Repeat("p", people.MaxPasswordBytes+1)},
			// A password that has several forms costs as many hashes, one for each
			// character of the third field, with an account and without.
			{email, "fel lösenord här", "##"},
			{"nobody@example.org", "fel lösenord här", "##"},
			{"without@example.org", "fel lo\u0308senord ha\u0308r", "##"},
			{email, "fel lo\u0308senord ha\u0308r", "##"},
			{email, "ｆｅｌ lösenord här", "###"},
			{"ended@example.org", "ｆｅｌ lösenord här", "###"},
		} {
			before := guard.Compared()
			err := signInBy(t, guard, db, c[0], c[1], "203.0.113.0/24")
			if n := guard.Compared() - before; n != int64(max(1, len(c[2]))) {
				t.Errorf("%q, %.20q: %d hashes compared", c[0], c[1], n)
			}
			texts = append(texts, err.Error())
		}
		if slices.Sort(texts); len(slices.Compact(texts)) != 1 {
			t.Errorf("several answers: %q", texts)
		}
	})
}

// Two sites in one process have separate queues: a flood of sign-ins at one
// does not refuse sign-ins at the other.
func TestSitesOfOneProcessDoNotShareSignInQueues(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db, other := modeltest.SQLite(t, clock), modeltest.SQLite(t, clock)
	addAccount(t, db, people.Editor)
	addAccount(t, other, people.Editor)
	full, free := people.NewSignInGuard(), people.NewSignInGuard()
	full.Fill()
	if err := signInBy(t, full, db, email, password, "203.0.113.0/24"); models.KindOf(err) != models.Unavailable {
		t.Errorf("the site with a full queue: %v", err)
	}
	if err := signInBy(t, free, other, email, password, "203.0.113.0/24"); err != nil {
		t.Errorf("the other site: %v", err)
	}
	if full.Compared() != 0 || free.Compared() != 1 {
		t.Errorf("%d and %d hashes compared", full.Compared(), free.Compared())
	}
}

// A success undoes only its own counts: an account cannot be used to get more
// guesses at another.
func TestSuccessUndoesOnlyItsOwnCounts(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		addAccount(t, db, people.Administrator)
		own := addAccountWith(t, db, "mallory@example.org", people.Subscriber)
		guesses := 0
		for i := range 100 {
			if refusal(t, signIn(t, db, email, fmt.Sprint("guess ", i), "203.0.113.0/24")) == "sign-in-wrong" {
				guesses++
			}
			if err := signIn(t, db, own.Email, password, "203.0.113.0/24"); err == nil {
				if _, err := people.SignIn(t.Context(), db, own, "203.0.113.0/24", ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		if guesses != 10 {
			t.Errorf("%d guesses in one place", guesses)
		}
		// A whole newsroom behind one address signs in one after the other.
		for range 120 {
			if err := signIn(t, db, own.Email, password, "192.0.2.0/24"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A clock that was ahead and is set right neither locks an account nor leaves
// a session without an end.
func TestClockSetBackLocksNoAccount(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		u := addAccount(t, db, people.Editor)
		secret, _, err := people.NewTOTP("Courier", u, "")
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(1000 * 24 * time.Hour)
		for range 20 {
			_ = signIn(t, db, email, "a wrong one", "203.0.113.0/24")
		}
		token, err := people.SignIn(t.Context(), db, u, "203.0.113.0/24", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := people.EnableTOTP(t.Context(), db, u, secret, must(people.CodeAt(secret, clock.Now())), ""); err != nil {
			t.Fatal(err)
		}
		clock.Advance(-1000 * 24 * time.Hour)
		if err := signIn(t, db, email, password, "203.0.113.0/24"); err != nil {
			t.Errorf("locked out: %v", err)
		}
		if s, _, err := people.ResumeSession(t.Context(), db, token); s != nil || err != nil {
			t.Errorf("a session of the future goes on: %v, %v", s, err)
		}
		u, _ = people.ByID(t.Context(), db, u.ID)
		now := must(people.CodeAt(secret, clock.Now()))
		if err := people.CheckCode(t.Context(), db, u, now, "203.0.113.0/24"); err != nil {
			t.Errorf("the code of now: %v", err)
		}
		if err := people.CheckCode(t.Context(), db, u, now, "203.0.113.0/24"); refusal(t, err) != "sign-in-code" {
			t.Errorf("the same code again: %v", err)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestOneTimePasswords(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		u := addAccount(t, db, people.Editor)
		secret, address, err := people.NewTOTP("The: Courier", u, "")
		if err != nil || !strings.HasPrefix(address, "otpauth://totp/") {
			t.Fatal(address, err)
		}
		if again, same, err := people.NewTOTP("The: Courier", u, secret); again != secret || same != address || err != nil {
			t.Errorf("made again: %q, %q, %v", again, same, err)
		}
		if err := people.CheckCode(ctx, db, u, must(people.CodeAt("", clock.Now())), "home"); refusal(t, err) != "sign-in-code" {
			t.Errorf("a code made with no secret: %v", err)
		}
		at := func(d time.Duration) string { return must(people.CodeAt(secret, clock.Now().Add(d))) }
		if _, err := people.EnableTOTP(ctx, db, u, secret, at(time.Hour), ""); refusal(t, err) != "sign-in-code" {
			t.Errorf("enabled with a wrong code: %v", err)
		}
		codes, err := people.EnableTOTP(ctx, db, u, secret, at(0), "")
		if err != nil || len(codes) != 10 {
			t.Fatal(codes, err)
		}
		if _, err := people.EnableTOTP(ctx, db, u, secret, at(0), ""); models.KindOf(err) != models.Conflict {
			t.Errorf("enabled twice: %v", err)
		}
		u = must(people.ByID(ctx, db, u.ID))
		check := func(what, given, want string) {
			t.Helper()
			if got := refusal(t, people.CheckCode(ctx, db, u, given, "home")); got != want {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		check("the code that enabled it", at(0), "sign-in-code")
		clock.Advance(30 * time.Second)
		check("the next", at(0), "")
		check("the same again", at(0), "sign-in-code")
		check("the one before", at(-30*time.Second), "sign-in-code")
		check("one of a clock that is ahead", at(30*time.Second), "")
		clock.Advance(2 * time.Minute)
		check("one too old", at(-61*time.Second), "sign-in-code")
		check("with spaces", at(0)[:3]+" "+at(0)[3:]+" ", "")
		check("a recovery code", codes[0], "")
		check("the same recovery code", codes[0], "sign-in-code")
		check("typed by hand", " "+strings.ToUpper(strings.ReplaceAll(codes[1], "-", " ")), "")
		if n, err := people.CountRecoveryCodes(ctx, db, u); n != 8 || err != nil {
			t.Errorf("%d left, %v", n, err)
		}
		renewed, err := people.ReplaceRecoveryCodes(ctx, db, u)
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Hour)
		check("an old recovery code", codes[2], "sign-in-code")
		check("a new recovery code", renewed[0], "")
		if err := people.DisableTOTP(ctx, db, u); err != nil {
			t.Fatal(err)
		}
		if u = must(people.ByID(ctx, db, u.ID)); u.UsesTOTP() {
			t.Error("still in use")
		}
		if n, err := people.CountRecoveryCodes(ctx, db, u); n != 0 || err != nil {
			t.Errorf("%d recovery codes outlive them, %v", n, err)
		}
	})
}

// After the right password, all unknown networks together have twenty wrong
// codes a day. The owner can still sign in from a known network.
func TestWrongCodesAreLimited(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		u := addAccount(t, db, people.Editor)
		secret, _, _ := people.NewTOTP("Courier", u, "")
		if _, err := people.EnableTOTP(ctx, db, u, secret, must(people.CodeAt(secret, clock.Now())), ""); err != nil {
			t.Fatal(err)
		}
		u = must(people.ByID(ctx, db, u.ID))
		if _, err := people.SignIn(ctx, db, u, "home", ""); err != nil {
			t.Fatal(err)
		}
		looked := 0
		for i := range 240 {
			if i%10 == 0 {
				clock.Advance(time.Hour)
			}
			network := fmt.Sprintf("10.0.%d.0/24", i)
			if err := signIn(t, db, email, password, network); err != nil {
				t.Fatalf("the password, which is right: %v", err)
			}
			if refusal(t, people.CheckCode(ctx, db, u, "000000", network)) == "sign-in-code" {
				looked++
			}
		}
		if looked < 20 || looked > 40 {
			t.Errorf("%d codes were looked at within a day", looked)
		}
		if err := people.CheckCode(ctx, db, u, must(people.CodeAt(secret, clock.Now())), "home"); err != nil {
			t.Errorf("the owner at home: %v", err)
		}
		looked = 0
		for i := range 960 { // ten in each quarter of an hour
			if i%10 == 0 {
				clock.Advance(15 * time.Minute)
			}
			if refusal(t, people.CheckCode(ctx, db, u, "000000", "home")) == "sign-in-code" {
				looked++
			}
		}
		if looked < 20 || looked > 40 {
			t.Errorf("%d codes from a known network were looked at within a day", looked)
		}
	})
}

// A code that is sent many times at once works once.
func TestConcurrentUsesOfACodeSignInOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		u := addAccount(t, db, people.Editor)
		secret, _, _ := people.NewTOTP("Courier", u, "")
		codes, err := people.EnableTOTP(t.Context(), db, u, secret, must(people.CodeAt(secret, clock.Now())), "")
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Minute)
		u = must(people.ByID(t.Context(), db, u.ID))
		for _, given := range []string{must(people.CodeAt(secret, clock.Now())), codes[0]} {
			var mu sync.Mutex
			var all sync.WaitGroup
			in := 0
			for i := range 8 {
				all.Go(func() {
					if people.CheckCode(context.Background(), db, u, given, fmt.Sprint("network ", i)) == nil {
						mu.Lock()
						in++
						mu.Unlock()
					}
				})
			}
			all.Wait()
			if in != 1 {
				t.Errorf("%s worked %d times", given, in)
			}
		}
	})
}

// BenchmarkUnknownAccount compares the time of a wrong password for a known
// and an unknown account, with hashes as costly as in production. It reports
// the ratio of the medians.
func BenchmarkUnknownAccount(b *testing.B) {
	hashcost.Reset()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(b, clock)
	if _, err := people.CreateAccount(b.Context(), db, models.ActorShell, people.NewAccount{Name: "Ida", Email: email, Role: people.Editor, Password: password}); err != nil {
		b.Fatal(err)
	}
	guard := people.NewSignInGuard()
	took := map[string][]time.Duration{}
	for i := 0; b.Loop(); i++ {
		for _, who := range []string{email, "nobody@example.org"} {
			clock.Advance(time.Hour)
			begin := time.Now()
			_, _ = guard.CheckSignIn(b.Context(), db, people.SignInAttempt{Email: who, Password: "not the password", Network: fmt.Sprint(i)})
			took[who] = append(took[who], time.Since(begin))
		}
	}
	median := func(who string) float64 {
		slices.Sort(took[who])
		return float64(took[who][len(took[who])/2])
	}
	b.ReportMetric(median(email)/1e6, "known-ms")
	b.ReportMetric(median("nobody@example.org")/median(email), "unknown/known")
}
