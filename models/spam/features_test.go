package spam

import (
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Sites store their counts under these hashes, so a text must have the same hashes in
// all versions.
func TestFeatureHashesAreTheSameInAllVersions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]uint32{
		"I walked along the harbour wall this morning, and don't ask!": 0x8b8ef4d9,
		"Earn £9,000 a week 4U: www.a.example or @money_fx 😍😍":         0x8c475f48,
		"港の壁に沿って 123456 Доброе утро 𝐘𝐨𝐮":                               0x14a017cf,
	} {
		var b []byte
		for _, feature := range Features(text) {
			b = binary.LittleEndian.AppendUint32(b, feature)
		}
		if sum := crc32.ChecksumIEEE(b); sum != want {
			t.Errorf("%q is counted by other features than before: %#08x", text, sum)
		}
	}
}

// Names and numbers become classes, and look-alike letters become plain letters.
func TestTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Call 0800 123 4567 or txt WIN to 87066!!!":                      "call \x01phone or txt win to 0n5 !",
		"£1,000 a week, 500 dollars or $ 3 000k":                         "\x01money a week \x01money or \x01money",
		"see https://a.example/x?y=1 and b-cd.com now":                   "see \x01url and b - \x01url now",
		"@trade_with.anna is #soooo good. Me too":                        "\x01name is \x01tag good me too",
		"𝐘𝐨𝐮 ᴡᴏᴡ sooooo b&amp;b don't<br />rock'":                        "you wow soo b & b don't rock '",
		`1 < 2, <b>so</b> <A Rel=x HREF="http://a.example/">look</a> <3`: "0n1 < 0n1 so \x01url look < 0n1",
		"": "",
	} {
		if got := strings.Join(scanTokens(text).list, " "); got != want {
			t.Errorf("%q was read as %q, not %q", text, got, want)
		}
	}
	got := strings.Join(scanTokens("@trade_with.anna1 #gold https://a.example/pills").parts, " ")
	if got != "@trade @with @anna #gold /https /a /example /pills" {
		t.Errorf("the parts of names and addresses are %q", got)
	}
}

// A text in capitals has another manner. A text in an untrained language has a manner
// as well.
func TestSignalsOfStyle(t *testing.T) {
	t.Parallel()
	of := func(text string) []float64 { return measureManner(text, scanTokens(text)) }
	plain, loud := of("call me for cash now"), of("CALL ME FOR CASH NOW!!!")
	differ := 0
	for i := range plain {
		if plain[i] != loud[i] {
			differ++
		}
	}
	if differ < 3 || len(of("")) != len(plain) || len(of("港の壁に沿って歩いた")) != len(plain) {
		t.Errorf("%d of %d numbers differ", differ, len(plain))
	}
}

func TestDistinct(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 300 {
		list := make([]uint32, n)
		for i := range list {
			list[i] = 1 + rng.Uint32N(200)
		}
		want := sortUnique(append([]uint32{}, list...))
		kept := distinct(list)
		if len(kept) != len(want) || !slices.Equal(sortUnique(kept), want) {
			t.Fatalf("of %v remained %v", want, kept)
		}
	}
}

// The glance that spares most texts the pattern may be wrong in one
// direction only.
func TestNoAddressIsOverlooked(t *testing.T) {
	t.Parallel()
	parts := []string{
		"a", "bc", "é", "9", "-", ".", ". ", ".\n", " ", "com", "NET", "Co", "online", "info", "xyz", "it", "www",
		"WWW.", "http", "https://", "://", "ſ", "\u212a", "ſhop", "?", "ly", "_", "comé", "п",
	}
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
