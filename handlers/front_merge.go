package handlers

import (
	"net/url"
	"slices"
	"time"

	"broadsheet/models/newsroom/frontplan"
)

// frontValues are the values of the form of the front page that a merge compares.
type frontValues struct {
	shown  url.Values // when the form began
	before url.Values // of the same version now: the clock is not a second editor
	newest url.Values // of the newest version now
}

// rebase merges the form with the changes that colleagues have stored since it began. Fields
// that only one side has changed get that change. Fields that both have changed in different
// ways keep what the form has, and [frontForm.asks] names them.
func (f *frontForm) rebase(now time.Time) {
	v := frontValues{shown: f.stored, before: storedFront(f.site, f.base, now), newest: storedFront(f.site, f.version, now)}
	mine := f.Values
	f.Values = url.Values{}
	for name, list := range mine {
		f.Values[name] = slices.Clone(list)
	}
	v.mergePlaces(f.Values)
	f.asked = append(v.mergePlans(f.Values), v.mergeLine(f.Values)...)
	f.since = f.base
	f.begin(f.version, now)
}

// mergePlaces replaces the places that the form did not touch by the newest ones.
func (v *frontValues) mergePlaces(mine url.Values) {
	for _, spot := range sentSpots(mine) {
		story, from, until, i := placeFields(spot)
		if valueAt(mine, from, i) == "" && samePlace(mine, v.shown, spot) {
			setAt(mine, story, i, valueAt(v.newest, story, i))
			setAt(mine, until, i, valueAt(v.newest, until, i))
		}
	}
}

// samePlace reports whether two forms have the same story at a place until the same time.
func samePlace(a, b url.Values, spot frontplan.Spot) bool {
	story, _, until, i := placeFields(spot)
	return valueAt(a, story, i) == valueAt(b, story, i) && (valueAt(a, story, i) == "" || valueAt(a, until, i) == valueAt(b, until, i))
}

// mergePlans makes the rows of the timed changes those of the newest version, with the new,
// changed and emptied rows of the form. It returns the ids of rows that the form has changed
// and a colleague has called off.
func (v *frontValues) mergePlans(mine url.Values) (asked []string) {
	if !mine.Has("plan_place") {
		return nil
	}
	rows, before, newest := planRows(v.newest), planRows(v.before), planRows(v.newest)
	claimed := map[int]bool{} // rows of the newest version that an edit of the form concerns
	for _, e := range planEdits(planRows(v.shown), planRows(mine)) {
		at := slices.Index(newest, e.was)
		if at < 0 && e.was != (planRow{}) && slices.Contains(before, e.was) { // a colleague has changed it or called it off
			for i, r := range newest {
				if at < 0 && !claimed[i] && !slices.Contains(before, r) && (r.article == e.was.article || r.place == e.was.place) {
					at = i
				}
			}
			if at < 0 && e.want.article != "" {
				asked = append(asked, idOf("plan_article", len(rows)))
			}
		}
		switch {
		case at >= 0:
			rows[at], claimed[at] = e.want, true
		case e.want.article != "" && !slices.Contains(rows, e.want):
			rows = append(rows, e.want)
		}
	}
	for _, name := range []string{"plan_place", "plan_article", "plan_from", "plan_until"} {
		mine.Del(name)
	}
	for _, r := range rows {
		mine.Add("plan_place", r.place)
		mine.Add("plan_article", r.article)
		mine.Add("plan_from", r.from)
		mine.Add("plan_until", r.until)
	}
	if len(rows) == 0 {
		mine["plan_place"] = []string{""}
	}
	return asked
}

// planEdit is a row that the form has changed. was is empty for a new row, and want has no
// story for a removed one.
type planEdit struct{ was, want planRow }

// planEdits compares the rows that the form showed with the rows that it sends, and returns
// the edits. It pairs a changed row with the old row at the same index.
func planEdits(shown, mine []planRow) (edits []planEdit) {
	left := slices.Clone(shown)
	kept := make([]bool, len(mine))
	for i, r := range mine {
		if at := slices.Index(left, r); at >= 0 && r.article != "" {
			left[at], kept[i] = planRow{}, true
		}
	}
	for i, r := range mine {
		e := planEdit{want: r}
		if !kept[i] && i < len(left) {
			e.was, left[i] = left[i], planRow{}
		}
		if !kept[i] && (e.was.article != "" || r.article != "") {
			edits = append(edits, e)
		}
	}
	for _, r := range left {
		if r.article != "" {
			edits = append(edits, planEdit{was: r})
		}
	}
	return edits
}

// mergeLine merges the breaking line field by field. A line that one side has taken down and
// the other has changed is asked about as a whole, at its text.
func (v *frontValues) mergeLine(mine url.Values) (asked []string) {
	if !mine.Has("breaking") || lineValue(mine, "breaking_from") != "" { // a line that begins later stands beside the others
		return nil
	}
	differs := func(a, b url.Values) bool {
		return slices.ContainsFunc(lineFields, func(name string) bool { return lineValue(a, name) != lineValue(b, name) })
	}
	text := func(values url.Values) string { return lineValue(values, "breaking") }
	theirs := differs(v.before, v.newest)
	switch touched := differs(mine, v.shown); {
	case touched && text(v.newest) == "" && text(v.shown) != "":
		if theirs && text(mine) != "" {
			asked = []string{"breaking"}
		}
		return asked
	case touched && text(mine) == "" && text(v.shown) != "":
		if theirs {
			asked = []string{"breaking"}
		}
	}
	for _, name := range lineFields {
		if lineValue(mine, name) == lineValue(v.shown, name) {
			mine.Set(name, lineValue(v.newest, name))
		}
	}
	return asked
}

// asks returns the ids of the fields for which the form and a colleague have chosen different
// values.
func (f *frontForm) asks(now time.Time) map[string]bool {
	ids := map[string]bool{}
	for _, id := range f.asked {
		ids[id] = true
	}
	if f.since == nil || f.base.Number != f.version.Number {
		return ids
	}
	before := storedFront(f.site, f.since, now)
	for _, spot := range sentSpots(f.Values) {
		if story, _, _, _ := placeFields(spot); !samePlace(f.Values, f.stored, spot) && !samePlace(before, f.stored, spot) {
			ids[placeID(story, spot)] = true
		}
	}
	rows, rowsBefore := planRows(f.Values), planRows(before)
	for i, r := range planRows(f.stored) {
		if i < len(rows) && rows[i] != r && !slices.Contains(rowsBefore, r) {
			ids[idOf("plan_article", i)] = true
		}
	}
	for _, name := range lineFields {
		newest := lineValue(f.stored, name)
		if f.Has("breaking") && f.lineValue("breaking_from") == "" && f.lineValue(name) != newest && lineValue(before, name) != newest {
			ids[name] = true
		}
	}
	return ids
}

// take gives a place, a row of the timed changes or a field of the breaking line the value
// that is stored, as the name of a field says.
func (f *frontForm) take(id string) {
	for _, spot := range append(sentSpots(f.Values), sentSpots(f.stored)...) {
		if story, _, until, i := placeFields(spot); placeID(story, spot) == id {
			setAt(f.Values, story, i, valueAt(f.stored, story, i))
			setAt(f.Values, until, i, valueAt(f.stored, until, i))
		}
	}
	for i := range f.Values["plan_place"] {
		if idOf("plan_article", i) == id {
			for _, name := range []string{"plan_place", "plan_article", "plan_from", "plan_until"} {
				setAt(f.Values, name, i, valueAt(f.stored, name, i))
			}
		}
	}
	if slices.Contains(lineFields, id) {
		f.Set(id, lineValue(f.stored, id))
	}
}
