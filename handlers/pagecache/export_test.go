package pagecache

import "time"

// Tick gives a cache that nobody uses yet another clock for its storms.
func (c *Cache) Tick(now func() time.Time) { c.tick = now }
