package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/views"
	"broadsheet/views/direction"
	"broadsheet/views/edit"
)

// frontDesk fills the fields of the form of the front page.
type frontDesk struct {
	site    *newsroom.Site
	form    *frontForm
	page    *front.Page // the front page as the form has it
	stories *frontStories
	asks    map[string]bool // fields with another value of a colleague
}

// rows fills the rows of the places: those of the upper part, and those of the blocks.
func (d *frontDesk) rows(v *edit.Front) {
	all := d.stories.all(d.site)
	for place := range frontplan.Places {
		row := d.row(frontplan.Slot(place), frontplan.Places)
		row.Choices = all
		v.Rows = append(v.Rows, row)
	}
	for _, c := range d.page.Sections {
		block := edit.FrontBlock{ID: strconv.FormatInt(c.ID, 10), Name: c.Name}
		block.Absent = !slices.ContainsFunc(d.page.Blocks, func(b front.Block) bool { return b.Category == c })
		for place := range frontplan.BlockPlaces {
			spot := frontplan.Spot{Section: c.ID, Place: place}
			row := d.row(spot, frontplan.BlockPlaces)
			row.Label = edit.PlaceName{Key: "front.place-n", Number: place + 1}
			row.Choices = d.stories.of(d.site, c.ID, d.form.Values[row.Field]...)
			if row.Story.Value != "" {
				block.Pinned++
			}
			block.Open = block.Open || row.Theirs != nil || !samePlace(d.form.Values, d.form.stored, spot)
			block.Rows = append(block.Rows, row)
		}
		block.Open = block.Open || block.Pinned > 0
		v.Blocks = append(v.Blocks, block)
	}
}

// row fills the row of a place among so many.
func (d *frontDesk) row(spot frontplan.Spot, places int) edit.FrontRow {
	f := d.form
	story, _, until, i := placeFields(spot)
	row := edit.FrontRow{
		Spot: spotText(spot), Name: placeName(d.site, spot), Field: story, Times: until, Up: spot.Place > 0, Down: spot.Place < places-1,
		Story: edit.Field{ID: placeID(story, spot), Value: f.at(story, i)},
		Until: edit.Field{ID: placeID(until, spot), Value: f.at(until, i)},
	}
	row.Label = row.Name
	if row.Story.Value == "" {
		row.Auto = standingTitle(d.page, spot)
	}
	row.Dir = d.dir(cmp.Or(row.Auto, d.stories.title(row.Story.Value)))
	if d.asks[row.Story.ID] {
		row.Theirs = d.theirs(row.Story.ID, valueAt(f.stored, story, i), valueAt(f.stored, until, i))
	}
	return row
}

// theirs describes the story that a colleague has put where the form has another one.
func (d *frontDesk) theirs(field, story, end string) *edit.FrontTheirs {
	t := &edit.FrontTheirs{Field: field, Value: story, End: end, Text: d.stories.title(story)}
	if story == "" {
		t.Key = "front.automatic"
	}
	t.Until = d.moment(end)
	return t
}

// dir returns the direction of a headline, "" for that of the page. A field with another
// direction than its text would hide the first words of a long headline.
func (d *frontDesk) dir(headline string) string { return otherDir(d.site, headline) }

func otherDir(site *newsroom.Site, text string) string {
	if dir := direction.OfText(text); dir != views.DirOf(site.Language) {
		return dir
	}
	return ""
}

// moment reads a stored time of a field, the zero time for none.
func (d *frontDesk) moment(text string) time.Time {
	if at, err := timetable.ParseTime(text, d.site.TimeZone); err == nil {
		return at
	}
	return time.Time{}
}

// standingTitle returns the headline of the article at a place of a page.
func standingTitle(p *front.Page, spot frontplan.Spot) string {
	for _, b := range p.Blocks {
		if i := slices.Index(b.Places, spot.Place); b.Category.ID == spot.Section && i >= 0 {
			return b.Teasers[i].Title
		}
	}
	switch {
	case spot.Section != 0:
	case spot.Place == 0 && p.Lead != nil:
		return p.Lead.Title
	case spot.Place > 0 && spot.Place <= len(p.Second):
		return p.Second[spot.Place-1].Title
	}
	return ""
}

// plans fills the rows of the timed changes. A row that was emptied stays until the form is
// saved, so that each row keeps its number.
func (d *frontDesk) plans(v *edit.Front) {
	f, choices := d.form, d.stories.all(d.site)
	kept := len(planRows(f.stored))
	rows := planRows(f.Values)
	for i := len(rows) - 1; i >= kept && rows[i].article == "" && rows[i].from == "" && rows[i].until == ""; i-- {
		rows = rows[:i]
	}
	for i, r := range append(rows, make([]planRow, emptyPlans)...) {
		field := func(name, value string) edit.Field { return edit.Field{ID: idOf(name, i), Value: value} }
		plan := edit.FrontPlan{
			Index: i + 1, Choices: choices, Place: field("plan_place", r.place), Story: field("plan_article", r.article),
			From: field("plan_from", r.from), Until: field("plan_until", r.until),
		}
		plan.Dir = d.dir(d.stories.title(r.article))
		for _, spot := range d.spots(r.place) {
			plan.PlaceOptions = append(plan.PlaceOptions, edit.FrontPlace{
				Spot: spotText(spot), Name: placeName(d.site, spot), Current: r.place == spotText(spot),
			})
		}
		if d.asks[plan.Story.ID] {
			d.theirPlan(&plan, i)
		}
		v.Plans = append(v.Plans, plan)
	}
}

// theirPlan describes the timed change that a colleague has stored for a row.
func (d *frontDesk) theirPlan(plan *edit.FrontPlan, i int) {
	stored := planRows(d.form.stored)
	if i >= len(stored) {
		plan.Theirs = &edit.FrontTheirs{Field: plan.Story.ID, Key: "front.act.call-off"}
		return
	}
	plan.Theirs = d.theirs(plan.Story.ID, stored[i].article, stored[i].until)
	plan.TheirFrom = d.moment(stored[i].from)
	if spot, ok := parseSpot(stored[i].place); ok {
		plan.TheirPlace = placeName(d.site, spot)
	}
}

// spots returns the places that a timed change can name, also the one that it names already.
func (d *frontDesk) spots(named string) (list []frontplan.Spot) {
	for place := range frontplan.Places {
		list = append(list, frontplan.Slot(place))
	}
	for _, c := range d.page.Sections {
		for place := range frontplan.BlockPlaces {
			list = append(list, frontplan.Spot{Section: c.ID, Place: place})
		}
	}
	if spot, ok := parseSpot(named); ok && !slices.Contains(list, spot) {
		list = append(list, spot)
	}
	return list
}

// line fills the fields of the breaking line.
func (d *frontDesk) line(v *edit.Front, now time.Time) {
	f := d.form
	field := func(id string) edit.Field { return edit.Field{ID: id, Value: f.Get(id)} }
	v.Line = edit.FrontLine{
		Text: field("breaking"), Link: field("breaking_link"), From: field("breaking_from"), Until: field("breaking_until"),
		LevelField: field("breaking_level"), Level: f.lineValue("breaking_level"), Shown: f.version.LineAt(now) != nil,
	}
	for _, level := range frontplan.Levels {
		v.Line.Levels = append(v.Line.Levels, string(level))
	}
	for _, l := range f.version.ComingLines(now) {
		v.Line.Coming = append(v.Line.Coming, edit.ComingLine{
			Text: l.Text, From: inSiteZone(d.site, l.From.Time), Until: inSiteZone(d.site, l.Until.Time), Upcoming: upcomingPath,
		})
	}
	for _, name := range lineFields {
		if !d.asks[name] {
			continue
		}
		label := map[string]string{"breaking": "text", "breaking_link": "link", "breaking_level": "level"}[name]
		t := edit.FrontTheirsOf{
			Label:       "front.line." + label,
			FrontTheirs: edit.FrontTheirs{Field: name, Value: lineValue(f.stored, name), Text: lineValue(f.stored, name)},
		}
		switch {
		case name == "breaking_until":
			t.Label = "front.until"
			t.Until, t.Text = d.moment(t.Value), ""
		case name == "breaking" && t.Text == "":
			t.Key = "front.line.ended"
		case name == "breaking_level":
			t.Key = "breaking." + t.Text
		case t.Text == "":
			t.Key = "front.nothing"
		}
		v.Line.Theirs = append(v.Line.Theirs, t)
	}
}
