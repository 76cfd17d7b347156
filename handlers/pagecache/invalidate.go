package pagecache

import (
	"slices"
	"strings"
	"time"

	"broadsheet/models"
)

// hotAge is how long a page may be stale while one of its tags is hot: rendering
// it after every change would cost more than it is worth.
const hotAge = time.Second

// keptChanges is how many of the last changes are kept at least (at most twice as
// many), to see which of them a load in progress has missed. When a change since
// the start of a load is no longer kept, the load counts as overtaken.
const keptChanges = 4096

// maxModified bounds the number of tags whose last change is remembered.
const maxModified = 100_000

// recentChange is a change with its tags.
type recentChange struct {
	number int64
	tags   []models.CacheTag
	hot    map[models.CacheTag]bool // the tags that were hot at the time
	at     time.Time
}

// burst has the times of the last HotRate changes of a tag.
type burst struct {
	at   []time.Time // a ring
	next int
}

// applyChange drops the pages that show something that has changed. The database
// calls it before the writer gets an answer.
func (c *Cache) applyChange(change models.Change) {
	tags := change.CacheTags()
	now := c.clock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.change++
	c.recordLastModified(tags, nextSecond(change.At.Time))
	if slices.Contains(tags, models.EverythingTag) {
		c.dropAll()
	}
	recent := recentChange{number: c.change, tags: tags, at: now}
	for _, tag := range tags {
		hot := c.noteBurst(tag, now)
		if hot {
			if recent.hot == nil {
				recent.hot = map[models.CacheTag]bool{}
			}
			recent.hot[tag] = true
		}
		for e := range c.tags[tag] {
			if hot {
				e.staleSince.CompareAndSwap(0, now.UnixNano())
				continue
			}
			c.drops.Add(1)
			c.remove(e)
		}
	}
	if c.recent = append(c.recent, recent); len(c.recent) > 2*keptChanges {
		c.recent = slices.Clone(c.recent[keptChanges:])
	}
}

// recordLastModified records the time of a change for its tags, for the header
// Last-Modified. second is the first whole Unix second after the change.
func (c *Cache) recordLastModified(tags []models.CacheTag, second int64) {
	for _, tag := range tags {
		c.modified[tag] = max(c.modified[tag], second)
	}
	if len(c.modified) > maxModified {
		for _, second := range c.modified {
			c.modifiedOther = max(c.modifiedOther, second)
		}
		clear(c.modified)
	}
}

// dropAll drops every page.
func (c *Cache) dropAll() {
	for c.oldest != nil {
		c.drops.Add(1)
		c.remove(c.oldest)
	}
}

// noteBurst records a change of a tag and reports whether the tag is hot.
func (c *Cache) noteBurst(tag models.CacheTag, now time.Time) bool {
	if c.HotRate <= 0 || c.HotPrefix == "" || !strings.HasPrefix(string(tag), string(c.HotPrefix)) {
		return false
	}
	b := c.bursts[tag]
	if b == nil {
		if len(c.bursts) >= maxBursts {
			c.forgetIdleBursts(now)
		}
		b = &burst{at: make([]time.Time, c.HotRate)}
		c.bursts[tag] = b
	}
	earlier := b.at[b.next]
	b.at[b.next] = now
	b.next = (b.next + 1) % len(b.at)
	return !earlier.IsZero() && now.Sub(earlier) < time.Second
}

// IsHot reports whether pages with the tag may be stale now.
func (c *Cache) IsHot(tag models.CacheTag) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.bursts[tag]
	if b == nil {
		return false
	}
	oldest := b.at[b.next]
	return !oldest.IsZero() && c.clock().Sub(oldest) < 2*time.Second
}

// maxBursts is the number of bursts at which forgetIdleBursts runs.
const maxBursts = 1024

// forgetIdleBursts deletes the bursts of tags without a change in the last second.
func (c *Cache) forgetIdleBursts(now time.Time) {
	for tag, b := range c.bursts {
		last := b.at[(b.next+len(b.at)-1)%len(b.at)]
		if now.Sub(last) > time.Second {
			delete(c.bursts, tag)
		}
	}
}

// noteMissedChanges notes in l the first change that its page may have missed,
// and whether all of those concern hot tags only.
func (c *Cache) noteMissedChanges(l *call) {
	if l.startChange == c.change {
		return
	}
	if len(c.recent) == 0 || c.recent[0].number > l.startChange+1 {
		l.overtaken = l.startChange + 1 // the changes are no longer remembered
		return
	}
	shows := make(map[models.CacheTag]bool, len(l.page.tags))
	for _, tag := range l.page.tags {
		shows[tag] = true
	}
	for _, h := range c.recent[l.startChange+1-c.recent[0].number:] {
		touched, onlyHot := !l.page.cacheable, l.page.cacheable
		for _, tag := range h.tags {
			if shows[tag] || tag == models.EverythingTag {
				touched, onlyHot = true, onlyHot && h.hot[tag]
			}
		}
		if !touched {
			continue
		}
		if l.overtaken == 0 {
			l.overtaken, l.overtakenAt, l.onlyHot = h.number, h.at, true
		}
		l.onlyHot = l.onlyHot && onlyHot
	}
}

// nextSecond returns the first whole second after an instant, in Unix seconds; 0
// for the zero time.
func nextSecond(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.Unix() + 1
}
