package pagecache

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"
)

// Options of a cache.
type Options struct {
	// DB reports changes and the time.
	DB *models.DB
	// MaxBytes bounds the memory of all stored pages. With 0 the cache stores
	// nothing and every request loads.
	MaxBytes int
	// Enter limits concurrent loads. It blocks until a load may start, or
	// returns an error; leave is called after the load. Its context ends when all
	// clients that wait for the load have disconnected. Enter may be nil.
	Enter func(context.Context) (leave func(), err error)
	// Since is the earliest Last-Modified to send: the time when this build
	// first ran on this database.
	Since time.Time
	// FixedHeader has the headers of every answer.
	FixedHeader http.Header
	// MarkBegin and MarkEnd enclose the parts that may differ for one visitor.
	MarkBegin, MarkEnd string
	// HotPrefix is the prefix of the tags that can be hot. A tag is hot while it
	// changes more than HotRate times a second; pages with a hot tag may be stale
	// for a second. With a rate of 0 no tag is ever hot.
	HotPrefix models.CacheTag
	HotRate   int
	// CDNAge is how long a CDN in front of the site may cache a page. With 0 the
	// CDN must revalidate each time and does not get the cache tags.
	CDNAge time.Duration
}

// loadTime bounds one load. A load continues when the client that started it
// disconnects, because other requests wait for it.
const loadTime = 30 * time.Second

// maxLag is how late the cache may learn of changes by other processes.
const maxLag = time.Second

// Cache stores pages. It is safe for use by several goroutines.
type Cache struct {
	Options
	clock       func() time.Time // wall clock: hot tags are measured in real seconds, also in tests
	fixedHeader []field
	seed        maphash.Seed
	shards      [256]atomic.Pointer[map[string]*entry]

	mu            sync.Mutex
	tags          map[models.CacheTag]map[*entry]struct{}
	calls         map[string]*call
	bytes         int
	entries       int
	newest        *entry // the list of entries, by the time of storing
	oldest        *entry
	hand          *entry // the entry that eviction looks at next, moving towards newest
	change        int64  // the number of changes so far
	recent        []recentChange
	bursts        map[models.CacheTag]*burst
	modified      map[models.CacheTag]int64 // the last change of each tag, in Unix seconds
	modifiedOther int64                     // an upper bound for all other tags

	recompressing atomic.Bool // a page is being recompressed, or was a moment ago

	hits, loads, drops, evictions atomic.Int64
}

// entry is a stored page.
type entry struct {
	key        string
	page       *Page
	size       int
	visited    atomic.Bool  // a hit since eviction last looked at it
	staleSince atomic.Int64 // when it became stale, in Unix nanoseconds; 0: it is current
	reloading  atomic.Bool  // a load of the same key is in progress
	newer      *entry
	older      *entry
	removed    bool
}

// call is a load in progress, with the requests that wait for it.
type call struct {
	startChange int64 // the number of the last change when the load started
	done        chan struct{}
	page        *Page
	err         error
	overtaken   int64 // the number of the first change that it may have missed; 0: none
	overtakenAt time.Time
	onlyHot     bool // all changes that it may have missed are of hot tags

	waiters     int                // the number of waiting requests
	stopWaiting context.CancelFunc // cancels Enter; nil after Enter has returned
}

// New makes a cache that follows the changes of o.DB. Listeners for changes run
// in the order of registration: create every Snapshot that a load reads before
// calling New.
func New(ctx context.Context, o Options) (*Cache, error) {
	c := &Cache{
		Options: o, clock: time.Now, seed: maphash.MakeSeed(), tags: map[models.CacheTag]map[*entry]struct{}{}, calls: map[string]*call{},
		bursts: map[models.CacheTag]*burst{}, modified: map[models.CacheTag]int64{},
	}
	for i := range c.shards {
		c.shards[i].Store(&map[string]*entry{})
	}
	for _, name := range slices.Sorted(maps.Keys(o.FixedHeader)) {
		c.fixedHeader = append(c.fixedHeader, field{name, o.FixedHeader[name]})
	}
	last, err := models.LastChange(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	c.modifiedOther = max(nextSecond(o.Since), nextSecond(last.At.Time))
	o.DB.OnChange(c.applyChange)
	return c, nil
}

// Lookup returns the stored page of a key. It returns nil when there is none
// that is valid now. It takes no lock and allocates nothing.
func (c *Cache) Lookup(ctx context.Context, key string, now time.Time) *Page {
	e := c.find(key)
	if e == nil || !e.page.validAt(now) {
		return nil
	}
	if c.DB.Behind(now, maxLag) {
		c.DB.CatchUpIfBehind(ctx, maxLag)
		if e = c.find(key); e == nil {
			return nil
		}
	}
	if old := e.staleSince.Load(); old != 0 {
		age := c.clock().Sub(time.Unix(0, old))
		if age > hotAge || age > hotAge/2 && !e.reloading.Load() {
			return nil // this request loads it again
		}
	}
	if !e.visited.Load() {
		e.visited.Store(true)
	}
	c.hits.Add(1)
	return e.page
}

func (c *Cache) shardOf(key string) *atomic.Pointer[map[string]*entry] {
	return &c.shards[maphash.String(c.seed, key)&255]
}

func (c *Cache) find(key string) *entry { return (*c.shardOf(key).Load())[key] }

// Load returns the page of a key. If none is stored it calls load, once for all
// requests that wait for the same key. With exact, the result is never a stale
// page of a hot tag. It returns the error of load or of Enter, and the context's
// error when the client disconnects.
func (c *Cache) Load(ctx context.Context, key string, exact bool, load func(context.Context) (*Response, error)) (*Page, error) {
	if c.MaxBytes == 0 || len(key) > maxKey {
		leave, err := c.callEnter(ctx)
		if err != nil {
			return nil, err
		}
		defer leave()
		began := c.DB.Now()
		d, err := load(ctx)
		if err != nil {
			return nil, err
		}
		p := c.newPage(d, began)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.setValidators(p)
		return p, nil
	}
	asked, at := int64(-1), c.DB.Now()
	for {
		if p := c.Lookup(ctx, key, c.DB.Now()); p != nil && (!exact || c.isCurrent(key, p)) {
			return p, nil
		}
		l := c.join(ctx, key, &asked, load)
		select {
		case <-l.done:
		case <-ctx.Done():
			c.leave(key, l)
			return nil, ctx.Err()
		}
		if l.err != nil || l.isUsable(asked, exact, c.clock()) && (l.page.validUntil.IsZero() || at.Before(l.page.validUntil)) {
			return l.page, l.err
		}
	}
}

// isCurrent reports whether p is stored under a key and is not stale.
func (c *Cache) isCurrent(key string, p *Page) bool {
	e := c.find(key)
	return e != nil && e.page == p && e.staleSince.Load() == 0
}

// join returns the load of a key that is in progress, or starts one. If asked
// is negative, join sets it to the number of the last change.
func (c *Cache) join(ctx context.Context, key string, asked *int64, load func(context.Context) (*Response, error)) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *asked < 0 {
		*asked = c.change
	}
	if l := c.calls[key]; l != nil {
		l.waiters++
		return l
	}
	e := c.find(key)
	if e != nil && e.staleSince.Load() == 0 && e.page.validAt(c.DB.Now()) {
		return &call{done: closedChan, page: e.page} // a load has ended in the meantime
	}
	l := &call{startChange: c.change, done: make(chan struct{}), waiters: 1}
	c.calls[key] = l
	ctx, l.stopWaiting = context.WithCancel(context.WithoutCancel(ctx))
	if e != nil {
		e.reloading.Store(true)
	}
	c.loads.Add(1)
	go c.load(ctx, key, l, load)
	return l
}

// leave removes a waiting request after its client disconnected. When no request
// waits for the load any more and Enter still blocks, it cancels the load.
func (c *Cache) leave(key string, l *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.waiters--; l.waiters > 0 || l.stopWaiting == nil {
		return
	}
	l.stopWaiting()
	c.removeCall(key, l)
}

// removeCall removes a load from the loads in progress, so that the next request
// of the key can start another. It neither stores the page nor wakes the waiting
// requests. The caller holds c.mu.
func (c *Cache) removeCall(key string, l *call) {
	if c.calls[key] != l {
		return
	}
	delete(c.calls, key)
	if e := c.find(key); e != nil {
		e.reloading.Store(false)
	}
}

// callEnter calls Options.Enter, if it is set.
func (c *Cache) callEnter(ctx context.Context) (leave func(), err error) {
	if c.Enter == nil {
		return func() {}, nil
	}
	return c.Enter(ctx)
}

// waitForRoom calls Enter for a load and returns the context for the rest of the
// load. The load starts after the wait, so it includes all changes before that.
func (c *Cache) waitForRoom(ctx context.Context, l *call) (_ context.Context, leave func(), err error) {
	leave, err = c.callEnter(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		if err = ctx.Err(); err != nil {
			leave()
		}
	}
	l.stopWaiting()
	l.stopWaiting, l.startChange = nil, c.change
	return context.WithoutCancel(ctx), leave, err
}

// closedChan is the done channel of a load that has ended.
var closedChan = func() chan struct{} { done := make(chan struct{}); close(done); return done }()

// errPanicked is the error of all waiting requests when a load panics.
var errPanicked = errors.New("rendering the page panicked")

// load runs a load and stores the page, unless a change has overtaken it.
func (c *Cache) load(ctx context.Context, key string, l *call, load func(context.Context) (*Response, error)) {
	ctx, leave, err := c.waitForRoom(ctx, l)
	var d *Response
	began := c.DB.Now()
	if err == nil {
		d, err = loadInTime(ctx, load)
		leave()
	}
	if err == nil {
		// Deadlines are compared with the time when the load started. If one
		// passes during the load, the page expires immediately.
		l.page = c.newPage(d, began)
	}
	l.err = err
	c.mu.Lock()
	defer c.mu.Unlock()
	c.removeCall(key, l)
	defer close(l.done)
	if l.err != nil {
		return
	}
	c.noteMissedChanges(l)
	c.setValidators(l.page)
	if l.page.cacheable && !l.page.unstored && (l.overtaken == 0 || l.onlyHot) {
		c.store(key, l)
	}
}

// loadInTime calls load with a timeout of loadTime.
func loadInTime(ctx context.Context, load func(context.Context) (*Response, error)) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, loadTime)
	defer cancel()
	return recoverLoad(ctx, load)
}

// recoverLoad calls load and returns a panic as an error.
func recoverLoad(ctx context.Context, load func(context.Context) (*Response, error)) (d *Response, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanicked, cause, debug.Stack())
		}
	}()
	return load(ctx)
}

// isUsable reports whether the loaded page is right for a request that came when
// asked was the number of the last change.
func (l *call) isUsable(asked int64, exact bool, now time.Time) bool {
	if l.overtaken == 0 || l.overtaken > asked {
		return true
	}
	return l.onlyHot && !exact && now.Sub(l.overtakenAt) <= hotAge
}

// store stores the page of a load, replaces an earlier one, and evicts others
// if there is too little memory.
func (c *Cache) store(key string, l *call) {
	e := &entry{key: key, page: l.page, size: l.page.size()}
	if e.size > c.MaxBytes/4 {
		return
	}
	if l.overtaken != 0 {
		e.staleSince.Store(l.overtakenAt.UnixNano())
	}
	if was := c.find(key); was != nil {
		c.remove(was)
	}
	l.page.onGrow, l.page.requestRecompress = func(bytes int) { c.addBytes(e, bytes) }, c.recompress
	for _, tag := range e.page.tags {
		if c.tags[tag] == nil {
			c.tags[tag] = map[*entry]struct{}{}
		}
		c.tags[tag][e] = struct{}{}
	}
	e.older = c.newest
	if c.newest != nil {
		c.newest.newer = e
	} else {
		c.oldest = e
	}
	c.newest = e
	c.bytes += e.size
	c.entries++
	shard := c.shardOf(key)
	next := maps.Clone(*shard.Load())
	next[key] = e
	shard.Store(&next)
	c.evict()
}

// addBytes counts more bytes for a stored page and evicts others if needed.
func (c *Cache) addBytes(e *entry, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.removed {
		return
	}
	e.size += bytes
	c.bytes += bytes
	c.evict()
}

// evict removes pages until the rest fits into MaxBytes (SIEVE): the hand moves
// from the oldest entry to the newest, and removes those without a hit since it
// last passed.
func (c *Cache) evict() {
	for c.bytes > c.MaxBytes && c.oldest != nil {
		e := c.hand
		if e == nil {
			e = c.oldest
		}
		c.hand = e.newer
		if e.visited.Load() {
			e.visited.Store(false)
			continue
		}
		c.evictions.Add(1)
		c.remove(e)
	}
}

// remove removes an entry.
func (c *Cache) remove(e *entry) {
	if e.removed {
		return
	}
	e.removed = true
	if c.hand == e {
		c.hand = e.newer
	}
	if e.newer != nil {
		e.newer.older = e.older
	} else {
		c.newest = e.older
	}
	if e.older != nil {
		e.older.newer = e.newer
	} else {
		c.oldest = e.newer
	}
	for _, tag := range e.page.tags {
		if delete(c.tags[tag], e); len(c.tags[tag]) == 0 {
			delete(c.tags, tag)
		}
	}
	c.bytes -= e.size
	c.entries--
	shard := c.shardOf(e.key)
	next := maps.Clone(*shard.Load())
	delete(next, e.key)
	shard.Store(&next)
}

// setValidators sets the Last-Modified of a page from its tags, and the headers
// for a CDN.
func (c *Cache) setValidators(p *Page) {
	if !p.cacheable {
		return
	}
	if !p.ownTime && !p.unstored {
		modified := max(c.modifiedOther, nextSecond(p.validFrom), c.modified[models.EverythingTag])
		for _, tag := range p.tags {
			modified = max(modified, c.modified[tag])
		}
		p.setModified(modified)
	}
	control := publicControl
	if c.CDNAge > 0 {
		control += ", s-maxage=" + strconv.Itoa(int(c.CDNAge.Seconds()))
		p.header = append(p.header, field{"Surrogate-Key", []string{models.JoinCacheTags(p.tags)}})
	}
	p.header = append(p.header, field{"Cache-Control", []string{control}})
}

// Stats are the counters of a cache since its start, and its size now.
type Stats struct {
	Hits, Loads, Drops, Evictions int64
	Pages, Bytes                  int
}

// Stats returns the counters.
func (c *Cache) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{c.hits.Load(), c.loads.Load(), c.drops.Load(), c.evictions.Load(), c.entries, c.bytes}
}
