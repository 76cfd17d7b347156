package spam

import (
	"math"
	"sync"

	"broadsheet/models/terms"
)

// leastPairs is the number of word pairs that a text needs for a fingerprint. Many
// people write "Well said, thank you".
const leastPairs = 6

// Fingerprint is 64 bits that are likely to be the same, in one half at
// least, for texts that differ in little. It is MinHash (Broder, "On the
// resemblance and containment of documents", 1997) over pairs of
// neighbouring words, with two minima in each half: of texts that share nine
// tenths of their pairs 96 in 100 meet, of those that share a tenth 2.
type Fingerprint struct{ A, B uint32 }

// FingerprintOf returns a text's fingerprint; ok is false for texts that
// are too short to have one.
func FingerprintOf(text string) (f Fingerprint, ok bool) {
	pairs := PairsOf(text)
	if len(pairs) < leastPairs {
		return f, false
	}
	var least [4]uint32
	for i, seed := range []uint32{0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F} {
		least[i] = math.MaxUint32
		for _, pair := range pairs {
			least[i] = min(least[i], mixBits(pair^seed))
		}
	}
	return Fingerprint{least[0]<<16 ^ least[1], least[2]<<16 ^ least[3]}, true
}

// Similarity returns which share of their pairs of words two texts have in
// common, 0 to 1 (Jaccard's coefficient).
func Similarity(a, b string) float64 { return PairsOf(a).Similarity(PairsOf(b)) }

// NearlyTheSame is the similarity from which two comments are repeats.
const NearlyTheSame = 0.7

// Pairs are the pairs of neighbouring words of a text, each once, as hashes in
// their order.
type Pairs []uint32

// PairsOf returns the pairs of a text after [terms.Skeleton], so that look-alike letters
// are equal.
func PairsOf(text string) Pairs {
	words := terms.Words(terms.Skeleton(cutBytes(text, maxScored)))
	if len(words) < 2 {
		return nil
	}
	pairs := make(Pairs, 0, len(words)-1)
	for i := 1; i < len(words); i++ {
		pairs = append(pairs, hash("p", words[i-1], words[i]))
	}
	return sortUnique(pairs)
}

// Similarity is that of the texts.
func (p Pairs) Similarity(q Pairs) float64 {
	common, i, j := 0, 0, 0
	for i < len(p) && j < len(q) {
		switch {
		case p[i] == q[j]:
			common++
			i++
			j++
		case p[i] < q[j]:
			i++
		default:
			j++
		}
	}
	if all := len(p) + len(q) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}

// Memo remembers the word pairs of each text that was compared lately: in a flood
// of repeats the same few texts come again and again, and finding their word
// pairs would be most of the work. It may be used by many goroutines at once.
type Memo struct {
	mu       sync.Mutex
	now, old map[string]Pairs // old is the previous map; now replaces it when full
}

// The size of a memo: twice as many texts, each up to so many bytes. Longer texts
// are parsed each time.
const (
	memoTexts = 256
	memoBytes = 2000
)

// PairsOf returns a text's pairs. They must not be changed.
func (m *Memo) PairsOf(text string) Pairs {
	if len(text) > memoBytes {
		return PairsOf(text)
	}
	m.mu.Lock()
	pairs, ok := m.now[text]
	if !ok {
		pairs, ok = m.old[text]
	}
	m.mu.Unlock()
	if ok {
		return pairs
	}
	pairs = PairsOf(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now == nil || len(m.now) >= memoTexts {
		m.now, m.old = make(map[string]Pairs, memoTexts), m.now
	}
	m.now[text] = pairs
	return pairs
}

// mixBits spreads the bits of a hash (the finalizer of MurmurHash3).
func mixBits(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85EBCA6B
	h ^= h >> 13
	h *= 0xC2B2AE35
	return h ^ h>>16
}
