package timetable

import (
	"time"

	"broadsheet/models"
)

// Layout is a time as forms have it: the wall clock of the site's zone.
const Layout = "2006-01-02T15:04"

// Refusals of a time.
var (
	errTimeInvalid = models.Refusal(models.Invalid, "time-invalid", "this is not a time: write it as 2027-01-14T23:30")
	errTimeSkipped = models.Refusal(models.Invalid, "time-skipped", "clocks go forward over this time, so it does not exist on that day")
)

// ParseTime reads a wall clock time of a zone. It refuses with Invalid time-invalid,
// and with Invalid time-skipped a time that clocks skip when summer time begins. Of a
// time that comes twice when summer time ends, it returns the first.
func ParseTime(text string, zone *time.Location) (time.Time, error) {
	at, err := time.ParseInLocation(Layout, text, zone)
	if err != nil {
		if at, err = time.ParseInLocation(Layout+":05", text, zone); err != nil {
			return time.Time{}, errTimeInvalid
		}
	}
	if at.Format(Layout) != text[:len(Layout)] {
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
