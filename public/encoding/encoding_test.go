package encoding_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"broadsheet/public/encoding"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var all = []encoding.Encoding{encoding.Gzip, encoding.Zstd, encoding.Brotli}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"": "identity", "gzip": "gzip", "gzip, deflate, br, zstd": "br", "zstd, gzip": "zstd", "GZIP": "gzip", "x-gzip": "gzip",
		"br;q=0.5, gzip": "gzip", "br;q=0, gzip;q=0": "identity", "*": "br", "*;q=0": "identity", "identity;q=0": "gzip",
		"identity;q=0, *;q=0.1": "br", "br;q=0.001": "br", "br;q=0.0009": "identity", "br;q=x": "identity", "br;Q=1": "br",
		"gzip;q=0.8, identity": "identity", "compress": "identity", "gzip;q=1.5": "gzip", " br ; q=1.0 ": "br", ",,,gzip": "gzip",
	} {
		if got := encoding.Negotiate(accept, all...); got.String() != want {
			t.Errorf("%q: %v, want %s", accept, got, want)
		}
	}
	if got := encoding.Negotiate("br, zstd, gzip;q=0.1", encoding.Gzip); got != encoding.Gzip {
		t.Errorf("gzip is offered alone: %v", got)
	}
	if got := encoding.Negotiate("zstd", encoding.Brotli, encoding.Gzip); got != encoding.Identity {
		t.Errorf("zstd is not offered: %v", got)
	}
	if got := encoding.Negotiate("br, gzip", encoding.Brotli, encoding.Gzip); got != encoding.Brotli {
		t.Errorf("the order of the offer counts: %v", got)
	}
}

// FuzzNegotiate checks the parser with random headers: weights are between 0 and
// 1000, and Negotiate never chooses an encoding that the client refuses.
func FuzzNegotiate(f *testing.F) {
	for _, accept := range []string{"", "gzip, br;q=0.5", "*;q=0", "identity;q=0, x-gzip;q=1.000", "br;q=0.0009", ";;q=,,*"} {
		f.Add(accept)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		weights := encoding.Weigh(accept)
		for e, w := range weights {
			if w < 0 || w > 1000 {
				t.Fatalf("%q: %v weighs %d", accept, encoding.Encoding(e), w)
			}
		}
		got := encoding.Negotiate(accept, all...)
		if got != encoding.Identity && weights[got] == 0 {
			t.Fatalf("%q: %v is refused", accept, got)
		}
		if accept == "" {
			return
		}
		for _, e := range all {
			if weights[e] > weights[got] {
				t.Fatalf("%q: %v is chosen and %v weighs more", accept, got, e)
			}
		}
		if upper := encoding.Negotiate(strings.ToUpper(accept), all...); strings.ToLower(accept) == accept && isASCII(accept) &&
			upper != got {
			t.Fatalf("%q: the case of a name counts", accept)
		}
	})
}

func isASCII(s string) bool { return len(strings.ToValidUTF8(s, "")) == len([]rune(s)) }

func TestMatches(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, `"a"`: true, `W/"a"`: true, `"b", W/"a"`: true, "*": true, `"b"`: false, `a`: false, `"a" , "b"`: true,
	} {
		if got := encoding.Matches(header, `"a"`); got != want {
			t.Errorf("%s: %v", header, got)
		}
	}
}

func TestCompress(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 100, 300_000} {
		body := []byte(strings.Repeat("abcdefghij ", n/11+1)[:n])
		for _, effort := range []encoding.Effort{encoding.Quick, encoding.Thorough, encoding.Best} {
			for e := range encoding.Count {
				for range 2 { // the second time with a used encoder
					packed := encoding.Compress(e, effort, body)
					if got, err := decompress(e, packed); err != nil || !bytes.Equal(got, body) {
						t.Errorf("%v, effort %d: %d bytes become %d, %v", e, effort, n, len(got), err)
					}
				}
			}
		}
	}
}

func decompress(e encoding.Encoding, packed []byte) ([]byte, error) {
	var r io.Reader = bytes.NewReader(packed)
	var err error
	switch e {
	case encoding.Gzip:
		r, err = gzip.NewReader(r)
	case encoding.Zstd:
		var z *zstd.Decoder
		if z, err = zstd.NewReader(r); err == nil {
			defer z.Close()
			r = z
		}
	case encoding.Brotli:
		r = brotli.NewReader(r)
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
