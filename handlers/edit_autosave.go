package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
	"broadsheet/views/edit"
)

// autosaved is the answer to an autosave.
type autosaved struct {
	Version int        `json:"version"`
	At      string     `json:"at,omitempty"` // time of day in the site's zone
	Merged  *savedText `json:"merged,omitempty"`
	Others  string     `json:"others,omitempty"` // who else has the form open, in words
	Error   string     `json:"error,omitempty"`
	Theirs  *savedText `json:"theirs,omitempty"`
	By      string     `json:"by,omitempty"`

	Wrong  []wrongField `json:"wrong,omitempty"`  // fields that cannot be stored as they are
	Checks []edit.Check `json:"checks,omitempty"` // the check list of the saved text

	// Of a new article, the addresses of its form and of the next autosave.
	Address  string `json:"address,omitempty"`
	Autosave string `json:"autosave,omitempty"`
}

// wrongField is a field of the form with the reason why its value is refused, in words.
type wrongField struct {
	Field  string `json:"field"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
}

// savedText holds the values that the script writes to the fields of the form.
type savedText struct {
	Title      string   `json:"title"`
	Standfirst string   `json:"standfirst"`
	Body       string   `json:"body"`
	Format     string   `json:"format"`
	Tags       string   `json:"tags"`
	Byline     string   `json:"byline"`
	Slug       string   `json:"slug"`
	Language   string   `json:"language"`
	Picture    string   `json:"picture"`
	Categories []string `json:"categories"` // ids, the main one first
}

func textJSON(site *newsroom.Site, m newsroom.Manuscript) *savedText {
	v := &edit.Story{}
	fillText(v, m)
	t := &savedText{
		v.Title.Value, v.Standfirst.Value, v.Body.Value, v.Format, v.Tags.Value, v.Byline.Value, v.Slug.Value,
		v.Language.Value, v.Picture.Value,
		[]string{},
	}
	for _, ref := range m.Categories {
		if category := site.Categories.ByPath(strings.Trim(ref.Path, "/")); category != nil {
			t.Categories = append(t.Categories, strconv.FormatInt(category.ID, 10))
		}
	}
	return t
}

// autosaveStory stores the text while it is typed. It answers with JSON, even when the session
// has ended (401), and never redirects.
func (ed *editing) autosaveStory(c *request) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	d, err := ed.open(c)
	if err == nil && (!d.access.Edit || d.Article.Status == newsroom.Trashed) {
		err = errReadOnly
	}
	if err == nil {
		d, err = ed.openText(c, d, c.QueryParam("text"))
	}
	var stored drafts.Stored
	var held []models.FieldError
	form := &storyForm{Values: c.form, site: c.site}
	if err == nil {
		stored, held, err = ed.storeTyped(c, d, form)
	}
	if overlap, ok := errors.AsType[*drafts.Overlap](err); ok {
		return c.JSON(http.StatusConflict, autosaved{
			Version: overlap.Newest, Error: ed.text(c.site, "edit.overlap.now"),
			Theirs: textJSON(c.site, overlap.Theirs), By: overlap.By.Name,
		})
	}
	if err != nil {
		return ed.answerUnsaved(c, err)
	}
	if c.QueryParam("text") == shownText {
		answer := autosaved{Version: form.seen(), At: inSiteZone(c.site, ed.db.Now()).Format("15:04")}
		ed.nameHeld(c, &answer, held)
		return c.JSON(http.StatusOK, answer)
	}
	answer, err := ed.autosavedAnswer(c, d, stored, held)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// storeTyped stores the text of a form, but for the values that cannot be stored. It returns
// the fields that have such values. The text of a correction is only kept beside the versions.
func (ed *editing) storeTyped(c *request, d *opened, form *storyForm) (stored drafts.Stored, held []models.FieldError, err error) {
	text, held, err := ed.readTyped(c, form, d)
	switch {
	case err != nil:
		return stored, held, err
	case c.QueryParam("text") == shownText:
		return stored, held, drafts.Keep(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, text)
	}
	stored, err = form.tab().Autosave(c.ctx(), ed.db, c.viewer.actor(), d.Article.ID, form.seen(), text)
	if err == nil {
		err = ed.saved(c, d.Article, stored.Text)
	}
	return stored, held, err
}

// readTyped returns the text of a form with the stored values in place of those that cannot
// be stored, and the fields of these. It refuses with Invalid if no stored value can stand
// for a field: a form without its body would look like a saved text.
func (ed *editing) readTyped(c *request, form *storyForm, d *opened) (text newsroom.Manuscript, held []models.FieldError, err error) {
	text = form.text(d.Text)
	if err := ed.checkPicture(c, form, text); err != nil {
		return text, nil, err
	}
	form.checkTimes()
	for _, wrong := range form.bad {
		holdBack(&text, d.Text, wrong.Field)
	}
	held = form.bad
	checked := text
	checked.Status = newsroom.Draft
	e, invalid := errors.AsType[*models.Error](newsroom.Check(checked))
	if !invalid {
		return text, held, nil
	}
	for _, wrong := range e.Fields {
		if !holdBack(&text, d.Text, wrong.Field) {
			return text, held, models.InvalidFields(append(held, e.Fields...)...)
		}
	}
	return text, append(held, e.Fields...), nil
}

// readNew reads the form of a new article. If a script sends it while its text is typed,
// values that cannot be stored are held back, see [editing.readTyped].
func (ed *editing) readNew(c *request, form *storyForm) (text newsroom.Manuscript, held []models.FieldError, err error) {
	empty := newsroom.Manuscript{Format: richtext.HTML}
	if form.Get("action") != "" || !wantsJSON(c.Request()) {
		text, err = ed.read(c, form, empty)
		return text, nil, err
	}
	return ed.readTyped(c, form, &opened{Draft: &drafts.Draft{Article: &newsroom.Article{}, Text: empty}})
}

// checkPicture refuses the number of a picture that the library does not have.
func (ed *editing) checkPicture(c *request, form *storyForm, text newsroom.Manuscript) error {
	if text.PictureID == nil {
		return nil
	}
	known, err := pictures.Has(c.ctx(), ed.db, *text.PictureID)
	if err == nil && !known {
		form.refuse("picture", "no-picture")
	}
	return err
}

// checkTimes refuses times that cannot be read. Only the acts that use a time store it, so
// without this check nobody would hear of a mistake before.
func (f *storyForm) checkTimes() {
	for _, name := range []string{"publish_at", "apply_at", "withdraw_at", "embargo"} {
		f.time(name)
	}
}

// holdBack puts the stored value of a field back into a text. It reports whether the field
// has such a value.
func holdBack(text *newsroom.Manuscript, stored newsroom.Manuscript, field string) bool {
	switch cmp.Or(modelFields[field], field) {
	case "title":
		text.Title = stored.Title
	case "standfirst":
		text.Standfirst = stored.Standfirst
	case "slug":
		text.Slug = stored.Slug
	case "language":
		text.Language = stored.Language
	case "tags":
		text.Tags = stored.Tags
	case "byline":
		text.Authors = stored.Authors
	case "picture":
		text.PictureID = stored.PictureID
	case "category":
		if len(text.Categories) > newsroom.MaxCategories { // one that is gone is left out already
			text.Categories = stored.Categories
		}
	case "corrections", "correction_text":
		text.Corrections = stored.Corrections
	case "publish_at", "apply_at", "withdraw_at", "embargo": // no part of the text
	default:
		return false
	}
	return true
}

// nameHeld adds the fields with values that are not stored, in the order of the form.
func (ed *editing) nameHeld(c *request, answer *autosaved, held []models.FieldError) {
	var labels []string
	for _, name := range storyFieldOrder {
		i := slices.IndexFunc(held, func(wrong models.FieldError) bool { return cmp.Or(modelFields[wrong.Field], wrong.Field) == name })
		if i < 0 {
			continue
		}
		label := ed.text(c.site, "edit.field."+name)
		labels = append(labels, label)
		answer.Wrong = append(answer.Wrong, wrongField{
			name, label, ed.text(c.site, "error."+held[i].Code, "limit", strconv.Itoa(held[i].Limit)),
		})
	}
	if len(labels) > 0 {
		answer.Error = ed.text(c.site, "edit.autosaved.wrong", "at", answer.At, "fields", strings.Join(labels, ed.text(c.site, "comma")))
	}
}

// answerUnsaved answers an autosave that stored nothing.
func (ed *editing) answerUnsaved(c *request, err error) error {
	status := statusOf(err)
	if status >= http.StatusInternalServerError {
		return err
	}
	answer, said := autosaved{}, "edit.unsaved"
	if e, ok := errors.AsType[*models.Error](err); ok && status == http.StatusUnprocessableEntity {
		ed.nameHeld(c, &answer, e.Fields)
		said = "edit.unsaved.refused" // sent again, it is refused again
	}
	answer.Error = ed.text(c.site, said)
	return c.JSON(status, answer)
}

// autosavedAnswer returns the answer to an autosave with its version.
func (ed *editing) autosavedAnswer(
	c *request, d *opened, stored drafts.Stored, held []models.FieldError,
) (answer autosaved, err error) {
	answer = autosaved{Version: stored.Number, At: inSiteZone(c.site, ed.db.Now()).Format("15:04")}
	ed.nameHeld(c, &answer, held)
	if answer.Others, err = ed.meet(c, d.Article.ID); err != nil {
		return answer, err
	}
	if answer.Checks, err = ed.checks(c, d.Article, stored.Text); err != nil {
		return answer, err
	}
	if stored.Merged {
		answer.Merged = textJSON(c.site, stored.Text)
	}
	return answer, nil
}

// answerCreated answers the first autosave of a new article with the addresses of the stored
// article.
func (ed *editing) answerCreated(c *request, d *opened, stored drafts.Stored, held []models.FieldError) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	answer, err := ed.autosavedAnswer(c, d, stored, held)
	if err != nil {
		return err
	}
	answer.Address, answer.Autosave = editPath(d.Article.ID), editPath(d.Article.ID)+"/autosave"
	return c.JSON(http.StatusCreated, answer)
}
