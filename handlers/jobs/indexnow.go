package jobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/indexnow"
)

// IndexNowEndpoint passes messages on to all search engines that take part.
const IndexNowEndpoint = "https://api.indexnow.org/indexnow"

// IndexNow tells search engines which articles have changed, at most once a minute
// and as long as the setting is on. It is a task of its own: a search engine that
// does not answer delays nothing else.
type IndexNow struct {
	DB       *models.DB
	BaseURL  *url.URL
	Key      string // see [indexnow.Key]; handlers shows it at KeyPath
	Endpoint string
	Log      *slog.Logger

	failures int
	after    time.Time // no earlier than this is the next try
}

// IndexNowKeyPath is the address of the file with the key.
const IndexNowKeyPath = "/indexnow.txt"

// indexNowCursor names the cursor in the change log.
const indexNowCursor = "indexnow"

// Times of IndexNow.
const (
	tellEvery   = time.Minute
	tellTimeout = 20 * time.Second
	longestWait = 2 * time.Hour // after failures
)

// Task returns the periodic task.
func (n *IndexNow) Task() Task {
	return Task{Name: "tell search engines by IndexNow", Every: tellEvery, OneInstance: true, Run: n.tell}
}

// Run runs the task until ctx ends.
func (n *IndexNow) Run(ctx context.Context) { n.Task().repeat(ctx, n.DB, n.Log, rand.Text()) }

// tell sends the changes since the last message. When the setting goes on,
// it begins with the changes from then on.
func (n *IndexNow) tell(ctx context.Context, db *models.DB) error {
	site, err := newsroom.LoadSite(ctx, db)
	if err != nil {
		return err
	}
	cursor, err := models.Cursor(ctx, db, indexNowCursor)
	if err != nil {
		return err
	}
	if !site.IndexNow || site.Hidden || !reachable(n.BaseURL) {
		if cursor != 0 {
			return n.setCursor(ctx, 0)
		}
		return nil
	}
	if cursor == 0 {
		last, err := models.LastChangeID(ctx, db)
		if err != nil {
			return err
		}
		return n.setCursor(ctx, max(1, last))
	}
	if db.Now().Before(n.after) {
		return nil
	}
	return n.tellSince(ctx, site, cursor)
}

// tellSince sends the changes after the cursor, and moves it. A failure leaves it
// and makes the task wait, longer each time.
func (n *IndexNow) tellSince(ctx context.Context, site *newsroom.Site, cursor int64) error {
	changes, upTo, err := indexnow.Pending(ctx, n.DB, site, cursor)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		if err := n.send(ctx, changes); err != nil {
			n.failures++
			n.after = n.DB.Now().Add(min(longestWait, tellEvery<<min(n.failures, 10)))
			return err
		}
		n.failures, n.after = 0, time.Time{}
	}
	if upTo == cursor {
		return nil
	}
	return n.setCursor(ctx, upTo)
}

func (n *IndexNow) setCursor(ctx context.Context, at int64) error {
	return n.DB.Write(ctx, func(tx *models.Tx) error { return models.SetCursor(ctx, tx, indexNowCursor, at) })
}

// reachable reports whether search engines can fetch the site: its address is a name
// with a dot, and not that of this machine.
func reachable(base *url.URL) bool {
	host := base.Hostname()
	return net.ParseIP(host) == nil && strings.Contains(host, ".") && !strings.HasSuffix(host, ".localhost")
}

// indexNowMessage is the body of a message (indexnow.org/documentation).
type indexNowMessage struct {
	Host        string   `json:"host"`
	Key         string   `json:"key"`
	KeyLocation string   `json:"keyLocation"`
	URLList     []string `json:"urlList"`
}

// indexNowClient follows no redirect: an answer must not name the address of a request
// from this machine.
var indexNowClient = &http.Client{
	Timeout:       tellTimeout,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// send sends one message. A message that the endpoint refuses for good is logged and
// given up: the same message would be refused again.
func (n *IndexNow) send(ctx context.Context, changes []indexnow.Change) error {
	base := n.BaseURL.String()
	m := indexNowMessage{Host: n.BaseURL.Host, Key: n.Key, KeyLocation: base + IndexNowKeyPath}
	for _, c := range changes {
		m.URLList = append(m.URLList, base+c.Path)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.Endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, err := indexNowClient.Do(r)
	if err != nil {
		return fmt.Errorf("IndexNow: %w", err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 4096) // so that the connection can be used again
	switch {
	case answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode >= 500:
		return fmt.Errorf("IndexNow: %s", answer.Status)
	case answer.StatusCode >= 300:
		n.Log.WarnContext(ctx, "IndexNow refused a message", "status", answer.Status, "addresses", len(m.URLList))
	}
	return nil
}
