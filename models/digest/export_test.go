package digest

import (
	"time"

	"broadsheet/models/settings"
	"broadsheet/models/subscription"
)

// Rows is a value of every row type of the package.
var Rows = []any{Issue{}, storyRow{}, commentRow{}, Opening{}}

// Due returns the day for which an issue is due, see due.
func Due(site *settings.Settings, f subscription.Frequency, last *Issue, now time.Time) string {
	return due(site, f, last, now)
}
