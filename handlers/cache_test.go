package handlers_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

// browser stores its cookies.
type browser struct {
	t       testing.TB
	h       http.Handler
	cookies []*http.Cookie
}

func (b *browser) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(body))
	r.RemoteAddr = "203.0.113." + strconv.Itoa(len(b.cookies)) + ":1"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	if set := w.Result().Cookies(); len(set) > 0 {
		b.cookies = set
	}
	return w
}

func (b *browser) get(path string, headers ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", headers...)
}

// reply posts a comment and asks to be remembered.
func (b *browser) reply(article int64, name, text string) {
	b.t.Helper()
	form := url.Values{
		"comment_post_ID": {strconv.FormatInt(article, 10)}, "author": {name}, "email": {strings.ToLower(name) + "@example.org"},
		"comment": {text}, "wp-comment-cookies-consent": {"yes"},
	}
	if w := b.do(http.MethodPost, "/wp-comments-post.php", form.Encode()); w.Code != http.StatusSeeOther {
		b.t.Fatalf("the reply is answered with %d: %s", w.Code, w.Body)
	}
}

// smallSite has two articles. The second is in the category sport.
func smallSite(t *testing.T, db *models.DB, clock *modeltest.Clock) (s *testSite, h http.Handler) {
	s = newSite(t, db, clock)
	s.set("comment.flood", "0")
	s.options.Cache.CDNAge = time.Minute // so that answers list their cache tags
	for _, article := range []newsroom.Manuscript{
		{Title: "Strait opens", Body: "Open.", Categories: []taxonomy.CategoryRef{{Path: "world"}}, Tags: []string{"Shipping"}, Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}}},
		{Title: "Regatta ends", Body: "Over.", Categories: []taxonomy.CategoryRef{{Path: "sport"}}},
	} {
		article.PublishedAt = clock.Now().Add(-time.Hour)
		s.save(article)
	}
	return s, s.handler()
}

// between matches the personal parts between the marks.
var between = regexp.MustCompile(`(?s)<!--personal-->.*?<!--/personal-->`)

const straitPath = "/2026/11/20/strait-opens/"

// Every shared address lists its cache tags, or is one of the few that are not
// cached.
func TestSharedAnswersListTheirCacheTags(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	s.comments(s.ids["strait-opens"], 1)
	for path, tag := range map[string]string{
		"/": "stories", "/category/world/": "section:", "/tag/shipping/": "tag:", "/author/nadia-farrow/": "author:", "/search/strait/": "search",
		"/?s=strait": "search", "/comment/1/thread/": "article:1", "/comments/count/1/": "count:1", straitPath: "article:1", "/2026/": "period:2026", "/2026/11/": "period:202611",
		straitPath + "?order=newest": "article:1", straitPath + "?after=1": "article:1",
		"/robots.txt": "sitemap-news", "/news-sitemap.xml": "sitemap-news", "/wp-sitemap-posts-post-1.xml": "sitemap-article:1", "/wp-sitemap-users-1.xml": "sitemap-author:1",
	} {
		w := get(t, h, path)
		tags := w.Header().Get("Surrogate-Key")
		if w.Code != http.StatusOK || !strings.Contains(tags+" ", tag) {
			t.Errorf("%s: %d, shows %q, want %s", path, w.Code, tags, tag)
		}
		if !strings.HasPrefix(path, "/comments/count") && (!strings.Contains(tags, "settings") || !strings.Contains(tags, "navigation")) {
			t.Errorf("%s does not show the frame: %q", path, tags)
		}
	}
	for _, path := range []string{"/no-such-page/", "/?p=1"} {
		if w := get(t, h, path); w.Header().Get("Surrogate-Key") != "" || w.Header().Get("ETag") != "" {
			t.Errorf("%s is kept", path)
		}
	}
}

// An approval drops the pages that show the comment, and no others.
func TestAnApprovalDropsOnlyItsPages(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		statements := func(path string) int64 {
			ctx, n := models.CountStatements(t.Context())
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
			if w.Code != http.StatusOK {
				t.Fatal(path, w.Code)
			}
			return n.Load()
		}
		shows := []string{straitPath, "/category/world/", "/tag/shipping/", "/2026/", "/comments/count/1/", "/"}
		others := []string{"/2026/11/20/regatta-ends/", "/category/sport/", "/comments/count/2/"}
		warm := func() {
			for _, path := range append(shows, others...) {
				statements(path)
			}
		}
		warm()
		site := must(newsroom.LoadSite(t.Context(), db))
		c, err := discussion.Post(t.Context(), db, site, discussion.Submission{ArticleID: 1, Author: "Anna", Email: "anna@example.org", Text: "Hello"})
		s.check(err)
		for _, path := range append(shows, others...) {
			if n := statements(path); n != 0 {
				t.Errorf("a comment that waits costs %s %d statements", path, n)
			}
		}
		_, _, err = discussion.Decide(t.Context(), db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: c.ID}}, discussion.Verdict{Action: discussion.DoApprove})
		s.check(err)
		for _, path := range others {
			if n := statements(path); n != 0 {
				t.Errorf("an approval elsewhere costs %s %d statements", path, n)
			}
		}
		for _, path := range shows {
			if n := statements(path); n == 0 {
				t.Errorf("%s does not know of the approval", path)
			}
		}
		// A corrected headline leaves pages that do not show it.
		warm()
		_, _, err = newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{ID: 2, Title: "Regatta is over", Slug: "regatta-ends", Body: "Over.", Categories: []taxonomy.CategoryRef{{Path: "sport"}}})
		s.check(err)
		for _, path := range []string{straitPath, "/category/world/", "/comments/count/1/"} {
			if n := statements(path); n != 0 {
				t.Errorf("another story's headline costs %s %d statements", path, n)
			}
		}
		if body := get(t, h, "/category/sport/").Body.String(); !strings.Contains(body, "Regatta is over") {
			t.Error("the section has the old headline")
		}
	})
}

func TestParametersThatDoNotCountShareAPage(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	_, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	page := get(t, h, straitPath)
	for _, query := range []string{"?utm_source=x", "?fbclid=1&utm_campaign=y", "?s=1", "?"} {
		ctx, n := models.CountStatements(t.Context())
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, straitPath+query, nil))
		if n.Load() != 0 || w.Header().Get("ETag") != page.Header().Get("ETag") || w.Body.String() != page.Body.String() {
			t.Errorf("%s: %d statements, %s", query, n.Load(), w.Header().Get("ETag"))
		}
	}
}

// Commenters get the cached page with their own parts added. No commenter sees
// the parts of another.
func TestCommentersSeeTheirOwnPartsOnCachedPages(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		anna, bela := &browser{t: t, h: h}, &browser{t: t, h: h}
		anna.reply(s.ids["strait-opens"], "Anna", "The tide turned at noon.")
		bela.reply(s.ids["strait-opens"], "Bela", "Nobody told the pilots.")
		visitor := get(t, h, straitPath)
		for _, one := range []struct {
			who               *browser
			has, hasNot, name string
		}{{anna, "The tide turned at noon.", "Nobody told the pilots.", "Anna"}, {bela, "Nobody told the pilots.", "The tide turned at noon.", "Bela"}} {
			ctx, n := models.CountStatements(t.Context())
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, straitPath, nil)
			r.Header.Set("Accept-Encoding", "gzip, br")
			for _, c := range one.who.cookies {
				r.AddCookie(c)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if n.Load() > 1 {
				t.Errorf("%s: %d statements, want 1 for the own comments", one.name, n.Load())
			}
			z, err := gzip.NewReader(w.Body)
			s.check(err)
			page := string(must(io.ReadAll(z)))
			if !strings.Contains(page, one.has) || strings.Contains(page, one.hasNot) || !strings.Contains(page, `value="`+one.name+`"`) {
				t.Errorf("%s's page is wrong", one.name)
			}
			if got := w.Header().Get("Cache-Control"); got != "private, no-store" || w.Header().Get("ETag") != "" || w.Header().Get("Surrogate-Key") != "" {
				t.Errorf("%s: %v", one.name, w.Header())
			}
			if strings.Join(between.Split(page, -1), "") != strings.Join(between.Split(visitor.Body.String(), -1), "") {
				t.Errorf("%s's page differs outside the marks", one.name)
			}
			// Pages without personal parts are the cached bytes.
			if list := one.who.get("/category/world/"); list.Body.String() != get(t, h, "/category/world/").Body.String() || list.Header().Get("ETag") != "" {
				t.Errorf("%s's list: %v", one.name, list.Header())
			}
		}
		if again := get(t, h, straitPath); again.Body.String() != visitor.Body.String() || strings.Contains(again.Body.String(), "The tide") {
			t.Error("the visitor's page has changed")
		}
		// A forged cookie, or one of another site, makes no commenter.
		// Nor is a browser with an ended session one of the staff.
		ended := "broadsheet_desk=" + handlers.DeskCookie(s.options.Secret, "token").Value
		for _, cookie := range []string{"consent=1", "broadsheet_replier=forged", ended} {
			w := (&browser{t: t, h: h}).get(straitPath, "Cookie", cookie)
			if w.Header().Get("ETag") != visitor.Header().Get("ETag") {
				t.Errorf("%s: %v", cookie, w.Header())
			}
		}
	})
}

// Comments close and the day changes on cached pages without a write.
func TestCachedPagesExpireAtDeadlines(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	s.set("comment.close-after", "2")
	if body := get(t, h, straitPath).Body.String(); !strings.Contains(body, `id="commentform"`) || !strings.Contains(body, "2026-11-20T00:00:00Z") {
		t.Fatal("no form, or another day")
	}
	clock.Advance(12 * time.Hour) // to midnight
	if body := get(t, h, straitPath).Body.String(); !strings.Contains(body, `id="commentform"`) || !strings.Contains(body, "2026-11-21T00:00:00Z") {
		t.Error("the day has not turned")
	}
	clock.Advance(35 * time.Hour) // to 11 o'clock of the day after: two days after publication
	if body := get(t, h, straitPath).Body.String(); strings.Contains(body, `id="commentform"`) {
		t.Error("comments are still open")
	}
}

// An article leaves its slot of the front page at its deadline.
func TestASlotEndsAtItsDeadline(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		newest := s.save(newsroom.Manuscript{Title: "Newest of all", Body: "New."})
		pinned := s.ids["strait-opens"]
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return pin(t.Context(), tx, 0, pinned, models.At(tx.Now.Add(time.Hour)))
		}))
		first := func() string {
			_, body, _ := strings.Cut(get(t, h, "/").Body.String(), `<main`)
			if strings.Index(body, "Strait opens") < strings.Index(body, newest.Title) {
				return "Strait opens"
			}
			return newest.Title
		}
		if got := first(); got != "Strait opens" {
			t.Errorf("%s leads", got)
		}
		// Another article takes the slot, and gives it back.
		for _, id := range []int64{newest.ID, pinned} {
			s.check(db.Write(t.Context(), func(tx *models.Tx) error {
				return pin(t.Context(), tx, 0, id, models.At(tx.Now.Add(time.Hour)))
			}))
			if got := first(); (got == newest.Title) != (id == newest.ID) {
				t.Errorf("%s leads in place of %d", got, id)
			}
		}
		clock.Advance(time.Hour)
		if got := first(); got != newest.Title {
			t.Errorf("%s leads after the slot's end", got)
		}
	})
}

// A place of a block changes on the cached page at the beginning and at the end of its pin.
func TestAPinOfABlockBeginsAndEndsOnTheCachedPage(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		pinned := s.save(newsroom.Manuscript{Title: "A guest from elsewhere", Body: "New.", PublishedAt: clock.Now().Add(-4000 * time.Hour)})
		for i := range 20 { // the upper part needs some
			s.save(newsroom.Manuscript{
				Title: fmt.Sprint("Race ", i), Body: "New.", Categories: []taxonomy.CategoryRef{{Path: "sport"}}, PublishedAt: clock.Now().Add(-time.Duration(i) * time.Hour),
			})
		}
		site, err := newsroom.LoadSite(t.Context(), db)
		s.check(err)
		sport := site.Categories.ByPath("sport").ID
		_, err = frontplan.Set(t.Context(), db, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
			func(a *frontplan.Arrangement, now time.Time) error {
				a.Pins = append(a.Pins, frontplan.Pin{
					Spot: frontplan.Spot{Section: sport, Place: 1}, Article: pinned.ID,
					From: models.At(now.Add(time.Hour)), Until: models.At(now.Add(2 * time.Hour)),
				})
				return nil
			})
		s.check(err)
		for hour, want := range []bool{false, true, false} {
			if got := strings.Contains(get(t, h, "/").Body.String(), pinned.Title); got != want {
				t.Errorf("after %d hours the story is on the page: %v, want %v", hour, got, want)
			}
			clock.Advance(time.Hour)
		}
	})
}

// A cookie that only has the right name does not bypass the page cache: the
// cached page is sent without a query of the database. A cookie that this site
// has signed bypasses it while its session lasts.
func TestOnlySignedCookiesBypassTheCache(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		commenter := &browser{t: t, h: h}
		commenter.reply(s.ids["strait-opens"], "Anna", "The tide turned at noon.")
		kept := get(t, h, straitPath)
		foreign := handlers.DeskCookie([]byte("another secret of more than thirty-two bytes"), "token").Value
		own := handlers.DeskCookie(s.options.Secret, "token").Value
		junk := []string{"", "x", "=", strings.Repeat("A", 4000), "a|b|c", "%00", foreign, own[:len(own)-3] + "AAA", commenter.cookies[0].Value[:40]}
		for _, name := range []string{"broadsheet_desk", "__Host-broadsheet_desk", "broadsheet_replier", "__Host-broadsheet_replier", "xbroadsheet_desk"} {
			for _, value := range junk {
				ctx, statements := models.CountStatements(t.Context())
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, straitPath, nil)
				r.Header.Set("Cookie", "theme=dark; "+name+"="+value+"; "+name+"=y")
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if statements.Load() != 0 || w.Body.String() != kept.Body.String() || w.Header().Get("ETag") != kept.Header().Get("ETag") || w.Header().Get("Cache-Control") != kept.Header().Get("Cache-Control") {
					t.Errorf("%s=%.20q takes %d statements: %d %v", name, value, statements.Load(), w.Code, w.Header())
				}
			}
		}
		// The owner of a session that has ended is a visitor: one statement finds that out.
		ctx, statements := models.CountStatements(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, straitPath, nil)
		r.AddCookie(&http.Cookie{Name: "broadsheet_desk", Value: own})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if statements.Load() != 1 || w.Body.String() != kept.Body.String() || w.Header().Get("ETag") != kept.Header().Get("ETag") {
			t.Errorf("an ended session takes %d statements: %v", statements.Load(), w.Header())
		}
		staff := newDeskSiteOf(t, s)
		for name, value := range map[string]string{"broadsheet_desk": staff.cookie(people.Editor).Value, commenter.cookies[0].Name: commenter.cookies[0].Value} {
			ctx, statements := models.CountStatements(t.Context())
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, straitPath, nil)
			r.AddCookie(&http.Cookie{Name: name, Value: value})
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if statements.Load() == 0 || w.Header().Get("Cache-Control") != "private, no-store" {
				t.Errorf("a signed %s takes %d statements: %v", name, statements.Load(), w.Header())
			}
		}
	})
}

// pin puts an article into a place of the front page until a time.
func pin(ctx context.Context, tx *models.Tx, place int, article int64, until models.Time) error {
	_, err := frontplan.Change(ctx, tx, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
		func(a *frontplan.Arrangement, now time.Time) error {
			a.Place(frontplan.Slot(place), article, until, now)
			return nil
		})
	return err
}
