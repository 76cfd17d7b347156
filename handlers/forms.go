package handlers

import (
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// inputs are the fields of a form by their names, as its page shows them.
type inputs map[string]*views.Field

// bind gives each field the value that was sent.
func (in inputs) bind(form url.Values) {
	for name, field := range in {
		field.Value = form.Get(name)
	}
}

// mark sets the errors of the fields.
func (in inputs) mark(err error) {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return
	}
	for _, wrong := range e.Fields {
		if field := in[wrong.Field]; field != nil {
			field.Error, field.Limit = wrong.Code, wrong.Limit
		}
	}
}

// readBody fills r.PostForm and r.Form from a form's body. When the body is too
// long or breaks off, it keeps the fields that arrived, so that the page that
// refuses the form gives the text back.
func readBody(r *http.Request) error {
	if r.PostForm != nil {
		return nil
	}
	data, readErr := io.ReadAll(r.Body)
	if readErr != nil {
		data = trimPartial(data)
	}
	form, err := url.ParseQuery(string(data)) // of a broken one, the part that can be read
	for name, values := range form {
		for i, v := range values {
			values[i] = cleanText(v)
		}
		form[name] = values
	}
	r.PostForm = form
	if formErr := r.ParseForm(); err == nil {
		err = formErr // of the query
	}
	if readErr != nil {
		err = readErr
	}
	return err
}

// readParts reads a form that was sent as multipart/form-data, and ignores its files. This
// encoding escapes no letters, so that an Arabic text has a third of the length.
func readParts(r *http.Request) error {
	if r.PostForm != nil {
		return nil
	}
	r.PostForm = url.Values{}
	reader, err := r.MultipartReader()
	for err == nil {
		var part *multipart.Part
		if part, err = reader.NextPart(); err != nil {
			break
		}
		if part.FileName() != "" {
			continue
		}
		var data []byte
		data, err = io.ReadAll(part)
		r.PostForm.Add(cleanText(part.FormName()), cleanText(string(data)))
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return cmp.Or(err, r.ParseForm()) // of the query
}

// trimPartial removes an incomplete percent escape, and the bytes of an incomplete
// character, from the end of the data. A body that broke off may end within one.
func trimPartial(data []byte) []byte {
	for i := 1; i <= 2 && i <= len(data); i++ {
		if data[len(data)-i] == '%' {
			data = data[:len(data)-i]
			break
		}
	}
	// Up to three escapes of a character of up to four bytes may be left.
	for i := len(data) - 3; i >= 0 && i >= len(data)-9 && data[i] == '%'; i -= 3 {
		if text, err := url.QueryUnescape(string(data[i:])); err == nil && !utf8.ValidString(text) && utf8.RuneStart(text[0]) {
			return data[:i]
		}
	}
	return data
}

// cleanText makes text storable: valid UTF-8 without NUL. PostgreSQL refuses NUL
// in text, and HTML may not hold it.
func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// typedComment returns the text of a comment form that is refused, "" for none.
// It reads the body when no handler has read it, so that a form that was refused
// before its handler also gives the text back.
func typedComment(w http.ResponseWriter, r *http.Request) string {
	if r.Method != http.MethodPost {
		return ""
	}
	if r.PostForm == nil && isForm(r) {
		r.Body = http.MaxBytesReader(w, r.Body, maxCommentForm)
		_ = readBody(r) // the fields that arrived can be given back
	}
	return r.PostForm.Get("comment")
}

// isForm reports whether a body has the content type of a form.
func isForm(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(strings.ToLower(kind)) == "application/x-www-form-urlencoded"
}

// isUpload reports whether a body has the content type of a form with files.
func isUpload(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(strings.ToLower(kind)) == "multipart/form-data"
}

// baseOrigin returns the origin (RFC 6454) of the site's own address, as browsers
// send it: in lower case, without a default port.
func baseOrigin(base *url.URL) string {
	scheme, host := strings.ToLower(base.Scheme), strings.ToLower(base.Host)
	if name, port, err := net.SplitHostPort(host); err == nil && (scheme == "https" && port == "443" || scheme == "http" && port == "80") {
		if host = name; strings.Contains(name, ":") {
			host = "[" + name + "]"
		}
	}
	return scheme + "://" + host
}

// cleanRequest cleans the text of addresses and of some headers in one place:
// query values, User-Agent, Referer and Accept-Language become valid UTF-8
// without NUL. It refuses a path that is not valid text as not found.
func (s *server) cleanRequest(next http.Handler, refuse func(w http.ResponseWriter, r *http.Request, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cleanText(r.URL.Path) != r.URL.Path {
			refuse(w, r, errNoPage)
			return
		}
		if strings.ContainsAny(r.URL.RawQuery, "%\x00") || !utf8.ValidString(r.URL.RawQuery) {
			cleanQuery(r.URL)
		}
		for _, name := range []string{"User-Agent", "Referer", "Accept-Language"} {
			for i, v := range r.Header[name] {
				r.Header[name][i] = cleanText(v)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// cleanQuery rewrites a query with a value that is not valid text. It leaves
// other queries unchanged.
func cleanQuery(u *url.URL) {
	values, _ := url.ParseQuery(u.RawQuery) // of a broken one, the part that can be read
	changed := false
	for _, list := range values {
		for i, v := range list {
			if clean := cleanText(v); clean != v {
				list[i], changed = clean, true
			}
		}
	}
	if changed {
		u.RawQuery = values.Encode()
	}
}

// isTooLong reports whether reading a body ended at its limit.
func isTooLong(err error) bool {
	_, tooLong := errors.AsType[*http.MaxBytesError](err)
	return tooLong
}

// parseForm reads the posted form of a row. It refuses other content types.
func parseForm(r *http.Request, row Route) error {
	parts := row.Form == formParts && isUpload(r)
	if !parts && !isForm(r) {
		return echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	read := readBody
	if parts {
		read = readParts
	}
	switch err := read(r); {
	case isTooLong(err):
		return row.tooLarge()
	case err != nil:
		return models.Refusal(models.Invalid, "form-unreadable", "the form could not be read")
	}
	return nil
}
