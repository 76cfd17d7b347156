package handlers

import (
	"cmp"
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

// frontForm has the values of the form of the front page. What it asks for is the difference
// between its values and those that it showed at first, so a field that nobody has touched
// changes nothing, also when the clock has begun or ended a pin in between.
type frontForm struct {
	storyForm
	version *frontplan.Version // the newest one
	base    *frontplan.Version // the one that the form began with
	shownAt time.Time          // when it began
	stored  url.Values         // its values then
	any     bool               // a program sent it, to replace any version
	since   *frontplan.Version // before the change of a colleague that the form asks about, nil for none
	asked   []string           // ids of fields that the form asks about beside those that since explains
	unsaved bool
}

// newFrontForm returns the form of a version.
func newFrontForm(site *newsroom.Site, v *frontplan.Version, now time.Time) *frontForm {
	f := &frontForm{storyForm: storyForm{Values: storedFront(site, v, now), site: site}, version: v}
	f.begin(v, now)
	return f
}

// begin makes a version the one that the form began with.
func (f *frontForm) begin(v *frontplan.Version, now time.Time) {
	f.base, f.shownAt, f.stored = v, now, storedFront(f.site, v, now)
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
	f := &frontForm{storyForm: storyForm{Values: values, site: c.site}, version: v}
	base, shownAt := v, ar.db.Now()
	seen := f.seen()
	if f.any = seen == frontplan.AnyVersion; !f.any {
		if base, err = ar.versionOf(c, seen); err != nil {
			return nil, err
		}
		shown, err := strconv.ParseInt(f.Get("shown"), 10, 64)
		if at := time.UnixMicro(shown); err == nil && !at.Before(base.At.Time) && at.Before(shownAt) {
			shownAt = at
		}
	}
	f.begin(base, shownAt)
	if f.Has("since") {
		f.since, err = ar.versionOf(c, parseID(f.Get("since")))
	}
	return f, err
}

// touched reports whether a value of the form differs from its first value.
func (f *frontForm) touched() bool {
	for _, spot := range sentSpots(f.Values) {
		if !samePlace(f.Values, f.stored, spot) {
			return true
		}
	}
	for _, name := range lineFields {
		if f.Has(name) && f.lineValue(name) != lineValue(f.stored, name) {
			return true
		}
	}
	return f.Has("plan_place") && len(planEdits(planRows(f.stored), planRows(f.Values))) > 0
}

// versionOf returns a version, an empty one for a number that no version has.
func (ar *arranging) versionOf(c *request, number int64) (*frontplan.Version, error) {
	v, err := frontplan.Numbered(c.ctx(), ar.db, number)
	if models.KindOf(err) == models.NotFound && err != nil {
		return &frontplan.Version{Number: number}, nil
	}
	return v, err
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
func (f *frontForm) at(name string, i int) string { return valueAt(f.Values, name, i) }

func valueAt(values url.Values, name string, i int) string {
	if list := values[name]; i < len(list) {
		return strings.TrimSpace(models.PlainDigits(list[i]))
	}
	return ""
}

// setAt sets the i-th value of a repeated field.
func setAt(values url.Values, name string, i int, value string) {
	for len(values[name]) <= i {
		values.Add(name, "")
	}
	values[name][i] = value
}

// blockPrefix begins the names of the fields of a block: block_12 has the stories of the
// block of category 12, and block_12_until their ends.
const blockPrefix = "block_"

// placeFields returns the names of the fields of a place, and the index among their values.
func placeFields(s frontplan.Spot) (story, from, until string, i int) {
	name := "slot"
	switch {
	case s.Section != 0:
		name = blockPrefix + strconv.FormatInt(s.Section, 10)
		return name, name + "_from", name + "_until", s.Place
	case s.Place == 0:
		return "lead", "lead_from", "lead_until", 0
	}
	return name, name + "_from", name + "_until", s.Place - 1
}

// spotText returns the value that names a place in forms: 0 for the lead, the number of a
// slot, and 12.1 for the first place of the block of category 12.
func spotText(s frontplan.Spot) string {
	if s.Section == 0 {
		return strconv.Itoa(s.Place)
	}
	return fmt.Sprintf("%d.%d", s.Section, s.Place+1)
}

func parseSpot(text string) (s frontplan.Spot, ok bool) {
	section, place, block := strings.Cut(text, ".")
	if !block {
		place = section
	}
	n, err := strconv.Atoi(place)
	if s.Place = n; block {
		s = frontplan.Spot{Section: parseID(section), Place: n - 1}
		ok = s.Section > 0
	}
	return s, err == nil && s.Exists() && (ok || !block)
}

// sentSpots returns the places whose fields are among the values, in the order of their ids.
func sentSpots(values url.Values) (list []frontplan.Spot) {
	for place := range frontplan.Places {
		if story, _, _, _ := placeFields(frontplan.Slot(place)); values.Has(story) {
			list = append(list, frontplan.Slot(place))
		}
	}
	for name := range values {
		section, isBlock := strings.CutPrefix(name, blockPrefix)
		if id := parseID(section); isBlock && id > 0 && strconv.FormatInt(id, 10) == section {
			for place := range frontplan.BlockPlaces {
				list = append(list, frontplan.Spot{Section: id, Place: place})
			}
		}
	}
	slices.SortFunc(list, frontplan.Spot.Compare)
	return list
}

// idOf returns the id of the i-th element of a repeated field.
func idOf(name string, i int) string { return fmt.Sprint(name, "-", i+1) }

// placeID returns the id of a field of a place: lead, lead_until, slot-1, slot_until-1,
// block_12-1, block_12_until-1.
func placeID(name string, s frontplan.Spot) string {
	if s == frontplan.Slot(0) {
		return name
	}
	_, _, _, i := placeFields(s)
	return idOf(name, i)
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
	f := url.Values{}
	standing := v.Standing(now)
	put := func(s frontplan.Spot) {
		story, _, until, _ := placeFields(s)
		article, end := "", ""
		if pins := standing[s]; len(pins) > 0 {
			article, end = strconv.FormatInt(pins[0].Article, 10), wallClock(site, pins[0].Until)
		}
		f.Add(story, article)
		f.Add(until, end)
	}
	for place := range frontplan.Places {
		put(frontplan.Slot(place))
	}
	for _, section := range v.Sections() {
		for place := range frontplan.BlockPlaces {
			put(frontplan.Spot{Section: section, Place: place})
		}
	}
	for _, p := range v.Others(now) {
		f.Add("plan_place", spotText(p.Spot))
		f.Add("plan_article", strconv.FormatInt(p.Article, 10))
		f.Add("plan_from", wallClock(site, p.From))
		f.Add("plan_until", wallClock(site, p.Until))
	}
	for _, name := range lineFields {
		f.Set(name, "")
	}
	f.Set("breaking_level", string(frontplan.Breaking))
	if l := v.LineAt(now); l != nil {
		f.Set("breaking", l.Text)
		f.Set("breaking_link", l.Link)
		f.Set("breaking_level", string(l.Level))
		f.Set("breaking_until", wallClock(site, l.Until))
	}
	return f
}

// move swaps the story of a place with the one above or below it, in the upper part or in the
// same block.
func (f *frontForm) move(direction, text string) {
	spot, ok := parseSpot(text)
	other := spot
	if other.Place++; direction == "up" {
		other.Place = spot.Place - 1
	}
	if !ok || !other.Exists() {
		return
	}
	swap := func(name, nameThere string, i, j int) {
		here, there := f.at(name, i), f.at(nameThere, j)
		setAt(f.Values, name, i, there)
		setAt(f.Values, nameThere, j, here)
	}
	story, _, until, i := placeFields(spot)
	storyThere, _, untilThere, j := placeFields(other)
	swap(story, storyThere, i, j)
	swap(until, untilThere, i, j)
}

// read returns the change that the form asks for. It collects the errors of fields.
func (f *frontForm) read(now time.Time) func(*frontplan.Arrangement, time.Time) error {
	set, line := f.places(now), f.line(now)
	gone, added := f.plans(now)
	if !f.any {
		f.refuseTwice(set, now)
	}
	return func(a *frontplan.Arrangement, now time.Time) error {
		a.Pins = slices.DeleteFunc(slices.Clone(a.Pins), func(p frontplan.Pin) bool { return slices.Contains(gone, p) })
		if f.any {
			f.leave(a, set, now)
		}
		a.SetPlaces(set, now)
		for _, p := range added {
			if !slices.Contains(a.Pins, p) {
				a.Pins = append(a.Pins, p)
			}
		}
		if line != nil {
			return line(a, now)
		}
		return nil
	}
}

// places returns the pins of the places that the editor has changed in the form.
func (f *frontForm) places(now time.Time) map[frontplan.Spot]frontplan.Pin {
	set := map[frontplan.Spot]frontplan.Pin{}
	touched := map[int64]bool{} // by the story of an earlier row
	for _, spot := range sentSpots(f.Values) {
		story, from, until, i := placeFields(spot)
		text, end, begin := f.at(story, i), f.at(until, i), f.at(from, i)
		article := parseID(text)
		same := text == valueAt(f.stored, story, i) && begin == "" && (text == "" || end == valueAt(f.stored, until, i))
		if text != "" && begin == "" {
			if before, twice := touched[article]; twice && (before || !same) {
				f.refuse(placeID(story, spot), "twice")
			}
			touched[article] = touched[article] || !same
		}
		if same {
			continue
		}
		p := frontplan.Pin{Article: article}
		holder := f.base.Holder(spot, f.shownAt)
		switch {
		case text == "":
		case article == 0:
			f.refuse(placeID(story, spot), "no-story")
		case holder != nil && holder.Article == article && wallClock(f.site, holder.Until) == end:
			p.Until = holder.Until // with its seconds
		default:
			p.From = f.moment(placeID(from, spot), begin, models.At(now))
			p.Until = f.moment(placeID(until, spot), end, laterOf(p.From, now))
		}
		set[spot] = p
	}
	return set
}

// refuseTwice refuses a story that a colleague has put into another place while the form was
// open.
func (f *frontForm) refuseTwice(set map[frontplan.Spot]frontplan.Pin, now time.Time) {
	trial := frontplan.Arrangement{Pins: slices.Clone(f.version.Pins)}
	trial.SetPlaces(set, now)
	for spot, pins := range trial.Standing(now) {
		for mine, p := range set {
			story, _, _, _ := placeFields(mine)
			if mine == spot || p.Article != pins[0].Article || p.From.After(now) || f.Has(fieldOfSpot(spot)) {
				continue
			}
			f.refuse(placeID(story, mine), "twice")
		}
	}
}

func fieldOfSpot(s frontplan.Spot) string {
	story, _, _, _ := placeFields(s)
	return story
}

// leave removes stories that get a place from the places that they hold, for a program that
// does not send those.
func (f *frontForm) leave(a *frontplan.Arrangement, set map[frontplan.Spot]frontplan.Pin, now time.Time) {
	for spot, pins := range a.Standing(now) {
		for other, p := range set {
			if other != spot && p.Article == pins[0].Article && !p.From.After(now) && !f.Has(fieldOfSpot(spot)) {
				a.SetPlaces(map[frontplan.Spot]frontplan.Pin{spot: {}}, now)
			}
		}
	}
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

// planRow is a row of the timed changes, as it was typed.
type planRow struct{ place, article, from, until string }

// planRows returns the rows of the timed changes among the values of a form.
func planRows(values url.Values) (rows []planRow) {
	for i := range values["plan_place"] {
		rows = append(rows, planRow{
			valueAt(values, "plan_place", i), valueAt(values, "plan_article", i),
			valueAt(values, "plan_from", i), valueAt(values, "plan_until", i),
		})
	}
	return rows
}

// plans reads the rows of the timed changes: the stored pins that no row has any more, and
// the pins of new and changed rows.
func (f *frontForm) plans(now time.Time) (gone, added []frontplan.Pin) {
	if !f.Has("plan_place") {
		return nil, nil
	}
	gone = f.base.Others(f.shownAt)
	stored := planRows(f.stored)
	for i, row := range planRows(f.Values) {
		if row.article == "" {
			continue
		}
		if same := slices.Index(stored, row); same >= 0 {
			gone, stored = slices.Delete(gone, same, same+1), slices.Delete(stored, same, same+1)
			continue
		}
		spot, ok := parseSpot(row.place)
		p := frontplan.Pin{Spot: spot, Article: parseID(row.article)}
		switch {
		case !ok:
			f.refuse(idOf("plan_place", i), "no-place")
		case p.Article == 0:
			f.refuse(idOf("plan_article", i), "no-story")
		case row.from == "":
			f.refuse(idOf("plan_from", i), "required")
		default:
			p.From = f.moment(idOf("plan_from", i), row.from, models.At(now))
			p.Until = f.moment(idOf("plan_until", i), row.until, laterOf(p.From, now))
			added = append(added, p)
		}
	}
	return gone, added
}

// lineFields are the fields of the breaking line.
var lineFields = []string{"breaking", "breaking_link", "breaking_level", "breaking_until", "breaking_from"}

// line reads the breaking line, nil for a form that does not change it.
func (f *frontForm) line(now time.Time) func(*frontplan.Arrangement, time.Time) error {
	touched := false
	for _, name := range lineFields {
		touched = touched || f.lineValue(name) != lineValue(f.stored, name)
	}
	if !f.Has("breaking") || !touched {
		return nil
	}
	if f.lineValue("breaking") == "" {
		return func(a *frontplan.Arrangement, now time.Time) error {
			a.EndLine(now)
			return nil
		}
	}
	l := frontplan.Line{Text: f.Get("breaking"), Link: f.Get("breaking_link"), Level: frontplan.Level(f.Get("breaking_level"))}
	l.From = f.moment("breaking_from", f.at("breaking_from", 0), models.At(now))
	shown := f.base.LineAt(f.shownAt)
	if end := f.at("breaking_until", 0); shown != nil && l.From.IsZero() && wallClock(f.site, shown.Until) == end {
		l.Until = shown.Until
	} else {
		l.Until = f.moment("breaking_until", end, laterOf(l.From, now))
	}
	return func(a *frontplan.Arrangement, now time.Time) error { return a.SetLine(l, now) }
}

func (f *frontForm) lineValue(name string) string { return lineValue(f.Values, name) }

// lineValue returns a field of the breaking line. A form without a level has the first one.
func lineValue(values url.Values, name string) string {
	value := valueAt(values, name, 0)
	if name == "breaking_level" {
		return cmp.Or(value, string(frontplan.Breaking))
	}
	return value
}

// frontFieldOrder returns the position of a field on the page, for sorting errors.
func frontFieldOrder(id string) int {
	for i, prefix := range []string{"breaking", "lead", "slot", "block", "plan", "at"} {
		if strings.HasPrefix(id, prefix) {
			return i
		}
	}
	return 0
}
