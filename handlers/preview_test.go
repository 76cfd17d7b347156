package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

// Both ways to a preview share one limit for each network, and the form gives
// the text back.
func TestPreviewsShareALimit(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		h := s.handler()
		send := func(path, address string) *httptest.ResponseRecorder {
			form := url.Values{"comment_post_ID": {"2"}, "author": {"Ann"}, "email": {"ann@example.org"}, "comment": {"A thought to keep"}, "preview": {"yes"}}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = address + ":4000"
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		const form, script = "/wp-comments-post.php", "/comment/preview/"
		refused := 0
		for i := range 60 {
			if w := send([]string{form, script}[i%2], "10.9.8.7"); w.Code == http.StatusTooManyRequests {
				refused++
			} else if w.Code != http.StatusOK {
				t.Fatalf("preview %d answered %d", i, w.Code)
			}
		}
		if refused < 20 {
			t.Errorf("%d of 60 previews were refused", refused)
		}
		w := send(form, "10.9.8.7")
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "A thought to keep") {
			t.Errorf("the form answered %d with Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		if w := send(form, "10.77.8.7"); w.Code != http.StatusOK {
			t.Errorf("another network got %d", w.Code)
		}
	})
}
