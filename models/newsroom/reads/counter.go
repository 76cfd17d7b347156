package reads

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Kind says how a request for an article is counted.
type Kind int

// The kinds of requests.
const (
	Counted  Kind = iota // a person opened the article
	Robot                // a program that is no browser, or one that reads too much
	Prefetch             // a browser loaded the page without showing it
	Repeat               // the network has already read the article in this window
	kinds                // their number
)

// Counts are numbers of requests by kind.
type Counts struct {
	Counted    int
	Robots     int
	Prefetches int
	Repeats    int
}

// Requests returns the number of all requests.
func (c Counts) Requests() int { return c.Counted + c.Robots + c.Prefetches + c.Repeats }

func (c Counts) plus(d Counts) Counts {
	return Counts{c.Counted + d.Counted, c.Robots + d.Robots, c.Prefetches + d.Prefetches, c.Repeats + d.Repeats}
}

// wholeSite is the number in place of an article's for the counts of all articles.
const wholeSite = 0

// maxPending bounds the number of articles that wait for a flush. When there are
// more, because the database refuses writes, the rest counts for the site only.
const maxPending = 50_000

// Counter counts in memory. It is safe for use by several goroutines.
type Counter struct {
	sketch sketch

	mu    sync.Mutex
	dirty []*Tally // those with counts since the last flush

	flushing sync.Mutex
	pending  map[int64]Counts // taken from tallies, not yet stored
}

// NewCounter returns a counter.
func NewCounter() *Counter { return &Counter{pending: map[int64]Counts{}} }

// Tally counts the requests for one article. A cached page keeps one, so that a
// request costs one atomic addition.
type Tally struct {
	counter *Counter
	article int64
	counts  [kinds]atomic.Uint32
	queued  atomic.Bool // it is in Counter.dirty
}

// Tally returns a new tally of an article. An article may have several. A nil
// counter has none.
func (c *Counter) Tally(article int64) *Tally {
	if c == nil {
		return nil
	}
	return &Tally{counter: c, article: article}
}

// Read counts that a person opened the article, from the given address at an
// instant. It decides between Counted, Repeat and Robot. The zero Addr is a network
// like others: where a proxy does not tell its clients, all readers share it.
func (t *Tally) Read(addr netip.Addr, now time.Time) Kind {
	kind := t.counter.sketch.note(addr, t.article, now)
	t.Add(kind)
	return kind
}

// Add counts a request. It allocates nothing, and takes a lock only for the first
// request after a flush.
func (t *Tally) Add(kind Kind) {
	t.counts[kind].Add(1)
	if !t.queued.Load() && t.queued.CompareAndSwap(false, true) {
		t.counter.mu.Lock()
		t.counter.dirty = append(t.counter.dirty, t)
		t.counter.mu.Unlock()
	}
}

// take returns the counts and sets them to zero. An addition during take is
// returned now, or it queues the tally again.
func (t *Tally) take() Counts {
	t.queued.Store(false)
	return Counts{
		Counted: int(t.counts[Counted].Swap(0)), Robots: int(t.counts[Robot].Swap(0)),
		Prefetches: int(t.counts[Prefetch].Swap(0)), Repeats: int(t.counts[Repeat].Swap(0)),
	}
}

// collect moves the counts of all tallies to pending. The caller holds flushing.
func (c *Counter) collect() {
	c.mu.Lock()
	dirty := c.dirty
	c.dirty = nil
	c.mu.Unlock()
	for _, t := range dirty {
		counts := t.take()
		if counts == (Counts{}) {
			continue
		}
		c.pending[wholeSite] = c.pending[wholeSite].plus(counts)
		if sum, known := c.pending[t.article]; known || len(c.pending) <= maxPending {
			c.pending[t.article] = sum.plus(counts)
		}
	}
}
