package views

import (
	"fmt"
	"html/template"
	"time"

	"broadsheet/public"
)

// templateFuncs returns the functions for the templates of a language.
func templateFuncs(c *catalogue, assets *public.Assets) template.FuncMap {
	return template.FuncMap{
		"t": c.text, "n": c.count, "num": c.number,
		"date":       func(t time.Time) (string, error) { return c.date("date.long", t) },
		"dateTime":   func(t time.Time) (string, error) { return c.date("date.time", t) },
		"dayMonth":   func(t time.Time) (string, error) { return c.date("date.short", t) },
		"clock":      func(t time.Time) string { return t.Format("15:04") },
		"today":      func(t time.Time) (string, error) { return c.date("date.weekday", t) },
		"machine":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"when":       c.when,
		"asset":      assets.URL,
		"firstStyle": func(listsBelow bool) template.CSS { return trustStyle(assets, listsBelow) },
		"dir":        DirOf,
		"personal":   func() template.HTML { return personalBegin },
		"public":     func() template.HTML { return personalEnd },
		"field":      func(id string, f Field, required bool) FormField { return FormField{id, f, required} },
	}
}

// FormField is the data of the part "field".
type FormField struct {
	ID string
	Field
	Required bool
}

// date writes a date the way a message of the language says.
func (c *catalogue) date(key string, t time.Time) (string, error) {
	month, err := c.text(fmt.Sprintf("month.%d", t.Month()))
	if err != nil {
		return "", err
	}
	day, err := c.text(fmt.Sprintf("weekday.%d", t.Weekday()))
	if err != nil {
		return "", err
	}
	short, err := c.text(fmt.Sprintf("month.short.%d", t.Month()))
	if err != nil {
		return "", err
	}
	return c.text(key, "day", t.Day(), "month", month, "short", short, "year", t.Year(), "weekday", day, "time", t.Format("15:04"))
}

// when returns the short form of a time for lists: the time of day if it is today,
// else the date, with the year only if it is another year.
func (c *catalogue) when(t, now time.Time) (string, error) {
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return t.Format("15:04"), nil
	case t.Year() == now.Year():
		return c.date("date.short", t)
	default:
		return c.date("date.medium", t)
	}
}
