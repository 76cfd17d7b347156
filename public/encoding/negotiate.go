package encoding

import "strings"

// Encoding is a content encoding (RFC 9110, section 8.4.1).
type Encoding int

// The encodings in the order of preference: a page is smallest in brotli.
const (
	Identity Encoding = iota // not compressed
	Gzip
	Zstd
	Brotli

	// Count is the number of encodings.
	Count
)

// names are the tokens in headers.
var names = [Count]string{"identity", "gzip", "zstd", "br"}

// String returns the token for Content-Encoding.
func (e Encoding) String() string { return names[e] }

// Weights are the weights of the encodings in thousandths. A weight of 0 refuses
// an encoding.
type Weights [Count]int

// Negotiate chooses one of the offered encodings for the value of an
// Accept-Encoding header (RFC 9110, section 12.5.3): the one with the highest
// weight, and the most preferred of equals. It returns Identity when the client
// refuses all of them, since the server then may disregard the header.
func Negotiate(accept string, offered ...Encoding) Encoding {
	if accept == "" {
		return Identity
	}
	weights := Weigh(accept)
	best := Identity
	for _, e := range offered {
		if w := weights[e]; w > 0 && (w > weights[best] || w == weights[best] && e > best) {
			best = e
		}
	}
	return best
}

// Weigh parses the value of an Accept-Encoding header. An encoding that the
// header does not name has the weight of *, if the header has one. Otherwise it
// is refused, with two exceptions: Identity has the lowest weight that is
// acceptable, and so has Gzip when only Identity is named and refused, because
// every client reads it.
func Weigh(accept string) (weights Weights) {
	const unnamed = -1
	for i := range weights {
		weights[i] = unnamed
	}
	rest := unnamed // the weight of *
	for accept != "" {
		var item string
		item, accept, _ = strings.Cut(accept, ",")
		name, q := parseItem(item)
		switch {
		case name == "*":
			rest = q
		case strings.EqualFold(name, "x-gzip"): // RFC 9110, section 8.4.1.3
			weights[Gzip] = q
		}
		for e, known := range names {
			if strings.EqualFold(name, known) {
				weights[e] = q
			}
		}
	}
	refused := weights[Identity] == 0
	for i := range weights {
		switch e := Encoding(i); {
		case weights[e] != unnamed:
		case rest != unnamed:
			weights[e] = rest
		case e == Identity, e == Gzip && refused:
			weights[e] = 1
		default:
			weights[e] = 0
		}
	}
	return weights
}

// parseItem parses one item of the header. It returns the name and the weight
// in thousandths, 1000 when the item has none.
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

// Matches reports whether the value of an If-None-Match header names an entity
// tag. It compares weakly, and * names every tag (RFC 9110, section 13.1.2).
func Matches(ifNoneMatch, etag string) bool {
	for candidate := range strings.SplitSeq(ifNoneMatch, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == etag || candidate == "*" {
			return true
		}
	}
	return false
}
