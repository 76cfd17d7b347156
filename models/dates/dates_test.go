package dates_test

import (
	"strings"
	"testing"
	"time"

	"broadsheet/models/dates"
)

func TestParse(t *testing.T) {
	t.Parallel()
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"2026-11-23":                             "2026-11-22T23:00:00Z",
		"2026-11-23T09:30:00+01:00":              "2026-11-23T08:30:00Z",
		"2026-11-23T09:30:00+0100":               "2026-11-23T08:30:00Z",
		"2026-11-23T09:30:00+01":                 "2026-11-23T08:30:00Z",
		"2026-11-01 10:00:00+01":                 "2026-11-01T09:00:00Z",
		"2026-11-01 10:00:00.123456+05:30":       "2026-11-01T04:30:00.123456Z",
		"2026-11-01 10:00:00,5 -0330":            "2026-11-01T13:30:00.5Z",
		"  2026-11-23 09:30:00  ":                "2026-11-23T08:30:00Z",
		"\u00a02026-11-23T09:30\t":               "2026-11-23T08:30:00Z",
		"2026-11-23T09:30Z":                      "2026-11-23T09:30:00Z",
		"2026-11-23t09:30:00z":                   "",
		"2026-11-23 09:30:00 UTC":                "2026-11-23T09:30:00Z",
		"2026-11-23 09:30:00 +0100 CET":          "2026-11-23T08:30:00Z",
		"2026-11-23T09:30:00+01:00[Europe/Oslo]": "2026-11-23T08:30:00Z",
		"2026-11-23T09:30:00\u221205:00":         "2026-11-23T14:30:00Z",
		"2026-7-4 9:05":                          "2026-07-04T07:05:00Z",
		"2026/11/23 09:30":                       "2026-11-23T08:30:00Z",
		"20261123":                               "2026-11-22T23:00:00Z",
		"20261123T093000Z":                       "2026-11-23T09:30:00Z",
		"20261123093000":                         "2026-11-23T08:30:00Z",
		"Mon, 23 Nov 2026 09:30:00 GMT":          "2026-11-23T09:30:00Z",
		"Mon, 23 Nov 2026 09:30:00 +0100":        "2026-11-23T08:30:00Z",
		"Mon, 23 Nov 2026 09:30:00 +0000 (UTC)":  "2026-11-23T09:30:00Z",
		"23 Nov 26 09:30 EST":                    "2026-11-23T14:30:00Z",
		"Monday, 23-Nov-26 09:30:00 UTC":         "2026-11-23T09:30:00Z",
		"Mon Nov 23 09:30:00 2026":               "2026-11-23T08:30:00Z",
		"Mon Nov  2 09:30:00 UTC 2026":           "2026-11-02T09:30:00Z",
		"23 November 2026":                       "2026-11-22T23:00:00Z",
		"November 23, 2026":                      "2026-11-22T23:00:00Z",
		"Nov 23, 2026, 09:30:00 -0500":           "2026-11-23T14:30:00Z",
		"31 Dec 99 12:00 GMT":                    "1999-12-31T12:00:00Z",
		"1795423800":                             "2026-11-23T08:50:00Z",
		"1795423800.25":                          "2026-11-23T08:50:00.25Z",
		"1795423800123":                          "2026-11-23T08:50:00.123Z",
		"1795423800123456":                       "2026-11-23T08:50:00.123456Z",
		"1.7954238e9":                            "2026-11-23T08:50:00Z",
		"999999999":                              "2001-09-09T01:46:39Z",
		"2024-02-29":                             "2024-02-28T23:00:00Z",
		"2026-07-01":                             "2026-06-30T22:00:00Z",

		"": "", "yesterday": "", "2026": "", "2026-11": "", "42": "", "12345678901": "", "2023-02-29": "", "2026-13-01": "", "2026-00-10": "", "0000-00-00 00:00:00": "",
		"2026-11-31": "", "31 Nov 2026": "", "2026-11-23 24:00:00": "", "2026-11-23 09:60": "", "2026-11-23T09:30:00+25:00": "", "2026-11-23T09:30:00+01:75": "",
		"Tue, 23 Nov 2026 09:30:00 GMT": "", "2026-11-23 09:30 CET": "", "2026-11-23 09:30 IST": "", "11/12/2026": "", "23.11.2026": "", "23/11/26": "", "0001-01-01T00:00:00Z": "",
		"2026-11-23T09:30:00Z and more": "", "2026-11-23\x00": "", "-1795423800": "", "20261399": "",
	} {
		got, err := dates.Parse(text, oslo)
		switch {
		case want == "" && err == nil:
			t.Errorf("Parse(%q) = %s", text, got)
		case want == "" && strings.ContainsRune(err.Error(), '\n'):
			t.Errorf("the error for %q has more than one line: %v", text, err)
		case want != "" && (err != nil || got.UTC().Format(time.RFC3339Nano) != want):
			t.Errorf("Parse(%q) = %s, want %s: %v", text, got.UTC().Format(time.RFC3339Nano), want, err)
		}
	}
	if _, err := dates.Parse("11/12/2026", oslo); err == nil || !strings.Contains(err.Error(), "ambiguous") {
		t.Errorf("the error does not name the reason: %v", err)
	}
}

// A parsed date can be formatted and parsed again, and its year can be stored.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-11-23", "Mon, 23 Nov 2026 09:30:00 +0100", "1795423800.25", "20261123T093000Z", "2026-11-01 10:00:00.5+01", "1e9", "Nov 2, 2026 9:01 PST"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := dates.Parse(s, time.UTC)
		if err != nil {
			return
		}
		if y := at.UTC().Year(); y < 999 || y > 9999 {
			t.Errorf("%q is in the year %d", s, y)
		}
		again, err := dates.Parse(at.Format(time.RFC3339Nano), time.UTC)
		if err != nil || !again.Equal(at) {
			t.Errorf("%q was parsed as %s and then as %s: %v", s, at, again, err)
		}
	})
}
