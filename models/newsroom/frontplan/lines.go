package frontplan

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/richtext"
)

// Level is the urgency of a breaking line, which sets its look.
type Level string

// The levels, the strongest first.
const (
	Breaking   Level = "breaking"
	Developing Level = "developing"
	Notice     Level = "notice" // about the paper itself, such as works on the site
)

// Levels lists the levels, the strongest first.
var Levels = []Level{Breaking, Developing, Notice}

// Limits of a breaking line.
const (
	MaxLineText = 200 // characters
	MaxLineLink = 500 // bytes
	MaxLines    = 10  // of an arrangement, including later ones
	// LineFor is the duration of a line that is set without an end. Every stored line has an
	// end, so that no line is forgotten.
	LineFor = 3 * time.Hour
	// MaxLineFor is the longest duration of a line.
	MaxLineFor = 7 * 24 * time.Hour
)

// Line is a line of text above all public pages for a time.
type Line struct {
	Text  string      `json:"text"`
	Link  string      `json:"link,omitempty"` // a path of this site or an absolute address, "" for none
	Level Level       `json:"level"`
	From  models.Time `json:"from"`
	Until models.Time `json:"until"`
}

// LineAt returns the line that is shown at a time, or nil. Of several lines in force it
// returns the one that began last.
func (a *Arrangement) LineAt(now time.Time) *Line {
	var shown *Line
	for i := range a.Lines {
		l := &a.Lines[i]
		if inForce(l.From, l.Until, now) && (shown == nil || !l.From.Before(shown.From.Time)) {
			shown = l
		}
	}
	return shown
}

// ComingLines returns the lines that will begin after a time, the next one first.
func (a *Arrangement) ComingLines(now time.Time) (list []Line) {
	for _, l := range a.Lines {
		if l.From.After(now) {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(l, m Line) int { return l.From.Compare(m.From.Time) })
	return list
}

// SetLine adds a line. A line that does not begin later replaces the lines in force, and keeps
// the beginning of the shown one, or else begins now. A line without an end lasts [LineFor].
// SetLine refuses with Invalid at the fields of the form.
func (a *Arrangement) SetLine(l Line, now time.Time) error {
	shown := a.LineAt(now)
	begins := l.From.After(now)
	switch {
	case begins:
	case shown != nil:
		l.From = shown.From
	default:
		l.From = models.At(now)
	}
	if l.Until.IsZero() {
		l.Until = models.At(later(l.From.Time, now).Add(LineFor))
	}
	if err := l.check(now); err != nil {
		return err
	}
	if !begins {
		a.EndLine(now)
	}
	a.Lines = append(a.Lines, l)
	if len(a.Lines) > MaxLines {
		return models.InvalidFields(models.FieldError{Field: "breaking", Code: "too-many", Limit: MaxLines})
	}
	return nil
}

func later(t, other time.Time) time.Time {
	if t.After(other) {
		return t
	}
	return other
}

// EndLine removes the lines that are in force.
func (a *Arrangement) EndLine(now time.Time) {
	a.Lines = slices.DeleteFunc(slices.Clone(a.Lines), func(l Line) bool { return inForce(l.From, l.Until, now) })
}

func (l *Line) check(now time.Time) error {
	var bad []models.FieldError
	refuse := func(field, code string, limit int) {
		bad = append(bad, models.FieldError{Field: field, Code: code, Limit: limit})
	}
	switch l.Text = richtext.PlainLine(l.Text); {
	case l.Text == "":
		refuse("breaking", "required", 0)
	case utf8.RuneCountInString(l.Text) > MaxLineText:
		refuse("breaking", "too-many-characters", MaxLineText)
	}
	if l.Link = strings.TrimSpace(l.Link); !isLink(l.Link) {
		refuse("breaking_link", "not-link", 0)
	}
	if l.Level = cmp.Or(l.Level, Breaking); !slices.Contains(Levels, l.Level) {
		refuse("breaking_level", "no-choice", 0)
	}
	switch {
	case !l.Until.After(now):
		refuse("breaking_until", "time-past", 0)
	case !l.Until.After(l.From.Time):
		refuse("breaking_until", "time-order", 0)
	case l.Until.Sub(l.From.Time) > MaxLineFor:
		refuse("breaking_until", "time-long", int(MaxLineFor/(24*time.Hour)))
	}
	if len(bad) > 0 {
		return models.InvalidFields(bad...)
	}
	return nil
}

// isLink reports whether a line can link to an address: a path of this site, or an
// absolute address of the web.
func isLink(link string) bool {
	if link == "" {
		return true
	}
	u, err := url.Parse(link)
	if err != nil || len(link) > MaxLineLink || strings.ContainsAny(link, "\\\x00 \t\n") {
		return false
	}
	if u.Scheme == "" && u.Host == "" {
		return strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//")
	}
	return (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}
