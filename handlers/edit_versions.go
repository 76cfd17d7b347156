package handlers

import (
	"net/http"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/paragraphs"
	"broadsheet/models/people"
	"broadsheet/models/worddiff"
	"broadsheet/views"
	"broadsheet/views/edit"
)

const (
	// shownVersions is the number of versions on the page.
	shownVersions = 200
	// shownEvents is the number of planned acts on their page.
	shownEvents = 200
)

func versionsPath(id int64) string { return editPath(id) + "/versions" }

// showVersions lists the versions of an article, and compares two of them.
func (ed *editing) showVersions(c *request) error {
	d, err := ed.open(c)
	if err != nil {
		return err
	}
	list, err := newsroom.Versions(c.ctx(), ed.db, d.Article.ID, shownVersions)
	if err != nil {
		return err
	}
	v := views.EditVersions{Page: ed.deskFrame(c, ed.text(c.site, "edit.versions")), Versions: edit.Versions{
		Headline: d.Text.Title, Back: editPath(d.Article.ID), Action: versionsPath(d.Article.ID), Newest: d.Number,
		Restore: d.access.Edit && d.Article.Status != newsroom.Trashed,
	}}
	v.Page.Desk.Flash = ed.flashText(c, storyDone)
	for _, stored := range list {
		row := edit.Version{
			Number: stored.Number, Kind: stored.Kind, At: inSiteZone(c.site, stored.At.Time), By: stored.Actor,
			Newest: stored.Number == d.Number, Shown: stored.Number == d.Shown,
		}
		if row.Kind == "" {
			row.Kind = string(drafts.Saved)
		}
		if !row.Newest {
			row.Restore = versionsPath(d.Article.ID) + "/" + strconv.Itoa(stored.Number) + "/restore"
		}
		v.Versions.Rows = append(v.Versions.Rows, row)
	}
	if err := ed.compareVersions(c, d, &v.Versions); err != nil {
		return err
	}
	return render(ed.pages, c, views.EditVersionsPage, v, personalAnswer(http.StatusOK))
}

// compareVersions fills the comparison that the address asks for.
func (ed *editing) compareVersions(c *request, d *opened, v *edit.Versions) error {
	v.From, _ = strconv.Atoi(c.QueryParam("from"))
	v.To, _ = strconv.Atoi(c.QueryParam("to"))
	if v.From <= 0 || v.To <= 0 {
		v.From, v.To = 0, 0
		return nil
	}
	from, err := drafts.Version(c.ctx(), ed.db, d.Article, v.From)
	if err != nil {
		return err
	}
	to, err := drafts.Version(c.ctx(), ed.db, d.Article, v.To)
	if err != nil {
		return err
	}
	ops := map[worddiff.Op]string{worddiff.Same: "same", worddiff.Gone: "gone", worddiff.New: "new"}
	for _, difference := range drafts.Compare(from, to) {
		change := edit.Change{Field: difference.Field, Same: difference.Op == paragraphs.Same}
		for _, part := range difference.Words {
			change.Words = append(change.Words, edit.Words{Op: ops[part.Op], Text: part.Text})
		}
		v.Changes = append(v.Changes, change)
	}
	return nil
}

// restoreVersion saves the text of an older version again.
func (ed *editing) restoreVersion(c *request) error {
	d, err := ed.open(c)
	if err != nil {
		return err
	}
	if !d.access.Edit || d.Article.Status == newsroom.Trashed {
		return errNoRight
	}
	form := &storyForm{Values: c.form, site: c.site}
	number, err := strconv.Atoi(c.Param("number"))
	if err != nil || number <= 0 {
		return errNoPage
	}
	if _, err := drafts.Restore(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, form.seen(), number); err != nil {
		if models.KindOf(err) == models.Conflict {
			return ed.renderStory(c, d, nil, err)
		}
		return err
	}
	return c.seeOther(withDone(editPath(d.Article.ID), "restored"))
}

// showUpcoming lists the planned publications, updates and withdrawals. Editors see all acts;
// authors and contributors see the acts on their own articles.
func (ed *editing) showUpcoming(c *request) error { return ed.renderUpcoming(c, nil) }

func (ed *editing) renderUpcoming(c *request, refused *refusedMove) error {
	next, failed, err := timetable.Upcoming(c.ctx(), ed.db, ed.db.Now(), shownEvents)
	if err != nil {
		return err
	}
	page, err := ed.deskPage(c, ed.text(c.site, "edit.upcoming"), upcomingPath)
	if err != nil {
		return err
	}
	v := views.EditUpcoming{Page: page}
	if done := ed.flashText(c, storyDone); done != "" {
		v.Page.Desk.Flash = done
	}
	v.Upcoming.Zone = c.site.TimeZone.String()
	if v.Upcoming.Licences, err = ed.licences(c); err != nil {
		return err
	}
	for to, list := range map[*[]edit.Event][]timetable.Event{&v.Upcoming.Next: next, &v.Upcoming.Failed: failed} {
		for i := range list {
			event, err := ed.presentEvent(c, &list[i])
			if err != nil {
				return err
			}
			if event != nil {
				*to = append(*to, *event)
			}
		}
	}
	if err := ed.addFrontEvents(c, &v.Upcoming, refused); err != nil {
		return err
	}
	return render(ed.pages, c, views.EditUpcomingPage, v, personalAnswer(upcomingStatus(refused)))
}

// presentEvent returns nil for an article that the viewer may not see.
func (ed *editing) presentEvent(c *request, e *timetable.Event) (*edit.Event, error) {
	if e.Article == nil {
		return nil, nil
	}
	access := drafts.Access{See: true, Publish: true}
	if !c.viewer.may(people.Editing) {
		var err error
		if access, err = drafts.AccessOf(c.ctx(), ed.db, c.viewer.User, e.Article); err != nil || !access.See {
			return nil, err
		}
	}
	v := &edit.Event{
		Act: string(e.Act), At: inSiteZone(c.site, e.At.Time), Title: e.Article.Title, URL: editPath(e.Article.ID),
		By: e.By, Note: e.Note, Clash: e.Clash, Rebased: instant(c.site, e.Rebased), RebasedBy: e.RebasedBy,
	}
	if e.Failed != "" {
		v.Failed = "edit.failed.other"
		if e.Failed == "text-overlap" || e.Failed == "not-live" || e.Failed == "embargo" {
			v.Failed = "edit.failed." + e.Failed
		}
	} else if access.Publish {
		v.Off = editPath(e.Article.ID)
	}
	return v, nil
}
