package handlers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/previews"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"
	"broadsheet/views"
	"broadsheet/views/edit"
)

// presentForm fills the form of an article with its newest text.
func (ed *editing) presentForm(c *request, d *opened, v *edit.Story) error {
	a := d.Article
	*v = edit.Story{
		ID: a.ID, Front: frontButtons(c, a, ""), Action: storiesPath, List: storiesPath, Version: d.Number,
		Status: string(a.Status), Pending: d.Pending && a.Status != newsroom.Draft && a.Status != newsroom.InReview,
		Note: a.StatusNote, SavedBy: d.Actor.Name, Zone: c.site.TimeZone.String(),
		Comments: string(a.CommentStatus), ReadOnly: !d.access.Edit || a.Status == newsroom.Trashed,
		MaxForm: maxStoryForm, MaxBody: richtext.MaxBodyBytes,
	}
	storyFields(v)
	fillText(v, d.Text)
	v.AutoSlug = cmp.Or(taxonomy.Slug(d.Text.Title), "…")
	if a.ID != 0 {
		v.Action, v.Autosave = editPath(a.ID), editPath(a.ID)+"/autosave"
		v.AutoSlug = a.Slug
		v.Versions, v.Preview = versionsPath(a.ID), editPath(a.ID)+"/preview"
	}
	if a.Status == newsroom.Published {
		v.Public = c.site.ArticlePath(a)
		if v.Slug.Value == "" || !d.Pending {
			v.Slug.Value = a.Slug
		}
	}
	presentDates(c.site, d, v)
	v.Sections, v.Moves = sectionsOf(c.site, d.Text.Categories), movesOf(d)
	if err := ed.presentNotes(c, d, &v.Notes); err != nil {
		return err
	}
	if err := ed.presentChecks(c, d, &v.Checks); err != nil {
		return err
	}
	if err := ed.presentTexts(c, d, v); err != nil {
		return err
	}
	return cmp.Or(ed.presentComments(c, d.Draft, v), ed.presentCorrecting(c, d, &v.Corrections), ed.presentPlans(c, d, v))
}

// presentDates adds the dates of an article and the length of its text.
func presentDates(site *newsroom.Site, d *opened, v *edit.Story) {
	a := d.Article
	if !a.PublishedAt.IsZero() {
		v.At = inSiteZone(site, a.PublishedAt.Time)
	}
	if a.Status == newsroom.Scheduled {
		v.PublishAt.Value = v.At.Format(timetable.Layout)
	}
	if !d.At.IsZero() {
		v.SavedAt = inSiteZone(site, d.At.Time)
	}
	body, err := richtext.Article(d.Text.Body, d.Text.Format)
	if err == nil {
		v.Words, v.Minutes = body.Words, views.Reading(body.Words)
	}
}

// sectionsOf returns all categories, with those of an article ticked. The first of them is
// the main one.
func sectionsOf(site *newsroom.Site, in []taxonomy.CategoryRef) (list []edit.Section) {
	for _, category := range site.Categories.All() {
		path := strings.Trim(category.Path, "/")
		i := slices.IndexFunc(in, func(ref taxonomy.CategoryRef) bool { return strings.Trim(ref.Path, "/") == path })
		above := site.Categories.Ancestors(category)
		var names []string
		for _, one := range above {
			names = append(names, one.Name)
		}
		list = append(list, edit.Section{
			ID: category.ID, Name: category.Name, Above: strings.Join(names, " › "), Depth: len(above), In: i >= 0, Main: i == 0,
		})
	}
	return list
}

// fillText fills the fields of the text.
func fillText(v *edit.Story, m newsroom.Manuscript) {
	v.Title.Value, v.Standfirst.Value, v.Body.Value, v.Slug.Value, v.Language.Value = m.Title, m.Standfirst, m.Body, m.Slug, m.Language
	v.Format = m.Format.String()
	v.Tags.Value = strings.Join(m.Tags, ", ")
	var byline []string
	for _, a := range m.Authors {
		byline = append(byline, drafts.BylineLine(a))
	}
	v.Byline.Value = strings.Join(byline, "\n")
	if m.PictureID != nil {
		v.Picture.Value = strconv.FormatInt(*m.PictureID, 10)
	}
}

// presentPlans adds what will happen to the article at a time.
func (ed *editing) presentPlans(c *request, d *opened, v *edit.Story) error {
	if d.Article.ID == 0 {
		return nil
	}
	var err error
	if v.Others, err = ed.others(c, d.Article.ID); err != nil {
		return err
	}
	links, err := previews.Of(c.ctx(), ed.db, d.Article.ID, ed.db.Now())
	if err != nil {
		return err
	}
	for _, p := range links {
		v.Previews = append(v.Previews, edit.Preview{
			URL: ed.baseURL.String() + previewPath(p.Key(ed.signer)), Until: inSiteZone(c.site, p.Until.Time),
		})
	}
	plans, err := timetable.Of(c.ctx(), ed.db, d.Article.ID)
	if err != nil {
		return err
	}
	for _, p := range plans {
		line := edit.Plan{Act: string(p.Act), At: inSiteZone(c.site, p.At.Time), By: p.Actor, Note: p.Note, Minor: p.Minor}
		if p.Act == timetable.Update {
			clash, err := drafts.Clash(c.ctx(), ed.db, d.Article, p.Base, p.Number)
			if err != nil {
				return err
			}
			line.Clash, line.Overtaken = clash != nil, d.access.Publish && d.waiting == nil
		}
		v.Plans = append(v.Plans, line)
	}
	return nil
}

// movesOf returns the buttons for an article, the most likely one first.
func movesOf(d *opened) (moves []edit.Move) {
	add := func(may bool, actions ...string) {
		for i, action := range actions {
			if may {
				moves = append(moves, edit.Move{Action: action, Main: len(moves) == 0 && i == 0})
			}
		}
	}
	may := d.access
	switch d.Article.Status {
	case newsroom.Draft:
		add(may.Publish, "publish")
		add(may.Edit, "save", "review")
		add(may.Publish, "schedule")
	case newsroom.InReview:
		add(may.Publish, "publish")
		add(may.Edit, "save")
		add(may.Publish, "schedule", "send-back")
		add(may.Edit && !may.Publish, "draft")
	case newsroom.Scheduled:
		add(may.Edit, "save")
		add(may.Publish, "schedule", "publish", "unschedule", "withdraw")
	case newsroom.Published:
		add(may.Publish, "update")
		add(may.Edit, "save")
		add(may.Publish, "withdraw", "draft")
	case newsroom.Withdrawn:
		add(may.Edit, "save")
		add(may.Publish, "publish", "draft")
	case newsroom.Trashed:
		add(may.Trash, "restore")
		return moves
	}
	add(may.Trash && d.Article.ID != 0, "trash")
	return moves
}

// presentOverlap adds the question about an overlap.
func (ed *editing) presentOverlap(c *request, v *edit.Story, o *drafts.Overlap) {
	v.Overlap = &edit.Overlap{By: o.By.Name, Newest: o.Newest, At: inSiteZone(c.site, o.At.Time)}
	for _, f := range o.Fields {
		v.Overlap.Fields = append(v.Overlap.Fields, edit.OverlapField{Name: f.Field, Base: f.Base, Mine: f.Mine, Theirs: f.Theirs})
	}
	asked := 0
	for _, p := range o.Parts {
		if !p.Overlap {
			continue
		}
		v.Overlap.Parts = append(v.Overlap.Parts, edit.OverlapPart{
			Index: asked, Base: plainParagraphs(p.Base), Mine: plainParagraphs(p.Mine), Theirs: plainParagraphs(p.Theirs),
		})
		asked++
	}
}

// plainParagraphs returns the words of paragraphs, for people that compare them.
func plainParagraphs(list []string) string {
	var lines []string
	for _, p := range list {
		body, err := richtext.Article(p, richtext.HTML)
		if err != nil {
			continue
		}
		lines = append(lines, strings.TrimSpace(body.Text))
	}
	return strings.Join(lines, "\n\n")
}
