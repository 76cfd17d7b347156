package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion/bystate"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

const strait = "/2026/11/20/strait-opens-again/"

// spellings maps addresses to the target of their one redirect, or to "" when
// the address is right. All targets answer 200 or, where noted, 302.
var spellings = map[string]string{
	"/": "", strait: "", "/category/sport/": "", "/category/sport/rowing/page/2/": "", "/page/2/": "", "/2026/11/20/": "", "/tag/shipping/": "", "/author/nadia-farrow/": "",
	"/login": "", "/password/forgot/": "", "/search/regatta/": "", "/robots.txt": "",

	// slashes
	"/2026": "/2026/", "//2026": "/2026/", "///2026//11/": "/2026/11/", "/2026/11": "/2026/11/", "//": "/", "/page/2": "/page/2/", "/category/sport": "/category/sport/",
	"/category//sport/": "/category/sport/", "/category/sport/page/2": "/category/sport/page/2/", "/tag/shipping": "/tag/shipping/", "/author/nadia-farrow": "/author/nadia-farrow/",
	"/search/regatta": "/search/regatta/", "/login/": "/login", "/password/forgot": "/password/forgot/", "/robots.txt/": "/robots.txt", "//login": "/login",
	strings.TrimSuffix(strait, "/"): strait, "/" + strait: strait, strait + "/": strait, "/2026//11/20/strait-opens-again": strait,
	// capitals
	"/Category/Sport/": "/category/sport/", "/CATEGORY/SPORT/ROWING": "/category/sport/rowing/", "/category/Sport/page/2": "/category/sport/page/2/",
	"/tag/Shipping/": "/tag/shipping/", "/TAG/SHIPPING": "/tag/shipping/", "/author/Nadia-Farrow/": "/author/nadia-farrow/", "/Login/": "/login", "/PAGE/2": "/page/2/",
	"/2026/11/20/Strait-Opens-Again/": strait, "/2026/11/20/STRAIT-OPENS-AGAIN": strait,
	// encodings and dots
	"/%63ategory/sport/": "/category/sport/", "/category/%73port/": "/category/sport/", "/2026/11/20/strait%2Dopens-again/": strait, "/%32026/": "/2026/", "/./2026/": "/2026/",
	"/tag/x/../shipping/": "/tag/shipping/", "/%2e%2e/2026/": "/2026/", "/2026/11/20/strait-opens-again/%2E": strait, "/log%69n": "/login",
	// numbers that say page 1
	"/page/1/": "/", "/category/sport/page/1/": "/category/sport/", "/2026/page/1": "/2026/", strait + "comment-page-1/": strait,
	// WordPress
	"/index.php": "/", "/index.php/": "/", "/index.php/2026/11": "/2026/11/", "/index.php/category/sport": "/category/sport/", "/index.php" + strait: strait,
	"/?p=2": strait, "/?page_id=2": strait, "/index.php?p=2": strait, "//?p=2": strait, "/?cat=1": "/category/world-news/", "/?author=1": "/author/nadia-farrow/", "/?tag=shipping": "/tag/shipping/",
	"/?m=2026": "/2026/", "/?m=202611": "/2026/11/", "/?m=20261120": "/2026/11/20/", "/?year=2026&monthnum=11": "/2026/11/", "/?year=2026&monthnum=11&day=9": "/2026/11/09/",
	"/?category_name=sport/rowing": "/category/sport/rowing/", "/?author_name=nadia-farrow": "/author/nadia-farrow/", "/?name=strait-opens-again": strait,
	"/?paged=2": "/page/2/", "/category/sport/?paged=2": "/category/sport/page/2/", "/2026/?paged=2": "/2026/page/2/", strait + "?cpage=1": strait,
	"/?s=boat&p=2": "/?s=boat",
	// words of a search
	"/search/50%25/": "", "/search/50%25": "/search/50%25/", "/search/a%2Fb/": "", "/search/a/b/": "/search/a%2Fb/", "/search/c%2B%2B/": "", "/search/two+words/": "",
	"/search/two%20words/": "/search/two+words/", "/search/%E2%82%AC/": "", "/search/%e2%82%ac/": "/search/%E2%82%AC/", "/search/e%CC%81/": "/search/%C3%A9/", "/search/a++b/": "/search/a+b/",
	"/Search/Boat": "/search/Boat/", "/SEARCH/c%2B%2b": "/search/c%2B%2B/", "/search/+..+/": "/?s=..",
}

// Each page has one address. All other spellings lead there by one redirect, for
// visitors and the staff and with any other parameters.
func TestEachPageHasOneAddress(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		s.options.Mail = true
		h := s.handler()
		staff := staffCookie(s)
		for path, want := range spellings {
			for _, cookie := range []*http.Cookie{nil, staff} {
				for _, query := range []string{"", "utm_source=mail&x=%2F"} {
					asked, right := withQuery(path, query), withQuery(want, query)
					w := ask(t, h, asked, cookie)
					switch {
					case cookie != nil && right == "/login" || path == "/login" && cookie != nil: // signed in already
					case want == "" && w.Code != http.StatusOK:
						t.Errorf("%s answered %d to %s", asked, w.Code, w.Header().Get("Location"))
					case want == "":
					case w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != right:
						t.Errorf("%s answered %d to %q, not 301 to %s (signed in: %v)", asked, w.Code, w.Header().Get("Location"), right, cookie != nil)
					case w.Header().Get("Cache-Control") != "no-cache":
						t.Errorf("the redirect of %s may be kept: %q", asked, w.Header().Get("Cache-Control"))
					default:
						if w := ask(t, h, right, nil); w.Code != http.StatusOK {
							t.Errorf("%s leads to %s, which answered %d to %s", asked, right, w.Code, w.Header().Get("Location"))
						}
					}
				}
			}
		}
	})
}

// staffCookie signs an administrator in.
func staffCookie(s *testSite) *http.Cookie {
	s.Helper()
	u, err := people.CreateAccount(s.Context(), s.db, models.ActorShell, people.NewAccount{Name: "Ada Desk", Email: "ada@example.org", Role: people.Administrator, Password: long})
	s.check(err)
	token, err := people.SignIn(s.Context(), s.db, u, "192.0.2.0/24", "test")
	s.check(err)
	return handlers.DeskCookie(s.options.Secret, token)
}

func withQuery(path, query string) string {
	switch {
	case path == "" || query == "":
		return path
	case strings.Contains(path, "?"):
		return path + "&" + query
	default:
		return path + "?" + query
	}
}

func ask(t *testing.T, h http.Handler, path string, cookie *http.Cookie) *httptest.ResponseRecorder {
	t.Helper()
	r := request(t, path)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var requests atomic.Int64

// request makes a request as the server reads it from a connection, where a
// path can begin with two slashes.
func request(t *testing.T, path string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	u, err := url.ParseRequestURI(path)
	if err != nil {
		t.Fatal(err)
	}
	n := requests.Add(1) // each from another network, so that no limit is in the way
	r.URL, r.RequestURI, r.RemoteAddr = u, path, fmt.Sprintf("10.%d.%d.1:4000", n>>8&255, n&255)
	return r
}

// A path without a page is 404 at once, without a redirect.
func TestOddPathsAreNotFound(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	for _, path := range []string{
		"/category/nothing", "/tag/NOTHING", "/author/x", "/2031", "/+026/", "/2026/+1/", "/2026/13", "/page/99", "/page/02/", "/page/%32%30%30", "/%FF/", "/%00", "/2026/%FF", "/tag/%FF", "/search/%FF", "/search/%00/",
		"/?p=x", "/?p=-1", "/?cat=99", "/?cat=x", "/?author=0", "/?m=2026111", "/?m=202613", "/?m=", "/?year=x", "/?tag=nothing", "/?attachment_id=1", "/?name=", "/?name=strait", "/evil.example/..%2f", "/comment/007/",
		"//evil.example/x", "/\\evil.example/", "/%5Cevil.example", "/%2F%2Fevil.example/", "/.//evil.example", "/index.php//evil.example",
	} {
		w := ask(t, h, path, nil)
		if w.Code != http.StatusNotFound {
			t.Errorf("%s answered %d to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
}

// For every GET route either the form with the last slash or the form without it
// is the address. The other form redirects to it.
func TestSlashAtTheEndOfEveryRoute(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	staff := staffCookie(s)
	// WordPress has both, or leads on itself; the sitemap is elsewhere.
	both := map[string]bool{
		"/wp-admin": true, "/wp-login.php": true, "/sitemap.xml": true, "/sitemap_index.xml": true,
		"/wp-json/oembed/1.0/embed": true,
	}
	for _, row := range handlers.GetRoutes() {
		path := strings.NewReplacer(":number", "2", ":id", "1", ":key", "abc", ":file", "320.jpg").Replace(row)
		if strings.HasSuffix(path, "*") || path == "/" || both[strings.TrimSuffix(path, "/")] {
			continue // lists and articles are in the test of spellings
		}
		other := path + "/"
		if strings.HasSuffix(path, "/") {
			other = strings.TrimSuffix(path, "/")
		}
		if w := ask(t, h, other+"?key=k&utm=1", staff); w.Code != http.StatusMovedPermanently && w.Code != http.StatusNotFound || w.Code == 301 && w.Header().Get("Location") != path+"?key=k&utm=1" {
			t.Errorf("%s answered %d to %q", other, w.Code, w.Header().Get("Location"))
		} else if w.Code == http.StatusNotFound {
			if w := ask(t, h, path, staff); w.Code != http.StatusNotFound {
				t.Errorf("%s is no page, but %s answered %d", other, path, w.Code)
			}
		}
		if w := ask(t, h, path, staff); w.Code == http.StatusMovedPermanently {
			t.Errorf("%s led to %q", path, w.Header().Get("Location"))
		}
	}
}

// routeWords are names for articles that are also part of the addresses of other
// pages.
func routeWords() []string {
	words := []string{
		"1984", "2026", "2026-11", "11", "20", "404", "page", "page-2", "comment-page-2", "Comment page 2", "feed", "embed", "rss", "atom", "sitemap.xml", "robots.txt", "wp-json", "wp-admin", "wp-login.php", "index.php", "-", "uncategorized", "sections", "republish", "changes",
	}
	for _, path := range handlers.GetRoutes() {
		for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
			if part != "" && part != "*" && part[0] != ':' {
				words = append(words, part)
			}
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

var permalinkPatterns = []string{
	"/%postname%/", "/%postname%", "/%category%/%postname%/", "/%author%/%postname%/", "/archives/%post_id%", "/%post_id%/", "/%year%/%postname%/", "/%year%/%monthnum%/%postname%/",
	"/%year%/%monthnum%/%day%/%postname%/", "/%year%/%monthnum%/%post_id%/", "/%postname%.html", "/news/%postname%/", "/%category%/%post_id%-%postname%",
}

// An article has a working address under every pattern, with any title, category
// and author, also when the pattern changes later.
func TestLongNoArticleIsHidden(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		var articles []*newsroom.Article
		for i, word := range routeWords() {
			s.set("article.permalinks", permalinkPatterns[i%len(permalinkPatterns)])
			ref, ok := newsroom.ParseCategory(word)
			if !ok {
				ref, _ = newsroom.ParseCategory("Any")
			}
			articles = append(articles, s.save(newsroom.Manuscript{Title: word + "!", Slug: word, Categories: []taxonomy.CategoryRef{ref}, Authors: []newsroom.AuthorRef{{Name: word}}, Body: "Marker-" + fmt.Sprint(i) + "."}))
		}
		// An article that was stored before such slugs were avoided.
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("UPDATE articles SET slug = '1999' WHERE id = ?", articles[0].ID).Error
		}))
		for _, pattern := range permalinkPatterns {
			s.set("article.permalinks", pattern)
			h := s.handler()
			site := must(newsroom.LoadSite(t.Context(), db))
			for i, a := range articles {
				a, err := newsroom.ByID(t.Context(), db, a.ID)
				s.check(err)
				path := site.ArticlePath(a)
				if w := ask(t, h, path, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), fmt.Sprintf("Marker-%d.", i)) {
					t.Errorf("%s: %q at %s answered %d to %q", pattern, a.Title, path, w.Code, w.Header().Get("Location"))
				}
				if w := ask(t, h, fmt.Sprintf("/?p=%d", a.ID), nil); w.Code != 301 || w.Header().Get("Location") != path {
					t.Errorf("%s: ?p=%d answered %d to %q", pattern, a.ID, w.Code, w.Header().Get("Location"))
				}
			}
		}
	})
}

// An article cannot have the first part of any route as its slug.
func TestEveryRouteIsReserved(t *testing.T) {
	t.Parallel()
	for _, path := range handlers.GetRoutes() {
		if first, _, _ := strings.Cut(strings.Trim(path, "/"), "/"); first != "" && first != "*" && !models.ReservedSegment(first) {
			t.Errorf("%s: add %q to models/reserved.go", path, first)
		}
	}
}

// An address that changes there and back never leads in a circle: browsers must
// not store any redirect.
func TestAddressThatChangesBackDoesNotLoop(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		h := s.handler()
		kept := map[string]string{} // redirects of a browser that stores all it may
		read := func(path string) string {
			for range 5 {
				if to, ok := kept[path]; ok {
					path = to
					continue
				}
				w := ask(t, h, path, nil)
				if w.Code == http.StatusOK {
					return path
				}
				if w.Code != http.StatusMovedPermanently {
					t.Fatalf("%s answered %d", path, w.Code)
				}
				to := w.Header().Get("Location")
				if !strings.Contains(w.Header().Get("Cache-Control"), "no-cache") {
					kept[path] = to
				}
				path = to
			}
			t.Fatalf("%s leads in a circle", path)
			return ""
		}
		d := newsroom.Manuscript{Source: "x", SourceID: "1", Title: "Deal", PublishedAt: clock.Now().Add(-1), Body: "x"}
		for _, slug := range []string{"deal-a", "deal-b", "deal-a", "deal-b"} {
			d.Slug = slug
			s.save(d)
			for _, old := range []string{"deal-a", "deal-b"} {
				if slug == "deal-a" && old == "deal-b" && len(kept) == 0 && !strings.Contains(read("/2026/11/20/"+slug+"/"), slug) {
					t.Error("the article is not at its address")
				}
			}
			read("/2026/11/20/" + slug + "/")
		}
		for _, pattern := range []string{"/%postname%/", "/%year%/%monthnum%/%day%/%postname%/", "/%postname%/"} {
			s.set("article.permalinks", pattern)
			for _, path := range []string{"/deal-a/", "/deal-b/", "/2026/11/20/deal-b/", "/2026/11/20/deal-a/"} {
				read(path)
			}
		}
	})
}

// Odd, unknown, repeated and reordered parameters and other spellings add
// nothing to the page cache.
func TestSpellingsOfAnAddressShareOneCachedPage(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	s.comments(s.ids["strait-opens-again"], 6)
	h, count, err := handlers.NewCounted(t.Context(), s.options)
	s.check(err)
	thread := fmt.Sprintf("/comment/%d/thread/", must(bystate.Queue{Limit: 1}.List(t.Context(), s.db))[0].ID)
	for _, path := range []string{"/", "/category/sport/", "/tag/shipping/", "/author/nadia-farrow/", "/2026/", strait, thread, "/page/2/", "/?s=regatta", "/search/regatta/", "/comments/count/2/"} {
		if w := ask(t, h, path, nil); w.Code != http.StatusOK {
			t.Fatalf("%s answered %d", path, w.Code)
		}
	}
	want := count()
	for i := range 40 {
		for _, path := range []string{
			"/?x=%d", "/?paged=1&x=%d", "/?paged=0%d", "/?paged=-%d", "/category/sport/?utm=%d", "/category/sport/?paged=+%d", "/tag/shipping/?order=%d", "/2026/?after=%d", "/2026/?order=newest&after=%d", "/2026/?cpage=%d",
			strait + "?order=x%d", strait + "?after=9%d", strait + "?after=x%d", strait + "?after=0%d", strait + "?after=-%d", strait + "?order=oldest&x=%d", strait + "?cpage=x%d", strait + "?paged=%d",
			thread + "?after=9%d", thread + "?x=%d", "/page/2/?after=%d", "/?s=regatta&p=%d", "/?x=%d&s=regatta", "/?s=++regatta+&s=%d", "/?s=nothing-like-it-%d", "/search/nothing-like-it-%d/", "/search/regatta/?x=%d",
			"/%%63ategory/sport/?x=%d", "/category/%%73port/?x=%d", "//category/sport/?x=%d", "/comments/count/00%d/", "/comments/count/+%d/", "/comments/count/2/?x=%d", "/tag/x%d/", "/%d/",
		} {
			ask(t, h, fmt.Sprintf(path, i), nil)
		}
	}
	for i := range 64 {
		words := []byte("regatta!!!!!!"[:7+i%7])
		for bit := range 6 {
			if i>>bit&1 == 1 {
				words[bit] -= 'a' - 'A'
			}
		}
		if word := string(words); word != "regatta" {
			ask(t, h, "/?s="+word, nil)
			ask(t, h, "/search/"+word+"/", nil)
		}
	}
	if got := count(); got != want {
		t.Errorf("%d pages were kept, %d more by other addresses of the same", want, got-want)
	}
}

// Every redirect of the site keeps the query, forbids browsers to store it, and
// leads to an existing page of this site.
func TestEveryRedirectLeadsToAPage(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	s.comments(s.ids["strait-opens-again"], 3)
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error {
		return tx.Query(t.Context()).Exec("INSERT INTO redirects (path, target, status) VALUES ('/old/', '/2026/', 301), ('/now', '/2026/11/?x=1#top', 302), ('/bad/', '//evil.example/', 301), ('/self/', '/self/', 301)").Error
	}))
	h := s.handler()
	for path, want := range map[string]string{
		"/comment/1/": strait + "?utm=1#comment-1", "/old": "/2026/?utm=1", "/old/": "/2026/?utm=1", "/now/": "/2026/11/?x=1&utm=1#top", "/bad/": "/evil.example/?utm=1",
		"/wp-login.php": "/login?utm=1", "/wp-admin/": "/desk?utm=1", "/2026/11/20/strait-op/": strait + "?utm=1", strait + "?replytocom=1&cpage=1": strait + "?replytocom=1&utm=1", "/2020/01/01/strait-opens-again/?replytocom=1": strait + "?replytocom=1&utm=1",
		"/page/1/?a=%22&b=%0a": "/?a=%22&b=%0a&utm=1", "/?p=2&p=3": strait + "?utm=1",
	} {
		w := ask(t, h, withQuery(path, "utm=1"), nil)
		to := w.Header().Get("Location")
		if w.Code != http.StatusMovedPermanently && w.Code != http.StatusFound || want != "" && to != want || w.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s answered %d to %q, kept %q; wanted %q", path, w.Code, to, w.Header().Get("Cache-Control"), want)
			continue
		}
		to, _, _ = strings.Cut(to, "#")
		if w := ask(t, h, to, nil); w.Code != http.StatusOK && w.Code != http.StatusSeeOther && path != "/bad/" {
			t.Errorf("%s leads to %s, which answered %d", path, to, w.Code)
		}
	}
	if w := ask(t, h, "/self/", nil); w.Code != http.StatusNotFound {
		t.Errorf("an address that leads to itself answered %d", w.Code)
	}
	if w := ask(t, h, "/page/1/?x="+strings.Repeat("x", 8000), nil); len(w.Header().Get("Location")) > 5000 {
		t.Error("a query of any length is repeated")
	}
}

// Readers that request a moved page at the same time each get a redirect with
// their own query.
func TestRedirectMadeForSeveralKeepsEachQuery(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h := s.handler()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if got, want := ask(t, h, fmt.Sprintf("/?p=2&n=%d", i), nil).Header().Get("Location"), fmt.Sprintf("%s?n=%d", strait, i); got != want {
				t.Errorf("%s instead of %s", got, want)
			}
		})
	}
	wg.Wait()
}

// The one spelling of a path is its own spelling, and never another host.
func FuzzCleanPath(f *testing.F) {
	for path := range spellings {
		f.Add(path)
	}
	f.Add("/a/../../b//%2e%2E/")
	f.Add("/search/%2B+%252F%zz/..")
	f.Add("/index.php/index.php/x")
	f.Fuzz(func(t *testing.T, path string) {
		clean, ok := handlers.CleanPath(path)
		if !ok {
			return
		}
		if again, ok := handlers.CleanPath(clean); !ok || again != clean {
			t.Errorf("%q is spelled %q and then %q", path, clean, again)
		}
		if !strings.HasPrefix(clean, "/") || strings.HasPrefix(clean, "//") || strings.ContainsAny(clean, "\\\r\n\t #?\"<>") {
			t.Errorf("%q is spelled %q", path, clean)
		}
	})
}

// Every address of the desk answers with and without its last slash: a GET is
// redirected to the one spelling, a form is taken as it is.
func TestTheDeskAnswersWithAndWithoutTheLastSlash(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	h, staff := s.handler(), staffCookie(s)
	asked := 0
	for _, row := range handlers.Rows() {
		if row.Path != "/logout" && row.Path != "/desk" && !strings.HasPrefix(row.Path, "/desk/") || strings.HasSuffix(row.Path, "*") {
			continue
		}
		path := strings.ReplaceAll(row.Path, ":", "")
		other := strings.TrimSuffix(path, "/")
		if other == path {
			other += "/"
		}
		asked++
		r := httptest.NewRequest(row.Method, other+"?x=1", nil)
		r.AddCookie(staff)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch {
		case row.Method == http.MethodGet && (w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != path+"?x=1"):
			t.Errorf("GET %s answered %d to %q", other, w.Code, w.Header().Get("Location"))
		case row.Method == http.MethodPost && w.Code == http.StatusMethodNotAllowed:
			t.Errorf("POST %s answered %d", other, w.Code)
		}
	}
	if asked < 20 {
		t.Errorf("only %d rows", asked)
	}
}
