package pagecache

import (
	"slices"
	"strings"
	"time"

	"broadsheet/models"
)

// stormAge is how old a page may be whose story changes faster than pages can
// usefully be made.
const stormAge = time.Second

// maxHeard is how many changes are remembered for loads under way. A load
// that more have overtaken counts as overtaken.
const maxHeard = 4096

// maxModified bounds how many tags' times are remembered.
const maxModified = 100_000

// heard is a change that was heard of, by its tags.
type heard struct {
	number int64
	tags   []string
	stormy map[string]bool // those of the tags that have a storm
	at     time.Time
}

// burst remembers when a tag last changed, as often as makes a storm.
type burst struct {
	at   []time.Time // a ring
	next int
}

// changed drops what shows something that has changed. The database calls it
// before whoever wrote is answered.
func (c *Cache) changed(change models.Change) {
	tags := strings.Fields(change.Tags)
	now := c.tick()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.change++
	h := heard{number: c.change, tags: tags, at: now}
	when := stamp(change.At.Time)
	for _, tag := range tags {
		c.modified[tag] = max(c.modified[tag], when)
		if tag == models.EverythingTag {
			c.dropAll()
		}
	}
	if len(c.modified) > maxModified {
		for _, at := range c.modified {
			c.before = max(c.before, at)
		}
		clear(c.modified)
	}
	for _, tag := range tags {
		stormy := c.storms(tag, now)
		if stormy {
			if h.stormy == nil {
				h.stormy = map[string]bool{}
			}
			h.stormy[tag] = true
		}
		for e := range c.tags[tag] {
			if stormy {
				e.old.CompareAndSwap(0, now.UnixNano())
				continue
			}
			c.drops.Add(1)
			c.remove(e)
		}
	}
	if c.heard = append(c.heard, h); len(c.heard) > 2*maxHeard {
		c.heard = slices.Clone(c.heard[maxHeard:])
	}
}

func (c *Cache) dropAll() {
	for c.oldest != nil {
		c.drops.Add(1)
		c.remove(c.oldest)
	}
}

// storms notes that a tag has changed and reports whether it does so faster
// than pages are worth making.
func (c *Cache) storms(tag string, now time.Time) bool {
	if c.StormRate <= 0 || c.Stormy == "" || !strings.HasPrefix(tag, c.Stormy) {
		return false
	}
	b := c.bursts[tag]
	if b == nil {
		if len(c.bursts) >= maxBursts {
			c.calm(now)
		}
		b = &burst{at: make([]time.Time, c.StormRate)}
		c.bursts[tag] = b
	}
	earlier := b.at[b.next]
	b.at[b.next] = now
	b.next = (b.next + 1) % len(b.at)
	return !earlier.IsZero() && now.Sub(earlier) < time.Second
}

// Storming reports whether pages with the tag may be old by a second now.
func (c *Cache) Storming(tag string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.bursts[tag]
	if b == nil {
		return false
	}
	oldest := b.at[b.next]
	return !oldest.IsZero() && c.tick().Sub(oldest) < 2*time.Second
}

// maxBursts is how many tags' bursts are remembered before those that are over
// are forgotten.
const maxBursts = 1024

func (c *Cache) calm(now time.Time) {
	for tag, b := range c.bursts {
		last := b.at[(b.next+len(b.at)-1)%len(b.at)]
		if now.Sub(last) > time.Second {
			delete(c.bursts, tag)
		}
	}
}

// judge finds out which changes a load may have missed.
func (c *Cache) judge(f *flight) {
	if f.begun == c.change {
		return
	}
	if len(c.heard) == 0 || c.heard[0].number > f.begun+1 {
		f.overtaken = f.begun + 1 // it is not known by what
		return
	}
	shows := make(map[string]bool, len(f.page.tags))
	for _, tag := range f.page.tags {
		shows[tag] = true
	}
	for _, h := range c.heard[f.begun+1-c.heard[0].number:] {
		touched, mild := !f.page.kept, f.page.kept
		for _, tag := range h.tags {
			if shows[tag] || tag == models.EverythingTag {
				touched, mild = true, mild && h.stormy[tag]
			}
		}
		if !touched {
			continue
		}
		if f.overtaken == 0 {
			f.overtaken, f.overtakenAt, f.mild = h.number, h.at, true
		}
		f.mild = f.mild && mild
	}
}

// stamp is the first whole second that begins after an instant, 0 for none.
func stamp(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Unix() + 1
}
