package pagecache

import (
	"sync"
	"time"

	"github.com/andybalholm/brotli"
)

// A server may send ten segments before it hears from the reader for the first
// time (RFC 6928): a page within them is there after one way to and fro. One
// that comes out a little larger is packed once more, as tightly as takes a
// twentieth of a second instead of a few thousandths, when enough readers have
// asked for it to be worth that.
const (
	firstWindow = 14_600
	headerRoom  = 1_000 // what the answer's headers take of it
	tightLevel  = 10
	tightGain   = 1.2 // how much smaller a page can get by it, at the very most
	tightAfter  = 16  // answers
	tightRest   = 10  // times as long as packing took, before the next page is packed
)

// loose reports whether a page packed to so many bytes is worth packing again.
func loose(bytes int) bool {
	room := firstWindow - headerRoom
	return bytes > room && float64(bytes) < float64(room)*tightGain
}

// tightWindow is the logarithm of how far back the encoder looks. Its tables
// are eight times as large as that.
const tightWindow = 18

var tightBrotlis = sync.Pool{New: func() any {
	return brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: tightLevel, LGWin: tightWindow})
}}

// tighten packs a page again, behind the readers' backs and one page at a
// time, so that it takes a tenth of one processor at most.
func (c *Cache) tighten(p *Page) {
	if !c.packing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		began := c.tick()
		p.tighten()
		time.AfterFunc(tightRest*c.tick().Sub(began), func() { c.packing.Store(false) })
	}()
}

// tighten puts the page's brotli in a smaller place. Its tag is another one,
// since the bytes are; who has the bytes of before need not fetch these.
func (p *Page) tighten() {
	was := p.variants[brotlied].Load()
	if !was.loose {
		return
	}
	tag := `"` + p.hash + "-" + names[brotlied] + `-tight"`
	body := brotliBy(&tightBrotlis, p.body)
	if len(body) >= len(was.body) {
		body, tag = was.body, was.etag
	}
	v := p.variant(brotlied, body, tag)
	v.before = was.etag
	p.variants[brotlied].Store(v)
	if p.grown != nil {
		p.grown(len(v.body) - len(was.body))
	}
}
