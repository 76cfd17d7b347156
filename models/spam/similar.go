package spam

import (
	"math"

	"broadsheet/models/terms"
)

// leastPairs is how many pairs of words a text needs for a fingerprint.
// "Well said, thank you" is said by everybody.
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
	pairs := pairsOf(text)
	if len(pairs) < leastPairs {
		return f, false
	}
	var least [4]uint32
	for i, seed := range []uint32{0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F} {
		least[i] = math.MaxUint32
		for pair := range pairs {
			least[i] = min(least[i], mix(pair^seed))
		}
	}
	return Fingerprint{least[0]<<16 ^ least[1], least[2]<<16 ^ least[3]}, true
}

// Similarity returns which share of their pairs of words two texts have in
// common, 0 to 1 (Jaccard's coefficient).
func Similarity(a, b string) float64 {
	one, two := pairsOf(a), pairsOf(b)
	common := 0
	for pair := range one {
		if two[pair] {
			common++
		}
	}
	if all := len(one) + len(two) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}

// NearlyTheSame is the similarity from which two comments are repeats.
const NearlyTheSame = 0.7

func pairsOf(text string) map[uint32]bool {
	words := terms.Words(terms.Skeleton(cut(text, maxScored)))
	pairs := make(map[uint32]bool, len(words))
	for i := 1; i < len(words); i++ {
		pairs[hash("p", words[i-1], words[i])] = true
	}
	return pairs
}

// mix spreads the bits of a hash (the finalizer of MurmurHash3).
func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85EBCA6B
	h ^= h >> 13
	h *= 0xC2B2AE35
	return h ^ h>>16
}
