package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/presence"
	"broadsheet/models/newsroom/previews"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// editing handles the pages on which accounts write articles.
type editing struct {
	*desk
	db       *models.DB
	signer   *models.Signer // of previews
	pictures *blob.Variants
}

func newEditing(d *desk, ring *models.Keyring, pictures *blob.Variants) *editing {
	return &editing{desk: d, db: d.db, signer: previews.Signer(ring), pictures: pictures}
}

// storyDone holds the messages after the forms of an article.
var storyDone = doneMessages{
	"saved": "edit.done.saved", "created": "edit.done.created", "merged": "edit.done.merged", "review": "edit.done.review",
	"publish": "edit.done.publish", "schedule": "edit.done.schedule", "unschedule": "edit.done.unschedule", "update": "edit.done.update",
	"update-early": "edit.done.update-early",
	"planned":      "edit.done.planned", "withdraw": "edit.done.withdraw", "trash": "edit.done.trash", "restore": "edit.done.restore",
	"called-off": "edit.done.called-off", "restored": "edit.done.restored", "restore-moved": "edit.done.restore-moved",
	"preview": "edit.done.preview", "preview-off": "edit.done.preview-off", "draft": "edit.done.draft",
	"noted": "edit.done.noted", "answered": "edit.done.answered", "resolved": "edit.done.resolved", "reopened": "edit.done.reopened",
	"sent-back": "edit.done.sent-back", "corrected": "edit.done.corrected", "publish-anew": "edit.done.publish",
	"change": "edit.done.change",
}

func editPath(id int64) string { return storiesPath + "/" + strconv.FormatInt(id, 10) }

// opened is an article that the viewer may see at the desk.
type opened struct {
	*drafts.Draft
	access  drafts.Access
	waiting *drafts.Draft // waiting text, if the opened text is the public one; else nil
}

// open loads the article of the address. It refuses with NotFound, also if the viewer may not
// see the article.
func (ed *editing) open(c *request) (*opened, error) { return ed.openID(c, parseID(c.Param("id"))) }

func (ed *editing) openID(c *request, id int64) (*opened, error) {
	d, err := drafts.Open(c.ctx(), ed.db, id)
	if err != nil {
		return nil, err
	}
	access, err := drafts.AccessOf(c.ctx(), ed.db, c.viewer.User, d.Article)
	if err == nil && !access.See {
		err = errNoPage
	}
	return &opened{Draft: d, access: access}, err
}

// newStory shows the form of a new article.
func (ed *editing) newStory(c *request) error { return ed.renderNew(c, nil, nil) }

func (ed *editing) renderNew(c *request, form *storyForm, refused error) error {
	d := &opened{Draft: &drafts.Draft{
		Article: &newsroom.Article{Status: newsroom.Draft, CommentStatus: newsroom.CommentsOpen},
		Text:    newsroom.Manuscript{Authors: ed.ownByline(c), Format: richtext.HTML},
	}, access: drafts.Access{See: true, Edit: true, Publish: c.viewer.may(people.Publishing)}}
	return ed.renderStory(c, d, form, refused)
}

// ownByline returns the byline of a new article: the author of the viewer's account, or else
// the account's name.
func (ed *editing) ownByline(c *request) []newsroom.AuthorRef {
	return []newsroom.AuthorRef{{Name: c.viewer.Name}}
}

// createStory stores a new article.
func (ed *editing) createStory(c *request) error {
	form := &storyForm{Values: c.form, site: c.site}
	text, held, err := ed.readNew(c, form)
	var id int64
	var stored drafts.Stored
	if err == nil {
		id, stored, err = form.tab().Begin(c.ctx(), ed.db, c.viewer.actor(), text)
	}
	if err != nil {
		return ed.renderNew(c, form, err)
	}
	d, err := ed.openID(c, id)
	if err == nil {
		err = ed.askLinks(c, d.Article, stored.Text)
	}
	if err != nil {
		return err
	}
	if err = ed.saveCommentStatus(c, d, form); err == nil {
		err = ed.saveEmbargo(c, d, form)
	}
	if err != nil {
		form.Set("version", strconv.Itoa(d.Number))
		return ed.renderStory(c, d, form, err)
	}
	action := form.Get("action")
	if action == "" && wantsJSON(c.Request()) {
		return ed.answerCreated(c, d, stored, held)
	}
	if action == "" || action == "save" {
		return c.seeOther(withDone(editPath(id), "created"))
	}
	return ed.finish(c, d, form, stored, action)
}

// showStory shows the form of an article with its newest text.
func (ed *editing) showStory(c *request) error {
	d, err := ed.open(c)
	if err == nil {
		d, err = ed.openText(c, d, c.QueryParam("text"))
	}
	if err != nil {
		return err
	}
	return ed.renderStory(c, d, nil, nil)
}

// postStory saves the text of the form, and then carries out the act of the pressed button. The
// text stays saved if the act is refused.
func (ed *editing) postStory(c *request) error {
	d, err := ed.open(c)
	if err == nil {
		d, err = ed.openText(c, d, c.form.Get("text"))
	}
	if err != nil {
		return err
	}
	form := &storyForm{Values: c.form, site: c.site}
	action := cmp.Or(form.Get("action"), "save")
	if d.waiting != nil {
		return ed.correct(c, d, form)
	}
	_, _, note := noteButton(action)
	var stored drafts.Stored
	if (form.Has("body") || form.Has("title") || form.Has("picture")) && (d.access.Edit || !note) {
		if !d.access.Edit || d.Article.Status == newsroom.Trashed {
			return ed.renderStory(c, d, form, errReadOnly)
		}
		if stored, err = ed.save(c, d, form); err != nil {
			return ed.renderStory(c, d, form, err)
		}
	}
	return ed.finish(c, d, form, stored, action)
}

// errReadOnly refuses a save by an account that may only read the article.
var errReadOnly = models.Refusal(models.Forbidden, "story-read-only", "you may read this article, and not change it")

func (ed *editing) save(c *request, d *opened, form *storyForm) (drafts.Stored, error) {
	text, err := ed.read(c, form, d.Text)
	if err != nil {
		return drafts.Stored{}, err
	}
	stored, err := form.tab().Save(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, form.seen(), text, form.choices())
	if err == nil {
		err = ed.saved(c, d.Article, stored.Text)
	}
	if err == nil {
		err = ed.saveCommentStatus(c, d, form)
	}
	if err == nil {
		err = ed.saveEmbargo(c, d, form)
	}
	if err == nil {
		err = ed.saveFollowUp(c, d, form)
	}
	return stored, err
}

// read returns the text of the form, or an Invalid error for fields that cannot be stored.
func (ed *editing) read(c *request, form *storyForm, stored newsroom.Manuscript) (newsroom.Manuscript, error) {
	text := form.text(stored)
	if err := ed.checkPicture(c, form, text); err != nil {
		return text, err
	}
	return text, form.err()
}

// finish moves the article and answers with a redirect to its form.
func (ed *editing) finish(c *request, d *opened, form *storyForm, stored drafts.Stored, action string) error {
	done, err := ed.move(c, d, form, stored, action)
	if err != nil {
		// The text was saved: the page shows it with its new version.
		again, openErr := drafts.Open(c.ctx(), ed.db, d.Article.ID)
		if openErr != nil {
			return openErr
		}
		form.Set("version", strconv.Itoa(again.Number))
		return ed.renderStory(c, &opened{Draft: again, access: d.access}, form, err)
	}
	if action == "pictures" {
		return c.seeOther(libraryQuery{story: d.Article.ID}.address())
	}
	if action == "trash" {
		return c.seeOther(withDone(storiesPath, done))
	}
	if stored.Merged && done == "saved" {
		done = "merged"
	}
	return c.seeOther(withDone(editPath(d.Article.ID), done) + noteAnchor(action))
}

// htmlOf returns the HTML of a Markdown text. It returns a text that is too long or too deeply
// nested unchanged: the save shows why.
func htmlOf(markdown string) string {
	body, err := richtext.Article(markdown, richtext.Markdown)
	if err != nil {
		return markdown
	}
	return body.HTML
}

// meet records that the viewer has the form of an article open. It returns a sentence with the
// other accounts that have it open, "" for none.
func (ed *editing) meet(c *request, article int64) (string, error) {
	if err := presence.Note(c.ctx(), ed.db, article, c.viewer.ID, c.viewer.Name); err != nil {
		return "", err
	}
	return ed.others(c, article)
}

func (ed *editing) others(c *request, article int64) (string, error) {
	names, err := presence.Others(c.ctx(), ed.db, article, c.viewer.ID, ed.db.Now())
	if err != nil || len(names) == 0 {
		return "", err
	}
	return ed.text(c.site, "edit.others", "names", strings.Join(names, ed.text(c.site, "comma"))), nil
}

// renderStory shows the form. For a refused form it shows the typed values and the reason.
func (ed *editing) renderStory(c *request, d *opened, form *storyForm, refused error) error {
	v := views.EditStory{}
	title := cmp.Or(d.Text.Title, ed.text(c.site, "edit.untitled"))
	if d.Article.ID == 0 {
		title = ed.text(c.site, "edit.new")
	}
	v.Page = ed.deskFrame(c, title)
	v.Page.Desk.Flash = ed.flashText(c, storyDone)
	var err error
	if v.Page.Desk.KeysOff, err = ed.keysOff(c); err == nil {
		err = ed.presentTyped(c, d, form, &v.Story)
	}
	if err != nil {
		return err
	}
	status := http.StatusOK
	if refused != nil {
		if status = statusOf(refused); status >= http.StatusInternalServerError {
			return refused
		}
		overlap, overlaps := errors.AsType[*drafts.Overlap](refused)
		switch {
		case overlaps:
			ed.presentOverlap(c, &v.Story, overlap)
		case markStory(&v.Story, refused):
			status = http.StatusUnprocessableEntity
		default:
			shown, other := ed.refused(c, refusalsOf.story, refused)
			if other != nil {
				return other
			}
			v.Story.Refused = shown.key
		}
		if form != nil && form.seen() >= 0 {
			v.Story.Version = form.seen()
		}
	}
	return render(ed.pages, c, views.EditStoryPage, v, personalAnswer(status))
}
