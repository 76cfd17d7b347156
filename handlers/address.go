package handlers

import (
	"cmp"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people"
)

// maxHops bounds how many elements of the forwarding headers are read, from
// the right. Chains of trusted proxies are short.
const maxHops = 32

// origin is the result of reading a request's peer address and forwarding
// headers.
type origin struct {
	addr  netip.Addr // the client's; the zero Addr when a trusted proxy did not tell it
	fault proxyFault // noFault when all could be read
	shape string     // the unreadable element, without its letters and digits
}

// originOf returns the address a request comes from. Forwarding headers count
// only as far as trusted proxies wrote them: read from the right, the first
// address that is not a trusted proxy is the client. The client may have made
// up all elements to its left.
//
// X-Forwarded-For goes first because nearly all proxies write it. Forwarded
// (RFC 7239) is read when there is no X-Forwarded-For.
//
// An element that a trusted proxy wrote and that cannot be parsed gives the zero
// Addr. The proxy's own address would be wrong here: all readers would share it,
// and with it their rate limits, bans and waiting times.
func originOf(r *http.Request, trusted []netip.Prefix) origin {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return origin{}
	}
	peer := models.PlainAddr(port.Addr())
	hops, name := forwardedHops(r.Header)
	if !isTrusted(peer, trusted) {
		if name != "" {
			return origin{addr: peer, fault: untrustedPeer}
		}
		return origin{addr: peer}
	}
	if len(hops) == 0 {
		if name != "" || proxySigns(r.Header) {
			return origin{fault: nothingForwarded}
		}
		return origin{addr: peer} // the proxy itself, or a program beside it
	}
	o := origin{addr: peer}
	for _, hop := range slices.Backward(hops) {
		next, ok := parseHop(hop)
		if !ok {
			return origin{fault: unreadableHop, shape: shapeOf(hop)}
		}
		if o.addr = next; !isTrusted(next, trusted) {
			break
		}
	}
	if name == xForwardedFor && len(r.Header.Values(forwarded)) > 0 && forwardedDiffers(r.Header, o.addr) {
		o.fault = headersDiffer
	}
	return o
}

const (
	xForwardedFor = "X-Forwarded-For"
	forwarded     = "Forwarded"
)

// forwardedHops returns the elements of the header that tells the client's
// address, in their order and at most maxHops of the last ones. name is the
// header's name, "" when the request has none. Empty list elements do not
// count (RFC 9110, 5.6.1).
func forwardedHops(h http.Header) (hops []string, name string) {
	if lines := h.Values(xForwardedFor); len(lines) > 0 {
		return lastHops(lines, func(element string) string { return element }), xForwardedFor
	}
	if lines := h.Values(forwarded); len(lines) > 0 {
		return lastHops(lines, forParameter), forwarded
	}
	return nil, ""
}

// lastHops splits header lines into list elements.
func lastHops(lines []string, read func(element string) string) []string {
	var hops []string
	for _, line := range slices.Backward(lines) {
		for element := range backwardUnquoted(line, ',') {
			if element = trimSpace(element); element != "" {
				hops = append(hops, read(element))
			}
			if len(hops) == maxHops {
				break
			}
		}
		if len(hops) == maxHops {
			break
		}
	}
	slices.Reverse(hops)
	return hops
}

// backwardUnquoted yields the parts of s between separators, the last one
// first. A separator inside a quoted string does not separate.
func backwardUnquoted(s string, separator byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		parts := splitUnquoted(s, separator)
		for _, part := range slices.Backward(parts) {
			if !yield(part) {
				return
			}
		}
	}
}

// splitUnquoted cuts s at separators that are not inside a quoted string. A
// quote without its pair does not quote.
func splitUnquoted(s string, separator byte) []string {
	if !strings.Contains(s, `"`) {
		return strings.Split(s, string(separator))
	}
	var parts []string
	begin, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == separator && !quoted:
			parts, begin = append(parts, s[begin:i]), i+1
		}
	}
	if quoted {
		return strings.Split(s, string(separator))
	}
	return append(parts, s[begin:])
}

// forParameter returns the value of "for" in an element of Forwarded. It returns
// "-", which cannot be parsed as an address, when the element has no such value:
// the proxy did not tell the client's address.
func forParameter(element string) string {
	for _, pair := range splitUnquoted(element, ';') {
		name, value, _ := strings.Cut(pair, "=")
		if strings.EqualFold(trimSpace(name), "for") {
			return trimSpace(value)
		}
	}
	return "-"
}

// parseHop reads an address in the forms that proxies write: IPv4 and IPv6,
// each with or without a port, IPv6 with or without brackets and zone, in
// quotes or not, and after "for=". The words "unknown" and "_hidden" of RFC
// 7239 cannot be read, and neither can the unspecified address.
func parseHop(s string) (netip.Addr, bool) {
	s = unquote(trimSpace(s))
	if len(s) > 4 && strings.EqualFold(s[:4], "for=") {
		s = unquote(trimSpace(s[4:]))
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		host, rest, closed := strings.Cut(inner, "]")
		if !closed || rest != "" && !isPort(rest) {
			return netip.Addr{}, false
		}
		return parseAddr(host)
	}
	if addr, ok := parseAddr(s); ok {
		return addr, true
	}
	if colon := strings.LastIndexByte(s, ':'); colon > 0 && isPort(s[colon:]) {
		return parseAddr(s[:colon])
	}
	return netip.Addr{}, false
}

func parseAddr(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}, false
	}
	addr = models.PlainAddr(addr)
	return addr, !addr.IsUnspecified()
}

// isPort reports whether s is a colon and a port: a number, or an obfuscated
// port of RFC 7239, 6.3.
func isPort(s string) bool {
	s, ok := strings.CutPrefix(s, ":")
	if !ok || s == "" {
		return false
	}
	if s[0] == '_' {
		return !strings.ContainsFunc(s[1:], func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '_' && r != '-'
		})
	}
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// unquote returns the content of a quoted string (RFC 9110, 5.6.4). It returns
// other text unchanged.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if !strings.Contains(s, `\`) {
		return trimSpace(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return trimSpace(b.String())
}

func trimSpace(s string) string { return strings.Trim(s, " \t") }

// forwardedDiffers reports whether Forwarded names, as its last hop that can be
// read, another client than addr.
func forwardedDiffers(h http.Header, addr netip.Addr) bool {
	for _, hop := range lastHops(h.Values(forwarded), forParameter) {
		if other, ok := parseHop(hop); ok && other == addr {
			return false
		}
	}
	return true
}

// proxySigns reports whether a proxy passed the request on but named the client
// in neither header.
func proxySigns(h http.Header) bool {
	for _, name := range []string{"X-Real-Ip", "X-Forwarded-Proto", "X-Forwarded-Host", "Via"} {
		if len(h[name]) > 0 {
			return true
		}
	}
	return false
}

// shapeOf describes a header element for the log. Each letter becomes "a" and
// each digit "0", so that the log names no reader.
func shapeOf(s string) string {
	const most = 60
	if s = unquote(s); s == "" {
		return "-"
	}
	if strings.EqualFold(s, "unknown") || s == "-" {
		return strings.ToLower(s)
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '0'
		case r > ' ' && r < 0x7f && strings.ContainsRune(`.:[]"_-=;/%\`, r):
			return r
		case r == ' ':
			return ' '
		}
		return 'a'
	}, s[:min(len(s), most)])
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// networkOf returns the [models.Network] of an address, as the key of rate
// limits; people.UnknownNetwork for the zero Addr.
func networkOf(addr netip.Addr) string { return cmp.Or(models.Network(addr), people.UnknownNetwork) }
