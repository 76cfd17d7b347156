package handlers

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// GateOptions bound how many pages are rendered at once. Pages from the page
// cache do not count.
type GateOptions struct {
	AtOnce int // 0: no bound
	Queue  int // requests that may wait for a slot; more are refused with 503
	// Crowded is called with true when requests begin to wait, and with false
	// when no request has begun to wait for some seconds. It may be nil.
	Crowded func(bool)
}

// gates are the server's gates for pages that must be rendered. Browsers with a
// session and browsers of commenters have a gate of their own, so that a crowd
// of visitors does not hold them up. Posted forms bypass both gates.
type gates struct {
	visitors, known *gate
	crowd           *crowd
}

func newGates(o GateOptions) *gates {
	w := &crowd{tell: o.Crowded, tick: time.Second}
	return &gates{
		&gate{slots: o.AtOnce, most: o.Queue, queued: w.recordWait},
		&gate{slots: o.AtOnce, most: o.Queue, queued: w.recordWait},
		w,
	}
}

// GateStats are the figures of both gates since the start of the server.
type GateStats struct {
	Entered int64         // requests that got a slot
	Waited  int64         // entered requests that had to wait
	Refused int64         // requests that found the queue full
	Left    int64         // requests that left the queue because the client hung up
	Longest time.Duration // wait
	Waiting int           // requests that wait now
}

// stats adds up both gates.
func (g *gates) stats() (s GateStats) {
	for _, one := range []*gate{g.visitors, g.known} {
		one.mu.Lock()
		s.Waiting += one.waiting.Len()
		one.mu.Unlock()
		s.Entered += one.entered.Load()
		s.Waited += one.waited.Load()
		s.Refused += one.refused.Load()
		s.Left += one.left.Load()
		s.Longest = max(s.Longest, time.Duration(one.longest.Load()))
	}
	return s
}

// crowd tells when requests begin to wait and when that is over.
type crowd struct {
	tell func(bool)
	tick time.Duration
	last atomic.Int64 // when a request last began to wait, in ns
	on   atomic.Bool
}

// crowdOver is how many ticks without a waiting request end a crowd.
const crowdOver = 2

func (w *crowd) recordWait() {
	if w.tell == nil {
		return
	}
	w.last.Store(time.Now().UnixNano())
	if w.on.Load() || !w.on.CompareAndSwap(false, true) {
		return
	}
	w.tell(true)
	go func() {
		ticker := time.NewTicker(w.tick)
		defer ticker.Stop()
		for now := range ticker.C {
			if now.UnixNano()-w.last.Load() > int64(crowdOver*w.tick) {
				w.tell(false)
				w.on.Store(false)
				return
			}
		}
	}()
}

type gateKey struct{}

// withGate chooses the gate for a request, and for a page that is rendered for
// it.
func (s *server) withGate(r *http.Request, known bool) context.Context {
	g := s.gates.visitors
	if known {
		g = s.gates.known
	}
	return context.WithValue(context.WithValue(r.Context(), gateKey{}, g), networkKey{}, networkOf(s.clients.address(r)))
}

// enterGate waits at the gate that was chosen for a context.
func (s *server) enterGate(ctx context.Context) (leave func(), err error) {
	g, ok := ctx.Value(gateKey{}).(*gate)
	if !ok {
		g = s.gates.visitors
	}
	return g.enter(ctx)
}

// unqueued are the rows that never wait although their pages are not cached. They
// cost little, and the staff and the monitoring need them most when the site is
// full.
var unqueued = map[string]bool{
	"health": true, "ready": true, "sign in": true, "forgotten password": true, "reset password": true, "first administrator": true,
	"export log": true, "export own comments": true, // these send rows while they read them
	"post comment by GET": true, "WordPress sign-in": true, "WordPress desk": true, "WordPress desk without slash": true,
	"WordPress desk by name": true,
}

// takeTurn makes a request wait at its gate when the row's pages are not cached.
// Posted forms do not wait: they are limited for each network, and a comment
// must be accepted even when many readers wait. Sign-in pages, assets and health
// checks do not wait either.
func (s *server) takeTurn(row Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if row.Method != http.MethodGet || row.Cache != Never || unqueued[row.Name] {
			return next
		}
		return func(c echo.Context) error {
			r := c.Request()
			return s.inTurn(c, s.withGate(r, row.Entry != Anyone || s.cookies.knowsBrowser(r)), next)
		}
	}
}

const leaveKey = "leave"

// inTurn runs a handler in a slot of its gate. The slot is freed before the
// answer is sent, so that a client that reads slowly does not hold up others.
func (s *server) inTurn(c echo.Context, ctx context.Context, handle echo.HandlerFunc) error {
	leave, err := s.enterGate(ctx)
	if err != nil {
		return err
	}
	leave = sync.OnceFunc(leave)
	defer leave()
	c.Set(leaveKey, leave)
	return handle(c)
}

// endTurn frees the request's slot when the answer is ready to be sent.
func endTurn(c echo.Context) {
	if leave, ok := c.Get(leaveKey).(func()); ok {
		leave()
	}
}

// busyPage is the page that refuses a request because the queue is full. It is
// rendered once for each state of the site, because a refusal must be cheap.
type busyPage struct {
	site *newsroom.Site
	body []byte
}

func (ep *errorPages) busyBody(site *newsroom.Site) ([]byte, error) {
	if kept := ep.busy.Load(); kept != nil && (kept.site == site || !ep.cached) {
		return kept.body, nil
	}
	v := ep.problem(site, http.StatusServiceUnavailable, "what.unavailable")
	body, err := views.Render(ep.views, views.ProblemPage, v)
	if err == nil {
		ep.busy.Store(&busyPage{site, body})
	}
	return body, err
}

// answerBusy refuses a request because the queue is full.
func (ep *errorPages) answerBusy(c echo.Context) {
	r := c.Request()
	ep.tellQueueFull(r.Context())
	h := c.Response().Header()
	setRetryAfter(h, errQueueFull)
	h.Set("Cache-Control", "no-store")
	kept := ep.busy.Load()
	if ep.cached {
		// The site is in memory, or one read serves all waiting requests.
		if site, err := ep.site.Get(r.Context()); err == nil {
			_, _ = ep.busyBody(site) // the page for an earlier state will do
			kept = ep.busy.Load()
		}
	}
	if isREST(r) {
		ep.sendRESTProblem(c, errQueueFull)
		return
	}
	if wantsJSON(r) {
		_ = c.JSON(http.StatusServiceUnavailable, problemJSON{Message: ep.text(kept.site, "what.unavailable")}) // the client may have gone
		return
	}
	_ = c.HTMLBlob(http.StatusServiceUnavailable, kept.body)
}

// toldEvery is how often the log speaks of refused requests.
const toldEvery = time.Minute

// tellQueueFull logs at most once a minute how many requests were refused, and
// keeps it for the doctor command.
func (ep *errorPages) tellQueueFull(ctx context.Context) {
	now := time.Now().UnixNano()
	last := ep.busyTold.Load()
	if last != 0 && now-last < int64(toldEvery) || !ep.busyTold.CompareAndSwap(last, now) {
		return
	}
	stats := ep.gates.stats()
	ep.log.WarnContext(ctx, "too many pages wait to be rendered: requests are refused with 503",
		"refused", stats.Refused, "waiting", stats.Waiting, "waited", stats.Waited, "longest", stats.Longest)
	ctx = context.WithoutCancel(ctx)
	go func() {
		detail := fmt.Sprintf("%d refused, longest wait %v", stats.Refused, stats.Longest.Round(time.Millisecond))
		if err := models.SaveNotice(ctx, ep.db, models.QueueFull, detail); err != nil {
			ep.log.WarnContext(ctx, "the notice for the doctor command was not stored", "error", err.Error())
		}
	}()
}
