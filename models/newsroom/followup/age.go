package followup

import (
	"strings"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// The units of an age.
const (
	Days   = "days"
	Months = "months"
	Years  = "years"
)

// Age is the age of an old article in whole units.
type Age struct {
	Unit string
	N    int
}

// AgeOf returns the age of an article on a day, nil if it is not old yet. The dates are
// those of the site's time zone, so the age changes at midnight. category is the main one
// of the article, nil for none.
func AgeOf(site *newsroom.Site, category *taxonomy.Category, published, now time.Time) *Age {
	after := daysFor(site, category)
	if after == 0 || published.IsZero() {
		return nil
	}
	from, today := dayOf(published.In(site.TimeZone)), dayOf(now.In(site.TimeZone))
	days := int(today.Sub(from).Hours() / 24)
	if days < after {
		return nil
	}
	months := 12*(today.Year()-from.Year()) + int(today.Month()) - int(from.Month())
	if today.Day() < from.Day() {
		months--
	}
	switch {
	case months >= 12:
		return &Age{Years, months / 12}
	case months >= 1:
		return &Age{Months, months}
	}
	return &Age{Days, days}
}

// dayOf returns the date of a time, in UTC so that all days have the same length.
func dayOf(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// daysFor returns the days after which an article of a category is old, 0 for never: those
// of the category or of the nearest one above it, else those of the site.
func daysFor(site *newsroom.Site, category *taxonomy.Category) int {
	if category != nil {
		for path := strings.Trim(category.Path, "/"); path != ""; {
			if days, ok := site.OldSections[path]; ok {
				return days
			}
			cut := strings.LastIndexByte(path, '/')
			path = path[:max(cut, 0)]
		}
	}
	return site.OldAfter
}
