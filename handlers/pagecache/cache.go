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
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"
)

// Options of a cache.
type Options struct {
	// DB tells of changes and the time.
	DB *models.DB
	// MaxBytes bounds what is kept; with 0 nothing is, and every answer is
	// made anew.
	MaxBytes int
	// Enter is called before an answer is made, and its leave afterwards. It
	// returns when there is room for one more, or with an error. Its context
	// ends when every client of the answer has hung up. Enter may be nil.
	Enter func(context.Context) (leave func(), err error)
	// Since is before what no page can have changed: when this binary first
	// ran on this database.
	Since time.Time
	// Fixed are the headers that every answer has.
	Fixed http.Header
	// MarkBegin and MarkEnd stand around what may differ for one reader.
	MarkBegin, MarkEnd string
	// Stormy is the beginning of the tags that may have a storm: more than
	// StormRate changes in a second. Pages with such a tag may then be a second
	// old. With a rate of 0 none ever are.
	Stormy    string
	StormRate int
	// CDNAge is how long a cache in front may keep a page; with 0 it must ask
	// each time, and is not told the tags.
	CDNAge time.Duration
}

// loadTime bounds how long one load may take. It goes on when the reader who
// began it has left: others wait for it.
const loadTime = 30 * time.Second

// heardWithin is how old knowledge of what other processes changed may be.
const heardWithin = time.Second

// Cache keeps pages. It is safe for use by several goroutines.
type Cache struct {
	Options
	tick   func() time.Time // the machine's clock, since a second in a storm is a real one
	fixed  []field
	seed   maphash.Seed
	shards [256]atomic.Pointer[map[string]*entry]

	mu       sync.Mutex
	tags     map[string]map[*entry]struct{}
	flights  map[string]*flight
	bytes    int
	entries  int
	newest   *entry // in the order of storing
	oldest   *entry
	hand     *entry // where eviction looks next, on its way to the newest
	change   int64  // counts the changes heard of
	heard    []heard
	bursts   map[string]*burst
	modified map[string]int64 // when each tag last changed, in seconds since 1970
	before   int64            // and all others, at the latest

	packing atomic.Bool // a page is packed more tightly, or was just now

	hits, loads, drops, evictions atomic.Int64
}

// entry is a stored page.
type entry struct {
	key     string
	page    *Page
	size    int
	visited atomic.Bool  // since the hand last came by
	old     atomic.Int64 // since when it shows a state that is past, in ns; 0: it does not
	renewed atomic.Bool  // a load of it is under way
	newer   *entry
	older   *entry
	gone    bool
}

// flight is a load under way.
type flight struct {
	begun       int64 // the number of the last change when it began
	done        chan struct{}
	page        *Page
	err         error
	overtaken   int64 // the first change that it may have missed, 0 for none
	overtakenAt time.Time
	mild        bool // all it may have missed belongs to a storm

	askers  int                // number of waiting requests
	abandon context.CancelFunc // ends the wait for room; nil once there is room
}

// New makes a cache that follows the changes of o.DB. Whatever a load reads
// besides the database must have registered for changes before.
func New(ctx context.Context, o Options) (*Cache, error) {
	c := &Cache{
		Options: o, tick: time.Now, seed: maphash.MakeSeed(), tags: map[string]map[*entry]struct{}{}, flights: map[string]*flight{},
		bursts: map[string]*burst{}, modified: map[string]int64{},
	}
	for i := range c.shards {
		c.shards[i].Store(&map[string]*entry{})
	}
	for _, name := range slices.Sorted(maps.Keys(o.Fixed)) {
		c.fixed = append(c.fixed, field{name, o.Fixed[name]})
	}
	last, err := models.LastChange(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	c.before = max(stamp(o.Since), stamp(last.At.Time))
	o.DB.OnChange(c.changed)
	return c, nil
}

// Lookup returns the page kept under a key, nil for none that is right now. It
// is the short way: no lock, no allocation.
func (c *Cache) Lookup(ctx context.Context, key string, now time.Time) *Page {
	e := c.find(key)
	if e == nil || !e.page.holds(now) {
		return nil
	}
	if c.DB.Behind(now, heardWithin) {
		c.DB.KeepUp(ctx, heardWithin)
		if e = c.find(key); e == nil {
			return nil
		}
	}
	if old := e.old.Load(); old != 0 {
		age := c.tick().Sub(time.Unix(0, old))
		if age > stormAge || age > stormAge/2 && !e.renewed.Load() {
			return nil // whoever asks now makes it anew
		}
	}
	if !e.visited.Load() {
		e.visited.Store(true)
	}
	c.hits.Add(1)
	return e.page
}

func (c *Cache) shard(key string) *atomic.Pointer[map[string]*entry] {
	return &c.shards[maphash.String(c.seed, key)&255]
}

func (c *Cache) find(key string) *entry { return (*c.shard(key).Load())[key] }

// Load returns the page under a key, and has it made if there is none: once
// for all who ask meanwhile. exact is for those who must not get one that is
// old by a second either.
func (c *Cache) Load(ctx context.Context, key string, exact bool, load func(context.Context) (*Draft, error)) (*Page, error) {
	if c.MaxBytes == 0 || len(key) > maxKey {
		leave, err := c.enter(ctx)
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
		c.date(p)
		return p, nil
	}
	asked, at := int64(-1), c.DB.Now()
	for {
		if p := c.Lookup(ctx, key, c.DB.Now()); p != nil && (!exact || c.fresh(key, p)) {
			return p, nil
		}
		f := c.join(ctx, key, &asked, load)
		select {
		case <-f.done:
		case <-ctx.Done():
			c.unjoin(key, f)
			return nil, ctx.Err()
		}
		if f.err != nil || f.right(asked, exact, c.tick()) && (f.page.until.IsZero() || at.Before(f.page.until)) {
			return f.page, f.err
		}
	}
}

// fresh reports whether the page kept under a key is this one, and shows the
// present state.
func (c *Cache) fresh(key string, p *Page) bool {
	e := c.find(key)
	return e != nil && e.page == p && e.old.Load() == 0
}

// join returns the load of a key that is under way, or begins one. asked
// becomes the number of the last change when it was first called.
func (c *Cache) join(ctx context.Context, key string, asked *int64, load func(context.Context) (*Draft, error)) *flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	if *asked < 0 {
		*asked = c.change
	}
	if f := c.flights[key]; f != nil {
		f.askers++
		return f
	}
	e := c.find(key)
	if e != nil && e.old.Load() == 0 && e.page.holds(c.DB.Now()) {
		return &flight{done: landed, page: e.page} // the last load has just ended
	}
	f := &flight{begun: c.change, done: make(chan struct{}), askers: 1}
	c.flights[key] = f
	ctx, f.abandon = context.WithCancel(context.WithoutCancel(ctx))
	if e != nil {
		e.renewed.Store(true)
	}
	c.loads.Add(1)
	go c.fly(ctx, key, f, load)
	return f
}

// unjoin removes a waiting request after its client hung up. It cancels a load
// that still waits for room when no request waits for it any more.
func (c *Cache) unjoin(key string, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.askers--; f.askers > 0 || f.abandon == nil {
		return
	}
	f.abandon()
	c.land(key, f)
}

// land makes room for another load of a key.
func (c *Cache) land(key string, f *flight) {
	if c.flights[key] != f {
		return
	}
	delete(c.flights, key)
	if e := c.find(key); e != nil {
		e.renewed.Store(false)
	}
}

// enter waits for room.
func (c *Cache) enter(ctx context.Context) (leave func(), err error) {
	if c.Enter == nil {
		return func() {}, nil
	}
	return c.Enter(ctx)
}

// board waits for room for a load. It returns the context for the rest of the
// load. The load begins after the wait: earlier changes are part of it.
func (c *Cache) board(ctx context.Context, f *flight) (_ context.Context, leave func(), err error) {
	leave, err = c.enter(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		if err = ctx.Err(); err != nil {
			leave()
		}
	}
	f.abandon()
	f.abandon, f.begun = nil, c.change
	return context.WithoutCancel(ctx), leave, err
}

// landed is the end of a load that is over.
var landed = func() chan struct{} { done := make(chan struct{}); close(done); return done }()

// errCrashed is what those who waited get when making a page has panicked.
var errCrashed = errors.New("making the page has crashed")

// fly loads a page and stores it unless a change has overtaken it.
func (c *Cache) fly(ctx context.Context, key string, f *flight, load func(context.Context) (*Draft, error)) {
	ctx, leave, err := c.board(ctx, f)
	var d *Draft
	began := c.DB.Now()
	if err == nil {
		d, err = inTime(ctx, load)
		leave()
	}
	if err == nil {
		// What time it was is known at the beginning: a turn that came after it
		// may or may not be in what was loaded, and ends the page at once.
		f.page = c.newPage(d, began)
	}
	f.err = err
	c.mu.Lock()
	defer c.mu.Unlock()
	c.land(key, f)
	defer close(f.done)
	if f.err != nil {
		return
	}
	c.judge(f)
	c.date(f.page)
	if f.page.kept && (f.overtaken == 0 || f.mild) {
		c.store(key, f)
	}
}

// inTime makes an answer within loadTime.
func inTime(ctx context.Context, load func(context.Context) (*Draft, error)) (*Draft, error) {
	ctx, cancel := context.WithTimeout(ctx, loadTime)
	defer cancel()
	return guarded(ctx, load)
}

func guarded(ctx context.Context, load func(context.Context) (*Draft, error)) (d *Draft, err error) {
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("%w: %v\n%s", errCrashed, what, debug.Stack())
		}
	}()
	return load(ctx)
}

// right reports whether a loaded page is right for somebody who asked when a
// change was the last one.
func (f *flight) right(asked int64, exact bool, now time.Time) bool {
	if f.overtaken == 0 || f.overtaken > asked {
		return true
	}
	return f.mild && !exact && now.Sub(f.overtakenAt) <= stormAge
}

// store puts a page in the place of an earlier one and makes room.
func (c *Cache) store(key string, f *flight) {
	e := &entry{key: key, page: f.page, size: f.page.size()}
	if e.size > c.MaxBytes/4 {
		return
	}
	if f.overtaken != 0 {
		e.old.Store(f.overtakenAt.UnixNano())
	}
	if was := c.find(key); was != nil {
		c.remove(was)
	}
	f.page.grown, f.page.pack = func(bytes int) { c.grow(e, bytes) }, c.tighten
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
	shard := c.shard(key)
	next := maps.Clone(*shard.Load())
	next[key] = e
	shard.Store(&next)
	c.evict()
}

// grow notes that a stored page takes more room, and makes it.
func (c *Cache) grow(e *entry, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.gone {
		return
	}
	e.size += bytes
	c.bytes += bytes
	c.evict()
}

// evict removes pages until what is left is within bounds. The hand goes from
// the oldest to the newest; who was visited since it last came by stays
// (SIEVE).
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

// remove takes a page out.
func (c *Cache) remove(e *entry) {
	if e.gone {
		return
	}
	e.gone = true
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
	shard := c.shard(e.key)
	next := maps.Clone(*shard.Load())
	delete(next, e.key)
	shard.Store(&next)
}

// date gives a page the time of the last change of what it shows, and a cache
// in front what it may know.
func (c *Cache) date(p *Page) {
	if !p.kept {
		return
	}
	p.modified = max(c.before, stamp(p.from))
	for _, tag := range p.tags {
		p.modified = max(p.modified, c.modified[tag])
	}
	p.modified = max(p.modified, c.modified[models.EverythingTag])
	p.modifiedIn = []string{time.Unix(p.modified, 0).UTC().Format(http.TimeFormat)}
	control := publicly
	if c.CDNAge > 0 {
		control += ", s-maxage=" + strconv.Itoa(int(c.CDNAge.Seconds()))
		p.header = append(p.header, field{"Surrogate-Key", []string{strings.Join(p.tags, " ")}})
	}
	p.header = append(p.header, field{"Cache-Control", []string{control}})
}

// Stats is what a cache has done, and holds.
type Stats struct {
	Hits, Loads, Drops, Evictions int64
	Pages, Bytes                  int
}

// Stats returns the cache's counts.
func (c *Cache) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{c.hits.Load(), c.loads.Load(), c.drops.Load(), c.evictions.Load(), c.entries, c.bytes}
}
