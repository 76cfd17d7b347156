package digest_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/modeltest"
	"broadsheet/models/settings"
	"broadsheet/models/subscription"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, digest.Rows...)
	})
}

// digestSettings returns the settings of a site that sends digests at an hour of a zone.
func digestSettings(t *testing.T, zone string, hour int) *settings.Settings {
	t.Helper()
	s := settings.Default()
	var err error
	if s.TimeZone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	s.DigestHour, s.DigestWeekday = hour, time.Saturday
	return &s
}

// Through two years, at each hour and in zones with all kinds of clock changes, there
// is one issue for each day: also for an hour that the clock skips or repeats.
func TestLongOneIssueADayAcrossClockChanges(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"UTC", "Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "Pacific/Apia", "America/Santiago"} {
		for _, hour := range []int{0, 1, 2, 3, 7, 23} {
			site := digestSettings(t, zone, hour)
			for f, days := range map[subscription.Frequency]int{subscription.Daily: 1, subscription.Weekly: 7} {
				var last *digest.Issue
				seen := map[string]bool{}
				begin := time.Date(2026, 1, 1, 0, 0, 0, 0, site.TimeZone)
				end := time.Date(2028, 1, 1, 0, 0, 0, 0, site.TimeZone)
				for now := begin; now.Before(end); now = now.Add(10 * time.Minute) {
					day := digest.Due(site, f, last, now)
					if day == "" {
						continue
					}
					if seen[day] {
						t.Fatalf("%s at %d: two %s issues on %s", zone, hour, f, day)
					}
					seen[day] = true
					local := now.In(site.TimeZone)
					if last != nil {
						if local.Format("2006-01-02") != day || local.Hour() != hour && local.Hour() != hour+1 && local.Hour() != hour-1 {
							t.Errorf("%s at %d: the %s issue of %s at %s", zone, hour, f, day, local)
						}
					}
					last = &digest.Issue{Day: day, Until: models.At(now)}
				}
				if want := 730 / days; len(seen) < want-1 || len(seen) > want+2 {
					t.Errorf("%s at %d: %d %s issues in two years", zone, hour, len(seen), f)
				}
			}
		}
	}
}

// Weekly digests are due on the day of the setting, and on no other.
func TestWeeklyDigestsFollowTheSetting(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for _, day := range []time.Weekday{time.Sunday, time.Wednesday, time.Saturday} {
			err := db.Write(t.Context(), func(tx *models.Tx) error {
				return settings.Set(t.Context(), tx, "digest.weekday", strings.ToLower(day.String()))
			})
			if err != nil {
				t.Fatal(err)
			}
			site, err := settings.Load(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			for date := range 7 {
				now := time.Date(2026, 11, 16+date, site.DigestHour, 30, 0, 0, site.TimeZone)
				if due := digest.Due(&site, subscription.Weekly, nil, now) != ""; due != (now.Weekday() == day) {
					t.Errorf("with %s, due on %s: %v", day, now.Weekday(), due)
				}
			}
		}
	})
}

func TestALateServerSendsTheSameDayOnly(t *testing.T) {
	t.Parallel()
	site := digestSettings(t, "Europe/Oslo", 7)
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, site.TimeZone)
	}
	sent := &digest.Issue{Day: "2026-11-19", Until: models.At(at(19, 7, 0))}
	for _, c := range []struct {
		name string
		last *digest.Issue
		now  time.Time
		want string
	}{
		{"before the hour", sent, at(20, 6, 59), ""},
		{"at the hour", sent, at(20, 7, 0), "2026-11-20"},
		{"eleven hours late", sent, at(20, 18, 30), "2026-11-20"},
		{"too late", sent, at(20, 19, 0), ""},
		{"sent already", &digest.Issue{Day: "2026-11-20", Until: models.At(at(20, 7, 0))}, at(20, 12, 0), ""},
		{"a zone behind: the day comes again", &digest.Issue{Day: "2026-11-21", Until: models.At(at(20, 20, 0))}, at(21, 7, 0), ""},
		{"a zone ahead: the next day is close", &digest.Issue{Day: "2026-11-20", Until: models.At(at(21, 5, 0))}, at(21, 7, 0), ""},
		{"the first one ever", nil, at(20, 7, 0), "2026-11-20"},
	} {
		if got := digest.Due(site, subscription.Daily, c.last, c.now); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// At 23 the night is late, too.
	site.DigestHour = 23
	if got := digest.Due(site, subscription.Daily, sent, at(21, 2, 0)); got != "2026-11-20" {
		t.Errorf("after midnight: %q", got)
	}
}
