package blob

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// variantsFolder holds the variants. Only files in it are removed to free space.
const variantsFolder = "variants"

// touchAfter is the precision of the last use: a variant's file is touched at most
// this often.
const touchAfter = time.Hour

// cache stores variants within a limit. It counts its own variants, and those of
// other instances when it frees space. So the store may exceed the limit for a time.
type cache struct {
	store Store
	limit int64 // bytes
	now   func() time.Time

	mu      sync.Mutex // held while space is freed
	counted bool
	size    int64
}

// open opens a variant and records its use.
func (c *cache) open(ctx context.Context, key string) (*File, error) {
	f, err := c.store.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	if now := c.now(); now.Sub(f.Modified) > touchAfter {
		// A read-only store can still be read.
		_ = c.store.Touch(ctx, key, now)
	}
	return f, nil
}

// keep stores a variant, and frees space above the limit.
func (c *cache) keep(ctx context.Context, key string, data []byte) error {
	if err := c.store.Put(ctx, key, bytes.NewReader(data)); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size += int64(len(data))
	if c.counted && c.size <= c.limit {
		return nil
	}
	return c.freeSpace(ctx)
}

// freeSpace counts all variants and, above the limit, removes the least recently
// used ones.
func (c *cache) freeSpace(ctx context.Context) error {
	list, err := c.store.List(ctx, variantsFolder)
	if err != nil {
		return err
	}
	c.counted, c.size = true, 0
	for _, e := range list {
		c.size += e.Size
	}
	if c.size <= c.limit {
		return nil
	}
	slices.SortFunc(list, func(a, b Entry) int {
		return cmp.Or(a.Modified.Compare(b.Modified), cmp.Compare(a.Key, b.Key))
	})
	// It removes a tenth more than needed, so that the next variants need no count.
	enough := c.limit - c.limit/10
	var failed error
	for _, e := range list {
		if c.size <= enough {
			break
		}
		if err := c.store.Delete(ctx, e.Key); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		c.size -= e.Size
	}
	return failed
}
