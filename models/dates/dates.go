package dates

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The accepted forms of a date:
//
//	2026-11-23T09:30:00.5+01:00    ISO 8601 and RFC 3339, also with a space, a
//	                               comma, +0100 or +01 (PostgreSQL), without
//	                               seconds, time or zone, and with [Europe/Oslo]
//	2026/11/23, 20261123T093000Z   the same with slashes, and without signs
//	Mon, 23 Nov 2026 09:30:00 GMT  RFC 1123, 822 and 850, with names of months
//	Nov 23, 2026                   in English
//	Mon Nov 23 09:30:00 UTC 2026   asctime and the date command
//	1795423800                     seconds since 1970 with 9 or 10 digits, also with
//	                               a fraction; milliseconds with 12 or 13, micro-
//	                               seconds with 15 or 16, nanoseconds with 18 or 19
//
// A date without a zone is in the site's zone. Parse refuses 11/12/2026, because
// its order of day and month differs between countries, and names of zones that
// RFC 822 does not define, such as IST and CET.

const (
	dayTime   = `(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,12}))?)?)`
	dayZone   = `(?P<zone>[Zz]|[A-Za-z]{2,5}|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?(?: ?\(?[A-Z]{2,5}\)?)?`
	dayName   = `(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*`
	monthName = `(?P<monthname>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`
)

var forms = []*regexp.Regexp{
	regexp.MustCompile(`^(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})` +
		`(?:[T ]` + dayTime + ` ?` + dayZone + `(?:\[[A-Za-z0-9/_+-]{1,60}\])?)?$`),
	regexp.MustCompile(`^(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?: ` + dayTime + ` ?` + dayZone + `)?$`),
	regexp.MustCompile(`^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})` +
		`(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?:(?P<second>\d{2}))? ?` + dayZone + `)?$`),
	regexp.MustCompile(`(?i)^(?:` + dayName + `,? )?(?P<day>\d{1,2})[ -]` + monthName + `[ -](?P<year>\d{4}|\d{2})` +
		`(?:,? ` + dayTime + ` ?` + dayZone + `)?$`),
	regexp.MustCompile(`(?i)^(?:` + dayName + `,? )?` + monthName + ` (?P<day>\d{1,2}),? (?P<year>\d{4})` +
		`(?:,? ` + dayTime + ` ?` + dayZone + `)?$`),
	regexp.MustCompile(`(?i)^` + dayName + ` ` + monthName + ` (?P<day>\d{1,2}) ` + dayTime +
		` ?(?P<zone>[A-Z]{2,5}|[+-]\d{4})? (?P<year>\d{4})$`),
}

var (
	bareNumber  = regexp.MustCompile(`^\d+(\.\d{1,9})?$`)
	exponent    = regexp.MustCompile(`^\d(\.\d+)?[eE]\+?\d{1,2}$`)
	ambiguous   = regexp.MustCompile(`^\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\b`)
	otherMinus  = strings.NewReplacer("\u2212", "-", "\u2013", "-", "\u00a0", " ", "\u202f", " ")
	monthsShort = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	daysShort   = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
)

// zoneHours are the zone names of RFC 822 with their difference from UTC.
var zoneHours = map[string]int{
	"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}

// maxDateBytes is longer than all accepted dates.
const maxDateBytes = 120

// Parse parses a date in one of the forms above. zone applies to a date without a
// zone. The error states the cause in one line. The year is from 1000 to 9998.
func Parse(s string, zone *time.Location) (time.Time, error) {
	text := strings.Join(strings.Fields(otherMinus.Replace(s)), " ")
	if len(text) > maxDateBytes {
		return time.Time{}, fmt.Errorf("date %.40q… is not a date", s)
	}
	if exponent.MatchString(text) {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			text = strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	if t, ok := parseEpoch(text); ok {
		return t, nil
	}
	for _, form := range forms {
		if m := form.FindStringSubmatch(text); m != nil {
			if t, err := dateOf(form, m, zone); err != nil {
				return t, fmt.Errorf("date %q is not a date: %w", s, err)
			} else if y := t.Year(); y >= 1000 && y <= 9998 {
				return t, nil
			}
		}
	}
	if ambiguous.MatchString(text) {
		return time.Time{}, fmt.Errorf("date %q is ambiguous; write the year first, as in 2026-11-23", s)
	}
	return time.Time{}, fmt.Errorf("date %q is not a date such as 2026-11-23 or 2026-11-23T09:30:00+01:00", s)
}

// parseEpoch parses a time since 1970. The number of digits determines the unit;
// each unit covers the years from 1973 to 2286.
func parseEpoch(text string) (time.Time, bool) {
	if !bareNumber.MatchString(text) {
		return time.Time{}, false
	}
	whole, fraction, _ := strings.Cut(text, ".")
	units := map[int]int64{9: 1e9, 10: 1e9, 12: 1e6, 13: 1e6, 15: 1e3, 16: 1e3, 18: 1, 19: 1}
	unit, ok := units[len(whole)]
	n, err := strconv.ParseInt(whole, 10, 64)
	if !ok || err != nil || whole[0] == '0' {
		return time.Time{}, false
	}
	perSecond := int64(time.Second) / unit
	t := time.Unix(n/perSecond, n%perSecond*unit)
	if fraction != "" && unit == int64(time.Second) {
		nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
		t = t.Add(time.Duration(nanos))
	}
	return t, true
}

// dateOf returns the time that the matched parts of a date give.
func dateOf(form *regexp.Regexp, m []string, zone *time.Location) (time.Time, error) {
	part := func(name string) string {
		if i := form.SubexpIndex(name); i >= 0 {
			return m[i]
		}
		return ""
	}
	number := func(name string) int {
		n, _ := strconv.Atoi(cmp.Or(part(name), "0"))
		return n
	}
	year, month, day := number("year"), number("month"), number("day")
	if len(part("year")) == 2 { // RFC 5322, section 4.3
		year += 1900
		if year < 1950 {
			year += 100
		}
	}
	if name := strings.ToLower(part("monthname")); name != "" {
		month = 1 + slices.Index(monthsShort, name)
	}
	hour, minute, second := number("hour"), number("minute"), number("second")
	if hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, fmt.Errorf("there is no such time of day")
	}
	nanos, _ := strconv.Atoi((part("fraction") + "000000000")[:9])
	if name := part("zone"); name != "" {
		var err error
		if zone, err = zoneOf(name); err != nil {
			return time.Time{}, err
		}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone)
	noon := time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	if month < 1 || noon.Month() != time.Month(month) || noon.Day() != day {
		return time.Time{}, fmt.Errorf("there is no such day")
	}
	if name := strings.ToLower(part("weekday")); name != "" && daysShort[noon.Weekday()] != name {
		return time.Time{}, fmt.Errorf("that day was no %s", part("weekday"))
	}
	return t, nil
}

// zoneOf parses a zone: its difference from UTC or a name of RFC 822.
func zoneOf(name string) (*time.Location, error) {
	if hours, ok := zoneHours[strings.ToUpper(name)]; ok {
		return time.FixedZone("", hours*3600), nil
	}
	digits := strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(name, "UTC"), "GMT"), ":", "")
	if digits[0] != '+' && digits[0] != '-' {
		return nil, fmt.Errorf("the zone %s is not known everywhere; write it as +01:00", name)
	}
	sign := 1
	if digits[0] == '-' {
		sign = -1
	}
	digits = (digits[1:] + "0000")[:6]
	hours, _ := strconv.Atoi(digits[:2])
	minutes, _ := strconv.Atoi(digits[2:4])
	seconds, _ := strconv.Atoi(digits[4:6])
	if hours > 14 || minutes > 59 || seconds > 59 {
		return nil, fmt.Errorf("there is no zone %s", name)
	}
	return time.FixedZone("", sign*(hours*3600+minutes*60+seconds)), nil
}
