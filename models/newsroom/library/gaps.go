package library

import (
	"time"

	"broadsheet/models/newsroom/pictures"
)

// Gap is something that a picture lacks.
type Gap string

// The gaps.
const (
	GapAlt    Gap = "alt" // neither an alternative text nor decorative
	GapCredit Gap = "credit"
	GapEnded  Gap = "ended"  // the licence has ended
	GapEnding Gap = "ending" // the licence ends within [SoonDays] days
)

// Gaps returns the gaps of a picture at a time in the site's zone.
func Gaps(m *pictures.Picture, now time.Time, zone *time.Location) (gaps []Gap) {
	if m.Alt == "" && !m.Decorative {
		gaps = append(gaps, GapAlt)
	}
	if m.Credit == "" {
		gaps = append(gaps, GapCredit)
	}
	switch {
	case hasEnded(m.LicenceEnd, today(now, zone)):
		gaps = append(gaps, GapEnded)
	case hasEnded(m.LicenceEnd, today(now.AddDate(0, 0, SoonDays), zone)):
		gaps = append(gaps, GapEnding)
	}
	return gaps
}
