package models

import (
	"context"
	"sync"
	"sync/atomic"
)

// Snapshot keeps something small that every request needs (settings, the
// tree of sections) in memory and reads it again after a change that touched
// one of its tags.
type Snapshot[T any] struct {
	db    *DB
	load  func(context.Context, Queryer) (T, error)
	mu    sync.Mutex // one load at a time
	value atomic.Pointer[T]
	stale atomic.Int64 // counts the changes that touched the tags
	never bool
}

// NewSnapshot makes a snapshot that load fills; tags as in [Change.Touches].
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

// KeepNothing makes every Get read anew, for those who want to see what the
// database says and not what they were told. Call it before the first Get.
func (s *Snapshot[T]) KeepNothing() { s.never = true }

// Get returns the current value. What it returns must not be changed.
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
		// A change overtook the load: what was read may be half of it.
		s.value.Store(nil)
	}
}
