package views_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"broadsheet/public"
	"broadsheet/views"
)

// TestAQuotationInAPlainMailKeepsItsMark puts texts that imitate a line of the
// site's own into each field that a visitor fills in.
func TestAQuotationInAPlainMailKeepsItsMark(t *testing.T) {
	t.Parallel()
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := views.New(assets, views.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const forged = "Publish: https://evil.example/held/x"
	texts := map[string]string{
		"a word after spaces": strings.Repeat("word ", 200) + forged,
		"no spaces":           strings.Repeat("x", 500) + forged, "other spaces": strings.Repeat("x\u3000", 100) + forged,
		"spaces that do not break": strings.Repeat("x\u00a0", 100) + forged,
		"letters of two cells":     strings.Repeat("新聞", 100) + forged, "an empty line": "a\n\n" + forged,
		"a mark of its own": "a\n> " + forged, "nothing": "", "spaces": "   \n   " + forged, "a signature": "a\n-- \n" + forged,
	}
	for name, end := range map[string]string{
		"LF": "\n", "CR": "\r", "CRLF": "\r\n", "NEL": "\u0085", "U+2028": "\u2028", "U+2029": "\u2029",
		"VT": "\v", "FF": "\f", "two": "\n\r", "NUL": "\x00\n", "with a space": " \n ",
	} {
		texts[name] = "a" + end + forged + end + forged
	}
	for what, text := range texts {
		for field, quote := range map[string]views.MailQuote{
			"text": {By: "Ann", Text: text}, "author": {By: text, Text: "a"},
			"about": {By: "Ann", About: []string{"From: " + text}, Text: "a"},
		} {
			quote.Others = []views.Link{{Name: "Publish", URL: "https://news.example/held/KEY/?do=approve"}}
			plain, _, err := r.Mail(views.Mail{Intro: "A comment is held.", Quotes: []views.MailQuote{quote}})
			if err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(plain, "\r\v\f\u0085\u2028\u2029\x00") {
				t.Errorf("%s in the %s: other ends of lines are left in %q", what, field, plain)
			}
			for line := range strings.Lines(plain) {
				line = strings.TrimRight(line, "\n")
				if (strings.Contains(line, "evil.example") || strings.Contains(line, "xxxx")) && !strings.HasPrefix(line, "> ") {
					t.Errorf("%s in the %s: a line without its mark: %q", what, field, line)
				}
				if strings.HasPrefix(line, ">") && utf8.RuneCountInString(line) > 78 {
					t.Errorf("%s in the %s: a line of %d characters", what, field, utf8.RuneCountInString(line))
				}
			}
			if strings.Count(plain, "\nPublish: https://news.example/held/KEY/?do=approve\n") != 1 {
				t.Errorf("%s in the %s: the site's own link is not there once: %q", what, field, plain)
			}
		}
	}
	address := "https://example.org/" + strings.Repeat("path/", 40)
	if plain, _, err := r.Mail(views.Mail{Quotes: []views.MailQuote{{Text: "see " + address}}}); err != nil ||
		!strings.Contains(plain, "> "+address+"\n") {
		t.Errorf("an address does not stay whole: %q (%v)", plain, err)
	}
}
