package people_test

import (
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/people"
)

func TestLinksOpenWhatTheyWereMadeFor(t *testing.T) {
	t.Parallel()
	links := people.NewLinks([]byte("a secret of more than thirty-two bytes"))
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	token := links.Make(people.ForMail, "anna@example.org 7", now)
	subject, age, ok := links.Read(people.ForMail, token, now.Add(time.Hour))
	if !ok || subject != "anna@example.org 7" || age != time.Hour {
		t.Errorf("%q, %v, %v", subject, age, ok)
	}
	for what, made := range map[string]func() bool{
		"another purpose": func() bool { _, _, ok := links.Read(people.ForComments, token, now); return ok },
		"another site": func() bool {
			_, _, ok := people.NewLinks([]byte("another one")).Read(people.ForMail, token, now)
			return ok
		},
		"made tomorrow": func() bool { _, _, ok := links.Read(people.ForMail, token, now.Add(-time.Hour)); return ok },
	} {
		if made() {
			t.Errorf("a token of %s opens", what)
		}
	}
	for i := range token {
		if _, _, ok := links.Read(people.ForMail, token[:i], now); ok {
			t.Errorf("cut at %d it still opens", i)
		}
		changed := token[:i] + string(rune('A'+(token[i]+1)%26)) + token[i+1:]
		if _, _, ok := links.Read(people.ForMail, changed, now); ok && changed != token {
			t.Errorf("changed at %d it still opens", i)
		}
	}
}

func FuzzLinks(f *testing.F) {
	links := people.NewLinks([]byte("a secret of more than thirty-two bytes"))
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, s := range []string{"", ".", "..", "a.b.c", strings.Repeat(".", 1000), links.Make(people.ForMail, "anna@example.org", now)[1:]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, ok := links.Read(people.ForMail, s, now); ok && s != links.Make(people.ForMail, "anna@example.org", now) {
			t.Errorf("%q opens", s)
		}
		made := links.Make(people.ForMail, s, now)
		if subject, age, ok := links.Read(people.ForMail, made, now); !ok || subject != s || age != 0 {
			t.Errorf("%q became %q", s, subject)
		}
	})
}

func TestLinksOfAnOldKeyAreRead(t *testing.T) {
	t.Parallel()
	key := func(letter string) []byte { return []byte(strings.Repeat(letter, models.MinSecretBytes)) }
	now := time.Unix(1_800_000_000, 0)
	token := people.NewLinks(key("a")).Make(people.ForMail, "anna@example.org 7", now)
	for what, c := range map[string]struct {
		links *people.Links
		reads bool
	}{
		"a new key with the old": {people.NewLinks(key("b"), key("a")), true}, "a new key alone": {people.NewLinks(key("b")), false},
	} {
		if subject, _, ok := c.links.Read(people.ForMail, token, now); ok != c.reads || ok && subject != "anna@example.org 7" {
			t.Errorf("%s: %q, %v", what, subject, ok)
		}
		if fresh := c.links.Make(people.ForMail, "anna@example.org 7", now); fresh == token {
			t.Errorf("%s: links are still made with the old key", what)
		}
	}
}

// TestTokensOfTheFirstVersionAreRead reads a token as sites have mailed it since their
// first version, and makes the same one.
func TestTokensOfTheFirstVersionAreRead(t *testing.T) {
	t.Parallel()
	const token = "YW5uYUBleGFtcGxlLm9yZyA3.tro8w0.Qyt7ZOy5SCpIMoo8qy0BrA"
	links, now := people.NewLinks([]byte(strings.Repeat("a", models.MinSecretBytes))), time.Unix(1_800_000_000, 0)
	if subject, _, ok := links.Read(people.ForMail, token, now); subject != "anna@example.org 7" || !ok {
		t.Errorf("%q, %v", subject, ok)
	}
	if made := links.Make(people.ForMail, "anna@example.org 7", now); made != token {
		t.Errorf("the token is now %q", made)
	}
}
