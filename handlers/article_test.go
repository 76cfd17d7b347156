package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/bystate"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// get requests a path as a visitor.
func get(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w
}

func (s *testSite) handler() http.Handler {
	s.Helper()
	h, err := handlers.New(s.Context(), s.options)
	s.check(err)
	return h
}

// comments adds approved comments to an article. Every third one is a reply.
func (s *testSite) comments(article int64, n int) {
	s.Helper()
	site, err := newsroom.LoadSite(s.Context(), s.db)
	s.check(err)
	var ids []discussion.Versioned
	for i := range n {
		in := discussion.Submission{
			ArticleID: article, Author: fmt.Sprint("Reader ", i), Email: fmt.Sprintf("r%d@example.org", i), Text: fmt.Sprint("Thought number ", i),
			IP: netip.AddrFrom4([4]byte{10, 1, byte(i / 200), byte(i % 200)}), NewToken: fmt.Sprint("token", i),
		}
		if i%3 == 2 {
			in.ParentID = ids[i-1].ID
		}
		c, err := discussion.Post(s.Context(), s.db, site, in)
		s.check(err)
		ids = append(ids, discussion.Versioned{ID: c.ID})
		_, _, err = discussion.Decide(s.Context(), s.db, models.Actor{Name: "test"}, ids[i:], discussion.Verdict{Action: discussion.DoApprove})
		s.check(err)
	}
}

func TestArticleWithFiftyCommentsTakesSixStatements(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		s.comments(s.ids["strait-opens-again"], 50)
		h := s.handler()
		const path = "/2026/11/20/strait-opens-again/"
		get(t, h, "/") // settings and sections are cached from here on
		ctx, n := models.CountStatements(t.Context())
		ask := func(method string, headers ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(ctx, method, path, nil)
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		w := ask(http.MethodGet)
		if w.Code != http.StatusOK || strings.Count(w.Body.String(), `class="comment `) != 50 {
			t.Fatalf("%d with %d comments", w.Code, strings.Count(w.Body.String(), `class="comment `))
		}
		if n.Load() > 6 || n.Load() == 0 {
			t.Errorf("%d statements, want at most 6", n.Load())
		}
		// A cached page takes none.
		n.Store(0)
		again, head, same := ask(http.MethodGet), ask(http.MethodHead), ask(http.MethodGet, "If-None-Match", w.Header().Get("ETag"))
		if again.Body.String() != w.Body.String() || head.Code != http.StatusOK || same.Code != http.StatusNotModified {
			t.Error(again.Code, head.Code, same.Code)
		}
		if n.Load() != 0 {
			t.Errorf("%d statements for a kept page", n.Load())
		}
	})
}

// A change by one instance is on the next page of another.
func TestSettingsReachTheNextPage(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	s := newSite(t, db, modeltest.NewClock())
	s.fill()
	h := s.handler()
	s.set("site.name", "Another Name")
	if body := get(t, h, "/").Body.String(); !strings.Contains(body, "Another Name") {
		t.Error("the new name is not on the next page")
	}
	s.set("site.language", "ar")
	if body := get(t, h, "/").Body.String(); !strings.Contains(body, `<html lang="ar" dir="rtl"`) {
		t.Error("the page is not in Arabic")
	}
}

// A forwarded address counts only as far as trusted proxies wrote it.
func TestForwardedAddressIsNotTakenOnTrust(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	send := func(i int, remote, forwarded string) string {
		body := strings.NewReader(fmt.Sprintf("comment_post_ID=2&author=A&email=a%d%%40example.org&comment=Text+%d", i, i))
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/wp-comments-post.php", body)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = remote
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("posting from %s: %d", remote, w.Code)
		}
		list, err := bystate.Queue{Limit: 1}.List(t.Context(), s.db)
		s.check(err)
		clock.Advance(time.Minute)
		return list[0].IP
	}
	for i, c := range []struct{ remote, forwarded, want string }{
		{"203.0.113.9:1234", "", "203.0.113.9"},
		{"203.0.113.9:1234", "198.51.100.1", "203.0.113.9"},
		{"192.0.2.7:1234", "198.51.100.1", "198.51.100.1"},
		{"192.0.2.7:1234", "8.8.8.8, 198.51.100.1, 192.0.2.8", "198.51.100.1"},
		{"192.0.2.7:1234", "nonsense", ""}, // not the proxy's address: all readers share it
		{"[2001:db8::5]:1234", "", "2001:db8::5"},
	} {
		if got := send(i, c.remote, c.forwarded); got != c.want {
			t.Errorf("from %s with %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

// A cookie that is forged, damaged or of another site identifies no commenter.
func TestForgedCookiesCountAsNone(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	other := *s
	other.options.Secret = []byte("another secret of more than thirty-two bytes")
	post := func(h http.Handler) *http.Cookie {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/wp-comments-post.php",
			strings.NewReader("comment_post_ID=2&author=Eve&email=eve%40example.org&comment=Hello&wp-comment-cookies-consent=yes"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if cookies := w.Result().Cookies(); len(cookies) == 1 {
			return cookies[0]
		}
		t.Fatalf("posting gave %d and no cookie", w.Code)
		return nil
	}
	own, foreign := post(h), post(other.handler())
	if !own.HttpOnly || own.SameSite != http.SameSiteLaxMode || own.Path != "/" || own.MaxAge != 365*24*3600 {
		t.Errorf("cookie %+v", own)
	}
	damaged := *own
	damaged.Value = damaged.Value[:len(damaged.Value)-4] + "AAAA"
	for name, c := range map[string]*http.Cookie{"own": own, "foreign": foreign, "damaged": &damaged, "empty": {Name: own.Name}} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/2026/11/20/strait-opens-again/", nil)
		r.AddCookie(c)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		known := strings.Contains(w.Body.String(), `value="Eve"`)
		if known != (name == "own") {
			t.Errorf("%s cookie: known is %v", name, known)
		}
		if name == "own" && w.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("a page with personal parts may be kept: %q", w.Header().Get("Cache-Control"))
		}
	}
}
