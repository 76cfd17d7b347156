package worddiff_test

import (
	"strings"
	"testing"

	"broadsheet/models/worddiff"
)

// sides joins the parts of each text.
func sides(parts []worddiff.Part) (from, to string) {
	for _, part := range parts {
		if part.Op != worddiff.New {
			from += part.Text
		}
		if part.Op != worddiff.Gone {
			to += part.Text
		}
	}
	return from, to
}

// marked writes the parts as one line.
func marked(parts []worddiff.Part) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString([]string{part.Text, "[-" + part.Text + "-]", "[+" + part.Text + "+]"}[part.Op])
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	for _, test := range []struct{ from, to, want string }{
		{"", "", ""},
		{"same", "same", "same"},
		{"The ferry is late.", "The ferry is never late.", "The ferry is [+never +]late."},
		{"The ferry is late.", "The bus is late.", "The [-ferry-][+bus+] is late."},
		{"Buy one now", "Buy two now, please", "Buy [-one-][+two+] now[+, please+]"},
		{"العبّارة تأخرت", "العبّارة وصلت", "العبّارة [-تأخرت-][+وصلت+]"},
		{"", "new", "[+new+]"},
	} {
		if got := marked(worddiff.Of(test.from, test.to)); got != test.want {
			t.Errorf("%q, %q: %s, want %s", test.from, test.to, got, test.want)
		}
	}
}

func TestHugeTextsAreComparedByTheirEnds(t *testing.T) {
	a, b := "begin "+strings.Repeat("old word ", 4000)+"end", "begin "+strings.Repeat("new text ", 4000)+"end"
	parts := worddiff.Of(a, b)
	if from, to := sides(parts); from != a || to != b {
		t.Error("the parts are not the texts")
	}
	if parts[0].Op != worddiff.Same || parts[len(parts)-1].Op != worddiff.Same || len(parts) != 4 {
		t.Errorf("%d parts", len(parts))
	}
}

func FuzzPartsAreBothTexts(f *testing.F) {
	f.Add("The ferry is late.", "The bus is late.")
	f.Add("a\xffb", "a\xfeb c")
	f.Add("  ", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 2000 || len(b) > 2000 {
			return
		}
		parts := worddiff.Of(a, b)
		if from, to := sides(parts); from != a || to != b {
			t.Errorf("%q, %q gave %+v", a, b, parts)
		}
		for i := 1; i < len(parts); i++ {
			if parts[i].Op == parts[i-1].Op || parts[i].Text == "" {
				t.Errorf("%q, %q gave %+v", a, b, parts)
			}
		}
	})
}
