package pagecache

import (
	"net/url"
	"strings"
)

// maxKey is the length of the longest cache key. An answer with a longer key is
// not cached.
const maxKey = 2048

// CleanQuery returns the query string for a cache key: the parameters of a route in
// the route's order, each with its first value as returned by clean. Other
// parameters, and those for which clean returns false, are dropped. The result
// is empty or begins with a question mark.
func CleanQuery(raw string, params []string, clean func(name, value string) (string, bool)) string {
	if raw == "" || len(params) == 0 {
		return ""
	}
	values, _ := url.ParseQuery(raw) // an invalid query has the values up to the error
	var b strings.Builder
	separator := byte('?')
	for _, name := range params {
		sent, ok := values[name]
		if !ok {
			continue
		}
		if v, counts := clean(name, sent[0]); counts {
			b.WriteByte(separator)
			separator = '&'
			b.WriteString(url.QueryEscape(name))
			b.WriteByte('=')
			b.WriteString(url.QueryEscape(v))
		}
	}
	return b.String()
}

// HasAnyParam reports whether a query string has one of the parameters.
func HasAnyParam(raw string, params []string) bool {
	if raw == "" || len(params) == 0 {
		return false
	}
	values, _ := url.ParseQuery(raw)
	for _, name := range params {
		if values.Has(name) {
			return true
		}
	}
	return false
}
