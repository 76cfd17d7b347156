package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/public"
	"broadsheet/views"
)

// The coherence test takes random steps that write. After each step it compares
// all cached pages of one instance with the pages that another process, the
// judge, renders from the database without a cache.
//
// Three processes and two handles write: the instance with the cache by its
// forms and by the models, another handle in place of a second instance,
// commands, and the judge's own periodic tasks. After a step outside the instance
// the test waits for the number of the last change, never for a time.
//
//	BROADSHEET_COHERENCE_STEPS=10000 go test -run TestLongCoherence -timeout 2h ./cmd/broadsheet
//
// is the full length; BROADSHEET_COHERENCE_SEED walks another way. With
// BROADSHEET_COHERENCE_MINUTES a walk ends after that time, whatever its length.

// judgeWorkers is how many pages the judge renders at once.
const judgeWorkers = 4

// coherenceSteps is the default length of a walk.
const coherenceSteps = 90

func TestLongCoherence(t *testing.T) {
	steps := coherenceSteps
	if testing.Short() {
		steps = 25
	}
	if asked := os.Getenv("BROADSHEET_COHERENCE_STEPS"); asked != "" {
		var err error
		if steps, err = strconv.Atoi(asked); err != nil {
			t.Fatal(err)
		}
	}
	minutes := 0
	if asked := os.Getenv("BROADSHEET_COHERENCE_MINUTES"); asked != "" {
		var err error
		if minutes, err = strconv.Atoi(asked); err != nil {
			t.Fatal(err)
		}
	}
	binary := buildOnce(t)
	for name, dsn := range coherenceDatabases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, binary, dsn(t))
			began := time.Now()
			defer w.report(began)
			for range steps {
				if w.step(w.pick()); w.differences > 3 {
					t.Fatal("enough")
				}
				if minutes > 0 && time.Since(began) > time.Duration(minutes)*time.Minute {
					break
				}
			}
		})
	}
}

// A write that touches no cache tag is found, for each kind of fault.
func TestLongCoherenceFindsSeededFaults(t *testing.T) {
	t.Parallel()
	binary := buildOnce(t)
	for name, dsn := range coherenceDatabases {
		for _, fault := range faults {
			t.Run(name+"/"+fault.name, func(t *testing.T) {
				t.Parallel()
				w := newWalk(t, binary, dsn(t))
				w.quiet = true
				for _, k := range kinds[:2] { // none that takes a story away
					w.step(k)
				}
				if w.differences != 0 {
					t.Fatal("differences before the fault")
				}
				if w.step(fault); w.differences == 0 {
					t.Error("the fault was not found")
				}
			})
		}
	}
}

var coherenceDatabases = map[string]func(*testing.T) string{
	"sqlite": func(t *testing.T) string { return filepath.Join(t.TempDir(), "broadsheet.db") },
	"postgres": func(t *testing.T) string {
		return modeltest.PostgresTemplate(t, "broadsheet", func(dsn string) error {
			db, err := models.Open(context.Background(), models.Options{DSN: dsn})
			if err != nil {
				return err
			}
			return db.Close()
		})
	},
}

func buildOnce(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "broadsheet")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// walk is one walk.
type walk struct {
	*testing.T
	rng    *rand.Rand
	binary string
	dsn    string
	dir    string // of the instance that keeps pages, where commands find it

	here, there *models.DB // its handle, and another instance's
	site        http.Handler
	judge       *site
	judgeDir    string
	client      *http.Client

	articles      []int64
	pictures      []int64
	store         *blob.Variants // of their files
	photos        int            // files made so far
	written       []ownWriting   // comments that the test's own browsers have written
	administrator []*http.Cookie // the session of the account that changes settings; nil until then
	paths         []string       // the compared pages, except those of articles
	number        int            // of the step
	requests      int            // sent so far

	feeds map[string]feedState // the last answer of each feed

	session []*http.Cookie // of a moderator
	editor  []*http.Cookie // of an editor
	secret  string         // the application password of the same editor

	quiet       bool // differences are counted, not reported
	differences int
	compared    int
	kinds       map[string]int
	refused     int // steps that the site refused, such as an edit that comes too late
}

func newWalk(t *testing.T, binary, dsn string) *walk {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if asked := os.Getenv("BROADSHEET_COHERENCE_SEED"); asked != "" {
		var err error
		if seed, err = strconv.ParseUint(asked, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seed %d", seed)
	w := &walk{
		T: t, rng: rand.New(rand.NewPCG(seed, 1)), binary: binary, dsn: dsn, dir: shortDir(t), judgeDir: shortDir(t),
		kinds: map[string]int{}, feeds: map[string]feedState{}, client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	w.here, w.there = w.open(), w.open()
	w.openStore()
	w.fill()
	w.serveHere()
	w.judge = &site{env: os.Environ()}
	w.check(w.judge.start(w.judgeDir, binary, "--data", w.judgeDir, "--database", dsn, "--base-url", "http://news.example", "--cache", "0", "--trusted-proxy", "127.0.0.1/32"))
	t.Cleanup(w.judge.kill)
	w.compare("the beginning")
	return w
}

// shortDir returns a directory with a name short enough for a socket in it.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (w *walk) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("step %d: %v", w.number, err)
	}
}

func (w *walk) open() *models.DB {
	w.Helper()
	db, err := models.Open(w.Context(), models.Options{DSN: w.dsn})
	w.check(err)
	w.Cleanup(func() { db.Close() })
	return db
}

// serveHere makes the instance that keeps pages: it watches the change log, and
// commands can tell it.
func (w *walk) serveHere() {
	assets, err := public.New()
	w.check(err)
	renderer, err := views.New(assets, views.Options{})
	w.check(err)
	ctx, stop := context.WithCancel(context.Background())
	watched := make(chan struct{})
	w.Cleanup(func() { stop(); <-watched })
	w.site, err = handlers.New(ctx, handlers.Options{
		DB: w.here, Views: renderer, Assets: assets, Pictures: w.store, Secret: []byte("a secret of more than thirty-two bytes"),
		BaseURL: &url.URL{Scheme: "http", Host: "news.example"}, Log: slog.New(slog.NewTextHandler(w.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
		Cache: handlers.CacheOptions{Bytes: 32 << 20},
	})
	w.check(err)
	go func() { defer close(watched); w.here.Watch(ctx, watchEvery) }()
	(&app{options: options{Data: w.dir}}).listenControl(ctx, w.here)
}

// step does one thing and compares.
func (w *walk) step(k kind) {
	w.Helper()
	w.number++
	w.kinds[k.name]++
	k.do(w)
	w.compare(k.name)
}

// pick draws a kind of step, common ones often.
func (w *walk) pick() kind {
	total := 0
	for _, k := range kinds {
		total += k.often
	}
	n := w.rng.IntN(total)
	for _, k := range kinds {
		if n -= k.often; n < 0 {
			return k
		}
	}
	panic("unreachable")
}

// settle waits until both processes know of the last change, and returns its
// number.
func (w *walk) settle() int64 {
	w.Helper()
	last, err := models.LastChangeID(w.Context(), w.there)
	w.check(err)
	for began := time.Now(); w.here.Seen() < last; {
		if time.Since(began) > patience {
			w.Fatalf("step %d: change %d is not heard of", w.number, last)
		}
		time.Sleep(time.Millisecond) // the watcher's own time is 100 ms
	}
	w.check((&app{options: options{Data: w.judgeDir}, stderr: io.Discard}).tellServer(last))
	return last
}

// compare fetches every page from both. It waits for changes by the judge's
// own tasks, such as an article that falls due.
func (w *walk) compare(after string) {
	w.Helper()
	for try := 0; ; try++ {
		day, before := time.Now().YearDay(), w.settle()
		different := w.differing()
		last, err := models.LastChangeID(w.Context(), w.there)
		w.check(err)
		if len(different) == 0 || last == before && day == time.Now().YearDay() || try == 10 {
			w.differences += len(different)
			for _, d := range different {
				if !w.quiet {
					w.Errorf("step %d, after %s: %s", w.number, after, d)
				}
			}
			return
		}
	}
}

// differing lists the pages that differ. Nothing is written in between, but
// time alone changes some pages, for example when a slot of the front page
// ends. A page that differs from that of the judge is fetched again, between two of the
// judge's own, and one of these is right. A stale page equals neither.
func (w *walk) differing() (different []string) {
	paths := w.pages()
	for i, fresh := range w.fetchFresh(paths) {
		path, kept := paths[i], w.fetchHere(paths[i])
		w.compared++
		if kept == fresh {
			continue
		}
		fresh = w.fetchJudge(path)
		if kept = w.fetchHere(path); kept != fresh && kept != w.fetchJudge(path) {
			different = append(different, fmt.Sprintf("%s\n\tkept  %s\n\tfresh %s", path, near(kept, fresh), near(fresh, kept)))
		}
	}
	return different
}

// pages lists the cacheable pages: the fixed addresses and those of articles.
func (w *walk) pages() []string {
	site, err := newsroom.LoadSite(w.Context(), w.there)
	w.check(err)
	rows, err := newsroom.ByIDs(w.Context(), w.there, w.articles)
	w.check(err)
	paths := slices.Concat(w.paths, feedPaths, w.termPages())
	for _, id := range turn(w, w.pictures, 2) {
		paths = append(paths, fmt.Sprintf("/wp-json/wp/v2/media/%d", id))
	}
	for _, id := range turn(w, w.articles, 3) {
		path := site.ArticlePath(rows[id])
		paths = append(paths, path+"changes/", path+"republish/", path+"embed/", path+"feed/", fmt.Sprintf("/wp-json/wp/v2/posts/%d?_embed=1", id))
	}
	for _, id := range w.articles {
		path := site.ArticlePath(rows[id])
		paths = append(paths, path, fmt.Sprintf("/comments/count/%d/", id))
		if id == w.articles[0] || id == w.articles[1] {
			paths = append(paths, path+"republish/", path+"changes/")
		}
		if id == w.articles[0] {
			paths = append(paths, strings.TrimSuffix(path, "/")+"/feed/")
			paths = append(paths, strings.TrimSuffix(path, "/")+"/comment-page-2/", path+"?order=newest", path+"?utm_source=walk")
			paths = append(paths, path+"embed/", "/wp-json/oembed/1.0/embed?url="+url.QueryEscape("http://news.example"+path))
		}
	}
	return paths
}

// summary returns the compared parts of an answer.
func summary(status int, h http.Header, body string) string {
	return fmt.Sprintf("%d %s %s %s %s\n%s", status, h.Get("Content-Type"), h.Get("Location"), h.Get("ETag"), h.Get("Cache-Control"), body)
}

// network returns an address in a network of its own for each request, so that
// rate limits do not matter. Pages of one step can reach a limit, too: more than
// twenty of them may be "not found" and search for articles to suggest.
func (w *walk) network() string {
	w.requests++
	return fmt.Sprintf("%d.%d.%d.1", 11+w.requests>>16&127, w.requests>>8&255, w.requests&255)
}

func (w *walk) fetchHere(path string) string {
	answer := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(w.Context(), http.MethodGet, path, nil)
	r.RemoteAddr = w.network() + ":1"
	w.site.ServeHTTP(answer, r)
	w.noteFeed(path, answer.Code, answer.Header(), answer.Body.String())
	return summary(answer.Code, answer.Header(), answer.Body.String())
}

// fetchFresh fetches pages from the judge, several at once.
func (w *walk) fetchFresh(paths []string) []string {
	networks, answers := make([]string, len(paths)), make([]string, len(paths))
	errs := make([]error, judgeWorkers)
	for i := range networks {
		networks[i] = w.network()
	}
	var workers sync.WaitGroup
	for n := range judgeWorkers {
		workers.Go(func() {
			for i := n; i < len(paths) && errs[n] == nil; i += judgeWorkers {
				answers[i], errs[n] = w.askJudge(paths[i], networks[i])
			}
		})
	}
	workers.Wait()
	w.check(errors.Join(errs...))
	return answers
}

func (w *walk) fetchJudge(path string) string {
	answer, err := w.askJudge(path, w.network())
	w.check(err)
	return answer
}

func (w *walk) askJudge(path, network string) (string, error) {
	r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, strings.TrimSuffix(w.judge.url, "/")+path, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Accept-Encoding", "identity")
	r.Header.Set("X-Forwarded-For", network)
	answer, err := w.client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return summary(answer.StatusCode, answer.Header, string(body)), err
}

// near returns a piece of a around where it begins to differ from b.
func near(a, b string) string {
	_, restA, _ := strings.Cut(a, "\n") // the first line has the hash
	_, restB, _ := strings.Cut(b, "\n")
	if restA != restB {
		a, b = restA, restB
	}
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	return strconv.Quote(a[max(0, i-60):min(len(a), i+120)])
}

func (w *walk) report(begin time.Time) {
	var names []string
	for name, n := range w.kinds {
		names = append(names, fmt.Sprintf("%s %d", name, n))
	}
	slices.SortFunc(names, cmp.Compare)
	w.Logf("%d steps, %d pages compared, %d differences, %d refused, in %s: %s",
		w.number, w.compared, w.differences, w.refused, time.Since(begin).Round(time.Second), strings.Join(names, ", "))
}
