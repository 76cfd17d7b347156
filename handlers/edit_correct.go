package handlers

import (
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/embargo"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/views/edit"
)

// shownText is the value of the form field and query parameter "text" that selects the public
// text.
const shownText = "shown"

// openText returns an opened article with the text that the form edits: the newest text, or
// the public text if which asks for it and the newest text waits.
func (ed *editing) openText(c *request, d *opened, which string) (*opened, error) {
	if which != shownText {
		return d, nil
	}
	if !d.access.Publish || d.Article.Status != newsroom.Published || !d.Pending {
		return d, nil
	}
	text, err := drafts.Version(c.ctx(), ed.db, d.Article, d.Shown)
	if err != nil {
		return nil, err
	}
	shown := *d.Draft
	shown.Text, shown.Number = text, d.Shown
	return &opened{Draft: &shown, access: d.access, waiting: d.Draft}, nil
}

// correct publishes a change of the public text and makes it in the waiting text, too.
func (ed *editing) correct(c *request, d *opened, form *storyForm) error {
	text, err := ed.read(c, form, d.Text)
	if err == nil {
		_, err = timetable.Correct(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, drafts.Correction{
			Seen: form.seen(), Text: text, Choices: form.choices(), Minor: form.minor(),
		})
	}
	if err == nil {
		err = ed.saveFollowUp(c, d, form)
	}
	if err != nil {
		return ed.renderStory(c, d, form, err)
	}
	return c.seeOther(withDone(editPath(d.Article.ID), "corrected"))
}

// presentTexts fills the links between the public and the waiting text of a live article.
func (ed *editing) presentTexts(c *request, d *opened, v *edit.Story) error {
	a := d.Article
	v.Embargo, v.EmbargoUntil = edit.Field{ID: "embargo"}, instant(c.site, a.EmbargoUntil)
	if !a.EmbargoUntil.IsZero() {
		v.Embargo.Value = v.EmbargoUntil.Format(timetable.Layout)
	}
	v.EmbargoSeen = v.Embargo.Value
	before := !a.PublishedAt.IsZero() && !a.PublishedAt.After(ed.db.Now())
	v.Anew = d.access.Publish && before && (a.Status == newsroom.Draft || a.Status == newsroom.Withdrawn || a.Status == newsroom.Published)
	if a.Status != newsroom.Published || !d.access.Publish {
		return nil
	}
	if d.waiting == nil {
		if d.Pending {
			v.Shown = editPath(a.ID) + "?text=" + shownText
		}
		return nil
	}
	v.Correcting, v.Anew, v.Waiting, v.WaitingBy = true, false, editPath(a.ID), d.waiting.Actor.Name
	v.Autosave += "?text=" + shownText
	v.Moves = []edit.Move{{Action: "correct", Main: true}}
	plans, err := timetable.Of(c.ctx(), ed.db, a.ID)
	for _, p := range plans {
		if p.Act == timetable.Update {
			v.WaitingAt = inSiteZone(c.site, p.At.Time)
		}
	}
	return err
}

// saveEmbargo sets the embargo if the field was changed. Only an account that may publish
// shortens or lifts one.
func (ed *editing) saveEmbargo(c *request, d *opened, form *storyForm) error {
	if !form.Has("embargo") || form.Has("embargo_seen") && form.Get("embargo") == form.Get("embargo_seen") {
		return nil
	}
	until := form.time("embargo")
	if err := form.err(); err != nil {
		return err
	}
	old := d.Article.EmbargoUntil
	if until.Equal(old.Time) {
		return nil
	}
	if !d.access.Publish && until.Before(old.Time) {
		return errNoRight
	}
	return embargo.Set(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, until)
}

// publishAnew publishes an article with the date of now, as if for the first time.
func (m storyMove) publishAnew() error {
	a := m.d.Article
	if a.PublishedAt.IsZero() || a.Status == newsroom.InReview || a.Status == newsroom.Scheduled {
		return m.publish()
	}
	move := drafts.Move{To: newsroom.Published, Anew: true}
	if a.Status == newsroom.Published {
		move.To = ""
	}
	return m.show(move)
}

// embargoOf returns the end of an article's embargo, zero if it has none or it has ended.
func embargoOf(c *request, d *drafts.Draft, now time.Time) time.Time {
	if !d.Article.EmbargoUntil.After(now) {
		return time.Time{}
	}
	return instant(c.site, d.Article.EmbargoUntil)
}
