package spam

import (
	"math/rand/v2"
	"testing"
)

// The glance that spares most texts the pattern may be wrong in one
// direction only.
func TestNoAddressIsOverlooked(t *testing.T) {
	t.Parallel()
	parts := []string{"a", "bc", "é", "9", "-", ".", ". ", ".\n", " ", "com", "NET", "Co", "online", "info", "xyz", "it", "www", "WWW.", "http", "https://", "://", "ſ", "\u212a", "ſhop", "?", "ly", "_", "comé", "п"}
	rng := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 200_000 {
		text := ""
		for range 1 + rng.IntN(7) {
			text += parts[rng.IntN(len(parts))]
		}
		if address.MatchString(text) {
			found++
			if !hasAddress(text) {
				t.Fatalf("%q has an address", text)
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d texts had one", found)
	}
	if mayHaveAddress("It was late. Nobody came... The end? No. 5.30 p.m.") {
		t.Error("the pattern is asked about plain talk")
	}
}
