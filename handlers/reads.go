package handlers

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"broadsheet/handlers/agents"
	"broadsheet/handlers/pagecache"
	"broadsheet/models"
	"broadsheet/models/newsroom/reads"
)

// countRead counts a request that was answered with a page from cachePages, if the
// page is an article. A HEAD is no read. The staff get their pages elsewhere. A 304
// counts like a full answer: a browser that comes back has the page.
func (s *server) countRead(r *http.Request, page *pagecache.Page, now time.Time) {
	if s.Reads == nil || r.Method != http.MethodGet {
		return
	}
	place, ok := page.Extra().(*commentsPlace)
	if !ok || place.tally == nil {
		return
	}
	switch {
	case agents.IsRobot(firstValue(r.Header, "User-Agent")):
		place.tally.Add(reads.Robot)
	case isAhead(r.Header):
		place.tally.Add(reads.Prefetch)
	default:
		place.tally.Read(s.clients.readerAddress(r), now)
	}
}

// isAhead reports whether a browser loads a page that it does not show, or not yet:
// before a click (Sec-Purpose, and the older Purpose and X-Moz; X-Purpose is Safari's
// for its start page), or by a script or in a frame (Sec-Fetch-Dest).
func isAhead(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		value := firstValue(h, name)
		if hasPrefixFold(value, "prefetch") || hasPrefixFold(value, "preview") || hasPrefixFold(value, "prerender") {
			return true
		}
	}
	if firstValue(h, "Sec-Fetch-Mode") == "navigate" {
		dest := firstValue(h, "Sec-Fetch-Dest")
		return dest == "iframe" || dest == "frame" || dest == "embed" || dest == "object"
	}
	return firstValue(h, "Sec-Fetch-Mode") != ""
}

// firstValue returns the first value of a header with a canonical name.
func firstValue(h http.Header, name string) string {
	if values := h[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// readerAddress is address without an allocation for the usual request: one that
// comes directly, or through one trusted proxy.
func (cl *clients) readerAddress(r *http.Request) netip.Addr {
	lines := r.Header[xForwardedFor]
	if len(lines) != 1 || strings.ContainsAny(lines[0], `,"`) || len(r.Header[forwarded]) > 0 {
		return cl.address(r)
	}
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !isTrusted(models.PlainAddr(port.Addr()), cl.trusted) {
		return cl.address(r)
	}
	if addr, ok := parseHop(lines[0]); ok {
		return addr
	}
	return cl.address(r)
}
