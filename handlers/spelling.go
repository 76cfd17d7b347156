package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"
)

// Each page has one address. Other spellings redirect to it once: double
// slashes, dots, /index.php/, other percent-encodings, capitals in fixed parts,
// and a missing or extra slash at the end. The router and the page cache see
// the one spelling only, so a stranger cannot fill the cache with spellings of
// one address. A form is not redirected: it gets the one spelling of its slash.

// cleanPath returns the one spelling of a percent-encoded path. ok is false when
// the path is not valid UTF-8 text.
func cleanPath(path string) (clean string, ok bool) {
	if plainPath(path) {
		return path, true
	}
	spell := spellPart
	var parts []string
	all := strings.Split(path, "/")
	open := true // the path ends in a slash
	for _, part := range all {
		if len(parts) == 1 && strings.EqualFold(parts[0], "search") {
			spell = spellWords
		}
		decoded, err := url.PathUnescape(part)
		if err != nil || !utf8.ValidString(decoded) || strings.ContainsRune(decoded, 0) {
			return path, false
		}
		open = true
		switch {
		case decoded == "" || decoded == ".":
		case decoded == "..":
			parts = parts[:max(0, len(parts)-1)]
		case decoded == "index.php" && len(parts) == 0: // WordPress without rewriting
		default:
			open = false
			parts = append(parts, spell(part, decoded))
		}
	}
	clean = "/" + strings.Join(parts, "/")
	if open && len(parts) > 0 {
		clean += "/"
	}
	return clean, true
}

// plainPath reports whether a path is certainly in its one spelling. This is
// the fast path of almost all requests.
func plainPath(path string) bool {
	for i := range len(path) {
		switch c := path[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', 'A' <= c && c <= 'Z', c == '-', c == '_':
		case c == '/' && (i == 0 || path[i-1] != '/'):
		case c == '.' && i > 0 && path[i-1] != '/' && path[i-1] != '.':
		default:
			return false
		}
	}
	return path != "" && path[0] == '/' && !strings.HasPrefix(path, "/index.php")
}

func spellPart(_, decoded string) string { return url.PathEscape(norm.NFC.String(decoded)) }

// spellWords returns the one spelling of a part of /search/words/, in which a
// plus is a space and %2B is a plus, as in WordPress.
func spellWords(part, _ string) string {
	return url.QueryEscape(norm.NFC.String(searchWords(part)))
}

// searchWords decodes a part of /search/words/.
func searchWords(part string) string {
	words, err := url.QueryUnescape(part)
	if err != nil {
		return ""
	}
	return words
}

// pathRows finds the row of the table of routes that a path is meant for.
type pathRows struct{ rows []pathRow }

type pathRow struct {
	Route
	parts []string // without the asterisk
	fixed int      // parts that are not parameters
	any   bool     // it ends in an asterisk
	slash bool     // its paths end in a slash
}

// newPathRows returns the rows of a method.
func newPathRows(table []Route, method string) *pathRows {
	p := &pathRows{}
	for _, row := range table {
		if row.Method != method || row.Path == "/*" || row.Path == "/" {
			continue
		}
		r := pathRow{Route: row, slash: strings.HasSuffix(row.Path, "/")}
		for part := range strings.SplitSeq(strings.Trim(row.Path, "/"), "/") {
			switch {
			case part == "*":
				r.any, r.slash = true, row.Cache == Shared
			case part[0] == ':':
				r.parts = append(r.parts, "")
			default:
				r.parts = append(r.parts, part)
				r.fixed++
			}
		}
		p.rows = append(p.rows, r)
	}
	return p
}

// find returns the row for a clean path, and the path in that row's spelling. It
// returns nil when only an article or a date archive can have the path.
func (p *pathRows) find(path string) (spelled string, found *pathRow) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i := range p.rows {
		row := &p.rows[i]
		if row.matches(parts) && (found == nil || row.fitsBetter(found, strings.HasSuffix(path, "/"))) {
			found = row
		}
	}
	if found == nil {
		return path, nil
	}
	for i, part := range found.parts {
		if part != "" {
			parts[i] = part
		}
	}
	spelled = "/" + strings.Join(parts, "/")
	if found.slash || found.any && strings.HasSuffix(path, "/") {
		spelled += "/"
	}
	return spelled, found
}

// fitsBetter reports whether r fits a path better than another matching row. slash
// tells whether the path ends in a slash.
func (r *pathRow) fitsBetter(other *pathRow, slash bool) bool {
	switch {
	case r.fixed != other.fixed:
		return r.fixed > other.fixed
	case r.any != other.any:
		return !r.any
	default:
		return r.slash == slash && other.slash != slash
	}
}

func (r *pathRow) matches(parts []string) bool {
	if len(parts) < len(r.parts) || len(parts) > len(r.parts) && !r.any {
		return false
	}
	for i, part := range r.parts {
		if part != "" && !strings.EqualFold(part, parts[i]) {
			return false
		}
	}
	return true
}

// respell gives the path of a posted form the last slash of its row, or takes it away.
// A redirect would lose the form. It returns all other requests as they are.
func (p *pathRows) respell(r *http.Request) *http.Request {
	path := r.URL.EscapedPath()
	spelled, row := p.find(path)
	if row == nil || row.any || spelled == path || strings.Trim(spelled, "/") != strings.Trim(path, "/") {
		return r
	}
	as, u := r.WithContext(r.Context()), *r.URL
	u.RawPath = spelled
	u.Path, _ = url.PathUnescape(spelled) // of a path that was parsed
	as.URL = &u
	return as
}

type misspelledKey struct{}

// misspelled reports whether the request's path was changed to its one spelling
// before the router saw it.
func misspelled(r *http.Request) bool { return r.Context().Value(misspelledKey{}) != nil }

// spell passes the one spelling of a path to the router. It redirects other
// spellings here when the page is known to exist without the database. The
// others are redirected by cachePages, so that a missing page is 404 at once.
func (s *server) spell(e *echo.Echo) http.Handler {
	table := s.routeTable()
	rows, forms := newPathRows(table, http.MethodGet), newPathRows(table, http.MethodPost)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			e.ServeHTTP(w, forms.respell(r))
			return
		}
		path := r.URL.EscapedPath()
		spelled, ok := cleanPath(path)
		if !ok {
			s.problems.showError(errNoPage, e.NewContext(r, w))
			return
		}
		spelled, row := rows.find(spelled)
		if spelled == path && r.URL.RawPath == "" && r.URL.Path == path {
			e.ServeHTTP(w, r)
			return
		}
		if spelled != path && row != nil && row.Cache != Shared {
			c := e.NewContext(r, w)
			if err := redirectPermanently(c, spelled); err != nil {
				s.problems.showError(err, c)
			}
			return
		}
		ctx := r.Context()
		if spelled != path {
			ctx = context.WithValue(ctx, misspelledKey{}, true)
		}
		as := r.WithContext(ctx)
		u := *r.URL
		u.RawPath = spelled
		u.Path, _ = url.PathUnescape(spelled) // spelled by this file
		as.URL = &u
		e.ServeHTTP(w, as)
	})
}

// decodeParams decodes the parameters of a path, once for all handlers. The
// router sees the path percent-encoded.
func decodeParams(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().URL.RawPath == "" {
			return next(c)
		}
		values := c.ParamValues()
		for i, v := range values {
			if decoded, err := url.PathUnescape(v); err == nil {
				values[i] = decoded
			}
		}
		c.SetParamValues(values...)
		return next(c)
	}
}
