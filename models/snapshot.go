package models

import (
	"context"
	"sync"
	"sync/atomic"
)

// Snapshot caches a small value that every request needs, such as the settings or
// the tree of categories. It loads the value again after a change that touched one
// of its tags.
type Snapshot[T any] struct {
	db    *DB
	load  func(context.Context, Queryer) (T, error)
	mu    sync.Mutex // one load at a time
	value atomic.Pointer[T]
	stale atomic.Int64 // counts the changes that touched the tags
	never bool
}

// NewSnapshot returns a snapshot that calls load; tags are as in [Change.Touches].
func NewSnapshot[T any](db *DB, load func(context.Context, Queryer) (T, error), tags ...CacheTag) *Snapshot[T] {
	s := &Snapshot[T]{db: db, load: load}
	db.OnChange(func(c Change) {
		for _, tag := range tags {
			if c.Touches(tag) {
				s.stale.Add(1)
				s.value.Store(nil)
				return
			}
		}
	})
	return s
}

// AlwaysReload makes every Get load the value, for tests that compare a cache with
// the database. Call it before the first Get.
func (s *Snapshot[T]) AlwaysReload() { s.never = true }

// Get returns the current value. The caller must not change it.
func (s *Snapshot[T]) Get(ctx context.Context) (T, error) {
	if s.never {
		return s.load(ctx, s.db)
	}
	if v := s.value.Load(); v != nil {
		return *v, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if v := s.value.Load(); v != nil {
			return *v, nil
		}
		before := s.stale.Load()
		v, err := s.load(ctx, s.db)
		if err != nil {
			return v, err
		}
		s.value.Store(&v)
		if s.stale.Load() == before {
			return v, nil
		}
		// A change was committed during the load, so the value may be inconsistent.
		s.value.Store(nil)
	}
}
