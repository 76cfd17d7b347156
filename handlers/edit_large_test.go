package handlers_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// sendParts sends the form of a story as a browser sends it.
func (s *deskSite) sendParts(path string, cookie *http.Cookie, fields url.Values) *httptest.ResponseRecorder {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, value := range values {
			s.check(form.WriteField(name, value))
		}
	}
	s.check(form.Close())
	r := httptest.NewRequestWithContext(s.Context(), http.MethodPost, s.options.BaseURL.String()+path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// The form of a story takes the longest text in any script. A browser would escape each
// Arabic letter with six characters if the form did not ask for another encoding.
func TestTheFormOfAStoryTakesTheLongestText(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		cookie := s.cookie(people.Editor)
		line := "<p>" + strings.Repeat("كلمات من قصة طويلة ", 50) + "</p>\r\n"
		text := strings.Repeat(line, (richtext.MaxBodyBytes-1000)/len(line))
		w := s.sendParts("/desk/articles", cookie, url.Values{"title": {"قصة طويلة"}, "body": {text}, "format": {"html"}, "action": {"save"}})
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d %.2000s", w.Code, w.Body)
		}
		a, err := models.First[newsroom.Article](db.Query(t.Context()).Order("id DESC"))
		s.check(err)
		d, err := drafts.Open(t.Context(), db, a.ID)
		s.check(err)
		if d.Text.Title != "قصة طويلة" || d.Text.Body != strings.ReplaceAll(text, "\r\n", "\n") {
			t.Errorf("%d of %d bytes are stored", len(d.Text.Body), len(text))
		}

		over := strings.Repeat(line, 10)
		// A text beyond the limit of a text comes back, with the reason at the field.
		w = s.sendParts("/desk/articles", cookie, url.Values{"title": {"Long"}, "body": {text + over}, "format": {"html"}})
		if got := strings.Count(w.Body.String(), "كلمات من قصة"); w.Code != http.StatusUnprocessableEntity || got != strings.Count(text+over, "كلمات من قصة") ||
			!strings.Contains(w.Body.String(), "this is longer than 10 MB") {
			t.Errorf("%d, and %d phrases came back", w.Code, got)
		}

		// A form beyond the limit of the form is not read. The page says where the text is.
		w = s.sendParts("/desk/articles", cookie, url.Values{"title": {"Longer"}, "body": {text + text}})
		page := w.Body.String()
		if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(page, "Your browser still has the text") ||
			!strings.Contains(page, `class="desk-foot`) || strings.Contains(page, "problem-way") {
			t.Errorf("%d %.3000s", w.Code, page)
		}

		// After the end of the session the page keeps the text for the next one.
		w = s.sendParts("/desk/articles", nil, url.Values{"title": {"Kept title"}, "body": {"<p>Kept text.</p>"}})
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "Kept text.") || !strings.Contains(w.Body.String(), "Kept title") {
			t.Errorf("%d %.3000s", w.Code, w.Body)
		}
	})
}
