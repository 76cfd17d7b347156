package handlers

import (
	"container/list"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"
)

// gate bounds how many requests do expensive work at once, such as rendering a
// page, which takes a processor and a database connection. Other requests wait
// in the order in which they came. Without a gate all requests would share the
// processor, and the database pool would pick the next one at random: each page
// would take many times longer, and some would wait for seconds.
//
// A request leaves the queue when its client hangs up. A request is refused at
// once when the queue is full.
type gate struct {
	slots  int    // requests at once; 0: no bound and no queue
	most   int    // requests that may wait
	queued func() // called when a request begins to wait; may be nil

	mu      sync.Mutex
	taken   int
	waiting list.List // of chan struct{}, closed when its owner may go on

	entered, waited, refused, left atomic.Int64
	longest                        atomic.Int64 // wait, in ns
}

// errQueueFull is the answer when too many requests wait already.
var errQueueFull = &models.Error{
	Kind: models.Unavailable, Code: "unavailable", Safe: "too many pages wait to be rendered: try again in a moment",
	RetryAfter: 2 * time.Second,
}

// enter returns once the caller may begin, with a function to call when its
// work is done. It returns errQueueFull when the queue is full, and the
// context's error when that ends first.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	if g == nil || g.slots == 0 {
		return func() {}, nil
	}
	g.mu.Lock()
	if g.taken < g.slots {
		g.taken++
		g.mu.Unlock()
		g.entered.Add(1)
		return g.leave, nil
	}
	if g.waiting.Len() >= g.most {
		g.mu.Unlock()
		g.refused.Add(1)
		return nil, errQueueFull
	}
	turn := make(chan struct{})
	place := g.waiting.PushBack(turn)
	g.mu.Unlock()
	if g.queued != nil {
		g.queued()
	}
	begin := time.Now()
	if err := g.await(ctx, place, turn); err != nil {
		return nil, err
	}
	g.waited.Add(1)
	g.entered.Add(1)
	g.noteWait(time.Since(begin))
	return g.leave, nil
}

// longestWait bounds how long a request waits for a slot. A request waits that
// long only when the requests before it hang.
const longestWait = 10 * time.Second

// await waits for a slot.
func (g *gate) await(ctx context.Context, place *list.Element, turn chan struct{}) error {
	patience := time.NewTimer(longestWait)
	defer patience.Stop()
	var err error
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
		g.left.Add(1)
	case <-patience.C:
		err = errQueueFull
		g.refused.Add(1)
	}
	if !g.leaveQueue(place, turn) {
		g.leave() // the slot became free at the same moment; the next request gets it
	}
	return err
}

// leaveQueue removes a caller from the queue. It returns false when the caller
// has its slot already.
func (g *gate) leaveQueue(place *list.Element, turn chan struct{}) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-turn:
		return false
	default:
		g.waiting.Remove(place)
		return true
	}
}

// leave frees the caller's slot. The first request of the queue gets it.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if first := g.waiting.Front(); first != nil {
		close(g.waiting.Remove(first).(chan struct{}))
		return
	}
	g.taken--
}

func (g *gate) noteWait(took time.Duration) {
	for {
		was := g.longest.Load()
		if int64(took) <= was || g.longest.CompareAndSwap(was, int64(took)) {
			return
		}
	}
}
