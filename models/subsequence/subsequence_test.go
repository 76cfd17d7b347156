package subsequence_test

import (
	"math/rand/v2"
	"testing"

	"broadsheet/models/subsequence"
)

// longest returns the length of the longest common subsequence, by trying everything.
func longest(a, b string) int {
	if a == "" || b == "" {
		return 0
	}
	n := max(longest(a[1:], b), longest(a, b[1:]))
	if a[0] == b[0] {
		n = max(n, 1+longest(a[1:], b[1:]))
	}
	return n
}

func TestCommonIsLongestAndInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, r.IntN(8))
		for i := range b {
			b[i] = "abc"[r.IntN(3)]
		}
		return string(b)
	}
	for range 3000 {
		a, b := word(), word()
		pairs := subsequence.Common([]byte(a), []byte(b))
		if len(pairs) != longest(a, b) {
			t.Fatalf("%q and %q have %v in common, want %d", a, b, pairs, longest(a, b))
		}
		before := [2]int{-1, -1}
		for _, p := range pairs {
			if p[0] <= before[0] || p[1] <= before[1] || a[p[0]] != b[p[1]] {
				t.Fatalf("%q and %q: %v", a, b, pairs)
			}
			before = p
		}
	}
}

func TestLongListsHaveTheirEndsInCommon(t *testing.T) {
	a, b := make([]int, 3000), make([]int, 3000)
	for i := range a {
		a[i], b[i] = i, -i
	}
	a[2999], b[2999] = 7, 7
	if pairs := subsequence.Common(a, b); len(pairs) != 2 || pairs[0] != [2]int{0, 0} || pairs[1] != [2]int{2999, 2999} {
		t.Errorf("in common: %v", pairs)
	}
}
