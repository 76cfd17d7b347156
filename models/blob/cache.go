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

// variantsFolder holds what can be made again. Nothing outside of it is ever
// removed for want of room.
const variantsFolder = "variants"

// touchAfter is how exact the time of last use is: a variant's file is
// touched at most this often, whatever number of readers see it.
const touchAfter = time.Hour

// cache keeps variants within a limit. It counts what it adds itself; what
// other instances add to the same store it learns when it makes room, so all
// together may stand above the limit for a while.
type cache struct {
	store Store
	limit int64 // bytes
	now   func() time.Time

	mu      sync.Mutex // held while room is made: one does it for all
	counted bool
	size    int64
}

// open opens a variant and notes that it is in use.
func (c *cache) open(ctx context.Context, key string) (*File, error) {
	f, err := c.store.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	if now := c.now(); now.Sub(f.Modified) > touchAfter {
		// A store that cannot be written can still be read from.
		_ = c.store.Touch(ctx, key, now)
	}
	return f, nil
}

// keep stores a variant and makes room if there are too many.
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
	return c.makeRoom(ctx)
}

// makeRoom counts what there is and, above the limit, removes what was longest
// not used.
func (c *cache) makeRoom(ctx context.Context) error {
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
	// A tenth more than needed, or each variant that follows would count again.
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
