package jobs

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"broadsheet/handlers/feeds"
	"broadsheet/models"
	"broadsheet/models/feedstate"
	"broadsheet/models/newsroom"
	"broadsheet/models/queue"
	"broadsheet/models/settings"
)

// JobPing is the kind of job that tells the hub of a changed feed. Its key is the name
// of the feed and the digest of the content, with a space between.
const JobPing = queue.Call + "hub"

// Limits of the hub's lane.
const (
	hubTimeout  = 10 * time.Second // of one call
	hubDelay    = time.Second      // several changes in this time are one call
	hubLease    = 10 * time.Second
	hubChanges  = 200  // entries of the change log at a time
	hubArticles = 100  // articles that one look compares; with more, all known feeds are compared
	hubSweep    = 20   // feeds compared in one look, when any may have changed
	hubUntold   = 100  // calls added at once
	hubAnswer   = 1024 // bytes that are read of an answer
)

// Hub tells a WebSub hub (https://www.w3.org/TR/websub/) which feeds have changed. It
// compares the feeds that a change can have touched, so the hub hears of those
// whose content differs and of no others.
type Hub struct {
	DB     *models.DB
	Maker  *feeds.Maker
	holder string
	client *http.Client

	mu       sync.Mutex
	seen     int64  // the last change that was looked at
	sweeping bool   // all known feeds are being compared
	after    string // the last of them that was compared
}

// NewHub makes a Hub. Changes from here on are told.
func NewHub(ctx context.Context, maker *feeds.Maker) (*Hub, error) {
	h := &Hub{DB: maker.DB, Maker: maker, holder: rand.Text(), client: &http.Client{
		Timeout: hubTimeout,
		// The operator has named the hub. An answer must not name another address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	var err error
	h.seen, err = models.LastChangeID(ctx, maker.DB)
	return h, err
}

// Lane returns the lane of the hub's calls, and the task that finds changed feeds.
func (h *Hub) Lane() Lane {
	return Lane{
		Name: "hub", Kinds: queue.Kinds{JobPing: h.ping},
		Tasks: []Task{{Name: "compare feeds for the hub", Every: time.Second, Run: func(ctx context.Context, _ *models.DB) error {
			return h.Compare(ctx)
		}}},
	}
}

// hubCursor is the last change whose feeds were compared, by any instance.
const hubCursor = "hub"

// Compare compares the feeds that were touched since the last look, and adds a job
// for each that has changed. Without a hub it does nothing. One instance at a time
// compares.
func (h *Hub) Compare(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	last, err := models.LastChangeID(ctx, h.DB)
	if err != nil || last == h.seen && !h.sweeping {
		return err
	}
	settings, err := settings.Load(ctx, h.DB)
	if err != nil {
		return err
	}
	from, err := models.Cursor(ctx, h.DB, hubCursor)
	if err != nil {
		return err
	}
	if settings.FeedHub == "" {
		h.seen, h.sweeping = last, false
		return h.moveCursor(ctx, from, 0)
	}
	if held, err := models.AcquireLease(ctx, h.DB, "compare feeds for the hub", h.holder, hubLease); err != nil || !held {
		return err
	}
	return h.catchUp(ctx, from, last)
}

// catchUp compares the feeds that the changes after one touched, up to the last.
func (h *Hub) catchUp(ctx context.Context, from, last int64) error {
	if from == 0 { // the hub is new: it is told of later changes
		from = h.seen
		if err := h.DB.Write(ctx, func(tx *models.Tx) error { return feedstate.TellAll(ctx, tx) }); err != nil {
			return err
		}
	}
	changes, err := feedstate.Changes(ctx, h.DB, from, hubChanges)
	if err != nil {
		return err
	}
	if err := h.compare(ctx, touchedBy(changes)); err != nil {
		return err
	}
	if len(changes) == hubChanges {
		last = changes[len(changes)-1].ID
	}
	if err := h.moveCursor(ctx, from, last); err != nil {
		return err
	}
	h.seen = last
	return h.addPings(ctx)
}

func (h *Hub) moveCursor(ctx context.Context, from, to int64) error {
	if from == to {
		return nil
	}
	return h.DB.Write(ctx, func(tx *models.Tx) error { return models.SetCursor(ctx, tx, hubCursor, to) })
}

// compare compares the feeds that a change can have touched with their stored state.
func (h *Hub) compare(ctx context.Context, t touched) error {
	if t.all || len(t.articles) > hubArticles {
		h.sweeping, h.after = true, ""
	}
	if !h.sweeping && t.empty() {
		return nil
	}
	site, err := newsroom.LoadSite(ctx, h.DB)
	if err != nil {
		return err
	}
	look := &look{Hub: h, site: site, touched: t}
	if err := look.load(ctx); err != nil {
		return err
	}
	for _, topic := range look.topics {
		if err := look.observe(ctx, topic); err != nil {
			return err
		}
	}
	if h.sweeping {
		return h.sweep(ctx, look)
	}
	return nil
}

// sweep compares the next of all known feeds.
func (h *Hub) sweep(ctx context.Context, l *look) error {
	names, err := feedstate.After(ctx, h.DB, h.after, hubSweep)
	if err != nil {
		return err
	}
	for _, name := range names {
		if topic, err := feeds.ParseName(name); err == nil && topic.HasHub() {
			if err := l.observe(ctx, topic); err != nil {
				return err
			}
		}
		h.after = name
	}
	h.sweeping = len(names) == hubSweep
	return nil
}

// addPings adds a job for each feed with content that the hub was not told of.
func (h *Hub) addPings(ctx context.Context) error {
	list, err := feedstate.Untold(ctx, h.DB, hubUntold)
	if err != nil || len(list) == 0 {
		return err
	}
	return h.DB.Write(ctx, func(tx *models.Tx) error {
		for _, f := range list {
			if err := queue.Add(ctx, tx, JobPing, f.Name+" "+f.News, nil, tx.Now.Add(hubDelay)); err != nil {
				return err
			}
		}
		return nil
	})
}

// ping tells the hub of a feed. It does nothing when the hub knows the content, when
// the content is older than the feed, or when there is no hub any more.
func (h *Hub) ping(ctx context.Context, job *queue.Job) error {
	name, news, _ := strings.Cut(job.Key, " ")
	f, err := feedstate.Load(ctx, h.DB, name)
	if err != nil || f == nil || f.News != news || f.Told == news {
		return err
	}
	site, err := newsroom.LoadSite(ctx, h.DB)
	if err != nil || site.FeedHub == "" {
		return err
	}
	topic, err := feeds.ParseName(name)
	if err != nil {
		return queue.Permanent(err)
	}
	feed, err := h.Maker.Make(ctx, site, topic)
	switch models.KindOf(err) {
	case models.NotFound, models.Gone:
		return nil
	}
	if err != nil {
		return err
	}
	form := url.Values{"hub.mode": {"publish"}}
	for _, format := range feeds.Formats {
		form.Add("hub.url", feed.Self(format))
	}
	if err := h.call(ctx, site.FeedHub, form); err != nil {
		return err
	}
	return h.DB.Write(ctx, func(tx *models.Tx) error { return feedstate.Tell(ctx, tx, name, news) })
}

// call posts a form to the hub. Every answer but 2xx is an error.
func (h *Hub) call(ctx context.Context, hub string, form url.Values) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", "Broadsheet (+"+h.Maker.BaseURL.String()+"/)")
	answer, err := h.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, hubAnswer)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the hub answered %s", answer.Status)
	}
	return nil
}
