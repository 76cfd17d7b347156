package handlers

import (
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/timetable"
)

// move carries out the action of the pressed button. It returns the key of the message
// about the result.
func (ed *editing) move(c *request, d *opened, form *storyForm, stored drafts.Stored, action string) (done string, err error) {
	if stored.Number == 0 {
		stored.Number = d.Number
	}
	m := storyMove{editing: ed, c: c, d: d, form: form, number: stored.Number}
	if name, note, ok := noteButton(action); ok {
		return m.noted(name, note)
	}
	switch action {
	case "save", "pictures", "no-picture":
		return "saved", nil
	case "trash", "restore":
		return m.binned(action)
	case "review", "draft":
		return action, m.hand(action)
	}
	if !d.access.Publish {
		return "", errNoRight
	}
	return m.byPublisher(action)
}

// byPublisher carries out the acts that need the right to publish.
func (m storyMove) byPublisher(action string) (done string, err error) {
	ctx, by, a := m.c.ctx(), m.c.viewer.actor(), m.d.Article
	if number, quiet, ok := changeButton(action); ok {
		return "change", m.silence(ctx, by, number, quiet)
	}
	switch action {
	case "publish":
		return action, m.publish()
	case "publish-anew":
		return action, m.publishAnew()
	case "schedule":
		if a.Status == newsroom.Published {
			return "planned", m.planUpdate(true)
		}
		return action, m.schedule()
	case "unschedule", "call-off-publish":
		return "unschedule", m.show(drafts.Move{To: newsroom.Draft})
	case "update":
		if m.form.Get("apply_at") != "" {
			return "planned", m.planUpdate(false)
		}
		return m.update()
	case "withdraw":
		if m.form.Get("withdraw_at") != "" {
			return "planned", m.planWithdrawal()
		}
		return action, discussion.SetArticleStatus(ctx, m.db, by, a.ID, newsroom.Withdrawn, m.form.Get("note"))
	case "call-off-update":
		return "called-off", timetable.CallOff(ctx, m.db, by, a.ID, timetable.Update)
	case "call-off-withdraw":
		return "called-off", timetable.CallOff(ctx, m.db, by, a.ID, timetable.Withdraw)
	}
	return "", models.Errorf(models.Invalid, "there is no such action")
}

// storyMove is a move of an article with the text of the form.
type storyMove struct {
	*editing
	c      *request
	d      *opened
	form   *storyForm
	number int // version of the text
}

// show makes the text the one of the article's rows, and moves the article.
func (m storyMove) show(move drafts.Move) error {
	reason, err := m.anyway()
	if err != nil {
		return err
	}
	move.Number, move.Anyway = m.number, reason
	_, err = timetable.Show(m.c.ctx(), m.db, m.c.viewer.actor(), m.d.Article.ID, move)
	return err
}

// binned moves an article to the trash or out of it. It returns another message if another
// article has taken the address in the meantime.
func (m storyMove) binned(action string) (done string, err error) {
	ctx, by, before := m.c.ctx(), m.c.viewer.actor(), m.d.Article
	switch {
	case !m.d.access.Trash:
		return "", errNoRight
	case action == "trash":
		return action, discussion.SetArticleStatus(ctx, m.db, by, before.ID, newsroom.Trashed, "")
	}
	if err := discussion.RestoreArticle(ctx, m.db, by, before.ID); err != nil {
		return "", err
	}
	after, err := newsroom.ByID(ctx, m.db, before.ID)
	if err == nil && after.Slug != taxonomy.UnbinnedSlug(before.Slug) {
		return "restore-moved", nil
	}
	return action, err
}

// hand moves an article to review or back to draft. Only an account that may publish can move
// a published article back to draft.
func (m storyMove) hand(action string) error {
	if !m.d.access.Edit || m.d.Article.Status == newsroom.Published && !m.d.access.Publish {
		return errNoRight
	}
	to := newsroom.InReview
	if action == "draft" {
		to = newsroom.Draft
	}
	return m.show(drafts.Move{To: to})
}

// publish makes the article public now. It refuses a form with a time of publication: either
// the field or the button is a mistake of the editor, and a publication that is too early
// cannot be undone.
func (m storyMove) publish() error {
	if m.form.Get("publish_at") != "" && m.d.Article.Status != newsroom.Scheduled {
		return models.InvalidFields(models.FieldError{Field: "publish_at", Code: "time-set"})
	}
	return m.show(drafts.Move{To: newsroom.Published, Anew: m.d.Article.PublishedAt.After(m.db.Now())})
}

// time returns a time of the form that must be in the future.
func (m storyMove) time(name string, required bool) (models.Time, error) {
	at := m.form.time(name)
	if err := m.form.err(); err != nil {
		return at, err
	}
	switch {
	case at.IsZero() && required:
		return at, models.InvalidFields(models.FieldError{Field: name, Code: "required"})
	case !at.IsZero() && !at.After(m.db.Now()):
		return at, models.InvalidFields(models.FieldError{Field: name, Code: "time-past"})
	}
	return at, nil
}

func (m storyMove) schedule() error {
	at, err := m.time("publish_at", true)
	if err != nil {
		return err
	}
	return m.show(drafts.Move{To: newsroom.Scheduled, At: at.Time})
}

// planUpdate sets the time at which the draft of a live article goes public.
func (m storyMove) planUpdate(required bool) error {
	at, err := m.time("apply_at", required)
	if err != nil {
		return err
	}
	if err := m.check(); err != nil {
		return err
	}
	now, err := drafts.Open(m.c.ctx(), m.db, m.d.Article.ID)
	if err != nil {
		return err
	}
	return timetable.Set(m.c.ctx(), m.db, m.c.viewer.actor(), timetable.Plan{
		ArticleID: now.Article.ID, Act: timetable.Update, At: at, Number: m.number, Base: now.Shown, Minor: m.form.minor(),
	})
}

// update makes the draft of a live article public now, even if it was planned for a time.
func (m storyMove) update() (done string, err error) {
	plans, err := timetable.Of(m.c.ctx(), m.db, m.d.Article.ID)
	if err != nil {
		return "", err
	}
	done = "update"
	if slices.ContainsFunc(plans, func(p timetable.Plan) bool { return p.Act == timetable.Update }) {
		done = "update-early"
	}
	return done, m.show(drafts.Move{Minor: m.form.minor()})
}

func (m storyMove) planWithdrawal() error {
	at, err := m.time("withdraw_at", true)
	if err != nil {
		return err
	}
	return timetable.Set(m.c.ctx(), m.db, m.c.viewer.actor(), timetable.Plan{
		ArticleID: m.d.Article.ID, Act: timetable.Withdraw, At: at, Note: m.form.Get("note"),
	})
}
