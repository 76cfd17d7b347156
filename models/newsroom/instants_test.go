package newsroom_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

func TestInstants(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", -5*3600)
	site := &newsroom.Site{}
	site.TimeZone = zone
	published := time.Date(2026, 11, 24, 9, 0, 0, 987_000_000, time.UTC)
	for name, c := range map[string]struct {
		revised time.Time
		want    string
	}{
		"never revised":           {time.Time{}, "2026-11-24T04:00:00-05:00"},
		"revised before":          {published.Add(-time.Hour), "2026-11-24T04:00:00-05:00"},
		"a slip corrected":        {published.Add(15*time.Minute - time.Microsecond), "2026-11-24T04:00:00-05:00"},
		"revised after 15 min":    {published.Add(15 * time.Minute), "2026-11-24T04:15:00-05:00"},
		"revised on the next day": {published.Add(24 * time.Hour), "2026-11-25T04:00:00-05:00"},
	} {
		at, modified := site.Instants(models.At(published), models.At(c.revised))
		if got := at.Format(time.RFC3339Nano); got != "2026-11-24T04:00:00-05:00" {
			t.Errorf("%s: published %s", name, got)
		}
		if got := modified.Format(time.RFC3339Nano); got != c.want {
			t.Errorf("%s: modified %s, want %s", name, got, c.want)
		}
	}
}
