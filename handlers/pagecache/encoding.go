package pagecache

import (
	"bytes"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// coding is a content coding.
type coding int

// The codings, the one that is liked best last: pages come out smallest in
// brotli.
const (
	identity coding = iota
	gzipped
	zstandard
	brotlied
	codings
)

// names are the codings' names in headers.
var names = [codings]string{"identity", "gzip", "zstd", "br"}

// Compression levels. A page is compressed once and sent many times, but the
// first reader waits for it: these take about as long as rendering it.
const (
	brotliLevel = 5
	gzipLevel   = 6
)

// negotiate chooses the coding for a request's Accept-Encoding (RFC 9110,
// 12.5.3): the highest weight wins, among equals the smallest page. Who
// refuses everything gets the page as it is, since a page that is not
// understood is better than none.
func negotiate(accept string) coding {
	if accept == "" {
		return identity
	}
	weight := weigh(accept)
	best := identity
	for c := gzipped; c < codings; c++ {
		if weight[c] > 0 && weight[c] >= weight[best] {
			best = c
		}
	}
	return best
}

// weigh returns what each coding is worth to a browser, in thousandths, 0 for
// what it refuses. The plain page is taken by whoever does not refuse it, but
// after all that is asked for by name. Who refuses only that reads gzip:
// everybody does.
func weigh(accept string) (weight [codings]int) {
	const unsaid = -1
	for i := range weight {
		weight[i] = unsaid
	}
	rest := unsaid // for *
	for accept != "" {
		var item string
		item, accept, _ = strings.Cut(accept, ",")
		name, q := parseItem(item)
		switch {
		case name == "*":
			rest = q
		case strings.EqualFold(name, "x-gzip"):
			weight[gzipped] = q
		}
		for c, known := range names {
			if strings.EqualFold(name, known) {
				weight[c] = q
			}
		}
	}
	refused := weight[identity] == 0
	for c := range weight {
		switch {
		case weight[c] != unsaid:
		case rest != unsaid:
			weight[c] = rest
		case c == int(identity):
			weight[c] = 1
		case c == int(gzipped) && refused:
			weight[c] = 1
		default:
			weight[c] = 0
		}
	}
	return weight
}

// parseItem reads one coding of the header and its weight in thousandths.
func parseItem(item string) (name string, q int) {
	name, parameters, _ := strings.Cut(item, ";")
	name, q = strings.TrimSpace(name), 1000
	parameters = strings.TrimSpace(parameters)
	if len(parameters) < 3 || parameters[0] != 'q' && parameters[0] != 'Q' || parameters[1] != '=' {
		return name, q
	}
	q = 0
	unit := 1000
	for i, digit := range []byte(parameters[2:]) {
		switch {
		case i == 1 && digit == '.':
		case digit >= '0' && digit <= '9' && i < 5:
			q += int(digit-'0') * unit
			unit /= 10
		default:
			return name, min(q, 1000)
		}
	}
	return name, min(q, 1000)
}

// The encoders are large; a few are kept for the next page.
var (
	brotlis = sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, brotliLevel) }}
	gzips   = sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(nil, gzipLevel) // the level is a valid constant
		return z
	}}
	zstds = sync.Pool{New: func() any {
		// The options are valid constants. Browsers take windows up to 8 MB.
		z, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithWindowSize(1<<20))
		return z
	}}
)

// encode returns the body in a coding. Writing into memory does not fail.
func encode(c coding, body []byte) []byte {
	var out bytes.Buffer
	switch c {
	case brotlied:
		return brotliBy(&brotlis, body)
	case gzipped:
		z := gzips.Get().(*gzip.Writer)
		defer gzips.Put(z)
		z.Reset(&out)
		z.Write(body)
		z.Close()
	case zstandard:
		z := zstds.Get().(*zstd.Encoder)
		defer zstds.Put(z)
		return z.EncodeAll(body, make([]byte, 0, len(body)/4))
	default:
		return body
	}
	return bytes.Clone(out.Bytes())
}

// brotliBy packs the body with one of the pool's encoders.
func brotliBy(pool *sync.Pool, body []byte) []byte {
	var out bytes.Buffer
	z := pool.Get().(*brotli.Writer)
	defer pool.Put(z)
	z.Reset(&out)
	z.Write(body)
	z.Close()
	return bytes.Clone(out.Bytes())
}
