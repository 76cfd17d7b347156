package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"broadsheet/handlers/pagecache"

	"github.com/labstack/echo/v4"
)

// Every redirect of a GET goes through this file, except the one to the sign-in
// ([server.admit]). The answer keeps the query of the request, because parameters
// such as utm_source are for the target page. It says no-cache: browsers store a
// bare 301 without end, and an article that gets an earlier address again would
// lead them in a circle.

// maxKeptQuery is the longest query that a redirect repeats, in bytes.
const maxKeptQuery = 4096

// redirectTo is a redirect before the query of a request is added.
type redirectTo struct {
	code   int
	target string
	used   []string // parameters that the target replaces
}

// redirectPermanently answers 301. used names parameters of the request that the target
// replaces; all others are kept.
func redirectPermanently(c echo.Context, target string, used ...string) error {
	return redirect(c, redirectTo{http.StatusMovedPermanently, target, used})
}

// redirectTemporarily answers 302, for a target that can change tomorrow.
func redirectTemporarily(c echo.Context, target string, used ...string) error {
	return redirect(c, redirectTo{http.StatusFound, target, used})
}

// redirect sends a redirect. For an answer that several readers share, it
// leaves the sending to cachePages, which knows the query of each reader. It returns
// errNoPage for an empty target and for a page that would redirect to itself.
func redirect(c echo.Context, to redirectTo) error {
	if to.target == "" || len(to.used) == 0 && to.target == c.Request().URL.EscapedPath() {
		return errNoPage
	}
	if d, _ := c.Get(responseKey).(*pagecache.Response); d != nil {
		d.Extra = &to
		return c.NoContent(to.code)
	}
	return to.send(c)
}

// send writes the redirect with the query of the request.
func (to redirectTo) send(c echo.Context) error {
	h := c.Response().Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	return c.Redirect(to.code, withQuery(localOrWeb(to.target), keptQuery(c.Request().URL.RawQuery, to.used)))
}

// localOrWeb returns a target that is a path of this site or, where an
// operator has set one, an address of the web. "//host" and "/\host", which
// browsers take for another site, become paths.
func localOrWeb(target string) string {
	if u, err := url.Parse(target); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return target
	}
	return "/" + strings.TrimLeft(target, `/\`)
}

// keptQuery returns a query without some of its parameters, as it was spelled.
func keptQuery(raw string, used []string) string {
	if raw == "" || len(raw) > maxKeptQuery {
		return ""
	}
	var kept []string
	for pair := range strings.SplitSeq(raw, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); pair == "" || err == nil && slices.Contains(used, decoded) {
			continue
		}
		kept = append(kept, headerSafe(pair))
	}
	return strings.Join(kept, "&")
}

// headerSafe percent-encodes the bytes that a header may not hold.
func headerSafe(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '#' || c == '"' || c == '<' || c == '>' {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// withQuery adds a query to an address, before its fragment.
func withQuery(address, query string) string {
	if query == "" {
		return address
	}
	address, fragment, found := strings.Cut(address, "#")
	if strings.Contains(address, "?") {
		address += "&" + query
	} else {
		address += "?" + query
	}
	if found {
		address += "#" + fragment
	}
	return address
}

// localAddress returns an address of this site without its scheme and host, ""
// for any other address. It is the only guard against open redirects. Browsers
// read "//host" and "/\\host" as another site. host is the site's own host; with
// "" only addresses without a host are local.
func localAddress(address, host string) string {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || strings.ContainsAny(address, "\\\r\n\t") {
		return ""
	}
	if !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") {
		return ""
	}
	if u.Scheme != "" || u.Host != "" {
		if u.Host == "" || u.Host != host || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
			return ""
		}
		u.Scheme, u.Host = "", ""
	} else if strings.HasPrefix(address, "//") {
		return ""
	}
	return u.String()
}

// localOr returns an address of this site that a form or a link names, and
// otherwise for every other address.
func localOr(address, otherwise string) string { return cmp.Or(localAddress(address, ""), otherwise) }

// formPage returns the page of this site on which a form was sent, the desk when
// the browser does not tell.
func formPage(r *http.Request) string { return cmp.Or(localAddress(r.Referer(), r.Host), deskPath) }

// deskOr returns an address of the desk, and otherwise for every other address.
func deskOr(address, otherwise string) string {
	local := localAddress(address, "")
	path, _, _ := strings.Cut(local, "?")
	if path, _, _ = strings.Cut(path, "#"); path == deskPath || strings.HasPrefix(path, deskPath+"/") {
		return local
	}
	return otherwise
}
