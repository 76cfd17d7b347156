package timetable

import (
	"strings"
	"time"

	"broadsheet/models"
)

// Layout is the format of a time in forms: the wall clock of the site's zone.
const Layout = "2006-01-02T15:04"

// The refusals of ParseTime.
var (
	errTimeInvalid = models.Refusal(models.Invalid, "time-invalid", "this is not a time: write it as 2027-01-14T23:30")
	errTimeSkipped = models.Refusal(models.Invalid, "time-skipped", "clocks go forward over this time, so it does not exist on that day")
)

// ParseTime reads a wall clock time of a zone, with or without seconds. It refuses with
// Invalid: time-invalid, or time-skipped for a time that clocks skip when summer time
// begins. For a time that comes twice when summer time ends, it returns the first.
func ParseTime(text string, zone *time.Location) (time.Time, error) {
	layout := Layout
	if len(text) > len(Layout) {
		layout += ":05"
	}
	wall, err := time.Parse(layout, text) // without a zone no time is skipped
	if err != nil || !strings.HasPrefix(text, wall.Format(Layout)) {
		return time.Time{}, errTimeInvalid
	}
	at, err := time.ParseInLocation(layout, text, zone)
	if err != nil {
		return time.Time{}, errTimeInvalid
	}
	if at.Format(Layout) != wall.Format(Layout) {
		return time.Time{}, errTimeSkipped
	}
	if earlier := at.Add(-time.Hour); earlier.Format(Layout) == at.Format(Layout) {
		at = earlier // clocks were put back by an hour, as everywhere but on Lord Howe Island
	}
	if earlier := at.Add(-30 * time.Minute); earlier.Format(Layout) == at.Format(Layout) {
		at = earlier
	}
	return at, nil
}
