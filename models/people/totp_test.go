package people_test

import (
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// digitScripts are digits from zero to nine.
var digitScripts = map[string]string{
	"Arabic": "٠١٢٣٤٥٦٧٨٩", "Persian": "۰۱۲۳۴۵۶۷۸۹", "full-width": "０１２３４５６７８９", "Devanagari": "०१२३४५६७८९", "Bengali": "০১২৩৪৫৬৭৮৯",
	"Thai": "๐๑๒๓๔๕๖๗๘๙", "Burmese": "၀၁၂၃၄၅၆၇၈၉", "Tibetan": "༠༡༢༣༤༥༦༧༨༩", "mathematical": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
}

func inScript(code, script string) string {
	digits := []rune(digitScripts[script])
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return digits[r-'0']
		}
		return r
	}, code)
}

// fullWidth writes ASCII as an input method for Chinese or Japanese may.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r - '!' + '！'
		}
		return r
	}, s)
}

// TestCodesWorkInEveryTypedForm enables one-time passwords and signs in
// with codes in every script of digits and with separators, and with recovery
// codes.
func TestCodesWorkInEveryTypedForm(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		u := addAccount(t, db, people.Editor)
		secret, _, err := people.NewTOTP("Courier", u, "")
		if err != nil {
			t.Fatal(err)
		}
		codes, err := people.EnableTOTP(ctx, db, u, secret, inScript(must(people.CodeAt(secret, clock.Now())), "Arabic"), "")
		if err != nil {
			t.Fatalf("enabled with Arabic digits: %v", err)
		}
		u = must(people.ByID(ctx, db, u.ID))
		check := func(what, given string) {
			t.Helper()
			if err := people.CheckCode(ctx, db, u, given, "198.51.100.0/24"); err != nil {
				t.Errorf("%s, %q: %v", what, given, err)
			}
		}
		next := func() string {
			clock.Advance(30 * time.Second)
			return must(people.CodeAt(secret, clock.Now()))
		}
		for script := range digitScripts {
			check(script, inScript(next(), script))
		}
		for what, spell := range map[string]func(string) string{
			"a space": func(c string) string { return c[:3] + " " + c[3:] }, "a space that does not break": func(c string) string { return c[:3] + "\u00a0" + c[3:] },
			"a thin space": func(c string) string { return c[:3] + "\u2009" + c[3:] }, "a dash": func(c string) string { return c[:3] + "-" + c[3:] },
			"an en dash": func(c string) string { return c[:3] + "–" + c[3:] }, "a minus": func(c string) string { return c[:3] + "\u2212" + c[3:] },
			"a point": func(c string) string { return c[:3] + "." + c[3:] }, "a mark of direction": func(c string) string { return "\u200f" + c + "\u200e\n" },
			"a space of no width": func(c string) string { return c[:3] + "\u200b" + c[3:] }, "an ideographic space": func(c string) string { return c[:3] + "　" + c[3:] },
		} {
			check(what, spell(next()))
		}
		for i, spell := range []func(string) string{
			strings.ToUpper, fullWidth, func(c string) string { return fullWidth(strings.ToUpper(c)) }, func(c string) string { return strings.ReplaceAll(c, "-", " – ") },
			func(c string) string { return strings.ReplaceAll(c, "-", "") }, func(c string) string { return inScript(c, "Persian") }, func(c string) string { return "\u200e" + c + "." },
		} {
			check("a recovery code", spell(codes[i]))
		}
		for _, wrong := range []string{"", "½½½½½½", "一二三四五六", "------", "٠", strings.Repeat("٠", 7)} {
			if err := people.CheckCode(ctx, db, u, wrong, "192.0.2.0/24"); refusal(t, err) != "sign-in-code" {
				t.Errorf("%q: %v", wrong, err)
			}
		}
	})
}

// TestSecretsAreSealedAtRest looks at the stored secret, changes the session key
// and loses it.
func TestSecretsAreSealedAtRest(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		key := func(letter string) []byte { return []byte(strings.Repeat(letter, models.MinSecretBytes)) }
		u := addAccount(t, db, people.Editor)
		secret, _, err := people.NewTOTP("Courier", u, "")
		if err != nil {
			t.Fatal(err)
		}
		// Enabled before there were keys: stored plain.
		if _, err := people.EnableTOTP(ctx, db, u, secret, must(people.CodeAt(secret, clock.Now())), ""); err != nil {
			t.Fatal(err)
		}
		var codes []string
		check := func(what string, works bool) {
			t.Helper()
			clock.Advance(time.Minute)
			u = must(people.ByID(ctx, db, u.ID))
			err := people.CheckCode(ctx, db, u, must(people.CodeAt(secret, clock.Now())), "198.51.100.0/24")
			if works != (err == nil) {
				t.Errorf("%s: %v", what, err)
			}
		}
		seal := func(what string, lost int) {
			t.Helper()
			if n, err := people.SealTOTPSecrets(ctx, db); n != lost || err != nil {
				t.Errorf("%s: %d secrets are lost (%v)", what, n, err)
			}
		}
		db.UseKeys(models.NewKeyring(key("a")))
		check("a plain secret from before", true)
		seal("the first start with a key", 0)
		check("sealed", true)
		if strings.Contains(u.TOTPSecret, secret) || !strings.HasPrefix(u.TOTPSecret, "sealed:") {
			t.Errorf("stored as %q", u.TOTPSecret)
		}
		db.UseKeys(models.NewKeyring(key("b"), key("a")))
		check("a new key, with the old one", true)
		seal("the start with a new key", 0)
		db.UseKeys(models.NewKeyring(key("b")))
		check("the new key alone", true)
		codes = must(people.ReplaceRecoveryCodes(ctx, db, u))
		db.UseKeys(models.NewKeyring(key("c")))
		seal("another key", 1)
		check("another key", false)
		if err := people.CheckCode(ctx, db, u, codes[0], "198.51.100.0/24"); err != nil {
			t.Errorf("a recovery code after the key was lost: %v", err)
		}
		// Enabled with a key: never plain.
		other := addAccountWith(t, db, "other@example.org", people.Editor)
		if _, err := people.EnableTOTP(ctx, db, other, secret, must(people.CodeAt(secret, clock.Now())), ""); err != nil {
			t.Fatal(err)
		}
		if other = must(people.ByID(ctx, db, other.ID)); strings.Contains(other.TOTPSecret, secret) {
			t.Errorf("stored as %q", other.TOTPSecret)
		}
	})
}
