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
)

// A network that appeals too often gets its text back. Others may
// appeal in the meantime.
func TestTooManyAppealsKeepTheText(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, _ := smallSite(t, modeltest.SQLite(t, clock), clock)
	h := s.handler()
	busy, other := &browser{t: t, h: h}, &browser{t: t, h: h}
	busy.reply(1, "Anna", "The ferry is late.")
	other.reply(1, "Ben", "So it is.")
	_, _, err := discussion.Decide(t.Context(), s.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: 1}, {ID: 2}}, discussion.Verdict{Action: discussion.DoTrash, Reason: "irrelevant"})
	s.check(err)
	appeal := func(b *browser, path, text string) (status int, kept bool) {
		w := b.do(http.MethodPost, path, url.Values{"appeal": {text}}.Encode())
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("the refusal does not say when to try again")
		}
		return w.Code, strings.Contains(w.Body.String(), "It crosses &lt;the&gt; strait, &amp; is late.</textarea>")
	}
	const text = "It crosses <the> strait, & is late."
	accepted := 0
	for {
		status, _ := appeal(busy, "/comment/1/appeal/", " ")
		if status == http.StatusTooManyRequests {
			break
		}
		if accepted++; status != http.StatusUnprocessableEntity || accepted > 50 {
			t.Fatalf("attempt %d was answered with %d", accepted, status)
		}
	}
	if accepted != 10 {
		t.Errorf("%d attempts were answered, want 10", accepted)
	}
	if status, kept := appeal(busy, "/comment/1/appeal/", text); status != http.StatusTooManyRequests || !kept {
		t.Errorf("too often: %d, the text was kept: %v", status, kept)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/comment/2/appeal/", strings.NewReader(url.Values{"appeal": {text}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = "198.51.100.7:1"
	for _, c := range other.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		t.Errorf("from another network: %d", w.Code)
	}
}
