package pagecache

import "time"

// SetClock sets the clock for hot tags. It must be called before the first use.
func (c *Cache) SetClock(now func() time.Time) { c.clock = now }

// Recompressing reports whether a page is being recompressed, or was a moment ago.
func (c *Cache) Recompressing() bool { return c.recompressing.Load() }

// Waiters returns how many requests wait for the load of a key.
func (c *Cache) Waiters(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.calls[key]; f != nil {
		return f.waiters
	}
	return 0
}
