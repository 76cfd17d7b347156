package handlers

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/library"
	"broadsheet/views/edit"
)

// Limits of a form with pictures. A script sends each file in a form of its own.
const (
	maxUploads    = 20 // files
	maxUploadForm = 10*blob.MaxPictureBytes + maxPictureTexts
	// maxPictureTexts is the largest size of the other fields, and of the parts' headers.
	maxPictureTexts = 64 << 10
	// uploadMemory is how much of a form is kept in memory. The rest is in temporary files.
	uploadMemory = 256 << 10
	// uploadTime is enough for 200 MB at 3 Mbit/s.
	uploadTime = 10 * time.Minute
)

// uploadForm is a posted form with files.
type uploadForm struct {
	url.Values
	files   []*multipart.FileHeader
	answers []edit.FileAnswer
}

// readUpload reads a form with files. The caller calls done, which removes the temporary files.
func readUpload(c *request) (form uploadForm, done func(), err error) {
	r, done := c.Request(), func() {}
	if !isUpload(r) {
		// A form without a file, as a program may send it.
		err = parseForm(r, Route{})
		return uploadForm{Values: r.PostForm}, done, err
	}
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(uploadTime)) // of the connection, not of the site's clock
	err = r.ParseMultipartForm(uploadMemory)
	if r.MultipartForm == nil {
		r.MultipartForm = &multipart.Form{}
	}
	done = func() { _ = r.MultipartForm.RemoveAll() } // the system cleans its folder as well
	form = uploadForm{Values: url.Values{}, files: r.MultipartForm.File["file"]}
	for name, values := range r.MultipartForm.Value {
		for _, value := range values {
			form.Add(name, cleanText(value))
		}
	}
	switch {
	case isTooLong(err):
		err = errTooLarge
	case blob.IsFull(err):
		err = models.Refusal(models.Unavailable, "disk-full", "the disk of the server is full")
	case err != nil:
		err = models.Refusal(models.Invalid, "form-unreadable", "the form could not be read")
	}
	return form, done, err
}

// texts returns the texts of a form. A missing focus is nil, which keeps the stored one; a
// focus that is no number gets a value that the library refuses.
func (f uploadForm) texts() library.Texts {
	t := library.Texts{
		Alt: f.Get("alt"), Decorative: f.Get("decorative") != "", Caption: f.Get("caption"), Credit: f.Get("credit"),
		LicenceEnd: strings.TrimSpace(models.PlainDigits(f.Get("licence_end"))),
	}
	for name, to := range map[string]**int{"focus_x": &t.FocusX, "focus_y": &t.FocusY} {
		if text := strings.TrimSpace(models.PlainDigits(f.Get(name))); text != "" {
			percent, err := strconv.Atoi(text)
			if err != nil {
				percent = -1
			}
			*to = &percent
		}
	}
	return t
}

// fields returns the texts as the form shows them again.
func (f uploadForm) fields() edit.PictureTexts {
	t := edit.PictureTexts{Decorative: f.Get("decorative") != ""}
	for name, field := range pictureFields(&t) {
		field.Value = f.Get(name)
	}
	return t
}

// pictureFields are the fields of a page by their names.
func pictureFields(t *edit.PictureTexts) map[string]*edit.Field {
	fields := map[string]*edit.Field{
		"alt": &t.Alt, "caption": &t.Caption, "credit": &t.Credit, "licence_end": &t.LicenceEnd, "focus_x": &t.FocusX, "focus_y": &t.FocusY,
	}
	for name, field := range fields {
		field.ID = name
	}
	return fields
}

// uploadedJSON is the answer to a script that sent files.
type uploadedJSON struct {
	Message  string        `json:"message,omitempty"` // why a file was refused
	Pictures []pictureJSON `json:"pictures"`
	Known    bool          `json:"known,omitempty"` // the library had the picture before
}

// postPictures stores the files of a form. Each file gets an answer of its own: a refused file
// does not stop the others.
func (il *illustrating) postPictures(c *request) error {
	form, done, err := readUpload(c)
	defer done()
	if err != nil && models.KindOf(err) != models.Unavailable {
		return err
	}
	answer := uploadedJSON{Pictures: []pictureJSON{}}
	if err != nil {
		form.answers = append(form.answers, fileAnswer(il.text(c.site, "media.field.file"), err))
	} else if len(form.files) == 0 {
		form.answers = append(form.answers, edit.FileAnswer{Name: il.text(c.site, "media.field.file"), Error: "required"})
	}
	for i, header := range form.files {
		one := edit.FileAnswer{Name: header.Filename, Error: "picture-many", Limit: maxUploads}
		if i < maxUploads {
			added, err := il.add(c, form, header)
			if one = fileAnswer(header.Filename, err); err == nil {
				one.URL, one.Known = libraryItem(added.ID), added.Known
				answer.Pictures, answer.Known = append(answer.Pictures, il.pictureJSON(c, added.Picture)), added.Known
			} else if one.Error == "" {
				return err
			}
		}
		form.answers = append(form.answers, one)
	}
	status := http.StatusOK
	for _, one := range form.answers {
		if one.Error != "" {
			status = http.StatusUnprocessableEntity
			answer.Message = il.text(c.site, "error."+one.Error, "limit", one.Limit)
		}
	}
	return il.answerUpload(c, form, answer, status)
}

// add stores one file.
func (il *illustrating) add(c *request, form uploadForm, header *multipart.FileHeader) (library.Uploaded, error) {
	f, err := header.Open()
	if err != nil {
		return library.Uploaded{}, err
	}
	defer f.Close()
	t := form.texts()
	if len(form.files) > 1 {
		t.Alt = "" // it describes one picture
	}
	upload := library.Upload{Reader: f, Filename: cleanText(header.Filename), Texts: t}
	return library.Add(c.ctx(), il.db, il.store, c.viewer.actor(), upload)
}

// fileAnswer returns the answer to a file. Its error is "" if err is nil or not about the file.
func fileAnswer(name string, err error) edit.FileAnswer {
	one := edit.FileAnswer{Name: name}
	e, ok := errors.AsType[*models.Error](err)
	switch {
	case !ok:
	case len(e.Fields) > 0:
		one.Error, one.Limit = e.Fields[0].Code, e.Fields[0].Limit
	case e.Code == "disk-full":
		one.Error = "picture-disk"
	case e.Kind == models.Unavailable || e.Kind == models.Conflict:
		one.Error = "picture-busy"
	}
	return one
}

// answerUpload answers a script with JSON, and a form with the page of its one picture or
// with the list.
func (il *illustrating) answerUpload(c *request, form uploadForm, answer uploadedJSON, status int) error {
	if wantsJSON(c.Request()) {
		c.Response().Header().Set("Cache-Control", "private, no-store")
		return c.JSON(status, answer)
	}
	q := libraryQuery{story: parseID(form.Get("for"))}
	switch {
	case status != http.StatusOK:
		return il.renderPictures(c, q, form, status)
	case len(answer.Pictures) > 1:
		return c.seeOther(withDone(q.address(), "uploaded"))
	}
	address := libraryItem(answer.Pictures[0].ID)
	if q.story != 0 {
		address = fmt.Sprintf("%s?for=%d", address, q.story)
	}
	return c.seeOther(withDone(address, "uploaded"))
}

// replacePicture gives a picture another file.
func (il *illustrating) replacePicture(c *request) error {
	m, err := il.openPicture(c)
	if err != nil {
		return err
	}
	if !c.viewer.mayChange(m) {
		return errNoRight
	}
	form, done, err := readUpload(c)
	defer done()
	if err != nil && models.KindOf(err) != models.Unavailable {
		return err
	}
	if err == nil && len(form.files) == 0 {
		err = models.InvalidFields(models.FieldError{Field: "file", Code: "required"})
	}
	if err == nil {
		f, opened := form.files[0].Open()
		if opened != nil {
			return opened
		}
		defer f.Close()
		_, err = library.Replace(c.ctx(), il.db, il.store, c.viewer.actor(), m.ID, cleanText(form.files[0].Filename), f)
	}
	if err == nil {
		return c.seeOther(withDone(libraryItem(m.ID), "replaced"))
	}
	one := fileAnswer("", err)
	if one.Error == "" {
		return err
	}
	return il.renderPicture(c, m, shownPicture{refused: "error." + one.Error, limit: one.Limit, status: http.StatusUnprocessableEntity})
}
