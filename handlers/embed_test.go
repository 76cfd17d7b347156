package handlers_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/views"
)

// oembed asks for the oEmbed answer of an address.
func oembed(t *testing.T, h http.Handler, address, more string) *httptest.ResponseRecorder {
	t.Helper()
	return get(t, h, "/wp-json/oembed/1.0/embed?url="+url.QueryEscape(address)+more)
}

// oEmbed answers for every address that leads to a public article of this site.
func TestOEmbedOfOurArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		h := s.handler()
		id := s.ids["strait-opens-again"]
		for _, address := range []string{
			"http://news.example/2026/11/20/strait-opens-again/", "https://news.example/2026/11/20/strait-opens-again", "HTTP://WWW.NEWS.EXAMPLE/2026/11/20/strait-opens-again/",
			fmt.Sprintf("http://news.example/?p=%d", id), "http://news.example/2026/11/20/strait-opens-again/?utm_source=x#comments",
			"http://news.example/2026/11/20/strait-opens-again/comment-page-2/", "http://news.example/2026/11/20/strait-opens-again/embed/", "http://news.example//2026/11/20/./strait-opens-again/",
		} {
			w := oembed(t, h, address, "")
			var v views.OEmbed
			if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != http.StatusOK {
				t.Errorf("%s: %d, %v: %.300s", address, w.Code, err, w.Body)
				continue
			}
			if v.Version != "1.0" || v.Type != "rich" || v.Title != "Strait opens again" || v.ProviderName != "The Larkmoor Courier" || v.ProviderURL != "http://news.example/" ||
				!strings.HasPrefix(v.AuthorName, "Nadia Farrow") || v.AuthorURL != "http://news.example/author/nadia-farrow/" || v.Width != 600 || v.Height != 338 ||
				!strings.HasPrefix(v.ThumbnailURL, "http://news.example/media/share/") || v.ThumbnailWidth != 1200 || v.ThumbnailHeight != 630 ||
				!strings.Contains(v.HTML, `src="http://news.example/2026/11/20/strait-opens-again/embed/"`) || strings.Contains(v.HTML, "<script") {
				t.Errorf("%s: %+v", address, v)
			}
			if got := w.Header(); got.Get("Content-Type") != "application/json; charset=utf-8" || got.Get("Access-Control-Allow-Origin") != "*" || got.Get("X-Robots-Tag") != "noindex" {
				t.Errorf("%s: %v", address, got)
			}
		}
		const address = "http://news.example/2026/11/20/strait-opens-again/"
		for more, want := range map[string][2]int{
			"&maxwidth=400": {400, 225}, "&maxwidth=1": {200, 200}, "&maxwidth=9999": {600, 338}, "&maxwidth=-5": {600, 338}, "&maxwidth=x": {600, 338}, "&maxheight=250": {600, 250},
		} {
			var v views.OEmbed
			s.check(json.Unmarshal(oembed(t, h, address, more).Body.Bytes(), &v))
			if v.Width != want[0] || v.Height != want[1] {
				t.Errorf("%s: %d by %d, want %v", more, v.Width, v.Height, want)
			}
		}
		w := oembed(t, h, address, "&format=xml")
		var v views.OEmbed
		if err := xml.Unmarshal(w.Body.Bytes(), &v); err != nil || v.Title != "Strait opens again" || w.Header().Get("Content-Type") != "text/xml; charset=utf-8" {
			t.Errorf("%v: %s, %v", err, w.Body, w.Header())
		}
		if again := oembed(t, h, address, "&format=xml"); again.Header().Get("Etag") == "" || again.Body.String() != w.Body.String() {
			t.Errorf("the second answer differs: %v", again.Header())
		}
	})
}

// To all other addresses it answers as to a number that never existed.
func TestOEmbedRefuses(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		a := s.save(newsroom.Manuscript{Title: "An embargo", Slug: "embargo", Body: "Text.", PublishedAt: clock.Now().Add(-time.Hour)})
		never := oembed(t, s.handler, "http://news.example/?p=999999", "")
		if never.Code != http.StatusNotFound || !strings.Contains(never.Body.String(), `"code":"oembed_invalid_url"`) {
			t.Fatalf("%d: %s", never.Code, never.Body)
		}
		same := func(address string) {
			t.Helper()
			if w := oembed(t, s.handler, address, ""); w.Code != never.Code || w.Body.String() != never.Body.String() || w.Header().Get("Cache-Control") != never.Header().Get("Cache-Control") {
				t.Errorf("%q: %d, %s", address, w.Code, w.Body)
			}
		}
		for _, to := range []newsroom.Status{newsroom.Draft, newsroom.Scheduled, newsroom.Withdrawn, newsroom.Trashed} {
			s.setStatus(a.ID, to)
			for _, address := range []string{"http://news.example/2026/11/20/embargo/", fmt.Sprintf("http://news.example/?p=%d", a.ID), "http://news.example/2026/11/20/embargo/embed/"} {
				same(address)
			}
			if w := get(t, s.handler, "/2026/11/20/embargo/embed/"); to != newsroom.Withdrawn && w.Code != http.StatusNotFound || to == newsroom.Withdrawn && w.Code != http.StatusGone {
				t.Errorf("%s: the page for frames answers %d", to, w.Code)
			}
			s.setStatus(a.ID, newsroom.Draft)
		}
		for _, address := range []string{
			"http://elsewhere.example/2026/11/20/embargo/", "//news.example/", "http://news.example.evil.example/?p=1", "http://user:x@news.example/?p=1", "javascript:alert(1)", "x", "/",
			"http://news.example/", "http://news.example/category/sport/", "http://news.example/?p=x", "http://news.example/?name=%00%ff", "http://news.example/%00/%ff/", "http://[::1", strings.Repeat("a", 5000), "\xff\xfe",
		} {
			same(address)
		}
		if w := get(t, s.handler, "/wp-json/oembed/1.0/embed"); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "rest_missing_callback_param") {
			t.Errorf("without an address: %d, %s", w.Code, w.Body)
		}
	})
}

// The page for frames may be framed by any site, loads nothing else, and no search engine
// shows it; all other pages stay unframed.
func TestThePageForFrames(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	const article = "/2026/11/20/strait-opens-again/"
	for range 2 { // at first, and from the cache
		w := get(t, h, article+"embed/")
		policy := w.Header().Values("Content-Security-Policy")
		if w.Code != http.StatusOK || len(policy) != 1 || !strings.HasSuffix(policy[0], "; frame-ancestors *") || !strings.HasPrefix(policy[0], "default-src 'none'; script-src 'self'") {
			t.Fatalf("%d, %v", w.Code, policy)
		}
		body := w.Body.String()
		for _, want := range []string{`content="noindex"`, `<link rel="canonical" href="http://news.example` + article + `">`, "Strait opens again", "A deal after nine days.", "The Larkmoor Courier"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		if w := get(t, h, article); strings.Join(w.Header().Values("Content-Security-Policy"), ",") == policy[0] || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("the article may be framed: %v", w.Header())
		}
	}
	if w := get(t, h, article+"embed"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != article+"embed/" {
		t.Errorf("without a slash: %d, %s", w.Code, w.Header().Get("Location"))
	}
	if w := get(t, h, "/nothing-here/embed/"); w.Code != http.StatusNotFound {
		t.Errorf("of no article: %d", w.Code)
	}
	s.save(newsroom.Manuscript{ID: s.ids["strait-opens-again"], Title: "Strait closes again", Slug: "strait-opens-again", Body: "Text."})
	if w := get(t, h, article+"embed/"); !strings.Contains(w.Body.String(), "Strait closes again") {
		t.Error("the page for frames is old")
	}
}
