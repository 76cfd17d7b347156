package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/handlers/feeds"
	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/feedstate"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/queue"
)

// testHub is a WebSub hub. It takes pings, and subscribes to topics as readers ask
// it to: it reads the topic and learns its own name from it.
type testHub struct {
	*httptest.Server
	mu      sync.Mutex
	topics  []string // that were pinged since the last look, in order
	status  int      // of the answers
	blocked chan bool
}

func newTestHub(t *testing.T) *testHub {
	h := &testHub{status: http.StatusAccepted}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.blocked != nil {
			select {
			case <-h.blocked:
			case <-r.Context().Done():
			}
			return
		}
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.Form.Get("hub.mode") != "publish" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.status < 300 {
			h.topics = append(h.topics, r.Form["hub.url"]...)
		}
		w.WriteHeader(h.status)
	}))
	t.Cleanup(h.Close)
	return h
}

// pinged returns the topics that were pinged since the last call, RSS only, sorted.
func (h *testHub) pinged(base string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	for _, topic := range h.topics {
		path := strings.TrimPrefix(topic, base)
		if strings.HasSuffix(path, "/feed/") {
			list = append(list, path)
		}
	}
	h.topics = nil
	slices.Sort(list)
	return list
}

// hubSite is a site with a hub.
type hubSite struct {
	*mailSite
	hub  *testHub
	told *jobs.Hub
}

func newHubSite(t *testing.T, db *models.DB, clock *modeltest.Clock) *hubSite {
	s := &hubSite{mailSite: newMailSite(t, db, clock), hub: newTestHub(t)}
	base, err := url.Parse(s.server.URL)
	s.check(err)
	s.told, err = jobs.NewHub(t.Context(), &feeds.Maker{DB: db, Views: s.post.Views, BaseURL: base})
	s.check(err)
	s.set("feed.hub", s.hub.URL+"/")
	s.run()
	if got := s.hub.pinged(s.server.URL); len(got) != 0 {
		t.Fatalf("a new hub is told of old feeds: %q", got)
	}
	return s
}

func (s *hubSite) set(key, value string) {
	s.Helper()
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error { return models.SetSetting(s.Context(), tx, key, value) }))
}

// run compares the feeds and makes the calls that are due, until there are none.
func (s *hubSite) run() error {
	s.Helper()
	for range 10 { // a look at all feeds takes several
		s.check(s.told.Compare(s.Context()))
	}
	s.clock.Advance(2 * time.Second)
	var failed error
	for {
		done, err := queue.WorkDue(s.Context(), s.db, s.told.Lane().Kinds)
		failed = errors.Join(failed, err)
		if done == 0 {
			return failed
		}
	}
}

func (s *hubSite) save(m newsroom.Manuscript) *newsroom.Article {
	s.Helper()
	a, _, err := newsroom.Save(s.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, m)
	s.check(err)
	return a
}

// A hub is told of the feeds whose content has changed, once each, and of no others
// (C22).
func TestTheHubIsToldOfChangedFeeds(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newHubSite(t, db, clock)
		expect := func(step string, want ...string) {
			t.Helper()
			s.check(s.run())
			if got := s.hub.pinged(s.server.URL); !slices.Equal(got, want) {
				t.Errorf("%s: the hub was told of %q, want %q", step, got, want)
			}
		}
		story := newsroom.Manuscript{
			Title: "Crane falls", Body: "Nobody is hurt.", Categories: []taxonomy.CategoryRef{{Path: "world/harbour"}}, Tags: []string{"Cranes"},
			Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}}, PublishedAt: clock.Now(),
		}
		a := s.save(story)
		lists := []string{"/author/nadia-farrow/feed/", "/category/world/feed/", "/category/world/harbour/feed/", "/feed/", "/tag/cranes/feed/"}
		expect("an article is published", lists...)
		expect("nothing")

		story.ID, story.Title = a.ID, "A crane falls"
		s.save(story)
		expect("its headline changes", lists...)

		story.Title = "Moved there"
		s.save(story)
		story.Title = "A crane falls"
		s.save(story)
		expect("changed there and back")

		draft := s.save(newsroom.Manuscript{Title: "A draft", Body: "Text.", Status: newsroom.Draft})
		expect("a draft is saved")
		s.set("comment.flood", "1")
		expect("a setting that feeds do not show")

		s.set("feed.stories", "1")
		expect("shorter feeds", "/feed/") // only there are two articles
		s.save(newsroom.Manuscript{ID: s.article.ID, Title: "Strait is open", Body: "It is open.", PublishedAt: s.article.PublishedAt.Time})
		expect("an article that has left the feeds is edited")

		who := s.browser()
		site, err := newsroom.LoadSite(t.Context(), db)
		s.check(err)
		feed := site.ArticlePath(s.article) + "feed/"
		if status, _ := s.get(who, feed); status != http.StatusOK {
			t.Fatalf("%s answered %d", feed, status)
		}
		id := s.say(who, "Anna", 0, "A thought.", false)
		expect("a comment is held")
		s.decide(discussion.DoApprove, id, "")
		article := strings.Replace(feed, "strait-opens-again", must(newsroom.ByID(t.Context(), db, s.article.ID)).Slug, 1)
		expect("a comment is approved", article, "/comments/feed/")

		s.check(discussion.SetArticleStatus(t.Context(), db, models.ActorCommand, a.ID, newsroom.Withdrawn, ""))
		expect("an article is withdrawn", lists...)
		s.check(discussion.SetArticleStatus(t.Context(), db, models.ActorCommand, draft.ID, newsroom.Published, ""))
		expect("a draft is published", "/category/uncategorized/feed/", "/feed/")
		s.set("feed.hub", "")
		s.save(story)
		expect("there is no hub")
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A subscriber of any address of a feed finds the hub and the one topic, and the hub
// that fetches the topic after a ping gets the news.
func TestASubscriberGetsTheNews(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newHubSite(t, modeltest.SQLite(t, clock), clock)
	topics := map[string]bool{}
	for _, alias := range []string{"/feed/", "/feed/rss2/", "/?feed=rss2", "/feed", "/wp-rss2.php"} {
		resp, err := http.Get(s.server.URL + alias)
		s.check(err)
		resp.Body.Close()
		links := strings.Join(resp.Header.Values("Link"), ", ")
		self, hub, _ := strings.Cut(links, `>; rel="self", <`)
		if hub != s.hub.URL+`/>; rel="hub"` {
			t.Errorf("%s names %q", alias, links)
		}
		topics[strings.TrimPrefix(self, "<")] = true
	}
	if len(topics) != 1 || !topics[s.server.URL+"/feed/"] {
		t.Fatalf("the aliases name the topics %v", topics)
	}
	s.save(newsroom.Manuscript{Title: "Just in", Body: "News.", PublishedAt: clock.Now()})
	s.check(s.run())
	if got := s.hub.pinged(s.server.URL); !slices.Contains(got, "/feed/") {
		t.Fatalf("the hub was told of %q", got)
	}
	resp, err := http.Get(s.server.URL + "/feed/")
	s.check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	s.check(err)
	if !strings.Contains(string(body), "Just in") {
		t.Error("the hub finds no news in the feed")
	}
}

// A hub that refuses or is down is called again later, with the content of that time,
// and the operator learns of it.
func TestCallsOfADeadHubAreRepeated(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newHubSite(t, modeltest.SQLite(t, clock), clock)
	for _, status := range []int{http.StatusInternalServerError, http.StatusFound} {
		s.hub.status = status
		s.save(newsroom.Manuscript{Title: fmt.Sprint("News ", status), Body: "News.", PublishedAt: clock.Now()})
		if err := s.run(); err == nil {
			t.Errorf("status %d counts as success", status)
		}
	}
	stuck, err := queue.StuckCalls(t.Context(), s.db, jobs.JobPing)
	if err != nil || stuck.Retried == 0 || !strings.Contains(stuck.Error, "the hub answered") {
		t.Errorf("the operator sees %+v (%v)", stuck, err)
	}
	s.hub.status = http.StatusNoContent
	clock.Advance(3 * time.Minute)
	s.check(s.run())
	if got := s.hub.pinged(s.server.URL); !slices.Equal(got, []string{"/category/uncategorized/feed/", "/feed/"}) {
		t.Errorf("the hub was told of %q", got)
	}
	if f, err := feedstate.Load(t.Context(), s.db, "stories"); err != nil || f == nil || f.News != f.Told {
		t.Errorf("the feed is %+v (%v)", f, err)
	}
	if n, err := queue.StuckCalls(t.Context(), s.db, jobs.JobPing); err != nil || n.Retried+n.Dead != 0 {
		t.Errorf("calls left: %+v (%v)", n, err)
	}
}
