package handlers

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"broadsheet/handlers/restbody"
	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/people"
	"broadsheet/views/rest"
)

// maxMediaBody is the largest body with a file for the library: the file, and the fields
// beside it.
const maxMediaBody = blob.MaxPictureBytes + maxPictureTexts

func mayUpload(v *viewer) bool { return v.may(people.Uploading) }

// mediaWrites returns the methods that change pictures.
func (re *restAPI) mediaWrites() []restWrite {
	return []restWrite{
		{"upload media", []string{post}, "/media", mediaSchema, maxMediaBody, mayUpload, re.createMedia},
		{"update media", edits, "/media/:id", mediaSchema, maxPictureTexts, mayWrite, re.updateMedia},
		{"delete media", []string{http.MethodDelete}, "/media/:id", deleteSchema(mediaSchema), maxSmallForm, mayWrite, re.deleteMedia},
	}
}

var (
	errNoFile = &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_upload_no_data", Message: "No data supplied."}
	errNoName = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_upload_no_content_disposition", Message: "No Content-Disposition supplied.",
	}
	errDiskFull = &restparams.Refused{
		Status: http.StatusServiceUnavailable, Code: "rest_upload_unknown_error",
		Message: "The disk of the server is full: nothing was stored.",
	}
	errNoTrash = &restparams.Refused{
		Status: http.StatusNotImplemented, Code: "rest_trash_not_supported",
		Message: "The post does not support trashing. Set 'force=true' to delete.",
	}
)

// createMedia stores a picture. The file is the field file of a form, or the whole body with
// its name in the header Content-Disposition.
func (re *restAPI) createMedia(q *restRequest) error {
	r := q.Request()
	form, done, err := readMedia(q.request)
	defer done()
	if err != nil {
		return uploadError(err)
	}
	q.body = restbody.Of(form.Values)
	upload := library.Upload{Texts: q.pictureTexts(&pictures.Picture{})}
	switch {
	case len(form.files) > 0:
		f, err := form.files[0].Open()
		if err != nil {
			return err
		}
		defer f.Close()
		upload.Reader, upload.Filename = f, cleanText(form.files[0].Filename)
	case isUpload(r):
		return errNoFile
	default:
		name := fileName(r.Header.Get("Content-Disposition"))
		if name == "" {
			return errNoName
		}
		if r.ContentLength == 0 {
			return errNoFile
		}
		// The deadline is of the connection, not of the site's clock.
		_ = http.NewResponseController(q.Response()).SetReadDeadline(time.Now().Add(uploadTime))
		upload.Reader, upload.Filename = r.Body, name
	}
	added, err := library.Add(q.ctx(), re.db, re.store, q.writer.actor(), upload)
	if err != nil {
		return uploadError(err)
	}
	q.Response().Header().Set("Location", re.restEntryHref("media", added.ID))
	return re.answerMedia(q, http.StatusCreated, added.ID)
}

// fileName returns the name in the header of an uploaded file, "" for none. Many programs
// write a name with spaces or foreign letters without quotes, which WordPress accepts as well.
func fileName(header string) string {
	if _, params, err := mime.ParseMediaType(header); err == nil {
		return cleanText(params["filename"])
	}
	_, rest, _ := strings.Cut(header, ";")
	for part := range strings.SplitSeq(rest, ";") {
		if name, value, ok := strings.Cut(part, "="); ok && strings.EqualFold(strings.TrimSpace(name), "filename") {
			return cleanText(strings.Trim(strings.TrimSpace(value), `"'`))
		}
	}
	return ""
}

// readMedia reads the fields of a form, or those of the query beside a body that is a file.
func readMedia(c *request) (uploadForm, func(), error) {
	if isUpload(c.Request()) {
		return readUpload(c)
	}
	return uploadForm{Values: c.QueryParams()}, func() {}, nil
}

// uploadError returns the error about an uploaded file.
func uploadError(err error) error {
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong || errors.Is(err, io.ErrUnexpectedEOF) {
		return errTooLarge
	}
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code == "disk-full" {
		return errDiskFull
	}
	return err
}

// pictureTexts returns the texts of a picture with the fields that were sent.
func (q *restRequest) pictureTexts(m *pictures.Picture) library.Texts {
	t := library.Texts{Alt: m.Alt, Decorative: m.Decorative, Caption: m.Caption, Credit: m.Credit, LicenceEnd: m.LicenceEnd}
	for name, to := range map[string]*string{"alt_text": &t.Alt, "caption": &t.Caption, "credit": &t.Credit} {
		if q.body.Has(name) {
			*to = readPlain(q.body.Text(name))
		}
	}
	if !q.body.Has("caption") && q.body.Has("description") && t.Caption == "" {
		t.Caption = readPlain(q.body.Text("description"))
	}
	if strings.TrimSpace(t.Alt) != "" {
		t.Decorative = false
	}
	return t
}

// openMedia loads a picture that the account may see.
func (re *restAPI) openMedia(q *restRequest) (*pictures.Picture, error) {
	id, err := q.id()
	if err != nil {
		return nil, err
	}
	m, err := library.Find(q.ctx(), re.db, id)
	if models.KindOf(err) == models.NotFound || err == nil && !m.RemovedAt.IsZero() {
		return nil, errNoPost
	}
	if err != nil || q.writer.mayChange(m) {
		return m, err
	}
	seen, err := library.MaySee(q.ctx(), re.db, q.writer.ID, m.Key)
	if err == nil && !seen {
		err = errNoPost
	}
	return m, err
}

func (re *restAPI) updateMedia(q *restRequest) error {
	m, err := re.openMedia(q)
	if err != nil {
		return err
	}
	if !q.writer.mayChange(m) {
		return q.denied("rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
	}
	texts := q.pictureTexts(m)
	if err := q.body.Err(); err != nil {
		return err
	}
	if _, err := library.Change(q.ctx(), re.db, q.writer.actor(), m.ID, library.AnyVersion, texts); err != nil {
		return err
	}
	return re.answerMedia(q, http.StatusOK, m.ID)
}

// deleteMedia removes a picture that nothing uses from the library. As in WordPress the request
// needs force=true, because pictures have no trash.
func (re *restAPI) deleteMedia(q *restRequest) error {
	m, err := re.openMedia(q)
	if err != nil {
		return err
	}
	switch {
	case !q.writer.mayChange(m):
		return q.denied("rest_cannot_delete", "Sorry, you are not allowed to delete this post.")
	case !q.body.Bool("force"):
		return errNoTrash
	}
	before := re.presentStaffMedia(q, m)
	if err := library.Remove(q.ctx(), re.db, q.writer.actor(), m.ID); err != nil {
		return err
	}
	return re.sendREST(q, rest.Deleted{Deleted: true, Previous: before})
}

func (re *restAPI) answerMedia(q *restRequest, status int, id int64) error {
	m, err := library.Find(q.ctx(), re.db, id)
	if err != nil {
		return err
	}
	return re.sendRESTStatus(q, status, re.presentStaffMedia(q, m))
}

// presentStaffMedia returns a picture, with the texts as they were entered for an editor.
func (re *restAPI) presentStaffMedia(q *restRequest, m *pictures.Picture) rest.Media {
	v := re.presentMedia(q.site, m)
	if q.editing() {
		title, caption := rawPlain(v.AltText), rawPlain(m.Caption)
		v.Title.Raw, v.Caption.Raw, v.Description.Raw, v.GUID.Raw = &title, &caption, &caption, &v.GUID.Rendered
	}
	if q.summary() {
		v = v.Summary()
	}
	return v
}

// showStaffMedia answers with one picture, even if no public article shows it.
func (re *restAPI) showStaffMedia(q *restRequest) error {
	m, err := re.openMedia(q)
	if err != nil {
		return err
	}
	return re.sendREST(q, re.presentStaffMedia(q, m))
}

// showStaffMediaList answers with the pictures of the library that the account may see.
func (re *restAPI) showStaffMediaList(q *restRequest) error {
	find := stafflist.Pictures{
		IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Keys: q.Texts("slug"), Words: q.Text("search"),
		Articles: q.Numbers("parent"), Formats: mediaFormats[q.Text("mime_type")], Ascending: q.Text("order") == "asc",
	}
	find.Offset, find.Limit = q.part()
	if !q.writer.may(people.Editing) {
		find.Viewer = q.writer.ID
	}
	found, total, err := find.Find(q.ctx(), re.db)
	if err != nil {
		return err
	}
	if q.isPastEnd(total) {
		return errPastEnd
	}
	list := make([]rest.Media, len(found))
	for i := range found {
		list[i] = re.presentStaffMedia(q, &found[i])
	}
	return sendRESTList(re, q, list, total, dependencies{})
}
