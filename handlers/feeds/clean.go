package feeds

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// clean removes the characters that XML 1.0 cannot hold, even as references:
// control characters, surrogates and the two noncharacters at the end of the first
// plane. Invalid UTF-8 becomes U+FFFD.
func clean(s string) string {
	if strings.IndexFunc(s, unfit) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unfit(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func unfit(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return false
	default:
		return r < ' ' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xFFFE || r == 0xFFFF
	}
}

// line returns a text as one clean line.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// iri returns a GUID as an IRI, which Atom and RDF ask for. The GUID of an imported
// article can be any text.
func iri(guid string) string {
	u, err := url.Parse(guid)
	if err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "") && !strings.ContainsAny(guid, " <>\"{}|\\^`") {
		return guid
	}
	return "urn:broadsheet:guid:" + url.PathEscape(guid)
}
