package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

// staffParts are words that only the parts of the staff have.
var staffParts = []string{"staffbar", "staff-actions", "staff-hold", "/desk/comments", "The words that wait."}

// strangersPaths are addresses that visitors share: pages, feeds and data.
var strangersPaths = []string{
	"/", "/2026/11/20/strait-opens-again/", "/2026/11/20/strait-opens-again/?order=newest", "/category/sport/", "/comment/2/thread/", "/sections/",
	"/feed/", "/comments/feed/", "/2026/11/20/strait-opens-again/feed/", "/comments/count/2/", "/wp-json/wp/v2/comments", "/?s=strait",
}

// strangersSee returns what a browser without cookies gets: statuses, headers and bodies.
func strangersSee(t *testing.T, s *deskSite) string {
	t.Helper()
	var all strings.Builder
	for _, path := range strangersPaths {
		w := s.newBrowser("10.9.1.1").send(http.MethodGet, path, nil)
		for _, part := range staffParts {
			if strings.Contains(w.Body.String(), part) {
				t.Errorf("%s shows a stranger %q", path, part)
			}
		}
		h := w.Header()
		if w.Code != http.StatusOK || len(w.Result().Cookies()) > 0 || strings.Contains(h.Get("Cache-Control"), "private") {
			t.Errorf("%s: %d %v", path, w.Code, h)
		}
		fmt.Fprintln(&all, path, w.Code, h.Get("ETag"), h.Get("Cache-Control"), h.Get("Vary"), w.Body)
	}
	return all.String()
}

// The staff look at every page, and decide on one: a stranger's bytes are the same before
// and after, from the cache and rendered anew.
func TestTheStaffLeaveNothingOnTheStrangersPages(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.set("comment.flood", "0")
		server := s.server()
		for _, text := range []string{"The first words.", "The second words."} {
			s.check(server.Commands["say"]("0", text))
		}
		s.check(server.Commands["write"]("Anna", "The words that wait."))
		before := strangersSee(t, s)
		for role, sees := range map[people.Role]bool{
			people.Administrator: true, people.Editor: true, people.Moderator: true, people.AuthorRole: true, people.Contributor: true,
			people.Subscriber: false,
		} {
			d := s.newBrowser("10.9.2.1")
			cookie := s.cookie(role)
			d.cookies[cookie.Name] = cookie
			for _, path := range strangersPaths {
				w := d.send(http.MethodGet, path, nil)
				h := w.Header()
				if w.Code != http.StatusOK || h.Get("Cache-Control") != "private, no-store" || h.Get("ETag") != "" || h.Get("Surrogate-Key") != "" || h.Get("Set-Cookie") != "" {
					t.Errorf("%s by %s: %d %v", path, role, w.Code, h)
				}
				isPage := strings.HasPrefix(h.Get("Content-Type"), "text/html")
				if has := strings.Contains(w.Body.String(), `id="staffbar"`); has != (sees && isPage) {
					t.Errorf("%s by %s: a bar %v", path, role, has)
				}
				mayDecide := role == people.Administrator || role == people.Editor || role == people.Moderator
				if strings.HasPrefix(path, "/2026/") && isPage && strings.Contains(w.Body.String(), "The words that wait.") != mayDecide {
					t.Errorf("%s by %s: what waits is shown, or is not", path, role)
				}
			}
		}
		if strangersSee(t, s) != before {
			t.Error("a stranger's page has changed after the staff looked at it")
		}
		s.decideOnThePage(t, "/2026/11/20/strait-opens-again/")
		after := strangersSee(t, s)
		if after == before {
			t.Error("the decision has changed nothing")
		}
		// The first to look at a page that is not cached yet.
		cold := *s
		cold.handler = s.server().Handler
		d := cold.newBrowser("10.9.2.2")
		cookie := s.cookie(people.Administrator)
		d.cookies[cookie.Name] = cookie
		for _, path := range strangersPaths {
			d.send(http.MethodGet, path, nil)
		}
		if withoutTags(strangersSee(t, &cold)) != withoutTags(after) {
			t.Error("a stranger's page has changed because the staff were the first to look at it")
		}
		s.options.Cache.Bytes = 0
		fresh := *s
		fresh.handler = s.server().Handler
		if withoutTags(strangersSee(t, &fresh)) != withoutTags(after) {
			t.Error("a stranger's cached pages differ from fresh ones")
		}
	})
}

// withoutTags removes the validators, which a page that is not cached lacks.
func withoutTags(s string) string {
	return regexp.MustCompile(`"[0-9a-f]{8,}(-\w+)?"`).ReplaceAllString(s, "")
}

// decideOnThePage hides the first comment of an article, and undoes that twice, with the
// forms on its page. It leaves the comment hidden.
func (s *deskSite) decideOnThePage(t *testing.T, path string) {
	t.Helper()
	d := s.newBrowser("10.9.3.1")
	cookie := s.cookie(people.Moderator)
	d.cookies[cookie.Name] = cookie
	follow := func(w *httptest.ResponseRecorder) string {
		t.Helper()
		to := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, path) || !strings.HasSuffix(to, "#comment-1") {
			t.Fatalf("a decision answers %d %s %s", w.Code, to, w.Body)
		}
		page, _, _ := strings.Cut(to, "#")
		return d.send(http.MethodGet, page, nil).Body.String()
	}
	field := func(page, name string) string {
		t.Helper()
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("the page has no field %s: %s", name, page)
		}
		return m[1]
	}
	for i := range 3 {
		page := d.send(http.MethodGet, path, nil).Body.String()
		page = page[strings.Index(page, `id="comment-1"`):]
		page = follow(d.send(http.MethodPost, "/desk/comments/decide", url.Values{
			"comment": {field(page, "comment")}, "do": {"trash"}, "back": {field(page, "back")},
		}))
		if i == 2 {
			return
		}
		bar := page[strings.Index(page, `id="staff-said"`):]
		page = follow(d.send(http.MethodPost, "/desk/undo", url.Values{"operation": {field(bar, "operation")}, "back": {field(bar, "back")}}))
		if !strings.Contains(page, "Undone.") || strings.Contains(page, `name="operation"`) {
			t.Error("the bar does not say that the decision was undone")
		}
	}
}

// A moderator of some sections has the bar on every page, and the actions under the
// stories of these sections alone. So has an author under the own stories.
func TestTheBarOfLimitedStaff(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.check(s.server().Commands["write"]("Anna", "The words that wait."))
		sport := must(newsroom.LoadSite(t.Context(), db)).Categories.ByPath("sport")
		look := func(categories ...int64) string {
			s.check(people.SetCategoryLimit(t.Context(), db, models.ActorShell, s.users[people.Moderator].ID, categories, ""))
			d := s.newBrowser("10.9.4.1")
			cookie := s.cookie(people.Moderator)
			d.cookies[cookie.Name] = cookie
			return d.send(http.MethodGet, "/2026/11/20/strait-opens-again/", nil).Body.String()
		}
		if page := look(sport.ID); !strings.Contains(page, `id="staffbar"`) || strings.Contains(page, "staff-actions") || strings.Contains(page, "The words that wait.") {
			t.Error("outside of the sections there is no bar, or there are actions")
		}
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			author, err := taxonomy.AuthorBySlug(t.Context(), tx, "samir-qadri")
			if err == nil {
				err = taxonomy.TieAuthor(t.Context(), tx, models.ActorShell, author.ID, models.Subject{Kind: models.AccountSubject, ID: s.users[people.AuthorRole].ID})
			}
			return err
		}))
		d := s.newBrowser("10.9.5.1")
		d.cookies["author"] = s.cookie(people.AuthorRole)
		if page := d.send(http.MethodGet, "/2026/11/20/strait-opens-again/", nil).Body.String(); !strings.Contains(page, "The words that wait.") || strings.Contains(page, "first-comment") {
			t.Error("authors cannot decide under their own story")
		}
		if page := d.send(http.MethodGet, "/2026/11/18/pilots-walk-out-in-the-strait/", nil).Body.String(); !strings.Contains(page, "staffbar") || strings.Contains(page, "/desk/comments/article/") {
			t.Error("authors can decide under a story of others")
		}
		world := must(newsroom.LoadSite(t.Context(), db)).Categories.ByPath("world-news")
		if page := look(world.ID); !strings.Contains(page, "staff-hold") || !strings.Contains(page, "The words that wait.") {
			t.Error("inside of the sections nothing can be decided")
		}
	})
}
