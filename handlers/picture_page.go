package handlers

import (
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"
	"broadsheet/views/edit"
)

// shownChanges is the most changes in the history on a picture's page.
const shownChanges = 50

// openPicture loads a picture that the viewer may see, even a removed one.
func (il *illustrating) openPicture(c *request) (*pictures.Picture, error) {
	m, err := library.Find(c.ctx(), il.db, parseID(c.Param("id")))
	if err != nil {
		return nil, err
	}
	seen := c.viewer.mayChange(m)
	if !seen {
		seen, err = library.MaySee(c.ctx(), il.db, c.viewer.ID, m.Key)
	}
	if err == nil && !seen {
		err = errNoPage
	}
	return m, err
}

// shownPicture holds the answer of a picture's page to a form.
type shownPicture struct {
	form    *uploadForm // the refused form, nil for none
	wrong   error
	refused string // key of a message
	limit   int
	status  int
	oldAlt  string // alternative text before the form's change
	same    []library.Use
}

// showPicture shows the page of a picture.
func (il *illustrating) showPicture(c *request) error {
	m, err := il.openPicture(c)
	if err != nil {
		return err
	}
	return il.renderPicture(c, m, shownPicture{status: http.StatusOK})
}

// postPicture carries out the act of the pressed button.
func (il *illustrating) postPicture(c *request) error {
	m, err := il.openPicture(c)
	if err != nil {
		return err
	}
	if !c.viewer.mayChange(m) {
		return errNoRight
	}
	by, do := c.viewer.actor(), c.form.Get("do")
	switch do {
	case "remove":
		do, err = "removed", library.Remove(c.ctx(), il.db, by, m.ID)
	case "restore":
		do, err = "restored", library.Restore(c.ctx(), il.db, by, m.ID)
	case "alt":
		return il.spreadAlt(c, m)
	default:
		return il.savePicture(c, m)
	}
	if err != nil {
		return il.refusePicture(c, m, nil, err)
	}
	return c.seeOther(withDone(libraryItem(m.ID), do))
}

// savePicture stores the texts of the form. After a change of the description the page
// offers to change the stories that still have the old one.
func (il *illustrating) savePicture(c *request, m *pictures.Picture) error {
	form := &uploadForm{Values: c.form}
	seen, err := strconv.Atoi(form.Get("version"))
	if err != nil {
		seen = library.AnyVersion
	}
	t := form.texts()
	t.LicenceEnd = keptValue(form, "licence_end", m.LicenceEnd, t.LicenceEnd)
	changed, err := library.Change(c.ctx(), il.db, c.viewer.actor(), m.ID, seen, t)
	if err != nil {
		return il.refusePicture(c, m, form, err)
	}
	if wantsJSON(c.Request()) {
		c.Response().Header().Set("Cache-Control", "private, no-store")
		return c.JSON(http.StatusOK, il.pictureJSON(c, changed.Picture))
	}
	if len(changed.Same) > 0 {
		return il.renderPicture(c, changed.Picture, shownPicture{oldAlt: changed.OldAlt, same: changed.Same, status: http.StatusOK})
	}
	address := libraryItem(m.ID)
	if story := parseID(form.Get("for")); story != 0 {
		address = fmt.Sprintf("%s?for=%d", address, story)
	}
	return c.seeOther(withDone(address, "saved"))
}

// keptValue returns the sent value of a field, or the stored one if the form lacks the field.
func keptValue(form *uploadForm, name, stored, sent string) string {
	if form.Has(name) {
		return sent
	}
	return stored
}

// refusePicture answers a refused form with the page and the typed values, or with JSON.
func (il *illustrating) refusePicture(c *request, m *pictures.Picture, form *uploadForm, refused error) error {
	e, ok := errors.AsType[*models.Error](refused)
	if !ok {
		return refused
	}
	s := shownPicture{form: form, wrong: refused, status: statusOf(refused)}
	switch {
	case e.Code == "picture-changed":
		s.refused = "media.refused.changed"
	case e.Code == "picture-used":
		s.refused = "media.refused.used"
	case e.Code == "picture-gone":
		s.refused = "media.refused.gone"
	case e.Code == "disk-full":
		s.refused = "media.refused.disk"
	case e.Kind == models.Unavailable:
		s.refused = "media.refused.busy"
	case len(e.Fields) == 0:
		return refused
	}
	if !wantsJSON(c.Request()) {
		return il.renderPicture(c, m, s)
	}
	message := s.refused
	var words []string
	for _, f := range e.Fields {
		words = append(words, il.text(c.site, "media.field."+f.Field)+": "+il.text(c.site, "error."+f.Code, "limit", f.Limit))
	}
	if message != "" {
		words = append(words, il.text(c.site, message))
	}
	return c.JSON(s.status, problemJSON{Message: strings.Join(words, "\n")})
}

// spreadAlt replaces the old description by the picture's present one in the chosen stories.
func (il *illustrating) spreadAlt(c *request, m *pictures.Picture) error {
	done := "alt"
	for _, value := range c.form["article"] {
		id := parseID(value)
		d, err := drafts.Open(c.ctx(), il.db, id)
		if models.KindOf(err) == models.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		access, err := drafts.AccessOf(c.ctx(), il.db, c.viewer.User, d.Article)
		if err != nil {
			return err
		}
		if !access.Edit {
			done = "alt-some"
			continue
		}
		changed, err := library.UpdateAlt(c.ctx(), il.db, c.viewer.actor(), m, c.form.Get("old"), id)
		if err != nil {
			return err
		}
		if !changed {
			done = "alt-some"
		}
	}
	return c.seeOther(withDone(libraryItem(m.ID), done))
}

// renderPicture shows the page of a picture.
func (il *illustrating) renderPicture(c *request, m *pictures.Picture, s shownPicture) error {
	v := views.LibraryItem{Page: il.deskFrame(c, pictureName(m))}
	v.Page.Desk.Flash = il.flashText(c, libraryDone)
	p := &v.Picture
	*p = edit.Picture{
		ID: m.ID, Action: libraryItem(m.ID), Name: pictureName(m), File: m.Filename, Format: m.Format, Width: m.Width, Height: m.Height,
		Size: int((m.Bytes + 1023) / 1024), Moving: m.Frames > 1, At: inSiteZone(c.site, m.CreatedAt.Time), Version: m.Version,
		Hidden: m.Hidden, Removed: !m.RemovedAt.IsZero(), Gone: library.IsGone(m, il.db.Now()),
		May: c.viewer.mayChange(m), Texts: presentTexts(m), Gaps: il.gaps(c, m),
		Refused: s.refused, Limit: s.limit, OldAlt: s.oldAlt,
	}
	shown := presentPicture(m, "")
	p.Src, p.WebP = shown.Src, shown.WebP
	p.Snippet = snippetOf(m)
	story := parseID(c.QueryParam("for"))
	if s.form != nil {
		p.Texts, story = s.form.fields(), parseID(s.form.Get("for"))
	}
	p.Wrong = markPicture(&p.Texts, s.wrong)
	var err error
	if p.For, err = il.story(c, story); err != nil {
		return err
	}
	p.List = libraryQuery{}.address()
	if p.For != nil {
		p.List = libraryQuery{story: story}.address()
	}
	if err := il.presentUses(c, m, p, s.same); err != nil {
		return err
	}
	if err := il.presentHistory(c, m, p); err != nil {
		return err
	}
	return render(il.pages, c, views.PicturePage, v, personalAnswer(s.status))
}

// snippetOf returns the code that shows a picture in a text.
func snippetOf(m *pictures.Picture) edit.Snippet {
	s := edit.Snippet{
		Alt: html.EscapeString(m.Alt), Caption: html.EscapeString(m.Caption), Credit: html.EscapeString(m.Credit),
		Markdown: richtext.MarkdownAlt(m.Alt),
	}
	s.Src, s.Width, s.Height = inText(m)
	return s
}

func presentTexts(m *pictures.Picture) edit.PictureTexts {
	t := edit.PictureTexts{Decorative: m.Decorative}
	for name, field := range pictureFields(&t) {
		field.Value = map[string]string{
			"alt": m.Alt, "caption": m.Caption, "credit": m.Credit, "licence_end": m.LicenceEnd,
			"focus_x": strconv.Itoa(m.FocusX), "focus_y": strconv.Itoa(m.FocusY),
		}[name]
	}
	return t
}

// pictureFieldOrder is the order of the fields on the page.
var pictureFieldOrder = []string{"alt", "caption", "credit", "licence_end", "focus_x", "focus_y"}

// markPicture sets the errors of the page's fields, and returns the fields with errors in the
// order of the page.
func markPicture(t *edit.PictureTexts, wrong error) (list []edit.Field) {
	e, ok := errors.AsType[*models.Error](wrong)
	if !ok {
		return nil
	}
	fields := pictureFields(t)
	for _, one := range e.Fields {
		if field := fields[one.Field]; field != nil {
			field.Error, field.Limit = one.Code, one.Limit
		}
	}
	for _, name := range pictureFieldOrder {
		if fields[name].Error != "" {
			list = append(list, *fields[name])
		}
	}
	return list
}

func presentUse(u library.Use) edit.PictureUse {
	return edit.PictureUse{ID: u.Article, Title: u.Title, Status: string(u.Status), Lead: u.Lead, Body: u.Body, Draft: u.Draft}
}

// presentUses lists the stories that use a picture: public stories, and others that the viewer
// may open.
func (il *illustrating) presentUses(c *request, m *pictures.Picture, p *edit.Picture, same []library.Use) error {
	if p.Removed { // a picture in use cannot be removed
		return nil
	}
	uses, err := library.UsesIn(c.ctx(), il.db, m.ID)
	if err != nil {
		return err
	}
	for _, u := range uses {
		v := presentUse(u)
		open := c.viewer.may(people.Editing)
		if !open {
			d, err := drafts.Open(c.ctx(), il.db, u.Article)
			if err != nil {
				return err
			}
			access, err := drafts.AccessOf(c.ctx(), il.db, c.viewer.User, d.Article)
			if err != nil {
				return err
			}
			if open = access.See; !open && (u.Status != "published" || u.Draft) {
				continue
			}
		}
		if open {
			v.URL = editPath(u.Article)
		}
		p.Uses = append(p.Uses, v)
		if slices.ContainsFunc(same, func(s library.Use) bool { return s.Article == u.Article }) && open {
			p.Same = append(p.Same, v)
		}
	}
	return nil
}

// auditedTexts maps the lines of a picture's audit entry to the fields of the page.
var auditedTexts = map[string]string{
	"alt": "alt", "caption": "caption", "credit": "credit", "licence end": "licence_end", "focus": "focus", "file": "file",
}

// presentHistory lists the changes of a picture, each with the fields that it changed.
func (il *illustrating) presentHistory(c *request, m *pictures.Picture, p *edit.Picture) error {
	trail, err := models.AuditTrail(c.ctx(), il.db, models.Subject{Kind: models.PictureSubject, ID: m.ID}, shownChanges)
	if err != nil {
		return err
	}
	for _, entry := range trail {
		v := edit.PictureChange{At: inSiteZone(c.site, entry.At.Time), By: entry.Actor, Verb: entry.Verb}
		if !il.hasText(c.site, "media.verb."+v.Verb) {
			v.Verb = "other"
		}
		if entry.Verb == "uploaded" && p.By == "" {
			p.By = entry.Actor
		}
		before := strings.Split(entry.Before, "\n")
		var lines []string
		for line := range strings.SplitSeq(entry.After, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			field := auditedTexts[name]
			if field == "" || field == "file" || slices.Contains(before, line) || entry.Before == "" {
				continue
			}
			label := "media.field." + field
			if field == "focus" {
				label = "media.focus"
			}
			lines = append(lines, il.text(c.site, label)+": "+value)
		}
		v.Note = strings.Join(lines, "\n")
		p.Changes = append(p.Changes, v)
	}
	return nil
}
