package followup_test

import (
	"os"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/followup"
	"broadsheet/models/newsroom/taxonomy"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestTheAgeChangesAtMidnightOfTheSite(t *testing.T) {
	t.Parallel()
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	site := &newsroom.Site{}
	site.TimeZone, site.OldAfter = oslo, 365
	site.OldSections = map[string]int{"sport": 10, "world/recipes": 0}
	published := time.Date(2025, 1, 31, 22, 30, 0, 0, oslo)
	for _, test := range []struct {
		path, now, want string
	}{
		{"world", "2026-01-30T23:59:59+01:00", ""},
		{"world", "2026-01-31T00:00:00+01:00", "years 1"},
		{"world", "2027-01-30T23:59:59+01:00", "years 1"},
		{"world", "2027-01-31T00:00:00+01:00", "years 2"},
		{"world/recipes", "2035-01-31T00:00:00+01:00", ""},
		{"world/recipes/cakes", "2035-01-31T00:00:00+01:00", ""},
		{"sport", "2025-02-09T23:59:00+01:00", ""},
		{"sport/rowing", "2025-02-10T00:00:00+01:00", "days 10"},
		{"sport", "2025-03-30T23:00:00+02:00", "months 1"},
		{"sport", "2025-03-31T00:00:00+02:00", "months 2"},
		{"", "2026-01-31T00:00:00+01:00", "years 1"},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		var category *taxonomy.Category
		if test.path != "" {
			category = &taxonomy.Category{Path: test.path}
		}
		got := ""
		if age := followup.AgeOf(site, category, published, now); age != nil {
			got = age.Unit + " " + string(rune('0'+age.N%10))
			if age.N == 10 {
				got = age.Unit + " 10"
			}
		}
		if got != test.want {
			t.Errorf("%s at %s: %q, want %q", test.path, test.now, got, test.want)
		}
	}
	site.OldAfter = 0
	if age := followup.AgeOf(site, nil, published, published.AddDate(50, 0, 0)); age != nil {
		t.Errorf("never: %+v", age)
	}
}

func TestTheChosenFollowUpIsPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		save := func(status newsroom.Status) int64 {
			t.Helper()
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Story", Status: status})
			if err != nil {
				t.Fatal(err)
			}
			return a.ID
		}
		old, public, draft := save(newsroom.Published), save(newsroom.Published), save(newsroom.Draft)
		for _, test := range []struct {
			target *int64
			want   int64
		}{{&public, public}, {&draft, 0}, {nil, 0}} {
			if err := followup.Set(t.Context(), db, models.ActorCommand, old, test.target); err != nil {
				t.Fatal(err)
			}
			a, err := newsroom.ByID(t.Context(), db, old)
			if err != nil {
				t.Fatal(err)
			}
			got, err := followup.Of(t.Context(), db, a)
			if err != nil || (got == nil) != (test.want == 0) || got != nil && got.ID != test.want {
				t.Errorf("%v: %+v (%v)", test.target, got, err)
			}
		}
		for _, wrong := range []int64{old, 99999} {
			if err := followup.Set(t.Context(), db, models.ActorCommand, old, &wrong); models.KindOf(err) != models.NotFound {
				t.Errorf("%d: %v", wrong, err)
			}
		}
	})
}
