package pagecache

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"
	"broadsheet/public/encoding"
)

// Response is an answer from a handler.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// Cacheable says that the answer is the same for all visitors. Tags are the
	// cache tags of the things that it shows. It changes with time at the Deadlines.
	Cacheable bool
	Tags      []models.CacheTag
	Deadlines []time.Time
	// Modified is the time of the newest change in the answer itself, for an answer
	// whose Last-Modified must be the same on all instances and after a restart, such
	// as a feed. Zero: the last change of the tags.
	Modified time.Time
	// Unstored says that a cacheable answer is sent with its validators but not kept,
	// because there are as many such answers as clients can think of.
	Unstored bool
	// Extra is returned by Page.Extra, for rendering a visitor's own parts.
	Extra any
}

// Page is an answer that is ready to be sent any number of times. It is safe for
// use by several goroutines.
type Page struct {
	status     int
	header     []field // of every variant
	body       []byte
	hash       string
	cacheable  bool
	unstored   bool
	tags       []models.CacheTag
	validFrom  time.Time // zero: always
	validUntil time.Time // zero: without end
	extra      any

	// The last change of the things that it shows, in Unix seconds and as a header.
	modified     int64
	lastModified []string
	ownTime      bool // the answer came with its Modified

	onGrow            func(bytes int) // called with the size of each new variant; nil for a page that is not stored
	requestRecompress func(*Page)     // starts recompress; nil for a page that is not stored

	variants [encoding.Count]atomic.Pointer[variant]
	mu       sync.Mutex

	pieces     [][]byte // the body around the parts for one visitor
	compressed [][]byte // the pieces, each compressed by itself; nil until the first use
}

// field is a header with its values, prepared so that sending copies only
// references.
type field struct {
	name   string
	values []string
}

// variant is a page in one encoding.
type variant struct {
	body        []byte
	etag        string
	headers     []field // of a full answer
	notModified []field // headers of a 304
	personal    []field // headers of an answer for one visitor: private, without validators

	recompressible bool         // recompressing it is worth the time
	served         atomic.Int64 // how often it was sent while recompressible
	earlierETag    string       // the ETag of the same page before it was recompressed
}

// settleSeconds is the age of a change at which Last-Modified is sent. The header
// has whole seconds: two different pages would have the same time if a page
// could change again within that second, or if another instance has not yet
// received the change.
const settleSeconds = 2

// ownHeaders are the headers of a handler that a stored page keeps besides
// Content-Type: those that belong to feeds and to the answers of WordPress's REST.
// A policy of its own replaces the one of all pages.
var ownHeaders = []string{
	"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Allow", "Content-Security-Policy",
	"Link", "X-Robots-Tag", "X-Wp-Total", "X-Wp-Totalpages",
}

const (
	publicControl  = "public, max-age=0, must-revalidate"
	privateControl = "private, no-store"
	vary           = "Accept-Encoding, Cookie"
)

// newPage prepares a response for sending. A variant is compressed when a client
// first asks for its encoding. now is the time when the load started.
func (c *Cache) newPage(d *Response, now time.Time) *Page {
	tags := slices.Compact(slices.Sorted(slices.Values(d.Tags)))
	p := &Page{status: d.Status, body: d.Body, cacheable: d.Cacheable, unstored: d.Unstored, tags: tags, extra: d.Extra}
	if !d.Cacheable {
		for name, values := range d.Header {
			p.header = append(p.header, field{name, values})
		}
		return p
	}
	for _, deadline := range d.Deadlines {
		switch {
		case deadline.IsZero():
		case !deadline.After(now):
			if deadline.After(p.validFrom) {
				p.validFrom = deadline
			}
		case p.validUntil.IsZero() || deadline.Before(p.validUntil):
			p.validUntil = deadline
		}
	}
	sum := sha256.Sum256(d.Body)
	p.hash = hex.EncodeToString(sum[:12])
	p.pieces = splitPieces(d.Body, c.MarkBegin, c.MarkEnd)
	for _, f := range c.fixedHeader {
		if !slices.Contains(ownHeaders, f.name) || len(d.Header.Values(f.name)) == 0 {
			p.header = append(p.header, f)
		}
	}
	p.header = append(p.header, field{"Content-Type", d.Header.Values("Content-Type")}, field{"Vary", []string{vary}})
	for _, name := range ownHeaders {
		if values := d.Header.Values(name); len(values) > 0 {
			p.header = append(p.header, field{name, values})
		}
	}
	if !d.Modified.IsZero() {
		p.ownTime = true
		p.setModified(d.Modified.Unix())
	}
	return p
}

// setModified sets the time of the last change, in Unix seconds.
func (p *Page) setModified(second int64) {
	p.modified = second
	p.lastModified = []string{time.Unix(second, 0).UTC().Format(http.TimeFormat)}
}

// validAt reports whether now is between the page's deadlines.
func (p *Page) validAt(now time.Time) bool {
	return (p.validUntil.IsZero() || now.Before(p.validUntil)) && !now.Before(p.validFrom)
}

// Estimates of the memory of a stored page beside its body, and of each tag.
const (
	pageBytes = 2048
	tagBytes  = 128
)

// size estimates the memory of a stored page without compressed variants.
func (p *Page) size() int {
	return len(p.body) + len(p.tags)*tagBytes + pageBytes
}

// Extra returns the Extra of the Response.
func (p *Page) Extra() any { return p.extra }

// Status returns the status code.
func (p *Page) Status() int { return p.status }

// PartCount returns the number of parts that ServePersonal takes.
func (p *Page) PartCount() int { return max(0, len(p.pieces)-1) }

// variantFor returns the page in an encoding. The first call compresses it.
func (p *Page) variantFor(c encoding.Encoding) *variant {
	if v := p.variants[c].Load(); v != nil {
		return v
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if v := p.variants[c].Load(); v != nil {
		return v
	}
	tag := `"` + p.hash + `"`
	if c != encoding.Identity {
		tag = `"` + p.hash + "-" + c.String() + `"`
	}
	v := p.newVariant(c, encoding.Compress(c, encoding.Quick, p.body), tag)
	v.recompressible = c == encoding.Brotli && worthRecompressing(len(v.body))
	p.variants[c].Store(v)
	if p.onGrow != nil && c != encoding.Identity {
		p.onGrow(len(v.body))
	}
	return v
}

// newVariant prepares the headers for a body in an encoding.
func (p *Page) newVariant(c encoding.Encoding, body []byte, tag string) *variant {
	v := &variant{body: body, etag: tag}
	whole := slices.Clone(p.header)
	if c != encoding.Identity {
		whole = append(whole, field{"Content-Encoding", []string{c.String()}})
	}
	whole = append(whole, field{"Content-Length", []string{strconv.Itoa(len(v.body))}})
	v.headers = append(slices.Clone(whole), field{"Etag", []string{v.etag}})
	v.personal = append(slices.Clone(withoutCaching(whole)), field{"Cache-Control", []string{privateControl}})
	for _, f := range v.headers {
		if !strings.HasPrefix(f.name, "Content-") || f.name == "Content-Security-Policy" {
			v.notModified = append(v.notModified, f)
		}
	}
	return v
}

// withoutCaching returns the fields without those for caches.
func withoutCaching(fields []field) []field {
	return slices.DeleteFunc(slices.Clone(fields), func(f field) bool { return f.name == "Cache-Control" || f.name == "Surrogate-Key" })
}

func setHeader(h http.Header, fields []field) {
	for _, f := range fields {
		h[f.name] = f.values
	}
}

// negotiateEncoding chooses the encoding of an answer.
func negotiateEncoding(r *http.Request) encoding.Encoding {
	return encoding.Negotiate(headerValue(r.Header, "Accept-Encoding"), encoding.Gzip, encoding.Zstd, encoding.Brotli)
}

// Serve answers a GET or HEAD request. It returns the status code and the number
// of bytes of the body.
func (p *Page) Serve(w http.ResponseWriter, r *http.Request, now time.Time) (status, bytes int) {
	h := w.Header()
	if !p.cacheable {
		setHeader(h, p.header)
		return p.status, writeBody(w, r, p.status, p.body)
	}
	v := p.variantFor(negotiateEncoding(r))
	sendTime := p.modified != 0 && now.Unix() >= p.modified+settleSeconds
	if sendTime {
		h["Last-Modified"] = p.lastModified
	}
	if p.isNotModified(r.Header, v, sendTime) {
		setHeader(h, v.notModified)
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified, 0
	}
	if v.recompressible && p.requestRecompress != nil && v.served.Add(1) >= recompressAfter {
		p.requestRecompress(p)
	}
	setHeader(h, v.headers)
	return p.status, writeBody(w, r, p.status, v.body)
}

// ServePersonal answers one visitor and inserts the visitor's own parts; with nil
// parts the page is the shared one. The answer must not be cached.
func (p *Page) ServePersonal(w http.ResponseWriter, r *http.Request, parts [][]byte) (status, bytes int) {
	if !p.cacheable {
		setHeader(w.Header(), p.header)
		return p.status, writeBody(w, r, p.status, p.body)
	}
	c := negotiateEncoding(r)
	if parts == nil || p.pieces == nil {
		v := p.variantFor(c)
		setHeader(w.Header(), v.personal)
		return p.status, writeBody(w, r, p.status, v.body)
	}
	body := splice(p.pieces, parts)
	h := w.Header()
	setHeader(h, withoutCaching(p.header))
	h["Cache-Control"] = []string{privateControl}
	// Clients that accept any encoding accept gzip. The few others get the page
	// uncompressed.
	if c != encoding.Identity && encoding.Weigh(headerValue(r.Header, "Accept-Encoding"))[encoding.Gzip] > 0 {
		h["Content-Encoding"] = []string{encoding.Gzip.String()}
		body = spliceGzip(p.compressedPieces(), parts, body)
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	return p.status, writeBody(w, r, p.status, body)
}

// compressedPieces returns the compressed pieces. The first call compresses them.
func (p *Page) compressedPieces() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.compressed == nil {
		p.compressed = deflatePieces(p.pieces)
		if p.onGrow != nil {
			n := 0
			for _, piece := range p.compressed {
				n += len(piece)
			}
			p.onGrow(n)
		}
	}
	return p.compressed
}

func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte) int {
	w.WriteHeader(status)
	if r.Method == http.MethodHead || len(body) == 0 {
		return 0
	}
	n, _ := w.Write(body) // the client may have disconnected
	return n
}

// headerValue returns the value of a header; several are joined by commas.
func headerValue(h http.Header, name string) string {
	switch values := h[name]; len(values) {
	case 0:
		return ""
	case 1:
		return values[0]
	default:
		return strings.Join(values, ",")
	}
}

// isNotModified reports whether the client has this variant, also as it was before
// it was recompressed. If the client sends If-None-Match, only that counts (RFC
// 9110, section 13.2.2).
func (p *Page) isNotModified(h http.Header, v *variant, sendTime bool) bool {
	if tags, sent := h["If-None-Match"]; sent {
		for _, list := range tags {
			if list == v.etag || encoding.Matches(list, v.etag) || v.earlierETag != "" && encoding.Matches(list, v.earlierETag) {
				return true
			}
		}
		return false
	}
	since := headerValue(h, "If-Modified-Since")
	if since == "" || !sendTime {
		return false
	}
	at, err := http.ParseTime(since)
	return err == nil && at.Unix() >= p.modified
}
