package handlers_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"

	"github.com/mmcdole/gofeed"
)

// feedFormats are the parts that addresses of feeds end in, with their media types.
var feedFormats = map[string]string{
	"": "application/rss+xml", "atom/": "application/atom+xml", "rdf/": "application/rdf+xml", "json/": "application/feed+json",
}

// feedPages are the addresses below which the test site has feeds.
func feedPages(s *testSite) []string {
	return []string{
		"/", "/comments/", "/category/world-news/", "/category/world-news/middle-east/", "/tag/shipping/", "/author/nadia-farrow/",
		"/2026/", "/2026/11/", "/2026/11/20/", "/search/strait/", "/2026/11/20/strait-opens-again/", "/comment/2/",
	}
}

// filledFeeds is the test site with five comments on one article.
func filledFeeds(t *testing.T, db *models.DB, clock *modeltest.Clock) *testSite {
	s := newSite(t, db, clock)
	s.fill()
	s.comments(s.ids["strait-opens-again"], 5)
	clock.Advance(time.Minute)
	return s
}

// eachFeedSite runs a test on both databases.
func eachFeedSite(t *testing.T, test func(*testing.T, *testSite)) {
	t.Helper()
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) { test(t, filledFeeds(t, db, clock)) })
}

// parseFeed reads a feed with a reader that shares no code with ours.
func parseFeed(t *testing.T, h http.Handler, path string) *gofeed.Feed {
	t.Helper()
	w := ask(t, h, path, nil)
	if w.Code != http.StatusOK {
		t.Fatalf("%s answered %d", path, w.Code)
	}
	feed, err := gofeed.NewParser().ParseString(w.Body.String())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return feed
}

// ids returns the identities of a feed's items, as readers of feeds know them.
func feedIDs(t *testing.T, h http.Handler, path string) (ids []string) {
	t.Helper()
	body := ask(t, h, path, nil).Body.String()
	if strings.HasSuffix(path, "/rdf/") { // named by rdf:about
		for _, m := range regexp.MustCompile(`<item rdf:about="([^"]*)"`).FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		return ids
	}
	for _, item := range parseFeed(t, h, path).Items {
		ids = append(ids, item.GUID)
	}
	return ids
}

// Every feed in every format is read by another program's reader, and has what its
// format requires.
func TestFeedsOfEveryKindAreRead(t *testing.T) {
	eachFeedSite(t, func(t *testing.T, s *testSite) {
		s.set("feed.hub", "https://hub.example/?a=1&b=2")
		h := s.handler()
		for _, page := range feedPages(s) {
			for format, media := range feedFormats {
				path := page + "feed/" + format
				w := ask(t, h, path, nil)
				if got := w.Header().Get("Content-Type"); got != media+"; charset=utf-8" {
					t.Errorf("%s has the type %q", path, got)
				}
				links := w.Header().Values("Link")
				wantLinks := []string{"<http://news.example" + path + `>; rel="self"`}
				if !strings.HasPrefix(page, "/2026/") || strings.Contains(page, "strait") {
					if !strings.HasPrefix(page, "/search/") && page != "/comment/2/" {
						wantLinks = append(wantLinks, `<https://hub.example/?a=1&b=2>; rel="hub"`)
					}
				}
				if !slices.Equal(links, wantLinks) {
					t.Errorf("%s has the links %q, want %q", path, links, wantLinks)
				}
				feed := parseFeed(t, h, path)
				if feed.Title == "" || len(feed.Items) == 0 || len(feed.Items) > 10 {
					t.Errorf("%s: %q with %d items", path, feed.Title, len(feed.Items))
				}
				seen := map[string]bool{}
				for _, item := range feed.Items {
					if item.Title == "" || !strings.HasPrefix(item.Link, "http://news.example/") || item.PublishedParsed == nil {
						t.Errorf("%s has an item %q at %q of %v", path, item.Title, item.Link, item.PublishedParsed)
					}
					if seen[item.Link] {
						t.Errorf("%s has two items at %s", path, item.Link)
					}
					seen[item.Link] = true
				}
				checkFormat(t, path, w.Body.Bytes())
			}
		}
	})
}

// An edited, renamed or moved article shows as new in no feed: its id depends on
// neither slug, pattern, host nor scheme. Ids are unique within and across feeds (C9).
func TestItemsOfFeedsKeepTheirIdentity(t *testing.T) {
	eachFeedSite(t, func(t *testing.T, s *testSite) {
		all := func(h http.Handler, pages []string) map[string][]string {
			ids := map[string][]string{}
			for _, page := range pages {
				for format := range feedFormats {
					ids[page+format] = feedIDs(t, h, page+"feed/"+format)
				}
			}
			return ids
		}
		pages := []string{"/", "/comments/", "/category/world-news/", "/tag/shipping/", "/author/nadia-farrow/"}
		before := all(s.handler(), pages)
		for page, ids := range before {
			if len(ids) == 0 || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
				t.Errorf("%s has the ids %q", page, ids)
			}
		}
		for i, id := range before["/comments/"] {
			if want := fmt.Sprintf("urn:broadsheet:article:%d#comment-%d", s.ids["strait-opens-again"], 5-i); id != want {
				t.Errorf("the comment has the id %q, want %q", id, want)
			}
		}
		s.clock.Advance(time.Hour)
		a, _, err := newsroom.Save(s.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
			ID: s.ids["strait-opens-again"], Title: "The strait is open", Slug: "open-again", Standfirst: "Changed.", Body: "Changed.",
			Categories: []taxonomy.CategoryRef{{Path: "world-news/middle-east"}, {Path: "world-news"}}, Tags: []string{"Shipping", "Ceasefire talks"},
			Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}, {Name: "Samir Qadri"}},
		})
		s.check(err)
		s.set("article.permalinks", "/archives/%post_id%")
		s.options.BaseURL = &url.URL{Scheme: "https", Host: "www.courier.example"}
		h := s.handler()
		if after := all(h, pages); !maps.EqualFunc(before, after, slices.Equal) {
			t.Errorf("ids are\n%v\nafter the change, before\n%v", after, before)
		}
		if got := parseFeed(t, h, "/feed/").Items[0]; got.Title != "The strait is open" || got.Link != fmt.Sprintf("https://www.courier.example/archives/%d", a.ID) {
			t.Errorf("the first item is %q at %s", got.Title, got.Link)
		}
	})
}

// Each feed has one address. Others lead to it or, for /feed/rss2/, name it as self
// (C22).
func TestAddressesOfFeeds(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := filledFeeds(t, modeltest.SQLite(t, clock), clock)
	h := s.handler()
	const story = "/2026/11/20/strait-opens-again/"
	for path, want := range map[string]string{
		"/feed": "/feed/", "/feed/rss/": "/feed/", "/feed/feed/": "/feed/", "/rss": "/feed/", "/rss2/": "/feed/", "/atom/": "/feed/atom/",
		"/rdf/": "/feed/rdf/", "/?feed=rss2": "/feed/", "/?feed=feed": "/feed/", "/?feed=atom": "/feed/atom/", "/?feed=json": "/feed/json/",
		"/?feed=comments-rss2": "/comments/feed/", "/?feed=comments-atom": "/comments/feed/atom/", "/?feed=rss2&withcomments=1": "/comments/feed/",
		"/?s=strait&feed=rss2": "/search/strait/feed/", "/comments/feed": "/comments/feed/", "/comment/1/feed": "/comment/1/feed/",
		"/page/2/feed/": "/feed/", "/category/world-news/page/2/feed/atom": "/category/world-news/feed/atom/",
		"/category/World-News/feed/": "/category/world-news/feed/", "/tag/shipping/feed": "/tag/shipping/feed/", "/tag/shipping/atom/": "/tag/shipping/feed/atom/",
		"/tag/shipping/?feed=rss2": "/tag/shipping/feed/", "/author/nadia-farrow/feed/rss/": "/author/nadia-farrow/feed/", "/2026/11/feed": "/2026/11/feed/",
		story + "feed": story + "feed/", story + "?feed=rss2": story + "feed/", story + "comment-page-2/feed/": story + "feed/",
		story + "rss2/": story + "feed/", "/strait-opens-again/feed/": story + "feed/", "/2025/01/01/strait-opens-again/feed/atom/": story + "feed/atom/",
		"/wp-rss2.php": "/feed/", "/wp-rss.php": "/feed/", "/wp-feed.php": "/feed/", "/wp-atom.php": "/feed/atom/", "/wp-rdf.php": "/feed/rdf/",
		"/wp-commentsrss2.php": "/comments/feed/", "/search/strait/feed": "/search/strait/feed/",
	} {
		if w := ask(t, h, path, nil); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != want {
			t.Errorf("%s answered %d to %q, want %q", path, w.Code, w.Header().Get("Location"), want)
		}
	}
	for _, page := range feedPages(s) {
		own, other := ask(t, h, page+"feed/", nil), ask(t, h, page+"feed/rss2/", nil)
		if own.Code != 200 || other.Code != 200 || own.Body.String() != other.Body.String() || other.Header().Get("Link") != own.Header().Get("Link") {
			t.Errorf("%sfeed/rss2/ is not %sfeed/", page, page)
		}
	}
	for path, want := range map[string]int{
		"/feed/xml/": 404, "/feed/feed/feed/": 404, "/category/nothing/feed/": 404, "/category/feed/": 404, "/tag/nothing/feed/": 404, "/author/x/feed/": 404, "/tag/feed/": 404,
		"/2031/feed/": 404, "/2026/13/feed/": 404, "/search/feed/": 200, "/nothing/feed/": 404, "/comment/99/feed/": 404, "/comment/x/feed/": 404,
		"/2026/11/18/a-story-that-was-wrong/feed/": 410, "/2026/11/20/not-yet-written/feed/": 404, "/2026/11/21/tomorrows-news/feed/": 404,
		"/%00/feed/": 404, "/tag/%FF/feed/": 404, "/?feed=nothing": 200, "/comments/feed/x/": 404,
	} {
		if w := ask(t, h, path, nil); w.Code != want {
			t.Errorf("%s answered %d to %q, want %d", path, w.Code, w.Header().Get("Location"), want)
		}
	}
}

// A feed of an article has its whole text with absolute addresses, and titles
// are escaped once.
func TestTextOfFeeds(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := filledFeeds(t, modeltest.SQLite(t, clock), clock)
	picture := int64(0)
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error {
		m, err := pictures.Add(t.Context(), tx, pictures.Picture{Key: "0123456789abcdef01234567", Format: "jpeg", Width: 2560, Height: 1440, Alt: "A ship & its crew", Credit: "Mila"})
		if err == nil {
			picture = m.ID
		}
		return err
	}))
	s.save(newsroom.Manuscript{
		Title: `Tea & <b>toast</b> "for" 3 < 4 &amp; more`, Standfirst: "Less < more & nbsp;", Format: richtext.HTML, PictureID: &picture,
		Body:       "<p>See <a href=\"/2026/11/18/pilots-walk-out-in-the-strait/\">this</a>, <a href=\"#note\">that</a> and <a href=\"https://else.example/?a=1&amp;b=2\">those</a>.&nbsp;&ecirc;\x0b\x01\ufffe</p><p><a href=\"/2026/11/18/pilots-walk-out-in-the-strait/\">/2026/11/18/pilots-walk-out-in-the-strait/</a></p>",
		Categories: []taxonomy.CategoryRef{{Path: "world-news/middle-east"}, {Path: "sport"}}, Tags: []string{"R & D", "Shipping"},
		Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}, {Name: "Åse & Co"}}, PublishedAt: clock.Now().Add(-time.Minute),
	})
	s.save(newsroom.Manuscript{
		Title: "عنوان من اليمين", Language: "ar", Body: "نص قصير.", PublishedAt: clock.Now().Add(-2 * time.Minute),
	})
	h := s.handler()
	for format := range feedFormats {
		path := "/feed/" + format
		body := ask(t, h, path, nil).Body.String()
		checkFormat(t, path, []byte(body))
		feed := parseFeed(t, h, path)
		item := feed.Items[0]
		if want := `Tea & <b>toast</b> "for" 3 < 4 &amp; more`; item.Title != want && !strings.Contains(format, "rdf") {
			t.Errorf("%s: title %q, want %q", path, item.Title, want)
		}
		for _, want := range []string{
			`href="http://news.example/2026/11/18/pilots-walk-out-in-the-strait/">this</a>`, `-more/#note">that</a>`, `href="https://else.example/?a=1&amp;b=2"`,
			`<p><a href="http://news.example/2026/11/18/pilots-walk-out-in-the-strait/">Pilots walk out in the strait</a></p>`,
			`src="http://news.example/media/0123456789abcdef01234567/1280.jpg"`, `width="1280" height="720"`, "ê",
		} {
			if !strings.Contains(item.Content, want) {
				t.Errorf("%s lacks %s:\n%s", path, want, item.Content)
			}
		}
		if strings.Contains(item.Content, "data-story") {
			t.Errorf("%s shows the mark of a card", path)
		}
		if format == "" || format == "json/" {
			if got := fmt.Sprint(item.Categories); got != "[Middle East Sport R & D Shipping]" {
				t.Errorf("%s has the categories %s", path, got)
			}
			if format == "json/" && len(item.Authors) != 2 || format == "json/" && item.Authors[1].Name != "Åse & Co" {
				t.Errorf("%s has the authors %v", path, item.Authors)
			}
		}
		if !strings.Contains(feed.Items[1].Content, `dir="rtl" lang="ar"`) {
			t.Errorf("%s does not say that Arabic goes from right to left: %s", path, feed.Items[1].Content)
		}
	}
	rss := ask(t, h, "/feed/", nil).Body.String()
	for _, want := range []string{
		`<media:content url="http://news.example/media/0123456789abcdef01234567/1280.jpg" medium="image" type="image/jpeg" width="1280" height="720">`,
		`<guid isPermaLink="false">urn:broadsheet:article:`, `<slash:comments>5</slash:comments>`, `<description>Less &amp;lt; more &amp;amp; nbsp;</description>`,
		`<wfw:commentRss>http://news.example/2026/11/20/strait-opens-again/feed/</wfw:commentRss>`, `<item xml:lang="ar">`,
		`<dc:creator>Nadia Farrow</dc:creator><dc:creator>Åse &amp; Co</dc:creator>`,
	} {
		if !strings.Contains(rss, want) {
			t.Errorf("RSS lacks %s", want)
		}
	}
	closed := rss[strings.Index(rss, "<title>Ferries run late"):]
	if closed = closed[:strings.Index(closed, "</item>")]; strings.Contains(closed, "slash:comments") || strings.Contains(closed, "commentRss") {
		t.Error("an article that takes no comments and has none names a feed of comments")
	}
	s.set("feed.full-text", "false")
	s.set("feed.stories", "3")
	short := parseFeed(t, h, "/feed/")
	if len(short.Items) != 3 || short.Items[0].Content != "" || short.Items[0].Description != "Less &lt; more &amp; nbsp;" {
		t.Errorf("%d items, the first with %q and %q", len(short.Items), short.Items[0].Content, short.Items[0].Description)
	}
}

// Feeds show nothing that is not public.
func TestFeedsShowPublicThingsOnly(t *testing.T) {
	eachFeedSite(t, func(t *testing.T, s *testSite) {
		site := must(newsroom.LoadSite(t.Context(), s.db))
		post := func(text string) int64 {
			s.clock.Advance(time.Minute)
			s.said++
			c, err := discussion.Post(t.Context(), s.db, site, discussion.Submission{
				ArticleID: s.ids["strait-opens-again"], Author: "Someone", Email: fmt.Sprintf("n%d@example.org", s.said), Text: text, NewToken: fmt.Sprint("n", s.said),
				IP: netip.AddrFrom4([4]byte{10, 9, byte(s.said), 1}),
			})
			s.check(err)
			return c.ID
		}
		post("Waits for a moderator Wobble")
		_, _, err := discussion.Decide(t.Context(), s.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: post("Is spam Wobble")}}, discussion.Verdict{Action: discussion.DoSpam})
		s.check(err)
		h := s.handler()
		for _, page := range feedPages(s) {
			for format := range feedFormats {
				body := ask(t, h, page+"feed/"+format, nil).Body.String()
				for _, secret := range []string{"Wobble", "Secret.", "Not yet written", "Tomorrow", "A story that was wrong", "@example.org"} {
					if strings.Contains(body, secret) {
						t.Errorf("%sfeed/%s shows %q", page, format, secret)
					}
				}
			}
		}
		s.check(discussion.SetArticleStatus(t.Context(), s.db, models.ActorCommand, s.ids["strait-opens-again"], newsroom.Withdrawn, "Wrong."))
		for path, want := range map[string]int{"/2026/11/20/strait-opens-again/feed/": 410, "/comment/2/feed/": 410, "/comments/feed/": 200} {
			w := ask(t, h, path, nil)
			if w.Code != want || strings.Contains(w.Body.String(), "<item") {
				t.Errorf("%s of a withdrawn article answered %d with %q", path, w.Code, w.Body)
			}
		}
	})
}

// validators returns the validators of a feed.
func validators(t *testing.T, h http.Handler, path string) (etag, modified string) {
	t.Helper()
	w := ask(t, h, path, nil)
	if w.Code != http.StatusOK {
		t.Fatalf("%s answered %d", path, w.Code)
	}
	return w.Header().Get("Etag"), w.Header().Get("Last-Modified")
}

// ETag and Last-Modified of a feed come from its content alone: they are the same
// after a restart and on another instance, and move when, and only when, the content
// changes (C14).
func TestValidatorsOfFeedsFollowTheirContent(t *testing.T) {
	eachFeedSite(t, func(t *testing.T, s *testSite) {
		site := must(newsroom.LoadSite(t.Context(), s.db))
		h := s.handler()
		pages := feedPages(s)
		type both struct{ etag, modified string }
		read := func(h http.Handler) map[string]both {
			s.clock.Advance(10 * time.Second) // times are sent when they have settled
			all := map[string]both{}
			for _, page := range pages {
				etag, modified := validators(t, h, page+"feed/")
				at, err := http.ParseTime(modified)
				if err != nil || at.After(s.clock.Now()) || etag == "" {
					t.Errorf("%sfeed/: ETag %q, Last-Modified %q at %v", page, etag, modified, s.clock.Now())
				}
				all[page] = both{etag, modified}
			}
			return all
		}
		known := read(h)
		if got := known["/"].modified; got != s.clock.Now().Add(-70*time.Second).UTC().Format(http.TimeFormat) && got != "Fri, 20 Nov 2026 08:00:00 GMT" {
			t.Errorf("the feed changed at %s", got)
		}
		// changed checks which feeds a step changes; Last-Modified moves forward only.
		changed := func(step string, want ...string) {
			t.Helper()
			now := read(h)
			for _, page := range pages {
				before, after := known[page], now[page]
				should := slices.Contains(want, page)
				if (before.etag != after.etag) != should || (before.modified != after.modified) != should {
					t.Errorf("%s: %sfeed/ went from %v to %v", step, page, before, after)
				}
				if was, _ := http.ParseTime(before.modified); should {
					if at, _ := http.ParseTime(after.modified); !at.After(was) {
						t.Errorf("%s: Last-Modified of %sfeed/ went from %s to %s", step, page, before.modified, after.modified)
					}
				}
			}
			known = now
		}
		changed("nothing")
		s.options.Cache.Since = s.clock.Now() // another release
		if other := read(s.handler()); !maps.Equal(other, known) {
			t.Errorf("another instance says %v, want %v", other, known)
		}
		all := func(except ...string) []string {
			return slices.DeleteFunc(slices.Clone(pages), func(p string) bool { return slices.Contains(except, p) })
		}
		const story, comment = "/2026/11/20/strait-opens-again/", "/comment/2/"
		// An old article outside of all feeds.
		s.save(newsroom.Manuscript{ID: s.ids["regatta-day-45"], Title: "Regatta, day 45", Slug: "regatta-day-45", Body: "They rowed on.", Categories: []taxonomy.CategoryRef{{Path: "sport/rowing"}}})
		changed("an old article is edited")
		held, err := discussion.Post(t.Context(), s.db, site, discussion.Submission{
			ArticleID: s.ids["strait-opens-again"], Author: "New", Email: "new@example.org", Text: "Wait for me.", NewToken: "new", IP: netip.MustParseAddr("10.8.0.1"),
		})
		s.check(err)
		changed("a comment is held")
		_, _, err = discussion.Decide(t.Context(), s.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: held.ID}}, discussion.Verdict{Action: discussion.DoApprove})
		s.check(err)
		changed("a comment is approved", all(comment)...) // the others show the number
		s.clock.Advance(time.Hour)
		a := s.save(newsroom.Manuscript{Title: "Crane falls", Body: "Nobody is hurt.", Categories: []taxonomy.CategoryRef{{Path: "world-news"}}, PublishedAt: s.clock.Now()})
		changed("an article is published", "/", "/category/world-news/", "/2026/", "/2026/11/", "/2026/11/20/")
		s.clock.Advance(time.Hour)
		s.check(discussion.SetArticleStatus(t.Context(), s.db, models.ActorCommand, a.ID, newsroom.Withdrawn, ""))
		changed("the newest article is withdrawn", "/", "/category/world-news/", "/2026/", "/2026/11/", "/2026/11/20/")
		_, _, err = discussion.Decide(t.Context(), s.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: held.ID, Version: must(discussion.ByID(t.Context(), s.db, held.ID)).Version}}, discussion.Verdict{Action: discussion.DoTrash})
		s.check(err)
		changed("a comment is removed", all(comment)...)
		s.set("comment.flood", "20")
		changed("a setting that feeds do not show")
	})
}

// A reader with one validator or both gets 304 until the feed changes.
func TestFeedsAnswerConditionalRequests(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := filledFeeds(t, modeltest.SQLite(t, clock), clock)
	h := s.handler()
	send := func(method, path string, headers map[string]string) *httptest.ResponseRecorder {
		r := request(t, path)
		r.Method = method
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for format := range feedFormats {
		path := "/category/world-news/feed/" + format
		etag, modified := validators(t, h, path)
		earlier := modeltest.Start.Add(-240 * time.Hour).Format(http.TimeFormat)
		for _, c := range []struct {
			match, since string
			want         int
		}{
			{etag, "", 304},
			{"", modified, 304},
			{etag, modified, 304},
			{`"other", ` + etag, "", 304},
			{"W/" + etag, "", 304},
			{"*", "", 304},
			{`"other"`, modified, 200},
			{etag, earlier, 304},
			{"", earlier, 200},
			{`"other"`, "", 200},
		} {
			headers := map[string]string{}
			if c.match != "" {
				headers["If-None-Match"] = c.match
			}
			if c.since != "" {
				headers["If-Modified-Since"] = c.since
			}
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				w := send(method, path, headers)
				if w.Code != c.want || (c.want == 304 || method == http.MethodHead) && w.Body.Len() > 0 {
					t.Errorf("%s %s with %v answered %d with %d bytes, want %d", method, path, headers, w.Code, w.Body.Len(), c.want)
				}
			}
		}
	}
}

// Twenty readers behind one address read feeds at once, with HEAD and GET: none is
// refused (C15).
func TestFeedsAreForProgramsToo(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := filledFeeds(t, modeltest.SQLite(t, clock), clock)
	h := s.handler()
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			for _, page := range []string{"/", "/comments/", "/tag/shipping/", "/2026/11/20/strait-opens-again/"} {
				for _, method := range []string{http.MethodHead, http.MethodGet} {
					r := request(t, page+"feed/")
					r.Method, r.RemoteAddr = method, "198.51.100.7:4000"
					r.Header.Set("User-Agent", "FeedFetcher/1.0 (bot; 100 subscribers)")
					w := httptest.NewRecorder()
					if h.ServeHTTP(w, r); w.Code != http.StatusOK {
						t.Errorf("%s %sfeed/ answered %d", method, page, w.Code)
					}
				}
			}
		})
	}
	readers.Wait()
}

// A scheduled article appears in the feeds at its time.
func TestScheduledArticlesAppearInFeedsOnTime(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := filledFeeds(t, modeltest.SQLite(t, clock), clock)
	h := s.handler()
	if got := parseFeed(t, h, "/feed/").Items[0].Title; got != "Strait opens again" {
		t.Fatalf("the newest article is %q", got)
	}
	clock.Advance(25 * time.Hour)
	_, err := timetable.Run(t.Context(), s.db)
	s.check(err)
	if got := parseFeed(t, h, "/feed/").Items[0].Title; got != "Tomorrow's news" {
		t.Errorf("the newest article is %q", got)
	}
}

// Pages name the feeds that belong to them.
func TestPagesNameTheirFeeds(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := filledFeeds(t, modeltest.SQLite(t, clock), clock)
	h := s.handler()
	named := regexp.MustCompile(`<link rel="alternate" type="application/rss(?:\+|&#43;)xml" title="([^"]*)" href="http://news.example([^"]*)">`)
	for path, own := range map[string]string{
		"/": "", "/page/2/": "", "/sections/": "", "/category/world-news/": "/category/world-news/feed/", "/category/sport/page/2/": "/category/sport/feed/", "/tag/shipping/": "/tag/shipping/feed/",
		"/author/nadia-farrow/": "/author/nadia-farrow/feed/", "/2026/11/": "/2026/11/feed/", "/search/strait/": "/search/strait/feed/",
		"/2026/11/20/strait-opens-again/": "/2026/11/20/strait-opens-again/feed/",
	} {
		want := []string{"/feed/", "/comments/feed/"}
		if own != "" {
			want = append(want, own)
		}
		var got []string
		for _, m := range named.FindAllStringSubmatch(ask(t, h, path, nil).Body.String(), -1) {
			got = append(got, m[2])
			if w := ask(t, h, m[2], nil); w.Code != http.StatusOK {
				t.Errorf("%s names %s, which answered %d", path, m[2], w.Code)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s names the feeds %q, want %q", path, got, want)
		}
	}
}
