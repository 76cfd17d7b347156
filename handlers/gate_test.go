package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// until waits for a condition.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for patience := time.Now().Add(30 * time.Second); !condition(); runtime.Gosched() {
		if time.Now().After(patience) {
			t.Fatalf("it never happens: %s", what)
		}
	}
}

// A gate lets in as many requests as it has slots. The others follow in the
// order in which they came. The gate refuses at once when its queue is full, and
// drops a request when its client hangs up.
func TestGateKeepsTheOrder(t *testing.T) {
	t.Parallel()
	g := handlers.NewGate(2, 50)
	var leaves []func()
	for range 2 {
		leave, err := g.Enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	let := make(chan int, 50)
	var gone sync.WaitGroup
	var cancels []context.CancelFunc
	for i := range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		cancels = append(cancels, cancel)
		gone.Go(func() {
			leave, err := g.Enter(ctx)
			if err != nil {
				if !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				return
			}
			let <- i
			leave()
		})
		until(t, "a caller waits", func() bool { return g.Waiting() == i+1 })
	}
	if _, err := g.Enter(t.Context()); models.KindOf(err) != models.Unavailable || g.Waiting() != 50 {
		t.Errorf("a full queue answers %v", err)
	}
	for i := 0; i < 50; i += 3 { // every third hangs up
		cancels[i]()
	}
	until(t, "those who hang up leave", func() bool { return g.Waiting() == 33 })
	leaves[0]() // one slot for all waiting requests shows their order
	gone.Wait()
	close(let)
	last, n := -1, 0
	for i := range let {
		if i <= last || i%3 == 0 {
			t.Errorf("%d is let in after %d", i, last)
		}
		last, n = i, n+1
	}
	if n != 33 || g.Waiting() != 0 {
		t.Errorf("%d were let in, %d still wait", n, g.Waiting())
	}
	leaves[1]()
}

// In any order of arriving, leaving and hanging up, at most as many callers are
// inside as there are slots. All slots are free afterwards.
func TestTheGateNeverAdmitsMoreThanItsSlots(t *testing.T) {
	t.Parallel()
	const slots = 3
	g := handlers.NewGate(slots, 20)
	var inside, most atomic.Int64
	var callers sync.WaitGroup
	for i := range 40 {
		callers.Go(func() {
			for n := range 200 {
				ctx, cancel := context.WithCancel(t.Context())
				if (i+n)%3 == 0 {
					go cancel()
				}
				if leave, err := g.Enter(ctx); err == nil {
					if now := inside.Add(1); now > most.Load() {
						most.Store(now)
					}
					runtime.Gosched()
					inside.Add(-1)
					leave()
				}
				cancel()
			}
		})
	}
	callers.Wait()
	if most.Load() > slots || g.Waiting() != 0 {
		t.Errorf("%d were inside, %d wait", most.Load(), g.Waiting())
	}
	for range slots {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := g.Enter(ctx); err != nil {
			t.Error("a slot is lost:", err)
		}
	}
}

// While the gate and its queue are full, a visitor gets a prepared page with
// 503 without a query of the database. Cached pages, health checks, the
// sign-in, the staff, commenters and posted comments are served as before.
func TestAFullGateStopsOnlyPagesThatAreNotCached(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.options.Gates = handlers.GateOptions{AtOnce: 1, Queue: 2}
		h, visitors, stats, err := handlers.Gated(t.Context(), s.options)
		s.check(err)
		commenter, editor := &browser{t: t, h: h}, &browser{t: t, h: h, cookies: []*http.Cookie{s.cookie(people.Editor)}}
		commenter.reply(s.ids["strait-opens-again"], "Anna", "The tide turned at noon.")
		if w := get(t, h, "/"); w.Code != http.StatusOK {
			t.Fatal(w.Code)
		}
		leave, err := visitors.Enter(t.Context())
		s.check(err)
		answers := make(chan int, 2)
		ask := func(ctx context.Context, path string) {
			go func() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
				answers <- w.Code
			}()
		}
		ask(t.Context(), "/category/world-news/")
		until(t, "the first waits", func() bool { return visitors.Waiting() == 1 })
		hangUp, cancel := context.WithCancel(t.Context())
		ask(hangUp, "/2026/11/20/strait-opens-again/?replytocom=1")
		until(t, "the second waits", func() bool { return visitors.Waiting() == 2 })

		ctx, statements := models.CountStatements(t.Context())
		for path, accept := range map[string]string{"/category/sport/": "text/html", "/comment/1/": "*/*", "/author/nadia-farrow/": "application/json", "/nowhere/": ""} {
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			r.Header.Set("Accept", accept)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s answers %d with %v", path, w.Code, w.Header())
			}
			if accept == "application/json" {
				if !strings.HasPrefix(w.Body.String(), `{"message":"`) {
					t.Errorf("a script gets %s", w.Body)
				}
			} else {
				checkPage(t, w.Body.String(), path)
				if !strings.Contains(w.Body.String(), "The Larkmoor Courier") {
					t.Error("the page is not in the site's look")
				}
			}
		}
		if n := statements.Load(); n > 1 { // the notice for the doctor command
			t.Errorf("refusing takes %d statements", n)
		}
		for _, path := range []string{"/", "/healthz", "/readyz", "/login", "/robots.txt"} {
			if w := get(t, h, path); path != "/robots.txt" && w.Code != http.StatusOK {
				t.Errorf("%s answers %d", path, w.Code)
			}
		}
		for what, w := range map[string]*httptest.ResponseRecorder{
			"the desk": editor.get("/desk/comments"), "an article for the editor": editor.get("/2026/11/20/strait-opens-again/"),
			"an article for a commenter": commenter.get("/2026/11/20/strait-opens-again/"),
		} {
			if w.Code != http.StatusOK {
				t.Errorf("%s answers %d", what, w.Code)
			}
		}
		commenter.reply(s.ids["strait-opens-again"], "Anna", "And it turned again.")
		(&browser{t: t, h: h}).reply(s.ids["strait-opens-again"], "Ben", "I saw it, too.")

		cancel()
		until(t, "the one that hung up has left", func() bool { return visitors.Waiting() == 1 })
		leave()
		if a, b := <-answers, <-answers; min(a, b) != http.StatusOK {
			t.Errorf("those who waited got %d and %d", a, b)
		}
		if got := stats(); got.Refused != 5 || got.Left != 1 || got.Waited < 1 || got.Waiting != 0 || got.Longest <= 0 {
			t.Errorf("the counts are %+v", got)
		}
		var notices []models.Notice
		until(t, "the doctor command is told", func() bool {
			notices, err = models.Notices(t.Context(), db, clock.Now().Add(-time.Hour))
			s.check(err)
			return len(notices) == 1 && notices[0].Kind == models.QueueFull
		})
	})
}
