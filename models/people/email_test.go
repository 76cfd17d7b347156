package people_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"

	"golang.org/x/text/unicode/norm"
)

// addressForms are ways to type an address, and the one form that is stored.
var addressForms = map[string][]string{
	"anna@example.org": {
		"anna@example.org", " Anna@Example.ORG\t", "<anna@example.org>", " < anna@example.org > ", "anna@example.org.",
		"anna\u200b@example.org", "\ufeffanna@example.org", "an\u00adna@exam\u200cple.org", "anna@example.org\u2060", "\u202aanna@example.org\u202c",
		"\u3164anna@example\u115f.org", "anna\ufe0f@example.org", "anna@example.\u2800org", "\u00a0anna@example.org\u3000",
		"ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "anna﹫example.org", "anna@example。org", "anna@example｡org", "＜anna@example.org＞", "anna@ex\u180eample.org", "anna\U000e0061@example.org",
	},
	"anna+news.desk_7@sub.example.org": {"Anna+News.Desk_7@Sub.Example.org"},
	"o'hara@example.ie":                {"O'Hara@example.ie"},
	"anna@xn--bcher-kva.example": {
		"anna@bücher.example", "anna@BÜCHER.example", "anna@bu\u0308cher.example", "anna@xn--bcher-kva.example", "anna@XN--BCHER-KVA.Example", "anna@bücher.example.",
	},
	"anna@xn--strae-oqa.example":             {"anna@straße.example"},
	"info@xn--mgbh0fb.xn--kgbechtv":          {"info@مثال.إختبار", "INFO@مثال\u200e.إختبار"},
	"anna@xn--r8jz45g.xn--zckzah":            {"anna@例え.テスト", "anna@例え。テスト"},
	"anna@xn--mgba3gch31f060k.example":       {"anna@نامه\u200cای.example"}, // the joiner is part of the name (RFC 5892, A.1)
	"jörg@example.org":                       {"jörg@example.org", "JÖRG@example.org", "jo\u0308rg@example.org"},
	"用户@example.org":                         {"用户@example.org"},
	"квіточка@xn--e1afmkfd.xn--80akhbyknj4f": {"Квіточка@пример.испытание"},
}

func TestAnAddressHasOneForm(t *testing.T) {
	t.Parallel()
	for want, ways := range addressForms {
		for _, typed := range ways {
			if got, err := people.NormalizeEmail(typed); err != nil || got != want {
				t.Errorf("%+q became %+q (%v), want %+q", typed, got, err, want)
			}
		}
		if got := people.EmailForm(ways[0]); got != want {
			t.Errorf("the stored form of %+q is %+q, want %+q", ways[0], got, want)
		}
	}
	for _, bad := range []string{
		"", " ", "@", "anna", "anna@", "@example.org", "anna@example", "anna@example.", "anna@.example.org", "anna@example..org", "anna@example.org..",
		".anna@example.org", "anna.@example.org", "an..na@example.org", "an na@example.org", "anna@exam ple.org", "anna@example.org, bob@example.org",
		"Anna <anna@example.org>", "<anna@example.org", "anna@example.org>", "<<anna@example.org>>", `"anna"@example.org`, "anna(x)@example.org", "a@b@example.org",
		"anna@example.org\r\nBcc: b@example.org", "anna\n@example.org", "an\x00na@example.org", "an\x7fna@example.org", "an\u0085na@example.org", "an\u2028na@example.org",
		"anna@[192.0.2.1]", "anna@192.0.2.1", "anna@[IPv6:2001:db8::1]", "anna@-example.org", "anna@example-.org", "anna@exa_mple.org", "anna@exam\u0300ple.\u0301",
		"anna@xn--a.example", "anna@\xff.org", "an\xffna@example.org", "\u0301anna@example.org", "\u200b@example.org", "anna@\u200b.org", "anna@exam/ple.org", "anna@example.org:25",
		"anna@" + strings.Repeat("a", 64) + ".org", strings.Repeat("\u200b", 1000) + "anna@example.org", "\ue000@example.org",
	} {
		if got, err := people.NormalizeEmail(bad); models.KindOf(err) != models.Invalid {
			t.Errorf("%+q is taken as %+q (%v)", bad, got, err)
		}
	}
	if got := people.EmailForm(" Old Row "); got != "old row" {
		t.Errorf("an old row without an address is sought by %q", got)
	}
}

// TestEveryWayToTypeAnAddressFindsTheAccount asks the doors of accounts.
func TestEveryWayToTypeAnAddressFindsTheAccount(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		for want, ways := range addressForms {
			added, err := people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Una Reader", Email: ways[len(ways)-1], Role: people.Subscriber})
			if err != nil || added.Email != want {
				t.Fatalf("stored as %q (%v), want %q", added.Email, err, want)
			}
			for _, typed := range ways {
				if u, err := people.ByEmail(ctx, db, typed); err != nil || u.ID != added.ID {
					t.Errorf("%+q finds %v (%v)", typed, u, err)
				}
				if has, err := people.HasEmail(ctx, db, typed); err != nil || !has {
					t.Errorf("%+q: no account has it (%v)", typed, err)
				}
				if _, err := people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Another", Email: typed, Role: people.Subscriber}); models.KindOf(err) != models.Conflict {
					t.Errorf("%+q makes a second account: %v", typed, err)
				}
			}
		}
	})
}

func FuzzNormalizeEmail(f *testing.F) {
	for want, ways := range addressForms {
		f.Add(want)
		for _, typed := range ways {
			f.Add(typed)
		}
	}
	f.Add("İ\u0307@example.org")
	f.Add("anna@xn--fa-hia.example")
	f.Fuzz(func(t *testing.T, typed string) {
		form := people.EmailForm(typed)
		got, err := people.NormalizeEmail(typed)
		if err != nil {
			return
		}
		if again, err := people.NormalizeEmail(got); err != nil || again != got || form != got {
			t.Fatalf("%+q became %+q, and that %+q (%v)", typed, got, again, err)
		}
		if upper, err := people.NormalizeEmail(" <" + got + ".> "); err != nil || upper != got {
			t.Fatalf("%+q in brackets became %+q (%v)", got, upper, err)
		}
		local, domain, _ := strings.Cut(got, "@")
		switch {
		case len(got) > people.MaxEmailBytes || !utf8.ValidString(got) || !norm.NFC.IsNormalString(got):
			t.Fatalf("%+q is stored as %+q", typed, got)
		case local == "" || strings.ContainsAny(got, "\"<>()[],;:\\ \r\n\x00"):
			t.Fatalf("%+q has characters of a header", got)
		case strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }):
			t.Fatalf("%+q has a character that cannot be seen", got)
		case strings.ContainsFunc(domain, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' }):
			t.Fatalf("%+q has a domain that is not in its ASCII form", got)
		}
	})
}
