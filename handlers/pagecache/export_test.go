package pagecache

import "time"

// Tick gives a cache that nobody uses yet another clock for its storms.
func (c *Cache) Tick(now func() time.Time) { c.tick = now }

// Packing reports whether a page is being packed again, or was just now.
func (c *Cache) Packing() bool { return c.packing.Load() }

// Askers returns how many requests wait for the load of a key.
func (c *Cache) Askers(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.flights[key]; f != nil {
		return f.askers
	}
	return 0
}
