package pagecache_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers/pagecache"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

var text = strings.Repeat("The strait is open again, and the ships are moving. ", 200)

// unpack decompresses a body.
func unpack(t *testing.T, coding string, body []byte) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	var err error
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		r, err = gzip.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return string(out)
}

// A page that is a little too large for the first answer of a connection gets
// smaller when many want it, and is the same page still.
func TestPagesReadOftenAreCompressedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	rng := rand.New(rand.NewPCG(1, 2))
	var prose strings.Builder
	for prose.Len() < 108_000 {
		fmt.Fprintf(
			&prose, "<p class=\"word-%d\">The %c%c%c%c is open.</p>\n", rng.IntN(90), 'a'+rng.IntN(26),
			'a'+rng.IntN(26), 'a'+rng.IntN(26), 'a'+rng.IntN(26),
		)
	}
	p := b.load("/", false, b.page(prose.String(), "a"))
	first := b.get(p, "Accept-Encoding", "br")
	if n := first.Body.Len(); n < 14_000 || n > 16_000 {
		t.Fatalf("the page takes %d bytes, which tells nothing", n)
	}
	held := b.Stats().Bytes
	var small *httptest.ResponseRecorder
	deadline := time.Now().Add(time.Minute)
	for asked := 1; ; asked++ {
		if small = b.get(p, "Accept-Encoding", "br"); small.Body.Len() < first.Body.Len() {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("asked for %d times it still takes %d bytes", asked, first.Body.Len())
		}
		runtime.Gosched()
	}
	tag, before := small.Header().Get("ETag"), first.Header().Get("ETag")
	if tag == before || unpack(t, "br", small.Body.Bytes()) != prose.String() ||
		small.Header().Get("Content-Length") != fmt.Sprint(small.Body.Len()) {
		t.Errorf("it is another page, or has the same tag: %v", small.Header())
	}
	for _, match := range []string{tag, before, `"x", ` + before} {
		if w := b.get(p, "Accept-Encoding", "br", "If-None-Match", match); w.Code != http.StatusNotModified ||
			w.Header().Get("ETag") != tag {
			t.Errorf("who has %s gets %d", match, w.Code)
		}
	}
	for b.Stats().Bytes != held+small.Body.Len()-first.Body.Len() {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes are held, before %d", b.Stats().Bytes, held)
		}
		runtime.Gosched()
	}
	if w := b.get(p, "Accept-Encoding", "gzip", "If-None-Match", before); w.Code != http.StatusOK {
		t.Errorf("its tag answers for gzip: %d", w.Code)
	}
}

// Pages that fit as they are are left alone.
func TestPagesThatFitAreNotCompressedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	p := b.load("/", false, b.page(text, "a"))
	for range 200 {
		if b.get(p, "Accept-Encoding", "br"); b.Recompressing() {
			t.Fatal("a page that fits is packed again")
		}
	}
}

func TestEachCodingHasItsOwnTag(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	p := b.load("/", false, b.page(text, "a"))
	seen := map[string]string{}
	for _, coding := range []string{"", "gzip", "br", "zstd"} {
		w := b.get(p, "Accept-Encoding", coding)
		h := w.Header()
		if h.Get("Content-Encoding") != coding || unpack(t, coding, w.Body.Bytes()) != text {
			t.Errorf("asked for %q, got %q", coding, h.Get("Content-Encoding"))
		}
		tag := h.Get("ETag")
		if !strings.HasPrefix(tag, `"`) || seen[tag] != "" {
			t.Errorf("%q and %q have the tag %s", coding, seen[tag], tag)
		}
		seen[tag] = coding
		if h.Get("Vary") != "Accept-Encoding, Cookie" || h.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
			t.Error(h)
		}
		for _, match := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			w := b.get(p, "Accept-Encoding", coding, "If-None-Match", match)
			if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag ||
				w.Header().Get("Content-Length") != "" || w.Header().Get("Vary") == "" {
				t.Errorf("If-None-Match %s: %d %v", match, w.Code, w.Header())
			}
		}
	}
	for tag, coding := range seen {
		other := "br"
		if coding == "br" {
			other = "gzip"
		}
		if w := b.get(p, "Accept-Encoding", other, "If-None-Match", tag); w.Code != http.StatusOK {
			t.Errorf("the tag of %q answers for %q", coding, other)
		}
	}
}

func TestNegotiation(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	p := b.load("/", false, b.page(text, "a"))
	for accept, want := range map[string]string{
		"gzip, deflate, br, zstd": "br", "gzip, deflate, br": "br", "gzip, deflate": "gzip", "deflate": "", "": "",
		"*": "br", "zstd, gzip": "zstd",
		"gzip;q=1.0, br;q=0.5": "gzip", "br;q=0, gzip": "gzip", "br;q=0, *": "zstd", "gzip;q=0": "", "*;q=0": "",
		"identity": "", "identity, gzip": "gzip",
		"identity;q=1, gzip;q=0.5": "", "identity;q=0": "gzip", "identity;q=0, gzip;q=0, br": "br", "identity;q=0, br;q=0.001": "br",
		"BR": "br", "x-gzip": "gzip", " br ; q=0.8 , gzip ; q=0.9": "gzip", "br;q=garbage": "", ",,;q=1": "", "br;q=0.000": "",
	} {
		w := b.get(p, "Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding"); got != want || unpack(t, got, w.Body.Bytes()) != text {
			t.Errorf("%q gets %q, want %q", accept, got, want)
		}
	}
	if w := b.get(p, "Accept-Encoding", "deflate", "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "gzip" {
		t.Error("two headers count as one list")
	}
}

func TestHeadSaysWhatGetWould(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *pagecache.Options) { o.FixedHeader = http.Header{"X-Content-Type-Options": {"nosniff"}} })
	p := b.load("/", false, b.page(text, "a"))
	get := b.get(p, "Accept-Encoding", "br")
	r := httptest.NewRequest(http.MethodHead, "/", nil)
	r.Header.Set("Accept-Encoding", "br")
	head := httptest.NewRecorder()
	p.Serve(head, r, b.db.Now())
	if head.Body.Len() != 0 || len(head.Header()) != len(get.Header()) {
		t.Errorf("%v, GET %v", head.Header(), get.Header())
	}
	for name := range get.Header() {
		if head.Header().Get(name) != get.Header().Get(name) {
			t.Errorf("%s: %q, GET %q", name, head.Header().Get(name), get.Header().Get(name))
		}
	}
	if get.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Error("the headers of every answer are missing")
	}
}

// Last-Modified moves by a second with every change of the bytes, is never
// before the binary's first start, and is not told while another change could
// still have the same second.
func TestLastModified(t *testing.T) {
	t.Parallel()
	var since time.Time
	b := newBench(t, func(o *pagecache.Options) {
		since = o.DB.Now().Add(-time.Hour + 300*time.Millisecond)
		o.Since = since
	})
	load := func() *httptest.ResponseRecorder { return b.get(b.load("/", false, b.page("x", "article:1"))) }
	modified := func() time.Time {
		at, err := http.ParseTime(load().Header().Get("Last-Modified"))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	first := modified()
	if first.Before(since) {
		t.Errorf("%v is before the first start, %v", first, since)
	}
	var last time.Time
	for i := range 4 { // four changes within two seconds
		b.clock.Advance(400 * time.Millisecond)
		b.touch("article:1")
		if at := load().Header().Get("Last-Modified"); at != "" {
			t.Errorf("change %d: told at once: %s", i, at)
		}
		if w := b.get(
			b.load("/", false, b.page("x", "article:1")), "If-Modified-Since", first.Format(http.TimeFormat),
		); w.Code != http.StatusOK {
			t.Error("not modified since before the change")
		}
	}
	b.clock.Advance(3 * time.Second)
	if last = modified(); !last.After(first) || last.Sub(first) < time.Second || last.After(b.clock.Now()) {
		t.Errorf("%v after %v at %v", last, first, b.clock.Now())
	}
	b.touch("article:2")
	b.clock.Advance(time.Minute)
	if at := modified(); !at.Equal(last) {
		t.Errorf("moved to %v by another page's change", at)
	}
	page := b.load("/", false, b.page("x", "article:1"))
	for since, want := range map[time.Time]int{last: 304, last.Add(time.Hour): 304, last.Add(-time.Second): 200} {
		if w := b.get(page, "If-Modified-Since", since.Format(http.TimeFormat)); w.Code != want {
			t.Errorf("If-Modified-Since %v: %d, want %d", since, w.Code, want)
		}
	}
	if w := b.get(page, "If-Modified-Since", last.Format(http.TimeFormat), "If-None-Match", `"other"`); w.Code != http.StatusOK {
		t.Error("If-None-Match does not win")
	}
}

// A visitor's own parts are between the marks, and the answer is not cacheable.
func TestPersonalPartsAreInserted(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	page := text + "<!--personal-->nobody<!--/personal-->" + text + "<!--personal--><input><!--/personal-->" + text
	p := b.load("/", false, b.page(page, "a"))
	if p.PartCount() != 2 {
		t.Fatal(p.PartCount())
	}
	big := strings.Repeat("what waits ", 20000) // longer than one stored block
	for _, parts := range [][][]byte{{[]byte("mine"), []byte("Anna")}, {[]byte(big), nil}, {nil, nil}} {
		want := text + "<!--personal-->" + string(parts[0]) + "<!--/personal-->" + text + "<!--personal-->" + string(parts[1]) + "<!--/personal-->" + text
		for accept, coding := range map[string]string{"gzip, br": "gzip", "": "", "identity;q=0": "gzip", "br": ""} {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Accept-Encoding", accept)
			w := httptest.NewRecorder()
			p.ServePersonal(w, r, parts)
			h := w.Header()
			if got := unpack(t, h.Get("Content-Encoding"), w.Body.Bytes()); got != want || h.Get("Content-Encoding") != coding {
				t.Errorf("accepting %q: %q, %d bytes, want %d", accept, h.Get("Content-Encoding"), len(got), len(want))
			}
			if h.Get("Cache-Control") != "private, no-store" || h.Get("ETag") != "" || h.Get("Last-Modified") != "" {
				t.Error(h)
			}
		}
	}
	if w := b.get(p); w.Body.String() != page || strings.Contains(w.Body.String(), "Anna") {
		t.Error("the page has changed for others")
	}
}

func TestHeadersForCachesInFront(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *pagecache.Options) { o.CDNAge = time.Minute })
	p := b.load("/", false, b.page("x", "article:1", "settings"))
	if h := b.get(p).Header(); h.Get("Cache-Control") != "public, max-age=0, must-revalidate, s-maxage=60" ||
		h.Get("Surrogate-Key") != "article:1 settings" {
		t.Error(h)
	}
	w := httptest.NewRecorder()
	p.ServePersonal(w, httptest.NewRequest(http.MethodGet, "/", nil), nil)
	if h := w.Header(); h.Get("Cache-Control") != "private, no-store" || h.Get("Surrogate-Key") != "" {
		t.Error(h)
	}
}

func TestOnlyParametersThatCountMakeAnotherPage(t *testing.T) {
	t.Parallel()
	params := []string{"s", "order"}
	clean := func(name, value string) (string, bool) {
		return strings.TrimSpace(value), name != "order" || value != "usual"
	}
	for raw, want := range map[string]string{
		"": "", "utm_source=x": "", "order=newest&utm=1": "?order=newest", "b=1&order=a&s=b+c": "?s=b+c&order=a",
		"s=1&s=2": "?s=1", "s": "?s=", "s=%zz&order=x": "?order=x", "s=%26order%3Dx": "?s=%26order%3Dx",
		"order=usual": "", "order=usual&s=a": "?s=a", "s=+a+": "?s=a",
	} {
		if got := pagecache.CleanQuery(raw, params, clean); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

// The short way neither locks nor allocates.
func TestLookingUpAllocatesNothing(t *testing.T) {
	b := newBench(t, nil)
	b.load("/2026/11/25/story/", false, b.page(text, "a"))
	ctx, now := context.Background(), b.db.Now()
	if n := testing.AllocsPerRun(100, func() { b.Lookup(ctx, "/2026/11/25/story/", now) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
