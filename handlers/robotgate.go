package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/robots"
	"broadsheet/models/robots/fetches"
)

// robotGate turns away the AI robots that the settings deny, keeps the others to a
// pace, and counts the requests of all robots. It knows a robot by its own header; a
// robot with a false one passes, like a reader.
//
// A denied robot gets 403 for everything but robots.txt. robots.txt alone would be
// a request, and the pages would be read by robots that do not ask.
//
// The pace holds for all machines of a robot together, because crawlers spread their
// requests. It counts only requests that cost work: pages that are not cached, and pictures.
type robotGate struct {
	db    *models.DB
	site  *models.Snapshot[*newsroom.Site]
	log   *slog.Logger
	pace  *limiter
	count fetches.Counter
}

// robotRate is the pace of an AI robot.
var robotRate = rateClass{"robot", 1, 60}

// robotWait is the Retry-After of a robot that asks too fast, in seconds.
const robotWait = "30"

// flushEvery is the time between two writes of the counts.
const flushEvery = 10 * time.Second

func newRobotGate(db *models.DB, site *models.Snapshot[*newsroom.Site], log *slog.Logger) *robotGate {
	return &robotGate{db: db, site: site, log: log, pace: newLimiter(robotRate)}
}

// run writes the counts until ctx ends. The counts of the last seconds of a process
// are lost.
func (g *robotGate) run(ctx context.Context) {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := g.count.Flush(ctx, g.db); err != nil && ctx.Err() == nil {
				g.log.WarnContext(ctx, "cannot write the figures of robots", "error", err)
			}
		}
	}
}

// admit is before the page cache: denied robots get no cached page either.
func (g *robotGate) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent := robots.Find(userAgent(r))
		switch {
		case agent == nil:
		case g.denies(r, agent):
			g.count.Add(g.db.Now(), agent.Name, fetches.Denied)
			w.Header().Set("Cache-Control", "private, no-store")
			http.Error(w, "This site does not serve "+agent.Name+". See /robots.txt.", http.StatusForbidden)
			return
		default:
			g.count.Add(g.db.Now(), agent.Name, fetchOf(r.URL.Path))
		}
		next.ServeHTTP(w, r)
	})
}

// slow is behind the page cache.
func (g *robotGate) slow(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent := robots.Find(userAgent(r))
		if agent != nil && agent.Family.AI() && !unpaced(r.URL.Path) {
			if allowed, err := g.pace.known.Allow(agent.Name); err == nil && !allowed {
				g.count.Add(g.db.Now(), agent.Name, fetches.Slowed)
				w.Header().Set("Cache-Control", "private, no-store")
				w.Header().Set("Retry-After", robotWait)
				http.Error(w, "Too many requests. See /robots.txt.", http.StatusTooManyRequests)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// userAgent returns the header without the copying of http.Header.Get.
func userAgent(r *http.Request) string {
	if values := r.Header["User-Agent"]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func (g *robotGate) denies(r *http.Request, agent *robots.Agent) bool {
	if !agent.Family.AI() || r.URL.Path == "/robots.txt" {
		return false
	}
	site, err := g.site.Get(r.Context())
	return err == nil && slices.Contains(deniedFamilies(&site.Settings), agent.Family)
}

// unpaced reports whether an address is for all robots as often as they like.
func unpaced(path string) bool {
	kind := fetchOf(path)
	return kind == fetches.Feed || kind == fetches.File && !strings.HasPrefix(path, "/media/")
}

// fetchOf returns the kind of an address, for the figures.
func fetchOf(path string) fetches.Outcome {
	switch {
	case strings.Contains(path, "/feed/") || strings.HasSuffix(path, "/feed"):
		return fetches.Feed
	case path == "/robots.txt" || strings.HasSuffix(path, ".xml") || strings.HasSuffix(path, ".ico") ||
		strings.HasPrefix(path, "/media/") || strings.HasPrefix(path, "/assets/"):
		return fetches.File
	}
	return fetches.Page
}
