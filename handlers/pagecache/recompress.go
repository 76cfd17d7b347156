package pagecache

import (
	"time"

	"broadsheet/public/encoding"
)

// A server may send ten segments before the first acknowledgement (the initial
// congestion window, RFC 6928). An answer that fits into them arrives in one
// round trip. A page that is a little larger is compressed again, for 50 ms
// instead of 5 ms, when enough requests for it show that this is worth it.
const (
	initialWindow   = 14_600 // bytes
	headerRoom      = 1_000  // of these for the headers
	recompressGain  = 1.2    // the most that a page can shrink
	recompressAfter = 16     // answers
	recompressRest  = 10     // pause before the next page, as a multiple of the time taken
)

// worthRecompressing reports whether a page of so many compressed bytes is too
// large for the initial congestion window, but may fit into it after compressing
// it again.
func worthRecompressing(bytes int) bool {
	room := initialWindow - headerRoom
	// Above room the headers may begin the second round trip, but the page still ends sooner.
	return bytes > room && float64(bytes) < initialWindow*recompressGain
}

// recompress compresses a page again in the background. It works on one page at a
// time and then pauses, so that it uses at most a tenth of one processor.
func (c *Cache) recompress(p *Page) {
	if !c.recompressing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		began := c.clock()
		p.recompress()
		time.AfterFunc(recompressRest*c.clock().Sub(began), func() { c.recompressing.Store(false) })
	}()
}

// recompress replaces the brotli variant of the page by a smaller one. The new
// variant has another ETag because its bytes differ. A client that has the
// earlier variant still gets a 304.
func (p *Page) recompress() {
	was := p.variants[encoding.Brotli].Load()
	if !was.recompressible {
		return
	}
	tag := `"` + p.hash + "-" + encoding.Brotli.String() + `-tight"`
	body := encoding.Compress(encoding.Brotli, encoding.Thorough, p.body)
	if len(body) >= len(was.body) {
		body, tag = was.body, was.etag
	}
	v := p.newVariant(encoding.Brotli, body, tag)
	v.earlierETag = was.etag
	p.variants[encoding.Brotli].Store(v)
	if p.onGrow != nil {
		p.onGrow(len(v.body) - len(was.body))
	}
}
