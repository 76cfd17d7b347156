package handlers

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/timetable"
)

// frontForm has the values of the form of the front page.
type frontForm struct {
	storyForm
	version *frontplan.Version // the newest one, which the form is compared with
	unsaved bool
}

// readFront reads a posted form. Fields that were not sent keep their stored values.
func (ar *arranging) readFront(c *request) (*frontForm, error) {
	v, err := frontplan.Current(c.ctx(), ar.db)
	if err != nil {
		return nil, err
	}
	values := url.Values{}
	for name, list := range c.form {
		values[name] = slices.Clone(list)
	}
	return &frontForm{storyForm: storyForm{Values: values, site: c.site}, version: v}, nil
}

// seen returns the version that the form began with, or [frontplan.AnyVersion] for a form
// without a version, which a program sends to replace the stored arrangement.
func (f *frontForm) seen() int64 {
	n, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil || n < 0 {
		return frontplan.AnyVersion
	}
	return n
}

// at returns the i-th value of a repeated field, "" for none.
func (f *frontForm) at(name string, i int) string {
	if list := f.Values[name]; i < len(list) {
		return strings.TrimSpace(models.PlainDigits(list[i]))
	}
	return ""
}

// placeFields returns the names of the fields of a place, and the index among their values.
func placeFields(place int) (story, from, until string, i int) {
	if place == 0 {
		return "lead", "lead_from", "lead_until", 0
	}
	return "slot", "slot_from", "slot_until", place - 1
}

// idOf returns the id of the i-th element of a repeated field.
func idOf(name string, i int) string { return fmt.Sprint(name, "-", i+1) }

// placeID returns the id of a field of a place: lead, lead_until, slot-1, slot_until-1.
func placeID(name string, place int) string {
	if place == 0 {
		return name
	}
	return idOf(name, place-1)
}

// wallClock returns a time in the format of forms, "" for the zero time.
func wallClock(site *newsroom.Site, at models.Time) string {
	if at.IsZero() {
		return ""
	}
	return inSiteZone(site, at.Time).Format(timetable.Layout)
}

// storedFront returns the values that a form of a version begins with.
func storedFront(site *newsroom.Site, v *frontplan.Version, now time.Time) url.Values {
	f := url.Values{"version": {strconv.FormatInt(v.Number, 10)}}
	for place, pins := range v.Standing(now) {
		story, _, until, _ := placeFields(place)
		article, end := "", ""
		if len(pins) > 0 {
			article, end = strconv.FormatInt(pins[0].Article, 10), wallClock(site, pins[0].Until)
		}
		f.Add(story, article)
		f.Add(until, end)
	}
	for _, p := range v.Others(now) {
		f.Add("plan_place", strconv.Itoa(p.Place))
		f.Add("plan_article", strconv.FormatInt(p.Article, 10))
		f.Add("plan_from", wallClock(site, p.From))
		f.Add("plan_until", wallClock(site, p.Until))
	}
	if l := v.LineAt(now); l != nil {
		f.Set("breaking", l.Text)
		f.Set("breaking_link", l.Link)
		f.Set("breaking_level", string(l.Level))
		f.Set("breaking_until", wallClock(site, l.Until))
	}
	return f
}

// move swaps the article of a place with the one above or below it.
func (f *frontForm) move(direction, text string) {
	place, err := strconv.Atoi(text)
	other := place + 1
	if direction == "up" {
		other = place - 1
	}
	if err != nil || min(place, other) < 0 || max(place, other) >= frontplan.Places {
		return
	}
	for len(f.Values["slot"]) < frontplan.Places-1 {
		f.Add("slot", "")
	}
	for len(f.Values["slot_until"]) < frontplan.Places-1 {
		f.Add("slot_until", "")
	}
	for _, name := range []string{"lead", "lead_until"} {
		if !f.Has(name) {
			f.Set(name, "")
		}
	}
	story, _, until, i := placeFields(place)
	storyThere, _, untilThere, j := placeFields(other)
	f.Values[story][i], f.Values[storyThere][j] = f.Values[storyThere][j], f.Values[story][i]
	f.Values[until][i], f.Values[untilThere][j] = f.Values[untilThere][j], f.Values[until][i]
}

// read returns the change that the form asks for. It collects the errors of fields.
func (f *frontForm) read(now time.Time) func(*frontplan.Arrangement, time.Time) error {
	set, plans, line := f.places(now), f.plans(now), f.line(now)
	others, hasPlans := f.version.Others(now), f.Has("plan_place")
	return func(a *frontplan.Arrangement, now time.Time) error {
		if hasPlans {
			a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p frontplan.Pin) bool { return slices.Contains(others, p) })
		}
		a.SetPlaces(set, now)
		a.Pins = append(a.Pins, plans...)
		if line != nil {
			return line(a, now)
		}
		return nil
	}
}

// places reads the fields of the places.
func (f *frontForm) places(now time.Time) map[int]frontplan.Pin {
	set := map[int]frontplan.Pin{}
	seen := map[int64]bool{}
	for place := range frontplan.Places {
		story, from, until, i := placeFields(place)
		if !f.Has(story) {
			continue
		}
		text := f.at(story, i)
		p := frontplan.Pin{Article: parseID(text)}
		if text == "" {
			set[place] = p
			continue
		}
		holder := f.version.Holder(place, now)
		end := f.at(until, i)
		switch {
		case p.Article == 0:
			f.refuse(placeID(story, place), "no-story")
		case holder != nil && holder.Article == p.Article && wallClock(f.site, holder.Until) == end:
			p.Until = holder.Until // with its seconds, also when it passes while the form is open
		default:
			p.From = f.moment(placeID(from, place), f.at(from, i), models.At(now))
			p.Until = f.moment(placeID(until, place), end, laterOf(p.From, now))
		}
		if p.From.IsZero() && seen[p.Article] {
			f.refuse(placeID(story, place), "twice")
		}
		seen[p.Article] = seen[p.Article] || p.From.IsZero()
		set[place] = p
	}
	return set
}

func laterOf(t models.Time, now time.Time) models.Time {
	if t.After(now) {
		return t
	}
	return models.At(now)
}

// moment reads a time that must be after the time after. It returns zero for an empty field.
func (f *frontForm) moment(id, text string, after models.Time) models.Time {
	if text == "" {
		return models.Time{}
	}
	t, err := timetable.ParseTime(text, f.site.TimeZone)
	if e, ok := errors.AsType[*models.Error](err); ok {
		f.refuse(id, e.Code)
		return models.Time{}
	}
	if !t.After(after.Time) {
		f.refuse(id, "time-past")
		return models.Time{}
	}
	return models.At(t)
}

// plans reads the pins that do not hold their places now.
func (f *frontForm) plans(now time.Time) (plans []frontplan.Pin) {
	others := f.version.Others(now)
	for i := range f.Values["plan_place"] {
		article, from, until := f.at("plan_article", i), f.at("plan_from", i), f.at("plan_until", i)
		if article == "" {
			continue
		}
		place, err := strconv.Atoi(f.at("plan_place", i))
		p := frontplan.Pin{Place: place, Article: parseID(article)}
		if err != nil || place < 0 || place >= frontplan.Places || p.Article == 0 {
			f.refuse(idOf("plan_article", i), "no-story")
			continue
		}
		same := slices.IndexFunc(others, func(o frontplan.Pin) bool {
			return o.Place == place && o.Article == p.Article && wallClock(f.site, o.From) == from && wallClock(f.site, o.Until) == until
		})
		if same >= 0 {
			plans = append(plans, others[same])
			continue
		}
		if from == "" {
			f.refuse(idOf("plan_from", i), "required")
			continue
		}
		p.From = f.moment(idOf("plan_from", i), from, models.At(now))
		p.Until = f.moment(idOf("plan_until", i), until, laterOf(p.From, now))
		plans = append(plans, p)
	}
	return plans
}

// line reads the breaking line, nil for a form without it.
func (f *frontForm) line(now time.Time) func(*frontplan.Arrangement, time.Time) error {
	if !f.Has("breaking") {
		return nil
	}
	l := frontplan.Line{Text: f.Get("breaking"), Link: f.Get("breaking_link"), Level: frontplan.Level(f.Get("breaking_level"))}
	shown := f.version.LineAt(now)
	if strings.TrimSpace(l.Text) == "" {
		return func(a *frontplan.Arrangement, now time.Time) error {
			a.EndLine(now)
			return nil
		}
	}
	l.From = f.moment("breaking_from", f.at("breaking_from", 0), models.At(now))
	if end := f.at("breaking_until", 0); shown != nil && l.From.IsZero() && wallClock(f.site, shown.Until) == end {
		l.Until = shown.Until
	} else {
		l.Until = f.moment("breaking_until", end, laterOf(l.From, now))
	}
	return func(a *frontplan.Arrangement, now time.Time) error { return a.SetLine(l, now) }
}

// frontFieldOrder returns the position of a field on the page, for sorting errors.
func frontFieldOrder(id string) int {
	for i, prefix := range []string{"breaking", "lead", "slot", "plan", "at"} {
		if strings.HasPrefix(id, prefix) {
			return i
		}
	}
	return 0
}
