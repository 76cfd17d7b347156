package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/handlers/agents"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/heat"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/people"
	"broadsheet/models/robots"
)

const (
	firefox   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
	googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
)

// countedSite is a small site that counts reads.
type countedSite struct {
	*testSite
	h       http.Handler
	counter *reads.Counter
	sent    int
}

func newCountedSite(t *testing.T, db *models.DB, clock *modeltest.Clock) *countedSite {
	t.Helper()
	s, _ := smallSite(t, db, clock)
	counter := reads.NewCounter()
	s.options.Reads = counter
	return &countedSite{testSite: s, h: s.handler(), counter: counter}
}

// send sends a request from a network of its own. headers replace those of a
// browser; an empty value removes one.
func (s *countedSite) send(method, path string, headers ...string) *httptest.ResponseRecorder {
	s.Helper()
	s.sent++
	r := httptest.NewRequestWithContext(s.Context(), method, path, nil)
	r.RemoteAddr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 7, byte(s.sent), 1}), 4711).String()
	r.Header.Set("User-Agent", firefox)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "From" {
			r.RemoteAddr = headers[i+1]
		} else if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w
}

// counts flushes and returns the site's counts.
func (s *countedSite) counts() reads.Counts {
	s.Helper()
	s.check(s.counter.Flush(s.Context(), s.db))
	c, err := reads.SiteCounts(s.Context(), s.db, 1)
	s.check(err)
	return c
}

// Each kind of request is counted as what it is, from the page cache and beside it.
func TestWhatCountsAsARead(t *testing.T) {
	t.Parallel()
	counted, robot, ahead, repeat, nothing := reads.Counts{Counted: 1}, reads.Counts{Robots: 1}, reads.Counts{Prefetches: 1}, reads.Counts{Repeats: 1}, reads.Counts{}
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		status       int
		want         reads.Counts
	}{
		"a reader":                     {"GET", straitPath, nil, 200, counted},
		"a reader with a text browser": {"GET", straitPath, []string{"User-Agent", "Lynx/2.9.0 libwww-FM/2.14"}, 200, counted},
		"a navigation":                 {"GET", straitPath, []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200, counted},
		"with a parameter of a link":   {"GET", straitPath + "?utm_source=mail", nil, 200, counted},
		"another order of comments":    {"GET", straitPath + "?order=newest", nil, 200, counted},
		"through a proxy":              {"GET", straitPath, []string{"From", "192.0.2.1:80", "X-Forwarded-For", "198.51.100.9"}, 200, counted},
		"HEAD":                         {"HEAD", straitPath, nil, 200, nothing},
		"a robot":                      {"GET", straitPath, []string{"User-Agent", googlebot}, 200, robot},
		"no agent":                     {"GET", straitPath, []string{"User-Agent", ""}, 200, robot},
		"a link preview":               {"GET", straitPath, []string{"User-Agent", "WhatsApp/2.23.20.0 A"}, 200, robot},
		"another link preview":         {"GET", straitPath, []string{"User-Agent", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"}, 200, robot},
		"a prefetching robot":          {"GET", straitPath, []string{"User-Agent", googlebot, "Sec-Purpose", "prefetch"}, 200, robot},
		"Sec-Purpose":                  {"GET", straitPath, []string{"Sec-Purpose", "prefetch"}, 200, ahead},
		"prerendering":                 {"GET", straitPath, []string{"Sec-Purpose", "prefetch;prerender"}, 200, ahead},
		"Purpose":                      {"GET", straitPath, []string{"Purpose", "prefetch"}, 200, ahead},
		"X-Moz":                        {"GET", straitPath, []string{"X-Moz", "Prefetch"}, 200, ahead},
		"X-Purpose":                    {"GET", straitPath, []string{"X-Purpose", "preview"}, 200, ahead},
		"a frame":                      {"GET", straitPath, []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 200, ahead},
		"a script":                     {"GET", straitPath, []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}, 200, ahead},
		"reloaded":                     {"GET", straitPath, []string{"From", "10.99.0.200:1"}, 200, repeat},
		"the front page":               {"GET", "/", nil, 200, nothing},
		"a list":                       {"GET", "/category/world/", nil, 200, nothing},
		"no page":                      {"GET", "/2026/11/20/strait-closes/", nil, 404, nothing},
		"a redirect":                   {"GET", "/2026/11/20/strait-opens", nil, 301, nothing},
		"a count of comments":          {"GET", "/comments/count/1/", nil, 200, nothing},
	} {
		for _, cache := range []int{0, 32 << 20} {
			clock := modeltest.NewClock()
			s := newCountedSite(t, modeltest.SQLite(t, clock), clock)
			s.options.Cache.Bytes = cache
			s.h = s.handler()
			s.send("GET", straitPath, "From", "10.99.0.1:1") // the page is cached
			s.counts()
			before := s.counts()
			if w := s.send(c.method, c.path, c.headers...); w.Code != c.status {
				t.Errorf("%s: %d, want %d", name, w.Code, c.status)
			}
			got, want := s.counts(), before
			want.Counted, want.Robots, want.Prefetches, want.Repeats = want.Counted+c.want.Counted, want.Robots+c.want.Robots, want.Prefetches+c.want.Prefetches, want.Repeats+c.want.Repeats
			if got != want {
				t.Errorf("%s, cache of %d bytes: %+v, want %+v", name, cache, got, want)
			}
		}
	}
}

// Each robot of the list for robots.txt is a robot here, too.
func TestKnownRobotsAreNotCounted(t *testing.T) {
	t.Parallel()
	for _, known := range robots.Agents {
		for _, form := range []string{"%s/1.0", "Mozilla/5.0 (compatible; %s/1.0)", "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; %s/1.2)"} {
			if agent := fmt.Sprintf(form, known.Name); !known.TokenOnly && !agents.IsRobot(agent) {
				t.Errorf("%q is taken for a browser", agent)
			}
		}
	}
}

// A 304 is a read of a network that has not read the article in the window. The
// staff are not counted, commenters are.
func TestWhoIsCounted(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newCountedSite(t, modeltest.SQLite(t, clock), clock)
	expect := func(what string, want reads.Counts) {
		t.Helper()
		if got := s.counts(); got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	clock.Advance(time.Minute)
	tag := s.send("GET", straitPath, "From", "10.1.1.1:1").Header().Get("ETag")
	expect("a reader", reads.Counts{Counted: 1})
	for range 3 {
		if w := s.send("GET", straitPath, "From", "10.1.1.2:1", "If-None-Match", tag); w.Code != http.StatusNotModified {
			t.Fatalf("answered with %d", w.Code)
		}
	}
	expect("back at once, with the page", reads.Counts{Counted: 1, Repeats: 3})
	clock.Advance(reads.Window)
	tag = s.send("GET", straitPath, "From", "10.1.9.1:1").Header().Get("ETag")
	s.send("GET", straitPath, "From", "10.1.1.1:1", "If-None-Match", tag)
	expect("back later, with the page", reads.Counts{Counted: 3, Repeats: 3})

	account, err := people.CreateAccount(t.Context(), s.db, models.ActorShell, people.NewAccount{
		Name: "Mona", Email: "mona@courier.example", Role: people.Moderator, Password: "mona's long password",
	})
	s.check(err)
	token, err := people.SignIn(t.Context(), s.db, account, "192.0.2.0/24", "test")
	s.check(err)
	cookie := handlers.DeskCookie(s.options.Secret, token)
	s.send("GET", straitPath, "Cookie", cookie.Name+"="+cookie.Value)
	expect("the staff", reads.Counts{Counted: 3, Repeats: 3})
	b := &browser{t: t, h: s.h}
	b.reply(s.ids["strait-opens"], "Nadia", "A thought.")
	b.get(straitPath, "User-Agent", firefox)
	expect("a commenter", reads.Counts{Counted: 4, Repeats: 3})
}

// The pages are exact, and stay cached while the rankings are the same.
func TestMostReadPages(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newCountedSite(t, db, clock)
		shows := func(path, text string, want bool) {
			t.Helper()
			if got := strings.Contains(s.send("GET", path).Body.String(), text); got != want {
				t.Errorf("%s shows %q: %v", path, text, got)
			}
		}
		for _, path := range []string{"/most-read/", "/most-read/week/"} {
			shows(path, "No reads were counted", true)
			shows(path, "No story was discussed", true)
		}
		shows("/", `href="/most-read/"`, true)
		shows("/", `class="rankings"`, false)
		for range 5 {
			s.send("GET", straitPath)
		}
		s.check(s.counter.Flush(s.Context(), db))
		s.check(reads.Rank(s.Context(), db))
		for _, path := range []string{"/most-read/", "/most-read/week/", "/"} {
			shows(path, `id="most-read"`, true)
			shows(path, "Strait opens", true)
		}
		shows("/most-read/", "Regatta ends", false)

		tag := s.send("GET", "/").Header().Get("ETag")
		announced := 0
		db.OnChange(func(models.Change) { announced++ })
		s.send("GET", straitPath)
		s.check(s.counter.Flush(s.Context(), db))
		s.check(reads.Rank(s.Context(), db))
		s.check(heat.RankDay(s.Context(), db))
		if got := s.send("GET", "/").Header().Get("ETag"); got != tag || announced != 0 {
			t.Errorf("more reads in the same order: %d changes announced", announced)
		}
		s.check(discussion.SetArticleStatus(s.Context(), db, models.ActorCommand, s.ids["strait-opens"], newsroom.Withdrawn, ""))
		for _, path := range []string{"/most-read/", "/most-read/week/", "/"} {
			shows(path, "Strait opens", false)
		}
		s.set("front.most-read", "false")
		shows("/", "most-read", false)
		if w := s.send("GET", "/most-read/"); w.Code != http.StatusNotFound {
			t.Errorf("switched off: %d", w.Code)
		}
	})
}

// No table, and no file of the database, holds anything about a reader.
func TestCountingStoresNothingAboutReaders(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newCountedSite(t, db, clock)
		const agent = "Mozilla/5.0 (Albatross) Gecko/20100101"
		for range 3 {
			s.send("GET", straitPath, "From", "10.231.187.9:1", "User-Agent", agent)
			s.send("GET", straitPath, "From", "[2001:db8:abba:cafe::7]:1", "User-Agent", agent)
		}
		if got := s.counts(); got.Counted != 2 || got.Repeats != 4 {
			t.Fatalf("%+v", got)
		}
		s.check(reads.Rank(s.Context(), db))
		for _, mark := range []string{"10.231.187", "abba", "albatross"} {
			if places := modeltest.FindText(t, db, mark); len(places) > 0 {
				t.Errorf("%q is in %v", mark, places)
			}
		}
		if w := s.send("GET", straitPath); w.Header().Get("Set-Cookie") != "" {
			t.Error("a reader gets a cookie")
		}
	})
}

// BenchmarkCountedHit is a cached article, with counting and without it.
func BenchmarkCountedHit(b *testing.B) {
	for name, counter := range map[string]*reads.Counter{"off": nil, "on": reads.NewCounter()} {
		b.Run(name, func(b *testing.B) {
			clock := modeltest.NewClock()
			s := newSite(b, modeltest.SQLite(b, clock), clock)
			s.save(newsroom.Manuscript{Title: "Strait opens", Body: "Open.", PublishedAt: clock.Now().Add(-time.Hour)})
			s.options.Reads = counter
			h, err := handlers.New(context.Background(), s.options)
			s.check(err)
			r := httptest.NewRequest(http.MethodGet, straitPath, nil)
			r.Header.Set("User-Agent", firefox)
			r.Header.Set("Accept-Encoding", "br")
			h.ServeHTTP(httptest.NewRecorder(), r)
			w := nowhere{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
	}
}
