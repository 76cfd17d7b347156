package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
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
	"broadsheet/models/settings"
)

// testHub is a WebSub hub (https://www.w3.org/TR/websub/). It takes pings, and
// subscriptions, which it verifies at the subscriber. For a ping of a topic with
// subscribers it fetches the topic and delivers it.
type testHub struct {
	*httptest.Server
	mu          sync.Mutex
	topics      []string            // that were pinged since the last look, in order
	status      int                 // of the answers
	subscribers map[string][]string // callbacks by topic
	problems    []error
}

func newTestHub(t *testing.T) *testHub {
	h := &testHub{status: http.StatusAccepted, subscribers: map[string][]string{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		switch r.Form.Get("hub.mode") {
		case "publish":
			if h.status < 300 {
				h.topics = append(h.topics, r.Form["hub.url"]...)
				for _, topic := range r.Form["hub.url"] {
					h.problems = append(h.problems, h.deliver(topic))
				}
			}
			w.WriteHeader(h.status)
		case "subscribe":
			topic, callback := r.Form.Get("hub.topic"), r.Form.Get("hub.callback")
			if err := verify(callback, topic); err != nil {
				h.problems = append(h.problems, err)
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			h.subscribers[topic] = append(h.subscribers[topic], callback)
			w.WriteHeader(http.StatusAccepted)
		default:
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

// verify asks a subscriber whether it has asked for a topic: it must repeat a word.
func verify(callback, topic string) error {
	word := rand.Text()
	resp, err := http.Get(callback + "?" + url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {word}, "hub.lease_seconds": {"864000"},
	}.Encode())
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	echo, err := io.ReadAll(resp.Body)
	if resp.StatusCode/100 != 2 || string(echo) != word {
		return fmt.Errorf("%s does not confirm %s: %d %q (%w)", callback, topic, resp.StatusCode, echo, err)
	}
	return nil
}

// deliver fetches a topic and sends it to its subscribers, with the type and the links
// of the topic.
func (h *testHub) deliver(topic string) error {
	for _, callback := range h.subscribers[topic] {
		content, err := http.Get(topic)
		if err != nil {
			return err
		}
		r, err := http.NewRequest(http.MethodPost, callback, content.Body)
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", content.Header.Get("Content-Type"))
		r.Header["Link"] = content.Header["Link"]
		answer, err := http.DefaultClient.Do(r)
		content.Body.Close()
		if err != nil {
			return err
		}
		answer.Body.Close()
	}
	return nil
}

// subscriber is a feed reader that a hub can call.
type subscriber struct {
	*httptest.Server
	mu        sync.Mutex
	topic     string   // that it has asked for
	delivered []string // bodies
	types     []string
}

func newSubscriber(t *testing.T) *subscriber {
	u := &subscriber{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.mu.Lock()
		defer u.mu.Unlock()
		q := r.URL.Query()
		if r.Method == http.MethodGet {
			if q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != u.topic {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			_, _ = io.WriteString(w, q.Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		u.delivered, u.types = append(u.delivered, string(body)), append(u.types, r.Header.Get("Content-Type"))
	}))
	t.Cleanup(u.Close)
	return u
}

// subscribe finds hub and topic in the Link headers of an address, and subscribes.
func (u *subscriber) subscribe(t *testing.T, address string) (topic string) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	found := map[string]string{}
	for _, link := range resp.Header.Values("Link") {
		if m := regexp.MustCompile(`^<([^>]*)>; rel="(self|hub)"$`).FindStringSubmatch(link); m != nil {
			found[m[2]] = m[1]
		}
	}
	u.mu.Lock()
	u.topic = found["self"]
	u.mu.Unlock()
	answer, err := http.PostForm(found["hub"], url.Values{"hub.mode": {"subscribe"}, "hub.topic": {found["self"]}, "hub.callback": {u.URL + "/"}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		t.Fatalf("the hub answered %s to a subscription of %q", answer.Status, found["self"])
	}
	return found["self"]
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
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error { return settings.Set(s.Context(), tx, key, value) }))
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

// A subscriber of any address of a feed finds the hub and the one topic, subscribes, and
// gets the news when the hub has been told (C22).
func TestASubscriberGetsTheNews(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newHubSite(t, modeltest.SQLite(t, clock), clock)
	subscribers := map[string]*subscriber{}
	for alias, topic := range map[string]string{
		"/feed/": "/feed/", "/feed/rss2/": "/feed/", "/?feed=rss2": "/feed/", "/feed": "/feed/", "/wp-rss2.php": "/feed/",
		"/?feed=atom": "/feed/atom/", "/feed/json": "/feed/json/",
	} {
		u := newSubscriber(t)
		if got := u.subscribe(t, s.server.URL+alias); got != s.server.URL+topic {
			t.Errorf("%s names the topic %q, want %q", alias, got, topic)
		}
		subscribers[alias] = u
	}
	s.save(newsroom.Manuscript{Title: "Just in", Body: "News.", PublishedAt: clock.Now()})
	s.check(s.run())
	s.hub.mu.Lock()
	s.check(errors.Join(s.hub.problems...))
	s.hub.mu.Unlock()
	for alias, u := range subscribers {
		u.mu.Lock()
		if len(u.delivered) != 1 || !strings.Contains(u.delivered[0], "Just in") || !strings.HasSuffix(u.types[0], "; charset=utf-8") {
			t.Errorf("the subscriber of %s was sent %d texts of %q", alias, len(u.delivered), u.types)
		}
		u.mu.Unlock()
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
