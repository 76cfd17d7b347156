package redirects

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"broadsheet/models"
)

// hitsEvery is the least time between two writes of the counts.
const hitsEvery = time.Minute

// Hits counts in memory how often readers follow redirects. The first request after hitsEvery
// writes the counts to the database. Counts that were not written are lost when the process
// ends. The zero value is ready.
type Hits struct {
	mu      sync.Mutex
	counts  map[string]int // by path
	written time.Time
}

// Add counts one use of the redirect of an address.
func (h *Hits) Add(ctx context.Context, db *models.DB, path string) error {
	now := db.Now()
	h.mu.Lock()
	if h.counts == nil {
		h.counts, h.written = map[string]int{}, now
	}
	h.counts[strings.TrimRight(path, "/")]++
	if now.Sub(h.written) < hitsEvery {
		h.mu.Unlock()
		return nil
	}
	counts := h.counts
	h.counts, h.written = map[string]int{}, now
	h.mu.Unlock()
	return db.Write(ctx, func(tx *models.Tx) error {
		// In the order of the paths, so that two instances do not wait for each other.
		for _, path := range slices.Sorted(maps.Keys(counts)) {
			err := models.Exec(ctx, tx, "UPDATE redirects SET hits = hits + ?, used_at = ? WHERE path IN (?, ?)",
				counts[path], models.At(tx.Now), path, path+"/")
			if err != nil {
				return err
			}
		}
		return nil
	})
}
