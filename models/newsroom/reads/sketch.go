package reads

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"
)

// Window is the time in which a network counts once per article. All that is known
// about networks is forgotten at its end.
const Window = 30 * time.Minute

// MaxArticles is the number of articles that a network may read in a window.
// Further requests are a robot's, also where it calls itself a browser.
const MaxArticles = 300

const (
	// sketchWords is the number of words of 64 bits: 1 MiB.
	sketchWords = 1 << 17
	// sketchReads is the number of reads after which a window ends early. Up to
	// there, fewer than 1 % of new reads find all their bits set.
	sketchReads = 500_000
	// sketchBits is the number of bits that a read sets, all in one word, so that
	// of several equal requests at once exactly one is new.
	sketchBits = 4
	// articleSlots is the number of counters for the articles of each network.
	articleSlots = 1 << 14
)

// sketch knows which networks have read which articles in the current window. It
// answers without a lock.
type sketch struct {
	current atomic.Pointer[window]
	turn    sync.Mutex
}

// window has the reads of one window.
type window struct {
	seed       maphash.Seed
	begin, end time.Time
	reads      atomic.Int64
	words      []atomic.Uint64
	articles   []atomic.Uint32 // by a hash of the network: its number of articles
}

func newWindow(now time.Time) *window {
	return &window{
		seed: maphash.MakeSeed(), begin: now, end: now.Add(Window),
		words: make([]atomic.Uint64, sketchWords), articles: make([]atomic.Uint32, 2*articleSlots),
	}
}

// at returns the window of an instant. It also begins a new one when the clock was
// set back.
func (s *sketch) at(now time.Time) *window {
	w := s.current.Load()
	if w != nil && now.Before(w.end) && !now.Before(w.begin.Add(-time.Minute)) && w.reads.Load() < sketchReads {
		return w
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	if changed := s.current.Load(); changed != w {
		return changed
	}
	w = newWindow(now)
	s.current.Store(w)
	return w
}

// note notes a read and returns its kind.
func (s *sketch) note(addr netip.Addr, article int64, now time.Time) Kind {
	w := s.at(now)
	var key [24]byte
	if addr.IsValid() {
		network := models.NetworkPrefix(addr).Addr().As16()
		copy(key[:], network[:])
	}
	ofNetwork := maphash.Bytes(w.seed, key[:16])
	binary.LittleEndian.PutUint64(key[16:], uint64(article))
	hash := maphash.Bytes(w.seed, key[:])
	var bits uint64
	for i := range sketchBits {
		bits |= 1 << (hash >> (40 + 6*i) & 63)
	}
	word := &w.words[hash%sketchWords]
	if word.Load()&bits == bits || word.Or(bits)&bits == bits {
		return Repeat
	}
	w.reads.Add(1)
	// The number of the network's articles is the smaller of two counters: each may
	// have those of other networks, too.
	a := w.articles[ofNetwork%articleSlots].Add(1)
	b := w.articles[articleSlots+ofNetwork>>32%articleSlots].Add(1)
	if min(a, b) > MaxArticles {
		return Robot
	}
	return Counted
}
