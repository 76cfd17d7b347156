package handlers

import (
	"cmp"
	"errors"
	"maps"
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

// placeName names a place of the front page.
func placeName(site *newsroom.Site, spot frontplan.Spot) edit.PlaceName {
	switch {
	case spot.Section != 0:
		name := "#" + strconv.FormatInt(spot.Section, 10)
		if c := site.Categories.ByID(spot.Section); c != nil {
			name = c.Name
		}
		return edit.PlaceName{Key: "front.block.place", Section: isolated(name), Number: spot.Place + 1}
	case spot.Place == 0:
		return edit.PlaceName{Key: "front.lead"}
	}
	return edit.PlaceName{Key: "front.slot-" + strconv.Itoa(spot.Place)}
}

// isolated returns a text that keeps its own direction within another one.
func isolated(text string) string { return "\u2068" + text + "\u2069" }

// presentDesk fills the form with its values.
func (ar *arranging) presentDesk(c *request, f *frontForm, v *edit.Front) error {
	now := ar.db.Now()
	*v = edit.Front{
		Action: frontPath, Preview: frontPreviewPath, Zone: c.site.TimeZone.String(), Unsaved: f.unsaved,
		Version: f.base.Number, Shown: f.shownAt.UnixMicro(), Find: f.Get("find"),
		At: edit.Field{ID: "at", Value: cmp.Or(f.Get("at"), wallClock(c.site, models.At(now)))},
	}
	if f.since != nil {
		v.Since, v.Asks = f.since.Number, true
	}
	f.complete()
	// The page in small is that of the form's values, as far as they can be read.
	trial := *f
	trial.bad = nil
	plan := frontplan.Arrangement{Pins: slices.Clone(f.version.Pins), Lines: slices.Clone(f.version.Lines)}
	_ = trial.read(now)(&plan, now) // the form shows what is wrong
	page, err := ar.presentMini(c, &plan, now, &v.Mini)
	if err != nil {
		return err
	}
	stories, err := ar.frontStories(c, f, page, v)
	if err != nil {
		return err
	}
	d := frontDesk{site: c.site, form: f, page: page, stories: stories, asks: f.asks(now)}
	d.rows(v)
	d.plans(v)
	d.line(v, now)
	return ar.presentHistory(c, v)
}

// complete adds the stored values of fields that a program has not sent.
func (f *frontForm) complete() {
	for name, list := range f.stored {
		if !f.Has(name) {
			f.Values[name] = slices.Clone(list)
		}
	}
}

// blockChoices is how many of its newest stories a block offers.
const blockChoices = 12

// frontStories are the articles that the form offers: those that a search found, those that it
// has already, the newest and the next ones, and the newest of each section with a block.
type frontStories struct {
	found, recent, scheduled []frontplan.Story
	known                    map[int64]frontplan.Story // those of the form and of the version
	own                      []frontplan.Story         // the same, in order
	section                  map[int64][]frontplan.Story
}

func (ar *arranging) frontStories(c *request, f *frontForm, page *front.Page, v *edit.Front) (*frontStories, error) {
	ctx := c.ctx()
	found, err := ar.find(c, v)
	if err != nil {
		return nil, err
	}
	ids := f.articles()
	s := &frontStories{found: found}
	if s.known, err = frontplan.Stories(ctx, ar.db, ids); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if one, ok := s.known[id]; ok {
			s.own = append(s.own, one)
		}
	}
	if s.recent, err = frontplan.Recent(ctx, ar.db); err != nil {
		return nil, err
	}
	if s.scheduled, err = frontplan.Scheduled(ctx, ar.db); err != nil {
		return nil, err
	}
	var sections []int64
	for _, category := range page.Sections {
		sections = append(sections, category.ID)
	}
	s.section, err = frontplan.OfSections(ctx, ar.db, sections, blockChoices)
	return s, err
}

// all returns the groups that places of the upper part offer.
func (s *frontStories) all(site *newsroom.Site) []edit.StoryGroup {
	return storyGroups(site, map[string][]frontplan.Story{
		"front.found": s.found, "front.chosen": s.own, "front.recent": s.recent, "front.scheduled": s.scheduled,
	})
}

// of returns the groups that a place of a block offers. It offers fewer stories than a slot,
// because the form has many such places.
func (s *frontStories) of(site *newsroom.Site, section int64, chosen ...string) []edit.StoryGroup {
	var own []frontplan.Story
	for _, text := range chosen {
		if one, ok := s.known[parseID(text)]; ok {
			own = append(own, one)
		}
	}
	return storyGroups(site, map[string][]frontplan.Story{"front.found": s.found, "front.chosen": own, "front.section": s.section[section]})
}

// title returns the headline of an article.
func (s *frontStories) title(text string) string {
	if one, ok := s.known[parseID(text)]; ok {
		return cmp.Or(one.Title, "#"+text)
	}
	return ""
}

// articles returns the articles that the version and the fields have.
func (f *frontForm) articles() []int64 {
	ids := f.version.Articles()
	names := []string{"plan_article"}
	for _, spot := range sentSpots(f.Values) {
		names = append(names, fieldOfSpot(spot))
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
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
func storyGroups(site *newsroom.Site, by map[string][]frontplan.Story) (groups []edit.StoryGroup) {
	listed := map[int64]bool{}
	for _, name := range []string{"front.found", "front.chosen", "front.section", "front.recent", "front.scheduled"} {
		group := edit.StoryGroup{Name: name}
		for _, s := range by[name] {
			if id := strconv.FormatInt(s.ID, 10); !listed[s.ID] {
				listed[s.ID] = true
				choice := edit.StoryChoice{ID: id, Title: cmp.Or(s.Title, "#"+id), Dir: otherDir(site, s.Title)}
				group.Stories = append(group.Stories, choice)
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
	if p.Lead == nil && len(p.Blocks) == 0 {
		v.Nothing = true
		return p, nil
	}
	held := map[int64]bool{}
	for _, id := range p.Pinned {
		held[id] = true
	}
	if p.Lead != nil {
		v.Lead = edit.MiniStory{Title: p.Lead.Title, Pinned: held[p.Lead.ID]}
	}
	for i := range p.Second {
		v.Second = append(v.Second, edit.MiniStory{Title: p.Second[i].Title, Pinned: held[p.Second[i].ID]})
	}
	const most = 5
	for i := range p.Latest[:min(most, len(p.Latest))] {
		v.Latest = append(v.Latest, p.Latest[i].Title)
	}
	for _, b := range p.Blocks {
		block := edit.MiniBlock{Name: b.Category.Name}
		for i := range b.Teasers {
			if pinned := held[b.Teasers[i].ID]; pinned || i == 0 {
				block.Stories = append(block.Stories, edit.MiniStory{Title: b.Teasers[i].Title, Pinned: pinned})
			}
		}
		v.Blocks = append(v.Blocks, block)
	}
	return p, nil
}

// presentStale adds the fields that a colleague has changed in another way. The next press
// of the button stores the values of the form.
func (ar *arranging) presentStale(c *request, f *frontForm, v *edit.Front, stale *frontplan.Stale) {
	v.Unsaved = true
	v.Conflict = &edit.FrontConflict{By: stale.Newest.Actor, At: inSiteZone(c.site, stale.Newest.At.Time)}
	v.Refused = "front.refused.stale"
	asks := f.asks(ar.db.Now())
	for id, field := range frontFields(v) {
		if asks[id] {
			v.Wrong = append(v.Wrong, edit.Field{ID: field.ID, Error: "front-both"})
		}
	}
	slices.SortFunc(v.Wrong, func(a, b edit.Field) int {
		return cmp.Or(cmp.Compare(frontFieldOrder(a.ID), frontFieldOrder(b.ID)), cmp.Compare(a.ID, b.ID))
	})
}

// presentRefusal adds why a change was refused, and the fields that were wrong.
func (ar *arranging) presentRefusal(c *request, f *frontForm, v *edit.Front, refused error) error {
	if stale, ok := errors.AsType[*frontplan.Stale](refused); ok {
		ar.presentStale(c, f, v, stale)
		return nil
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
	fields := map[string]*edit.Field{"at": &v.At, "breaking_level": &v.Line.LevelField}
	add := func(list ...*edit.Field) {
		for _, field := range list {
			fields[field.ID] = field
		}
	}
	add(&v.Line.Text, &v.Line.Link, &v.Line.From, &v.Line.Until)
	rows := func(list []edit.FrontRow) {
		for i := range list {
			add(&list[i].Story, &list[i].Until)
		}
	}
	rows(v.Rows)
	for i := range v.Blocks {
		rows(v.Blocks[i].Rows)
	}
	for i := range v.Plans {
		add(&v.Plans[i].Place, &v.Plans[i].Story, &v.Plans[i].From, &v.Plans[i].Until)
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
			By: version.Actor, Changes: frontChanges(c.site, before, version, stories), Now: i == 0,
		})
	}
	return nil
}

// frontChanges returns the changes of a version: the places with another article, and the
// line.
func frontChanges(site *newsroom.Site, before, after *frontplan.Version, stories map[int64]frontplan.Story) (list []edit.FrontChange) {
	at := after.At.Time
	held, holds := before.Standing(at), after.Standing(at)
	spots := map[frontplan.Spot]bool{}
	for spot := range held {
		spots[spot] = true
	}
	for spot := range holds {
		spots[spot] = true
	}
	article := func(pins []frontplan.Pin) int64 {
		if len(pins) > 0 {
			return pins[0].Article
		}
		return 0
	}
	for _, spot := range slices.SortedFunc(maps.Keys(spots), frontplan.Spot.Compare) {
		if is := article(holds[spot]); article(held[spot]) != is {
			list = append(list, edit.FrontChange{Name: placeName(site, spot), Text: stories[is].Title})
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
		list = append(list, edit.FrontChange{Name: edit.PlaceName{Key: "front.line.ended"}, Text: was})
	default:
		list = append(list, edit.FrontChange{Name: edit.PlaceName{Key: "front.line"}, Text: is})
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
