package handlers

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// readBody fills r.PostForm and r.Form from a form's body. Of a body that is too
// long or breaks off it keeps the fields that came: a page that refuses the form
// gives the text back.
func readBody(r *http.Request) error {
	if r.PostForm != nil {
		return nil
	}
	data, readErr := io.ReadAll(r.Body)
	if readErr != nil {
		data = wholeEscapes(data)
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

// wholeEscapes cuts off a percent escape that is not complete, and the bytes of
// a character that is not.
func wholeEscapes(data []byte) []byte {
	for i := 1; i <= 2 && i <= len(data); i++ {
		if data[len(data)-i] == '%' {
			data = data[:len(data)-i]
			break
		}
	}
	// Of a character in up to four escapes the first ones may be left.
	for i := len(data) - 3; i >= 0 && i >= len(data)-9 && data[i] == '%'; i -= 3 {
		if text, err := url.QueryUnescape(string(data[i:])); err == nil && !utf8.ValidString(text) && utf8.RuneStart(text[0]) {
			return data[:i]
		}
	}
	return data
}

// cleanText makes text storable: valid UTF-8 without NUL, which PostgreSQL takes
// in no text and no page may hold.
func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// typedComment returns the text of a comment form that is being refused, "" for
// none. It reads the body when the handler did not come to that: a form that
// was refused at the door still gives the text back.
func typedComment(w http.ResponseWriter, r *http.Request) string {
	if r.Method != http.MethodPost {
		return ""
	}
	if r.PostForm == nil && isForm(r) {
		r.Body = http.MaxBytesReader(w, r.Body, maxCommentForm)
		_ = readBody(r) // what came is what can be given back
	}
	return r.PostForm.Get("comment")
}

// isForm reports whether a body has the content type of a form.
func isForm(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(strings.ToLower(kind)) == "application/x-www-form-urlencoded"
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

// cleanRequest is the one door for the text of addresses and of headers that
// are kept: query values, User-Agent and Referer become valid UTF-8 without NUL.
// A path that is not is the address of no page.
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

// cleanQuery rewrites a query of which a value is no text. Any other stays as it
// was sent.
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
