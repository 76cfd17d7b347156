package library

import (
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
)

// Limits of the texts of a picture, in characters.
const (
	MaxAlt      = 1000
	MaxCaption  = 2000
	MaxCredit   = 400
	MaxFilename = 200
)

// Texts holds the texts of a picture that an editor enters.
type Texts struct {
	Alt        string
	Decorative bool // the picture needs no alternative text; Alt is ignored
	Caption    string
	Credit     string
	LicenceEnd string // 2027-01-14, the first day without the picture; empty for none
	// FocusX and FocusY are the focus in percent from the left and from the top of the
	// upright picture. nil keeps the stored value, or the middle for a new picture.
	FocusX, FocusY *int
}

// put checks the texts and writes them to a picture. It refuses with Invalid and the
// names of the form's fields.
func (t Texts) put(m *pictures.Picture) error {
	var bad []models.FieldError
	for _, f := range []struct {
		name  string
		value *string
		to    *string
		limit int
	}{{"alt", &t.Alt, &m.Alt, MaxAlt}, {"caption", &t.Caption, &m.Caption, MaxCaption}, {"credit", &t.Credit, &m.Credit, MaxCredit}} {
		*f.to = richtext.PlainLine(*f.value)
		if richtext.TooLong(*f.to, f.limit) {
			bad = append(bad, models.FieldError{Field: f.name, Code: "too-many-characters", Limit: f.limit})
		}
	}
	if m.Decorative = t.Decorative; t.Decorative {
		m.Alt = ""
	}
	m.LicenceEnd = strings.TrimSpace(t.LicenceEnd)
	if m.LicenceEnd != "" {
		if _, err := time.Parse(time.DateOnly, m.LicenceEnd); err != nil {
			bad = append(bad, models.FieldError{Field: "licence_end", Code: "impossible"})
		}
	}
	for _, f := range []struct {
		name     string
		from, to *int
	}{{"focus_x", t.FocusX, &m.FocusX}, {"focus_y", t.FocusY, &m.FocusY}} {
		switch {
		case f.from == nil:
		case *f.from < 0 || *f.from > 100:
			bad = append(bad, models.FieldError{Field: f.name, Code: "not-percent", Limit: 100})
		default:
			*f.to = *f.from
		}
	}
	if len(bad) > 0 {
		return models.InvalidFields(bad...)
	}
	return nil
}

// filename returns the last part of a name that a browser sent, as one line.
func filename(name string) string {
	name = richtext.PlainLine(name[strings.LastIndexAny(name, `/\`)+1:])
	if runes := []rune(name); len(runes) > MaxFilename {
		name = string(runes[:MaxFilename])
	}
	return name
}
