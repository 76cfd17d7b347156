package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

// writtenText is a comment that must not be lost.
const writtenText = "The tide turned at noon, & nobody <said> so: 100 %."

// post sends a comment form with changed headers.
func (s *testSite) post(h http.Handler, path string, form url.Values, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(s.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.said++
	r.RemoteAddr = fmt.Sprintf("10.8.%d.1:1", s.said)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func commentForm(article int64, text string) url.Values {
	return url.Values{"comment_post_ID": {fmt.Sprint(article)}, "author": {"Anna"}, "email": {"anna@example.org"}, "comment": {text}}
}

// A form from a page of the base URL is accepted although the proxy in front
// sends another Host. A form from another site is refused.
func TestBaseURLIsATrustedOrigin(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	for base, origins := range map[string]map[string]bool{
		"https://news.example": {
			"https://news.example": true, "http://news.example": false, "https://news.example:8443": false, "https://evil.example": false,
			"https://news.example.evil.example": false, "null": false, "https://sub.news.example": false,
		},
		"https://News.Example:443":  {"https://news.example": true, "https://news.example:444": false},
		"http://news.example:8080":  {"http://news.example:8080": true, "http://news.example": false},
		"http://[2001:db8::1]:80":   {"http://[2001:db8::1]": true},
		"https://[2001:db8::1]:843": {"https://[2001:db8::1]:843": true},
	} {
		s := newSite(t, modeltest.SQLite(t, clock), clock)
		s.fill()
		s.options.BaseURL = must(url.Parse(base))
		h := s.handler()
		for origin, trusted := range origins {
			for _, fetch := range []string{"", "cross-site"} {
				if fetch != "" && trusted {
					continue // no browser calls a form of the own page cross-site
				}
				w := s.post(h, "/wp-comments-post.php", commentForm(s.ids["strait-opens-again"], writtenText+fmt.Sprint(s.said)), func(r *http.Request) {
					r.Host = "backend.internal:8080"
					r.Header.Set("Origin", origin)
					if fetch != "" {
						r.Header.Set("Sec-Fetch-Site", fetch)
					}
				})
				want := map[bool]int{true: http.StatusSeeOther, false: http.StatusForbidden}[trusted]
				if w.Code != want {
					t.Errorf("base URL %s, origin %s: %d, want %d", base, origin, w.Code, want)
				}
				if !trusted && !strings.Contains(w.Body.String(), "The tide turned at noon, &amp; nobody &lt;said&gt; so: 100 %.") {
					t.Errorf("origin %s: the refusal does not give the text back", origin)
				}
			}
		}
	}
}

// Each refusal of a posted comment gives the text back.
func TestEveryRefusalGivesTheTextBack(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	article := s.ids["strait-opens-again"]
	long := commentForm(article, writtenText+strings.Repeat(" ü€🙂", 400_000))
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		change func(*http.Request)
		code   int
	}{
		"another site":            {"/wp-comments-post.php", commentForm(article, writtenText), func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"too large":               {"/wp-comments-post.php", long, nil, 413},
		"too large, length later": {"/wp-comments-post.php", long, func(r *http.Request) { r.ContentLength = -1 }, 413},
		"too large an edit":       {"/comment/1/edit/?key=x", long, nil, 413},
		"no such article":         {"/wp-comments-post.php", commentForm(99999, writtenText), nil, 404},
		"a form for no address":   {"/2026/11/20/strait-opens-again/", commentForm(article, writtenText), nil, 405},
		"closed":                  {"/wp-comments-post.php", commentForm(s.ids["ferries-run-late"], writtenText), nil, 403},
		"hung-up deadline": {"/wp-comments-post.php", commentForm(article, writtenText), func(r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), 0)
			defer cancel()
			*r = *r.WithContext(ctx)
		}, 503},
	} {
		w := s.post(h, c.path, c.form, c.change)
		if w.Code != c.code || !strings.Contains(w.Body.String(), "The tide turned at noon, &amp; nobody &lt;said&gt; so: 100 %.") {
			t.Errorf("%s: %d, want %d with the text: %.300s", name, w.Code, c.code, w.Body)
		}
		checkPage(t, w.Body.String(), name)
	}
	for i := range 400 {
		w := s.post(h, "/wp-comments-post.php", commentForm(article, writtenText), func(r *http.Request) { r.RemoteAddr = "10.9.9.9:1" })
		if w.Code == http.StatusTooManyRequests {
			if !strings.Contains(w.Body.String(), "The tide turned at noon") || w.Header().Get("Retry-After") == "" {
				t.Fatalf("comment %d: a limit without the text", i)
			}
			continue
		}
	}
	// The body breaks off: the page has the part that arrived.
	w := s.post(h, "/wp-comments-post.php", commentForm(article, writtenText), func(r *http.Request) {
		r.Body = http.NoBody
		r.ContentLength = 10
	})
	if w.Code >= 500 {
		t.Errorf("an empty body: %d", w.Code)
	}
}

// While another program locks the SQLite file, or the database is gone, answers
// are 503 with Retry-After, and the page gives a comment's text back.
func TestUnavailableDatabaseIsAnsweredWith503(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	s := newSite(t, db, clock)
	s.fill()
	s.options.Cache.Bytes = 0
	article := s.ids["strait-opens-again"]
	var file string
	s.check(db.Query(t.Context()).Raw("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file).Error)
	db, err := models.Open(t.Context(), models.Options{DSN: file, Now: clock.Now})
	s.check(err)
	s.options.DB = db
	h := s.handler()
	other, err := models.Open(t.Context(), models.Options{DSN: file, Now: clock.Now})
	s.check(err)
	defer other.Close()
	held, release, released := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		released <- other.Write(t.Context(), func(*models.Tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	refused := func(what string, w *httptest.ResponseRecorder) {
		t.Helper()
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d, Retry-After %q", what, w.Code, w.Header().Get("Retry-After"))
		}
		checkPage(t, w.Body.String(), what)
	}
	w := s.post(h, "/wp-comments-post.php", commentForm(article, writtenText), nil)
	refused("a comment while the file is locked", w)
	if !strings.Contains(w.Body.String(), "The tide turned at noon") {
		t.Error("the text is lost")
	}
	close(release)
	s.check(<-released)
	if w := s.post(h, "/wp-comments-post.php", commentForm(article, writtenText), nil); w.Code != http.StatusSeeOther {
		t.Errorf("afterwards: %d", w.Code)
	}
	s.check(db.Close())
	w = s.post(h, "/wp-comments-post.php", commentForm(article, writtenText), nil)
	refused("a comment without a database", w)
	if !strings.Contains(w.Body.String(), "The tide turned at noon") {
		t.Error("the text is lost with the database")
	}
	for _, path := range []string{"/", "/2026/11/20/strait-opens-again/", "/category/sport/", "/nowhere/", "/search/tide/", "/comment/1/"} {
		refused(path, get(t, h, path))
	}
	if w := get(t, h, "/readyz"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d", w.Code)
	}
	if w := get(t, h, "/healthz"); w.Code != http.StatusOK {
		t.Errorf("/healthz: %d", w.Code)
	}
}

// Searches are limited for each network on every page that runs one. The
// addresses of a network count together. Other requests do not count.
func TestSearchesAreLimitedOnEveryPageThatRunsOne(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	ask := func(from, path string) int {
		ctx, _ := models.CountStatements(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		r.RemoteAddr = from + ":1"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	for name, form := range map[string]string{"10.1.1.1": "/?s=w%d", "10.1.2.1": "/?s=w%d&x=1", "10.1.3.1": "/search/w%d/", "10.1.4.1": "/?p=1&s=w%d"} {
		limited := 0
		for i := range 300 {
			if ask(name, fmt.Sprintf(form, i)) == http.StatusTooManyRequests {
				limited++
			}
		}
		if limited < 200 {
			t.Errorf("%s: %d of 300 searches are refused", form, limited)
		}
		if other := strings.Replace("/search/other-%d/", "%d", name[5:6], 1); ask(name, other) != http.StatusTooManyRequests {
			t.Errorf("after %s another address searches on", form)
		}
		for i := range 300 {
			if code := ask(name, fmt.Sprintf("/?utm_source=%d", i)); code != http.StatusOK {
				t.Fatalf("the front page answers %d", code)
			}
		}
	}
	// The "not found" page suggests articles with such a name. This search is
	// limited, too.
	ctx, statements := models.CountStatements(t.Context())
	for i := range 100 {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("/regatta-%d/", i), nil)
		r.RemoteAddr = "10.1.5.1:1"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound {
			t.Fatalf("answers %d", w.Code)
		}
	}
	few := statements.Load()
	for i := range 100 {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("/regatta-%d/", 100+i), nil)
		r.RemoteAddr = fmt.Sprintf("10.2.%d.1:1", i)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if many := statements.Load() - few; few >= many {
		t.Errorf("100 addresses that are none take %d statements from one network, %d from a hundred", few, many)
	}
}
