package pagecache_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/handlers/pagecache"
	"broadsheet/models"
	"broadsheet/models/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// bench is a cache on a database of its own.
type bench struct {
	*testing.T
	*pagecache.Cache
	db    *models.DB
	clock *modeltest.Clock
	made  atomic.Int64 // pages made
}

func newBench(t *testing.T, change func(*pagecache.Options)) *bench {
	t.Helper()
	b := &bench{T: t, clock: modeltest.NewClock()}
	b.db = modeltest.SQLite(t, b.clock)
	o := pagecache.Options{DB: b.db, MaxBytes: 1 << 20, MarkBegin: "<!--personal-->", MarkEnd: "<!--/personal-->", HotPrefix: "article:"}
	if change != nil {
		change(&o)
	}
	var err error
	if b.Cache, err = pagecache.New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return b
}

// touch commits a change of the tags.
func (b *bench) touch(tags ...models.CacheTag) {
	b.Helper()
	if err := b.db.Write(b.Context(), func(tx *models.Tx) error { tx.Touch(tags...); return nil }); err != nil {
		b.Fatal(err)
	}
}

// page returns a load of a page with a text and tags.
func (b *bench) page(text string, tags ...models.CacheTag) func(context.Context) (*pagecache.Response, error) {
	return func(context.Context) (*pagecache.Response, error) {
		b.made.Add(1)
		return &pagecache.Response{
			Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			Body: []byte(text), Cacheable: true, Tags: tags,
		}, nil
	}
}

func (b *bench) load(key string, exact bool, load func(context.Context) (*pagecache.Response, error)) *pagecache.Page {
	b.Helper()
	p, err := b.Load(b.Context(), key, exact, load)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func (b *bench) kept(key string) bool { return b.Lookup(b.Context(), key, b.db.Now()) != nil }

// get sends a page as to a browser.
func (b *bench) get(p *pagecache.Page, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.Serve(w, r, b.db.Now())
	return w
}

func TestTwoHundredReadersShareOneLoad(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	waiting, go_ := atomic.Int64{}, make(chan struct{})
	var readers sync.WaitGroup
	for range 200 {
		readers.Go(func() {
			waiting.Add(1)
			p, err := b.Load(t.Context(), "/", false, func(ctx context.Context) (*pagecache.Response, error) {
				<-go_
				return b.page("hello", "a")(ctx)
			})
			if err != nil || b.get(p).Body.String() != "hello" {
				t.Error(p, err)
			}
		})
	}
	for waiting.Load() < 200 {
		time.Sleep(time.Millisecond) // a condition is waited for, not a time
	}
	close(go_)
	readers.Wait()
	if n := b.made.Load(); n != 1 {
		t.Errorf("made %d times", n)
	}
	if s := b.Stats(); s.Loads != 1 || s.Pages != 1 {
		t.Errorf("%+v", s)
	}
}

// A load that waits for room is cancelled when all its clients have hung up, and
// only then. A change during the wait does not overtake it.
func TestALoadWithoutWaitingClientsIsCancelled(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	room, left := make(chan struct{}), make(chan struct{})
	inside := atomic.Int64{}
	b.Enter = func(ctx context.Context) (func(), error) {
		select {
		case <-room:
			inside.Add(1)
			return func() { inside.Add(-1) }, nil
		case <-ctx.Done():
			close(left)
			return nil, ctx.Err()
		}
	}
	ask := func(ctx context.Context) chan error {
		answer := make(chan error, 1)
		go func() {
			_, err := b.Load(ctx, "/", false, b.page("hello", "a"))
			answer <- err
		}()
		return answer
	}
	first, leaveFirst := context.WithCancel(t.Context())
	second, leaveSecond := context.WithCancel(t.Context())
	one := ask(first)
	for b.Waiters("/") != 1 {
		runtime.Gosched()
	}
	two := ask(second)
	for b.Waiters("/") != 2 {
		runtime.Gosched()
	}
	leaveFirst()
	if err := <-one; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	select {
	case <-left:
		t.Error("the load was given up while somebody waits for it")
	default:
	}
	leaveSecond()
	if err := <-two; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-left
	if b.made.Load() != 0 {
		t.Error("it was made for nobody")
	}
	three := ask(t.Context())
	for b.Waiters("/") != 1 {
		runtime.Gosched()
	}
	b.touch("a")
	room <- struct{}{}
	if err := <-three; err != nil || b.made.Load() != 1 || inside.Load() != 0 || b.Stats().Pages != 1 {
		t.Errorf("%v, made %d times, %d inside, %+v", err, b.made.Load(), inside.Load(), b.Stats())
	}
}

// A load continues when the client that started it disconnects.
func TestALoadOutlivesTheClientThatStartedIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	ctx, leave := context.WithCancel(t.Context())
	began, go_ := make(chan struct{}), make(chan struct{})
	left := make(chan error)
	go func() {
		_, err := b.Load(ctx, "/", false, func(ctx context.Context) (*pagecache.Response, error) {
			close(began)
			<-go_
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return b.page("hello", "a")(ctx)
		})
		left <- err
	}()
	<-began
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the reader who left got %v", err)
	}
	close(go_)
	b.load("/", false, b.page("hello", "a"))
	if n := b.made.Load(); n != 1 {
		t.Errorf("made %d times", n)
	}
}

// A load that a change overtook serves only requests from before the change, and is
// not stored.
func TestALoadThatAChangeOvertookIsNotCached(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	began, go_ := make(chan struct{}), make(chan struct{})
	early := make(chan string)
	go func() {
		p, err := b.Load(t.Context(), "/", false, func(ctx context.Context) (*pagecache.Response, error) {
			close(began)
			<-go_
			return b.page("old", "article:1", "x")(ctx)
		})
		if err != nil {
			t.Error(err)
		}
		early <- b.get(p).Body.String()
	}()
	<-began
	b.touch("article:1")
	late := make(chan string)
	go func() {
		p, err := b.Load(t.Context(), "/", false, b.page("new", "article:1"))
		if err != nil {
			t.Error(err)
		}
		late <- b.get(p).Body.String()
	}()
	close(go_)
	if got := <-early; got != "old" {
		t.Errorf("who asked before the change got %q", got)
	}
	if got := <-late; got != "new" {
		t.Errorf("who asked after the change got %q", got)
	}
	if got := b.get(b.load("/", false, b.page("newer", "article:1"))).Body.String(); got != "new" {
		t.Errorf("kept: %q", got)
	}
}

// A change of another tag does not overtake a load.
func TestAChangeOfAnotherTagLeavesALoadCached(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.load("/", false, func(ctx context.Context) (*pagecache.Response, error) {
		b.touch("article:2")
		return b.page("hello", "article:1")(ctx)
	})
	if !b.kept("/") {
		t.Error("not kept")
	}
}

func TestAChangeDropsThePagesThatShowIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.load("/a", false, b.page("a", "article:1", "settings"))
	b.load("/b", false, b.page("b", "article:2", "settings"))
	b.touch("article:1")
	if b.kept("/a") || !b.kept("/b") {
		t.Error("article:1 drops /a alone")
	}
	b.load("/a", false, b.page("a", "article:1", "settings"))
	b.touch(models.EverythingTag)
	if s := b.Stats(); s.Pages != 0 || s.Bytes != 0 {
		t.Errorf("left after everything changed: %+v", s)
	}
}

func TestErrorsAndOddAnswersAreNotCached(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	if _, err := b.Load(t.Context(), "/", false, func(context.Context) (*pagecache.Response, error) { return nil, errors.New("no") }); err == nil {
		t.Error("no error")
	}
	if _, err := b.Load(t.Context(), "/", false, func(context.Context) (*pagecache.Response, error) { panic("no") }); err == nil {
		t.Error("no error after a crash")
	}
	p := b.load("/", false, func(context.Context) (*pagecache.Response, error) {
		return &pagecache.Response{Status: http.StatusMovedPermanently, Header: http.Header{"Location": {"/b"}}}, nil
	})
	if w := b.get(p); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/b" || b.kept("/") {
		t.Error(w.Code, w.Header())
	}
}

func TestTheCacheStaysBelowItsSize(t *testing.T) {
	t.Parallel()
	const bound = 200 << 10
	b := newBench(t, func(o *pagecache.Options) { o.MaxBytes = bound })
	for i := range 300 {
		b.get(b.load(fmt.Sprint("/", i), false, b.page(strings.Repeat("page ", 1000), "a", models.CacheTag(fmt.Sprint("b:", i)))), "Accept-Encoding", "gzip")
		b.load("/often", false, b.page("often", "a"))
		if s := b.Stats(); s.Bytes > bound || s.Pages == 0 {
			t.Fatalf("after %d pages: %+v", i, s)
		}
	}
	if s := b.Stats(); s.Evictions == 0 || !b.kept("/often") || b.kept("/0") {
		t.Errorf("%+v; what is read often stays, what is not goes", s)
	}
	b.touch("a")
	if s := b.Stats(); s.Pages != 0 || s.Bytes != 0 {
		t.Errorf("left: %+v", s)
	}
	b.load("/big", false, b.page(strings.Repeat("x", bound), "a"))
	if b.kept("/big") {
		t.Error("one page takes all the room")
	}
}

func TestAPageExpiresAtItsDeadline(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	turn := b.clock.Now().Add(time.Hour)
	b.load("/", false, func(ctx context.Context) (*pagecache.Response, error) {
		d, err := b.page("hello", "a")(ctx)
		d.Deadlines = []time.Time{turn, turn.Add(-2 * time.Hour), {}}
		return d, err
	})
	for _, step := range []struct {
		by   time.Duration
		kept bool
	}{{0, true}, {time.Hour - time.Microsecond, true}, {time.Microsecond, false}, {-3 * time.Hour, false}} {
		if b.clock.Advance(step.by); b.kept("/") != step.kept {
			t.Errorf("kept %v at %v", b.kept("/"), b.clock.Now())
		}
	}
}

// Up to the rate every change is visible at once. A hot page may be stale for a
// second, except for exact requests.
func TestManyChangesMakeAHotPageStaleForASecondAtMost(t *testing.T) {
	t.Parallel()
	b, tick := newBench(t, func(o *pagecache.Options) { o.HotRate = 5 }), modeltest.NewClock()
	b.SetClock(tick.Now)
	load := func(exact bool) string {
		text := fmt.Sprint(b.Stats().Loads)
		return b.get(b.load("/", exact, b.page(text, "article:1"))).Body.String()
	}
	for i := range 5 {
		load(false)
		if b.touch("article:1"); b.kept("/") {
			t.Fatalf("change %d is not seen", i+1)
		}
	}
	first := load(false)
	b.touch("article:1") // the sixth within a second
	if !b.kept("/") {
		t.Fatal("a storm is not noticed")
	}
	if old := load(false); old != first {
		t.Errorf("in a storm, got %s after %s", old, first)
	}
	if own := load(true); own == first {
		t.Error("who wrote there got an old page")
	}
	b.touch("article:1", "settings")
	b.touch("article:2")
	again := load(false)
	if tick.Advance(time.Second / 4); load(false) != again {
		t.Error("a page that is a quarter of a second old is made anew")
	}
	if tick.Advance(time.Second); load(false) == again {
		t.Error("an old page is given for ever")
	}
}

// Readers, writers and time at once; every answer is as new as the last change
// before it was asked for.
func TestAnswersAreNeverOlderThanTheLastChange(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *pagecache.Options) { o.MaxBytes = 64 << 10 })
	const keys = 8
	var state, answered [keys]atomic.Int64
	var done atomic.Bool
	var readers, writers sync.WaitGroup
	for i := range 6 {
		readers.Go(func() {
			for n := i; !done.Load(); n++ {
				k := n % keys
				before := answered[k].Load()
				p, err := b.Load(t.Context(), fmt.Sprint("/", k), false, func(ctx context.Context) (*pagecache.Response, error) {
					return b.page(fmt.Sprint(state[k].Load(), " ", strings.Repeat("x", 3000)), models.CacheTag(fmt.Sprint("article:", k)))(ctx)
				})
				if err != nil {
					t.Error(err)
					return
				}
				var shown int64
				fmt.Sscan(b.get(p, "Accept-Encoding", []string{"", "gzip;q=0"}[n&1]).Body.String(), &shown)
				if shown < before {
					t.Errorf("shows %d after %d", shown, before)
				}
			}
		})
	}
	for i := range 2 {
		writers.Go(func() {
			for n := range 60 {
				k := 2*(n%(keys/2)) + i // one writer for each
				var next int64
				err := b.db.Write(t.Context(), func(tx *models.Tx) error {
					tx.Touch(models.CacheTag(fmt.Sprint("article:", k)))
					next = state[k].Add(1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
				answered[k].Store(next)
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
}
