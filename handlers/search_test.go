package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// asked sends a search from a network of its own.
func asked(t *testing.T, h http.Handler, n int, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	r.URL, r.RequestURI = u, path
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", n/250%250, n%250)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// Any text is a search: it is answered with a page, and shown again in its field.
func TestAnyTextIsASearch(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		h := s.handler()
		for i, words := range []string{
			"NEAR", "strait NEAR/3 again", `"open`, `"`, `""`, "title:x", "-", "--", "-strait", `-"strait opens"`, "*", "s*", "strait*", "a AND (b OR",
			")(", "strait & !again | x <-> y", ":*", "'", "''", `\`, "%", "%%s", "$1", "?", "a\x00b", "\x00", "\xff\xfe", "\xed\xa0\x80strait\xed\xbf\xbf",
			"!!! ??? ...", "مضيق", "\u202eمضيق\u202c", "🙂", "👩‍👩‍👧‍👦", "é\u0301\u0301\u0301", "\u00ad", "\u200d\u200c", "İ", "ﷺ", "京", "C++", "<script>alert(1)</script>",
			strings.Repeat("x", 2000), strings.Repeat("word ", 400), strings.Repeat("\u0301", 2000), strings.Repeat("京", 2000), strings.Repeat(`"a" `, 500),
			strings.Repeat("-a ", 600), "¤strait", "¶abc", "§strait", "·c1", "¬strait",
		} {
			for _, path := range []string{
				"/?s=" + url.QueryEscape(words), "/?s=" + url.QueryEscape(words) + "&category=sport&author=nadia-farrow&from=2026-01-01&to=2026-12-31&order=newest",
			} {
				w := asked(t, h, i, path)
				if w.Code != http.StatusOK {
					t.Errorf("%.60q answers %d to %.200s", words, w.Code, w.Header().Get("Location"))
				}
				if strings.Contains(w.Body.String(), "<script>alert") {
					t.Errorf("%q is not escaped", words)
				}
			}
			if w := asked(t, h, i, "/?s="+url.QueryEscape(words)+"&paged=2000"); w.Code != http.StatusNotFound {
				t.Errorf("the page past the end of %.60q answers %d", words, w.Code)
			}
		}
		if body := asked(t, h, 0, `/?s=%22strait+opens%22`).Body.String(); !strings.Contains(body, `value="&#34;strait opens&#34;"`) || !strings.Contains(body, "<mark>Strait</mark> <mark>opens</mark> again") {
			t.Errorf("the field or the marks are missing: %s", body)
		}
	})
}

// A search takes few statements, and no more for many hits. A cached one takes none.
func TestASearchTakesFewStatements(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		h := s.handler()
		get(t, h, "/")
		for _, path := range []string{
			"/?s=regatta", "/?s=boats&paged=2", "/?s=%22strait+opens%22", "/?s=strait&category=world-news&author=nadia-farrow&from=2026-11-01&order=newest",
			"/?s=regatta+day+boats+they+rowed", "/?s=nothing-like-it-anywhere", "/?s=regata",
		} {
			ctx, n := models.CountStatements(t.Context())
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
			t.Logf("%s: %d statements", path, n.Load())
			if w.Code != http.StatusOK || n.Load() > mostSearchStatements {
				t.Errorf("%s answers %d after %d statements, at most %d", path, w.Code, n.Load(), mostSearchStatements)
			}
		}
		ctx, n := models.CountStatements(t.Context())
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/?s=regatta", nil))
		if w.Code != http.StatusOK || n.Load() != 0 {
			t.Errorf("the cached page: %d after %d statements", w.Code, n.Load())
		}
	})
}

const mostSearchStatements = 24

// The next search after a change of an article, its author, its tag or its state is
// right.
func TestSearchesFollowEveryChange(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		h, n := s.handler(), 0
		found := func(words string, want bool) {
			t.Helper()
			for range 2 { // the second answer may be cached
				n++
				body := asked(t, h, n, "/?s="+url.QueryEscape(words)).Body.String()
				if got := strings.Contains(body, "albatross-lands/"); got != want {
					t.Errorf("%s: found is %v, not %v", words, got, want)
				}
			}
		}
		m := newsroom.Manuscript{
			Title: "Albatross lands", Body: "It rested on the quay.", Tags: []string{"Seabirds"}, Authors: []newsroom.AuthorRef{{Name: "Wilma Otterby"}},
			Categories: []taxonomy.CategoryRef{{Path: "sport"}}, PublishedAt: clock.Now().Add(-1),
		}
		all := []string{"albatross", "quay", "seabirds", "otterby", "rested quay"}
		for _, words := range all {
			found(words, false)
		}
		a := s.save(m)
		for _, words := range all {
			found(words, true)
		}
		status := func(to newsroom.Status) {
			s.check(discussion.SetArticleStatus(t.Context(), db, models.ActorCommand, a.ID, to, ""))
		}
		m.ID, m.Slug, m.Body = a.ID, a.Slug, "It left the harbourmaster."
		s.save(m)
		found("quay", false)
		found("harbourmaster", true)
		status(newsroom.Withdrawn)
		for _, words := range append(all, "harbourmaster") {
			found(words, false)
		}
		status(newsroom.Published)
		found("harbourmaster", true)
		status(newsroom.Trashed)
		found("albatross", false)
		found("tomorrow's news", false)
	})
}

// A flood of searches from one network is refused with a time to wait. Cached
// searches and other networks go on.
func TestAFloodOfSearchesIsRefusedAndCachedOnesAreFree(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	asked(t, h, 1, "/?s=regatta")
	refused := 0
	for i := range 50 {
		w := asked(t, h, 2, fmt.Sprintf("/?s=word%d", i))
		if w.Code == http.StatusTooManyRequests {
			refused++
			if w.Header().Get("Retry-After") == "" {
				t.Fatal("the refusal names no time to wait")
			}
		}
	}
	if refused < 25 {
		t.Errorf("%d of 50 searches are refused", refused)
	}
	for _, path := range []string{"/?s=regatta", "/?s=regatta&order=best&author=", "/?s=++regatta&utm_source=x"} {
		if w := asked(t, h, 2, path); w.Code != http.StatusOK {
			t.Errorf("the cached search %s answers %d", path, w.Code)
		}
	}
	if w := asked(t, h, 3, "/?s=strait"); w.Code != http.StatusOK {
		t.Errorf("another network gets %d", w.Code)
	}
}
