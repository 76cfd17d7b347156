package people_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

const origin = "https://news.example"

func passkeys(t *testing.T, base string) *people.Passkeys {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	p, err := people.NewPasskeys(u, people.NewLinks([]byte("a secret of more than thirty-two bytes")))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// register adds a passkey to an account, and reads the account again.
func register(t *testing.T, db *models.DB, p *people.Passkeys, u *people.User, a *modeltest.Authenticator) {
	t.Helper()
	reload := func() { *u = *must(people.ByID(t.Context(), db, u.ID)) }
	reload()
	defer reload()
	c, err := p.BeginRegistration(t.Context(), db, u)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Register(t.Context(), db, u, c.Key, a.Create(c.Options), "Telephone"); err != nil {
		t.Fatal(err)
	}
}

func TestAPasskeySignsIn(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		p, u, a := passkeys(t, origin), addAccount(t, db, people.Moderator), modeltest.NewAuthenticator(t, origin)
		register(t, db, p, u, a)
		for range 3 {
			clock.Advance(time.Hour)
			c, err := p.BeginSignIn(clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.SignIn(t.Context(), db, c.Key, a.Get(c.Options))
			if err != nil || got.ID != u.ID {
				t.Fatalf("%v, %v", got, err)
			}
		}
		list, err := people.PasskeysOf(t.Context(), db, u.ID)
		if err != nil || len(list) != 1 || list[0].Name != "Telephone" || list[0].SignCount != 3 || !list[0].UsedAt.Equal(clock.Now()) || !list[0].ClonedAt.IsZero() {
			t.Errorf("%+v, %v", list, err)
		}
		if err := people.RenamePasskey(t.Context(), db, u, list[0].ID, "  Old   telephone "); err != nil {
			t.Error(err)
		}
		other := addAccountWith(t, db, "olga@example.org", people.Editor)
		for what, err := range map[string]error{
			"renaming somebody else's": people.RenamePasskey(t.Context(), db, other, list[0].ID, "Mine"),
			"removing somebody else's": people.RemovePasskey(t.Context(), db, other, list[0].ID),
		} {
			if models.KindOf(err) != models.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		if list, _ := people.PasskeysOf(t.Context(), db, u.ID); list[0].Name != "Old telephone" {
			t.Errorf("renamed to %q", list[0].Name)
		}
		if err := people.RemovePasskey(t.Context(), db, u, list[0].ID); err != nil {
			t.Error(err)
		}
		c, _ := p.BeginSignIn(clock.Now())
		if _, err := p.SignIn(t.Context(), db, c.Key, a.Get(c.Options)); models.KindOf(err) != models.Forbidden {
			t.Errorf("a passkey that was removed: %v", err)
		}
	})
}

// Each answer that is forged, replayed, late or from another site is refused.
func TestForgedAnswersAreRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		p, u := passkeys(t, origin), addAccount(t, db, people.Administrator)
		a := modeltest.NewAuthenticator(t, origin)
		register(t, db, p, u, a)
		begin := func() *people.Ceremony {
			c, err := p.BeginSignIn(clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		refuse := func(what string, key, answer string) {
			t.Helper()
			if got, err := p.SignIn(t.Context(), db, key, answer); models.KindOf(err) != models.Forbidden || got != nil {
				t.Errorf("%s: %v, %v", what, got, err)
			}
		}
		with := func(change func(*modeltest.Authenticator)) (*people.Ceremony, string) {
			c, forged := begin(), *a
			change(&forged)
			answer := forged.Get(c.Options)
			a.Count = max(a.Count, forged.Count)
			return c, answer
		}
		for what, change := range map[string]func(*modeltest.Authenticator){
			"another site's page":  func(a *modeltest.Authenticator) { a.Origin = "https://news.example.evil.test" },
			"another port's page":  func(a *modeltest.Authenticator) { a.Origin = "https://news.example:8443" },
			"a page without TLS":   func(a *modeltest.Authenticator) { a.Origin = "http://news.example" },
			"nobody was verified":  func(a *modeltest.Authenticator) { a.Flags = modeltest.UserPresent },
			"nobody was there":     func(a *modeltest.Authenticator) { a.Flags = modeltest.UserVerified },
			"another key":          func(a *modeltest.Authenticator) { a.Key = modeltest.NewAuthenticator(t, origin).Key },
			"a number of no key":   func(a *modeltest.Authenticator) { a.ID = []byte("no such number") },
			"somebody else's name": func(a *modeltest.Authenticator) { a.Handle = []byte("somebody else") },
			"nobody's name":        func(a *modeltest.Authenticator) { a.Handle = nil },
		} {
			c, answer := with(change)
			refuse(what, c.Key, answer)
		}
		c, answer := with(func(*modeltest.Authenticator) {})
		refuse("another question's key", begin().Key, answer)
		refuse("a key of nobody's", "x.y.z", answer)
		refuse("no answer", c.Key, "")
		refuse("half an answer", c.Key, answer[:len(answer)/2])
		refuse("another signature", c.Key, strings.Replace(answer, `"signature":"M`, `"signature":"N`, 1))
		adding, err := p.BeginRegistration(t.Context(), db, u)
		if err != nil {
			t.Fatal(err)
		}
		refuse("the question for a new passkey", adding.Key, a.Get(adding.Options))
		late, lateAnswer := with(func(*modeltest.Authenticator) {})
		clock.Advance(people.CeremonyTimeout + time.Second)
		refuse("too late", late.Key, lateAnswer)

		c, answer = with(func(*modeltest.Authenticator) {})
		if _, err := p.SignIn(t.Context(), db, c.Key, answer); err != nil {
			t.Fatalf("the true answer: %v", err)
		}
		refuse("the same answer again", c.Key, answer)
		if err := people.CloseAccount(t.Context(), db, models.ActorShell, addAccountWith(t, db, "x@example.org", people.Administrator).ID); err != nil {
			t.Fatal(err)
		}
	})
}

// One answer that is sent many times at once signs in once.
func TestConcurrentAnswersSignInOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		p, u, a := passkeys(t, origin), addAccount(t, db, people.Moderator), modeltest.NewAuthenticator(t, origin)
		a.Count = 0
		register(t, db, p, u, a)
		c, err := p.BeginSignIn(clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		answer := a.Get(c.Options)
		var mu sync.Mutex
		var all sync.WaitGroup
		in := 0
		for range 8 {
			all.Go(func() {
				_, err := p.SignIn(context.Background(), db, c.Key, answer)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in++
				} else if models.KindOf(err) != models.Forbidden {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if in != 1 {
			t.Errorf("let in %d times", in)
		}
	})
}

// A signature counter that goes backwards means that the passkey was copied.
// It is refused from then on.
func TestAClonedPasskeyIsRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		p, u, a := passkeys(t, origin), addAccount(t, db, people.Moderator), modeltest.NewAuthenticator(t, origin)
		a.Count = 7
		register(t, db, p, u, a)
		try := func(a *modeltest.Authenticator) error {
			c, err := p.BeginSignIn(clock.Now())
			if err == nil {
				_, err = p.SignIn(t.Context(), db, c.Key, a.Get(c.Options))
			}
			return err
		}
		thief := *a
		if err := try(a); err != nil {
			t.Fatal(err)
		}
		for _, by := range []struct {
			what string
			who  *modeltest.Authenticator
		}{{"the copy", &thief}, {"the copy again", &thief}, {"the original", a}} {
			if err := try(by.who); models.KindOf(err) != models.Forbidden || by.who != a && !strings.Contains(err.Error(), "twice") {
				t.Errorf("%s: %v", by.what, err)
			}
		}
		list, err := people.PasskeysOf(t.Context(), db, u.ID)
		if err != nil || list[0].ClonedAt.IsZero() {
			t.Errorf("nothing was noted: %+v, %v", list, err)
		}
	})
}

func TestForgedPasskeysAreNotStored(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		p, u, other := passkeys(t, origin), addAccount(t, db, people.Moderator), addAccountWith(t, db, "olga@example.org", people.Editor)
		begin := func(u *people.User) *people.Ceremony {
			c, err := p.BeginRegistration(ctx, db, u)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		for what, change := range map[string]func(*modeltest.Authenticator){
			"another site's page": func(a *modeltest.Authenticator) { a.Origin = "https://evil.example" },
			"nobody was verified": func(a *modeltest.Authenticator) { a.Flags = modeltest.UserPresent },
		} {
			c, a := begin(u), modeltest.NewAuthenticator(t, origin)
			change(a)
			if err := p.Register(ctx, db, u, c.Key, a.Create(c.Options), ""); models.KindOf(err) != models.Forbidden {
				t.Errorf("%s: %v", what, err)
			}
		}
		a := modeltest.NewAuthenticator(t, origin)
		c := begin(u)
		answer := a.Create(c.Options)
		if err := p.Register(ctx, db, other, c.Key, answer, ""); models.KindOf(err) != models.Forbidden {
			t.Errorf("for another account: %v", err)
		}
		if err := p.Register(ctx, db, u, c.Key, answer, strings.Repeat("n", people.MaxPasskeyName+1)); models.KindOf(err) != models.Invalid {
			t.Errorf("a name too long: %v", err)
		}
		if err := p.Register(ctx, db, u, c.Key, answer, strings.Repeat("n", people.MaxPasskeyName)); err != nil {
			t.Fatal(err)
		}
		if err := p.Register(ctx, db, u, c.Key, answer, ""); models.KindOf(err) != models.Forbidden {
			t.Errorf("the same answer again: %v", err)
		}
		mine := begin(other)
		if err := p.Register(ctx, db, other, mine.Key, a.Create(mine.Options), ""); models.KindOf(err) != models.Forbidden {
			t.Errorf("a number that is another's: %v", err)
		}
		for range people.MaxPasskeys - 1 {
			register(t, db, p, u, modeltest.NewAuthenticator(t, origin))
		}
		if _, err := p.BeginRegistration(ctx, db, u); models.KindOf(err) != models.Conflict {
			t.Errorf("one too many: %v", err)
		}
		if list, err := people.PasskeysOf(ctx, db, other.ID); len(list) != 0 || err != nil {
			t.Errorf("%v, %v", list, err)
		}
	})
}

func TestPasskeysNeedAName(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]bool{
		"https://news.example": true, "http://localhost:8080": true, "http://paper.localhost": true, "https://news.example:8443": true,
		"http://news.example": false, "http://127.0.0.1:8080": false, "https://192.0.2.7": false, "https://[2001:db8::1]": false,
	} {
		if got := passkeys(t, base) != nil; got != want {
			t.Errorf("%s: %v", base, got)
		}
	}
}

// A change of any signed byte is refused.
func TestNoByteOfAnAnswerCanBeChanged(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	p, u, a := passkeys(t, origin), addAccount(t, db, people.Moderator), modeltest.NewAuthenticator(t, origin)
	register(t, db, p, u, a)
	c, err := p.BeginSignIn(clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	answer := a.Get(c.Options)
	var whole map[string]any
	if err := json.Unmarshal([]byte(answer), &whole); err != nil {
		t.Fatal(err)
	}
	response := whole["response"].(map[string]any)
	tried := 0
	for _, field := range []string{"clientDataJSON", "authenticatorData", "signature", "userHandle"} {
		text := response[field].(string)
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(raw) == 0 {
			t.Fatal(field, err)
		}
		for i := range raw {
			changed := slices.Clone(raw)
			changed[i] ^= 1
			response[field] = base64.RawURLEncoding.EncodeToString(changed)
			forged, err := json.Marshal(whole)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.SignIn(t.Context(), db, c.Key, string(forged)); models.KindOf(err) != models.Forbidden {
				t.Fatalf("byte %d of %s: %v", i, field, err)
			}
			tried++
		}
		response[field] = text
	}
	if _, err := p.SignIn(t.Context(), db, c.Key, answer); err != nil || tried < 200 {
		t.Errorf("the answer itself after %d others: %v", tried, err)
	}
}
