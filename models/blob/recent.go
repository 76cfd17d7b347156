package blob

import (
	"slices"
	"sync"
)

// maxRecent is the most memory of all masters that are kept, in bytes: some eight photos.
const maxRecent = 32 << 20

// recent keeps the masters that were used last, because the widths of a picture are asked
// for within seconds of each other, and decoding takes longer than all of them.
type recent struct {
	mu   sync.Mutex
	list []keptMaster // the last one used first
}

type keptMaster struct {
	key string
	*master
}

// get returns the master of a file, nil for none.
func (r *recent) get(key string) *master {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.list, func(k keptMaster) bool { return k.key == key })
	if i < 0 {
		return nil
	}
	found := r.list[i]
	copy(r.list[1:i+1], r.list[:i])
	r.list[0] = found
	return found.master
}

// forget removes the master of a file.
func (r *recent) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = slices.DeleteFunc(r.list, func(k keptMaster) bool { return k.key == key })
}

// put keeps a master, and forgets those that were not used for the longest time. It does
// not keep one that is larger than a quarter of the limit.
func (r *recent) put(key string, m *master) {
	if m.bytes() > maxRecent/4 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	list, size := []keptMaster{{key, m}}, m.bytes()
	for _, k := range r.list {
		if size += k.bytes(); size > maxRecent {
			break
		}
		if k.key != key {
			list = append(list, k)
		}
	}
	r.list = list
}
