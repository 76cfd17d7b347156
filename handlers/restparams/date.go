package restparams

import (
	"regexp"
	"strings"
	"time"
)

// dateForm is a date and time with an optional fraction and zone, as WordPress
// accepts them (RFC 3339, with a zone that may be missing or have hours alone).
var dateForm = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|z|[+-]\d\d(?::?\d\d)?)?$`)

// Instant is the value of a Date parameter.
type Instant struct {
	Time time.Time // without a zone: the wall clock, in UTC
	// Local is set if the value has no zone. It is a time of the site's wall clock.
	Local bool
}

// In returns the instant on the wall clock of a zone, written in UTC.
func (i Instant) In(zone *time.Location) time.Time {
	if i.Local {
		return i.Time
	}
	t := i.Time.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// At returns the instant itself. A wall clock's time is taken in the zone.
func (i Instant) At(zone *time.Location) time.Time {
	if !i.Local {
		return i.Time
	}
	t := i.Time
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
}

func (i Instant) String() string {
	if i.Local {
		return i.Time.Format("2006-01-02T15:04:05")
	}
	return i.Time.UTC().Format(time.RFC3339)
}

// ParseDate reads a date. A space before the digits of a zone is a plus sign that
// was not percent-encoded.
func ParseDate(s string) (Instant, bool) {
	if n := len(s); n > 6 && s[n-6] == ' ' && strings.Count(s, ":") == 3 {
		s = s[:n-6] + "+" + s[n-5:]
	}
	m := dateForm.FindStringSubmatch(s)
	if m == nil {
		return Instant{}, false
	}
	zone := strings.ToUpper(strings.ReplaceAll(m[3], ":", ""))
	if len(zone) == 3 {
		zone += "00"
	}
	if zone == "" {
		t, err := time.Parse("2006-01-02 15:04:05", m[1]+" "+m[2])
		return Instant{Time: t, Local: true}, err == nil && t.Year() > 0
	}
	t, err := time.Parse("2006-01-02 15:04:05 Z0700", m[1]+" "+m[2]+" "+zone)
	return Instant{Time: t.UTC()}, err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 9999
}
