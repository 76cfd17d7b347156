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
)

// Draft is an answer as a handler has made it.
type Draft struct {
	Status int
	Header http.Header
	Body   []byte
	// Keep: the answer is the same for everybody and may be kept. Its Tags say
	// what it shows and Turns when time alone changes it.
	Keep  bool
	Tags  []string
	Turns []time.Time
	// Aside travels with the page for whoever puts a reader's own parts in.
	Aside any
}

// Page is an answer that is ready to be sent, to any number of readers.
type Page struct {
	status int
	header []field // what every variant has
	body   []byte
	hash   string
	kept   bool
	tags   []string
	from   time.Time // good from then on; zero: from ever
	until  time.Time // and until then; zero: for ever
	aside  any

	// When what it shows last changed, in seconds since 1970, and as a header.
	modified   int64
	modifiedIn []string

	grown func(bytes int) // told when a variant was made; nil for a page that is not stored
	pack  func(*Page)     // asked to pack it more tightly; nil for a page that is not stored

	variants [codings]atomic.Pointer[variant]
	making   sync.Mutex

	pieces   [][]byte // around the parts for one reader
	deflated [][]byte // the same, compressed one by one; made when first asked for
}

// field is a header with its values, prepared so that sending copies only
// references.
type field struct {
	name   string
	values []string
}

// variant is a page in one coding.
type variant struct {
	body    []byte
	etag    string
	headers []field // of the whole answer
	brief   []field // of 304
	own     []field // for one reader alone: not to be kept, without validators

	loose  bool         // packing it more tightly would be worth it
	asked  atomic.Int64 // how often it was sent, while it is loose
	before string       // the tag of the same, packed less tightly
}

// settled is how old a state must be before its time is told. Times are in
// whole seconds: a page that may still change within the second it gives, or
// that another instance may not have heard of yet, would share it with the one
// that comes after.
const settled = 2

const (
	publicly  = "public, max-age=0, must-revalidate"
	privately = "private, no-store"
	vary      = "Accept-Encoding, Cookie"
)

// newPage prepares a draft. It does not compress: that is done when a coding
// is first asked for.
func (c *Cache) newPage(d *Draft, now time.Time) *Page {
	p := &Page{status: d.Status, body: d.Body, kept: d.Keep, tags: slices.Compact(slices.Sorted(slices.Values(d.Tags))), aside: d.Aside}
	if !d.Keep {
		for name, values := range d.Header {
			p.header = append(p.header, field{name, values})
		}
		return p
	}
	for _, turn := range d.Turns {
		switch {
		case turn.IsZero():
		case !turn.After(now):
			if turn.After(p.from) {
				p.from = turn
			}
		case p.until.IsZero() || turn.Before(p.until):
			p.until = turn
		}
	}
	sum := sha256.Sum256(d.Body)
	p.hash = hex.EncodeToString(sum[:12])
	p.pieces = split(d.Body, c.MarkBegin, c.MarkEnd)
	p.header = append(p.header, c.fixed...)
	p.header = append(p.header, field{"Content-Type", d.Header.Values("Content-Type")}, field{"Vary", []string{vary}})
	return p
}

// holds reports whether the page is right as far as time goes.
func (p *Page) holds(now time.Time) bool {
	return (p.until.IsZero() || now.Before(p.until)) && !now.Before(p.from)
}

// What a stored page takes beside its bytes, and each of its tags, roughly.
const (
	pageBytes = 2048
	tagBytes  = 128
)

// size is what a stored page takes before any coding was asked for.
func (p *Page) size() int {
	return len(p.body) + len(p.tags)*tagBytes + pageBytes
}

// Aside returns what its handler gave along.
func (p *Page) Aside() any { return p.aside }

// Status returns the status of the answer.
func (p *Page) Status() int { return p.status }

// Parts returns how many parts can be put in for one reader.
func (p *Page) Parts() int { return max(0, len(p.pieces)-1) }

// in returns the page in a coding, made once.
func (p *Page) in(c coding) *variant {
	if v := p.variants[c].Load(); v != nil {
		return v
	}
	p.making.Lock()
	defer p.making.Unlock()
	if v := p.variants[c].Load(); v != nil {
		return v
	}
	tag := `"` + p.hash + `"`
	if c != identity {
		tag = `"` + p.hash + "-" + names[c] + `"`
	}
	v := p.variant(c, encode(c, p.body), tag)
	v.loose = c == brotlied && loose(len(v.body))
	p.variants[c].Store(v)
	if p.grown != nil && c != identity {
		p.grown(len(v.body))
	}
	return v
}

// variant prepares the page in a coding to be sent.
func (p *Page) variant(c coding, body []byte, tag string) *variant {
	v := &variant{body: body, etag: tag}
	whole := slices.Clone(p.header)
	if c != identity {
		whole = append(whole, field{"Content-Encoding", []string{names[c]}})
	}
	whole = append(whole, field{"Content-Length", []string{strconv.Itoa(len(v.body))}})
	v.headers = append(slices.Clone(whole), field{"Etag", []string{v.etag}})
	v.own = append(slices.Clone(withoutCaching(whole)), field{"Cache-Control", []string{privately}})
	for _, f := range v.headers {
		if !strings.HasPrefix(f.name, "Content-") || f.name == "Content-Security-Policy" {
			v.brief = append(v.brief, f)
		}
	}
	return v
}

// withoutCaching leaves out what is said to caches.
func withoutCaching(fields []field) []field {
	return slices.DeleteFunc(slices.Clone(fields), func(f field) bool { return f.name == "Cache-Control" || f.name == "Surrogate-Key" })
}

func send(h http.Header, fields []field) {
	for _, f := range fields {
		h[f.name] = f.values
	}
}

// Serve answers a GET or HEAD, and returns how.
func (p *Page) Serve(w http.ResponseWriter, r *http.Request, now time.Time) (status, bytes int) {
	h := w.Header()
	if !p.kept {
		send(h, p.header)
		return p.status, write(w, r, p.status, p.body)
	}
	v := p.in(negotiate(value(r.Header, "Accept-Encoding")))
	told := p.modified != 0 && now.Unix() >= p.modified+settled
	if told {
		h["Last-Modified"] = p.modifiedIn
	}
	if p.unchanged(r.Header, v, told) {
		send(h, v.brief)
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified, 0
	}
	if v.loose && p.pack != nil && v.asked.Add(1) >= tightAfter {
		p.pack(p)
	}
	send(h, v.headers)
	return p.status, write(w, r, p.status, v.body)
}

// ServeOwn answers one reader, with their own parts put in; nil for none, which
// is the page as everybody gets it. Nobody may keep the answer.
func (p *Page) ServeOwn(w http.ResponseWriter, r *http.Request, parts [][]byte) (status, bytes int) {
	if !p.kept {
		send(w.Header(), p.header)
		return p.status, write(w, r, p.status, p.body)
	}
	c := negotiate(value(r.Header, "Accept-Encoding"))
	if parts == nil || p.pieces == nil {
		v := p.in(c)
		send(w.Header(), v.own)
		return p.status, write(w, r, p.status, v.body)
	}
	body := splice(p.pieces, parts)
	h := w.Header()
	send(h, withoutCaching(p.header))
	h["Cache-Control"] = []string{privately}
	// A browser that takes any coding takes this one; who takes only another is
	// rare enough to get the page as it is.
	if c != identity && weigh(value(r.Header, "Accept-Encoding"))[gzipped] > 0 {
		h["Content-Encoding"] = []string{names[gzipped]}
		body = spliceGzip(p.inPieces(), parts, body)
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	return p.status, write(w, r, p.status, body)
}

// inPieces returns the pieces compressed, made once.
func (p *Page) inPieces() [][]byte {
	p.making.Lock()
	defer p.making.Unlock()
	if p.deflated == nil {
		p.deflated = deflatePieces(p.pieces)
		if p.grown != nil {
			n := 0
			for _, piece := range p.deflated {
				n += len(piece)
			}
			p.grown(n)
		}
	}
	return p.deflated
}

func write(w http.ResponseWriter, r *http.Request, status int, body []byte) int {
	w.WriteHeader(status)
	if r.Method == http.MethodHead || len(body) == 0 {
		return 0
	}
	n, _ := w.Write(body) // a reader who has gone away
	return n
}

// value returns the header's value, several as one list.
func value(h http.Header, name string) string {
	switch values := h[name]; len(values) {
	case 0:
		return ""
	case 1:
		return values[0]
	default:
		return strings.Join(values, ",")
	}
}

// unchanged reports whether the reader has these very bytes, or the same less
// tightly packed. If-None-Match
// decides alone where it is sent (RFC 9110, 13.2.2).
func (p *Page) unchanged(h http.Header, v *variant, told bool) bool {
	if tags, sent := h["If-None-Match"]; sent {
		for _, list := range tags {
			if list == v.etag || Matches(list, v.etag) || v.before != "" && Matches(list, v.before) {
				return true
			}
		}
		return false
	}
	since := value(h, "If-Modified-Since")
	if since == "" || !told {
		return false
	}
	at, err := http.ParseTime(since)
	return err == nil && at.Unix() >= p.modified
}

// Matches reports whether If-None-Match names the tag (RFC 9110, 13.1.2:
// weak comparison, a list, or *).
func Matches(header, etag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == etag || candidate == "*" {
			return true
		}
	}
	return false
}
