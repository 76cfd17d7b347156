package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"

	"golang.org/x/net/html"
)

// post sends a form as a browser does.
func post(t *testing.T, h http.Handler, path string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// typed returns the content of the page's text field.
func typed(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data == "textarea" && n.FirstChild != nil {
			return n.FirstChild.Data
		}
	}
	return ""
}

// The form returns as many characters as it lets a person type, in any script,
// even when they have more bytes than a comment may have.
func TestTheLongestTypedTextIsReturned(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	text := strings.Repeat("ලංකා", discussion.MaxTextBytes/4)
	form := url.Values{"comment_post_ID": {"2"}, "author": {strings.Repeat("ක", 245)}, "email": {"ann@example.org"}, "comment": {text}}
	w := post(t, s.handler(), "/wp-comments-post.php", form)
	if got := typed(t, w.Body.String()); w.Code != http.StatusUnprocessableEntity || got != text {
		t.Errorf("status %d, and %d of %d bytes came back", w.Code, len(got), len(text))
	}
}

// When the database refuses writes, the form returns the text.
func TestAnUnsavedCommentIsReturned(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error {
		return tx.Query(t.Context()).Exec("CREATE TRIGGER full BEFORE INSERT ON comments BEGIN SELECT RAISE(ABORT, 'the disk is full'); END").Error
	}))
	form := url.Values{"comment_post_ID": {"2"}, "author": {"Ann"}, "email": {"ann@example.org"}, "comment": {"A thought & more."}}
	w := post(t, s.handler(), "/wp-comments-post.php", form)
	if got := typed(t, w.Body.String()); w.Code != http.StatusInternalServerError || got != "A thought & more." {
		t.Errorf("status %d, %q came back", w.Code, got)
	}
	if body := w.Body.String(); strings.Contains(body, "disk is full") || !strings.Contains(body, `id="respond"`) {
		t.Error("the page tells the cause, or has no form")
	}
}
