package pagecache

import (
	"net/url"
	"strings"
)

// maxKey bounds what an answer is kept under. A longer address is answered,
// but not kept.
const maxKey = 2048

// Query returns the parameters of a query that matter to a route, in the route's
// order. Each one has its first value, in the form that clean gives it. All
// others are dropped, and those for which clean returns false. The result is
// empty or begins with a question mark.
func Query(raw string, params []string, clean func(name, value string) (string, bool)) string {
	if raw == "" || len(params) == 0 {
		return ""
	}
	values, _ := url.ParseQuery(raw) // of a broken one, the part that can be read
	var b strings.Builder
	for _, name := range params {
		sent, ok := values[name]
		if !ok {
			continue
		}
		if v, counts := clean(name, sent[0]); counts {
			b.WriteByte("?&"[min(b.Len(), 1)])
			b.WriteString(url.QueryEscape(name))
			b.WriteByte('=')
			b.WriteString(url.QueryEscape(v))
		}
	}
	return b.String()
}

// HasAny reports whether a query names one of the parameters.
func HasAny(raw string, params []string) bool {
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
