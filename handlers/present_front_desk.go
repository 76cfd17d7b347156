package handlers

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/storylist"
	"broadsheet/views/edit"
)

// emptyPlans is how many empty rows the form has for timed changes.
const emptyPlans = 1

// placeName returns the key of the message that names a place.
func placeName(place int) string {
	if place == 0 {
		return "front.lead"
	}
	return "front.slot-" + strconv.Itoa(place)
}

// presentDesk fills the form with its values.
func (ar *arranging) presentDesk(c *request, f *frontForm, v *edit.Front) error {
	now := ar.db.Now()
	*v = edit.Front{
		Action: frontPath, Preview: frontPreviewPath, Zone: c.site.TimeZone.String(), Version: f.version.Number, Unsaved: f.unsaved,
		Find: f.Get("find"), At: edit.Field{ID: "at", Value: cmp.Or(f.Get("at"), wallClock(c.site, models.At(now)))},
	}
	if seen := f.seen(); seen != frontplan.AnyVersion {
		v.Version = seen
	}
	if err := ar.presentChoices(c, f, v); err != nil {
		return err
	}
	// The page in small is that of the form's values, as far as they can be read.
	trial := *f
	trial.bad = nil
	plan := frontplan.Arrangement{Pins: slices.Clone(f.version.Pins), Lines: slices.Clone(f.version.Lines)}
	_ = trial.read(now)(&plan, now) // the form shows what is wrong
	chosen, err := ar.presentMini(c, &plan, now, &v.Mini)
	if err != nil {
		return err
	}
	ar.presentRows(c, f, v, chosen, now)
	ar.presentLine(c, f, v, now)
	return ar.presentHistory(c, v)
}

// presentRows fills the rows of the places, and of timed changes.
func (ar *arranging) presentRows(c *request, f *frontForm, v *edit.Front, chosen *front.Page, now time.Time) {
	for place := range frontplan.Places {
		story, _, until, i := placeFields(place)
		row := edit.FrontRow{
			Place: place, Name: placeName(place), Field: story, Times: until, Up: place > 0, Down: place < frontplan.Places-1,
			Story: edit.Field{ID: placeID(story, place), Value: f.at(story, i)},
			Until: edit.Field{ID: placeID(until, place), Value: f.at(until, i)},
		}
		if !f.Has(story) { // a program that sent other fields only
			stored := storedFront(c.site, f.version, now)
			row.Story.Value, row.Until.Value = stored[story][i], stored[until][i]
		}
		if row.Story.Value == "" {
			row.Auto = standingTitle(chosen, place)
		}
		v.Rows = append(v.Rows, row)
	}
	values := f.Values
	if !f.Has("plan_place") {
		values = storedFront(c.site, f.version, now)
	}
	rows := frontForm{storyForm: storyForm{Values: values}}
	for i := range len(values["plan_place"]) + emptyPlans {
		if i < len(values["plan_place"]) && rows.at("plan_article", i) == "" {
			continue
		}
		field := func(name string) edit.Field { return edit.Field{ID: idOf(name, i), Value: rows.at(name, i)} }
		plan := edit.FrontPlan{
			Index: i + 1, Choices: v.Choices, Story: field("plan_article"), From: field("plan_from"), Until: field("plan_until"),
		}
		for place := range frontplan.Places {
			plan.PlaceOptions = append(plan.PlaceOptions, edit.FrontPlace{
				Place: place, Name: placeName(place), Current: rows.at("plan_place", i) == strconv.Itoa(place),
			})
		}
		v.Plans = append(v.Plans, plan)
	}
}

// standingTitle returns the headline of the article at a place of a page.
func standingTitle(p *front.Page, place int) string {
	switch {
	case place == 0 && p.Lead != nil:
		return p.Lead.Title
	case place > 0 && place <= len(p.Second):
		return p.Second[place-1].Title
	}
	return ""
}

func (ar *arranging) presentLine(c *request, f *frontForm, v *edit.Front, now time.Time) {
	shown := f.version.LineAt(now)
	field := func(id string) edit.Field { return edit.Field{ID: id, Value: f.Get(id)} }
	v.Line = edit.FrontLine{
		Text: field("breaking"), Link: field("breaking_link"), From: field("breaking_from"), Until: field("breaking_until"),
		Level: cmp.Or(f.Get("breaking_level"), string(frontplan.Breaking)), Shown: shown != nil,
	}
	for _, level := range frontplan.Levels {
		v.Line.Levels = append(v.Line.Levels, string(level))
	}
	for _, l := range f.version.ComingLines(now) {
		v.Line.Coming = append(v.Line.Coming, edit.ComingLine{
			Text: l.Text, From: inSiteZone(c.site, l.From.Time), Until: inSiteZone(c.site, l.Until.Time), Upcoming: upcomingPath,
		})
	}
}

// presentChoices lists the articles that the form offers: those that a search found, those
// that it has already, the newest and the next ones.
func (ar *arranging) presentChoices(c *request, f *frontForm, v *edit.Front) error {
	ctx := c.ctx()
	found, err := ar.find(c, v)
	if err != nil {
		return err
	}
	ids := f.articles()
	chosen, err := frontplan.Stories(ctx, ar.db, ids)
	if err != nil {
		return err
	}
	var own []frontplan.Story
	for _, id := range ids {
		if s, ok := chosen[id]; ok {
			own = append(own, s)
		}
	}
	recent, err := frontplan.Recent(ctx, ar.db)
	if err != nil {
		return err
	}
	scheduled, err := frontplan.Scheduled(ctx, ar.db)
	v.Choices = storyGroups(map[string][]frontplan.Story{
		"front.found": found, "front.chosen": own, "front.recent": recent, "front.scheduled": scheduled,
	})
	return err
}

// articles returns the articles that the version and the fields have.
func (f *frontForm) articles() []int64 {
	ids := f.version.Articles()
	for _, name := range []string{"lead", "slot", "plan_article"} {
		for i := range f.Values[name] {
			if id := parseID(f.at(name, i)); id != 0 {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// find returns the public articles whose headlines have the words of the form's search.
func (ar *arranging) find(c *request, v *edit.Front) (found []frontplan.Story, err error) {
	if v.Find == "" {
		return nil, nil
	}
	v.Found = true
	page, err := storylist.List(c.ctx(), ar.db, storylist.Filter{Words: v.Find, Status: newsroom.Published})
	if err != nil {
		return nil, err
	}
	for i := range page.Rows {
		found = append(found, frontplan.Story{ID: page.Rows[i].ID, Title: page.Rows[i].Title})
	}
	return found, nil
}

// storyGroups returns the groups of articles in the order of the lists, each article once.
func storyGroups(by map[string][]frontplan.Story) (groups []edit.StoryGroup) {
	listed := map[int64]bool{}
	for _, name := range []string{"front.found", "front.chosen", "front.recent", "front.scheduled"} {
		group := edit.StoryGroup{Name: name}
		for _, s := range by[name] {
			if id := strconv.FormatInt(s.ID, 10); !listed[s.ID] {
				listed[s.ID] = true
				group.Stories = append(group.Stories, edit.StoryChoice{ID: id, Title: cmp.Or(s.Title, "#"+id)})
			}
		}
		if len(group.Stories) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// presentMini fills the page in small, and returns the page.
func (ar *arranging) presentMini(c *request, plan *frontplan.Arrangement, now time.Time, v *edit.FrontMini) (*front.Page, error) {
	p, err := front.LoadPlan(c.ctx(), ar.db, c.site, plan, models.At(now), models.Time{})
	if err != nil {
		return nil, err
	}
	if l := plan.LineAt(now); l != nil {
		v.Line, v.Level = l.Text, string(l.Level)
	}
	if p.Lead == nil {
		v.Nothing = true
		return p, nil
	}
	pinned := func(id int64) bool { return slices.Contains(p.Pinned[:], id) }
	v.Lead = edit.MiniStory{Title: p.Lead.Title, Pinned: pinned(p.Lead.ID)}
	for i := range p.Second {
		v.Second = append(v.Second, edit.MiniStory{Title: p.Second[i].Title, Pinned: pinned(p.Second[i].ID)})
	}
	const most = 5
	for i := range p.Latest[:min(most, len(p.Latest))] {
		v.Latest = append(v.Latest, p.Latest[i].Title)
	}
	for _, b := range p.Blocks {
		v.Blocks = append(v.Blocks, b.Category.Name)
	}
	return p, nil
}

// presentRefusal adds why a change was refused: the fields, or the arrangement that
// a colleague has stored. Then the next press of the button stores the form in its
// place.
func (ar *arranging) presentRefusal(c *request, f *frontForm, v *edit.Front, refused error) error {
	if stale, ok := errors.AsType[*frontplan.Stale](refused); ok {
		v.Version, v.Unsaved = stale.Newest.Number, true
		v.Conflict = &edit.FrontConflict{By: stale.Newest.Actor, At: inSiteZone(c.site, stale.Newest.At.Time)}
		v.Refused = "front.refused.stale"
		_, err := ar.presentMini(c, &stale.Newest.Arrangement, ar.db.Now(), &v.Conflict.Theirs)
		return err
	}
	e, ok := errors.AsType[*models.Error](refused)
	if !ok || e.Kind == models.Internal {
		return refused
	}
	if e.Code == "front-stale" || e.Code == "front-gone" {
		v.Refused = "front.refused.gone"
		return nil
	}
	if len(e.Fields) == 0 {
		return refused
	}
	v.Unsaved = true
	fields := frontFields(v)
	slices.SortStableFunc(e.Fields, func(a, b models.FieldError) int {
		return cmp.Compare(frontFieldOrder(a.Field), frontFieldOrder(b.Field))
	})
	for _, wrong := range e.Fields {
		field := fields[wrong.Field]
		if field == nil {
			field = &edit.Field{ID: "front-form"}
		}
		field.Error, field.Limit = wrong.Code, wrong.Limit
		v.Wrong = append(v.Wrong, *field)
	}
	return nil
}

// frontFields are the fields of the page by their ids.
func frontFields(v *edit.Front) map[string]*edit.Field {
	fields := map[string]*edit.Field{"at": &v.At, "breaking_level": &v.Line.Text}
	add := func(list ...*edit.Field) {
		for _, field := range list {
			fields[field.ID] = field
		}
	}
	add(&v.Line.Text, &v.Line.Link, &v.Line.From, &v.Line.Until)
	for i := range v.Rows {
		add(&v.Rows[i].Story, &v.Rows[i].Until)
	}
	for i := range v.Plans {
		add(&v.Plans[i].Story, &v.Plans[i].From, &v.Plans[i].Until)
	}
	return fields
}

// presentHistory lists the last versions, each with its changes.
func (ar *arranging) presentHistory(c *request, v *edit.Front) error {
	list, err := frontplan.History(c.ctx(), ar.db, shownFronts+1)
	if err != nil {
		return err
	}
	var ids []int64
	for _, version := range list {
		ids = append(ids, version.Articles()...)
	}
	stories, err := frontplan.Stories(c.ctx(), ar.db, ids)
	if err != nil {
		return err
	}
	for i, version := range list[:min(shownFronts, len(list))] {
		before := &frontplan.Version{}
		if i+1 < len(list) {
			before = list[i+1]
		}
		v.History = append(v.History, edit.FrontVersion{
			Number: int(version.Number), Act: "front.act." + string(version.Act), At: inSiteZone(c.site, version.At.Time),
			By: version.Actor, Changes: frontChanges(before, version, stories), Now: i == 0,
		})
	}
	return nil
}

// frontChanges returns the changes of a version: the places with another article, and the
// line.
func frontChanges(before, after *frontplan.Version, stories map[int64]frontplan.Story) (list []edit.FrontChange) {
	at := after.At.Time
	for place := range frontplan.Places {
		var was, is int64
		if p := before.Holder(place, at); p != nil {
			was = p.Article
		}
		if p := after.Holder(place, at); p != nil {
			is = p.Article
		}
		if was != is {
			list = append(list, edit.FrontChange{Name: placeName(place), Text: stories[is].Title})
		}
	}
	was, is := "", ""
	if l := before.LineAt(at); l != nil {
		was = l.Text
	}
	if l := after.LineAt(at); l != nil {
		is = l.Text
	}
	switch {
	case was == is:
	case is == "":
		list = append(list, edit.FrontChange{Name: "front.line.ended", Text: was})
	default:
		list = append(list, edit.FrontChange{Name: "front.line", Text: is})
	}
	return list
}

// frontButtons returns the buttons that put an article on the front page at once, nil for
// an article that is not public and for a viewer without the right.
func frontButtons(c *request, a *newsroom.Article, label string) *edit.StoryFront {
	if a.Status != newsroom.Published || !editors.Admits(c.viewer.may) {
		return nil
	}
	return &edit.StoryFront{ID: a.ID, Label: label}
}
