package handlers

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"broadsheet/handlers/onewrite"
	"broadsheet/handlers/pagecache"
	"broadsheet/models"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// CacheOptions configure the page cache.
type CacheOptions struct {
	Bytes int       // the size of the cache; 0 switches it off, and the cache of settings and categories too
	Since time.Time // when this binary first ran on this database
	// HotRate is the number of changes a second under one article from which
	// its pages may be a second old, except for commenters on it. 0: never.
	HotRate int
	CDNAge  time.Duration // how long a cache in front may keep a page; 0: it must ask each time
}

// DefaultHotRate is the promised rate: up to this many changes a second under one
// article appear at once.
const DefaultHotRate = 5

func (s *server) newCache(ctx context.Context) (*pagecache.Cache, error) {
	begin, end := views.PersonalMarks()
	return pagecache.New(ctx, pagecache.Options{
		DB: s.DB, Enter: s.enterGate, MaxBytes: s.Cache.Bytes, Since: s.Cache.Since,
		FixedHeader: securityHeaders(s.BaseURL.Scheme == "https", contentSecurityPolicy(s.Assets)),
		MarkBegin:   begin, MarkEnd: end, HotPrefix: newsroom.ArticleTags, HotRate: s.Cache.HotRate, CDNAge: s.Cache.CDNAge,
	})
}

// serveCached answers a visitor's request from the page cache. All other
// requests go on to next.
func (s *server) serveCached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if reads && r.URL.RawQuery == "" && !s.cookies.knowsBrowser(r) && !isProgram(r) {
			now := s.DB.Now()
			if page := s.cache.Lookup(r.Context(), r.URL.EscapedPath(), now); page != nil {
				conn := onewrite.Of(r)
				conn.Enable(true)
				status, sent := page.Serve(w, r, now)
				conn.Enable(false)
				s.countRead(r, page, now)
				s.access.logHit(r, status, sent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// ownParams are parameters that make an answer personal. Such an answer is
// neither cached nor shared with concurrent requests.
var ownParams = []string{"replytocom", "unapproved", "moderation-hash"}

// paramForms give each value of a query parameter one form. A value that does
// not change the page is dropped, so that it gets no entry of its own in the
// page cache.
var paramForms = map[string]func(string) (string, bool){
	"after": numberParam(1), "paged": numberParam(2), "cpage": numberParam(1),
	"order": func(v string) (string, bool) {
		return v, v != string(thread.Oldest) && slices.Contains(thread.Orders, thread.Order(v))
	},
	"s":        func(v string) (string, bool) { return searchParam(v), true },
	"category": textParam, "author": textParam, "from": dayParam, "to": dayParam,
	"section": numberParam(1),
	"feed":    queryFeed, "withcomments": func(v string) (string, bool) { return v, v == "1" },
	"maxwidth": sizeParam, "maxheight": sizeParam,
	"format": func(v string) (string, bool) { return v, v == "xml" },
}

// numberParam accepts whole numbers from least on, without signs and leading
// zeros.
func numberParam(least int64) func(string) (string, bool) {
	return func(v string) (string, bool) { return v, parseID(v) >= least }
}

// searchParam returns the words of a search as the page shows them, without the rest
// that a search ignores.
func searchParam(v string) string {
	words := strings.Join(strings.Fields(richtext.Normalize(v)), " ")
	if len(words) <= search.MaxQueryBytes {
		return words
	}
	return strings.TrimSpace(strings.ToValidUTF8(words[:search.MaxQueryBytes], ""))
}

// cleanParam returns the one form of a parameter's value. It returns false when
// the value does not change the page.
func cleanParam(name, value string) (string, bool) {
	if form, ok := paramForms[name]; ok {
		return form(value)
	}
	return value, true
}

// splitParams divides parameters into ownParams and all others.
func splitParams(params []string) (own, shared []string) {
	own = slices.DeleteFunc(slices.Clone(params), func(name string) bool { return !slices.Contains(ownParams, name) })
	shared = slices.DeleteFunc(slices.Clone(params), func(name string) bool { return slices.Contains(ownParams, name) })
	return own, shared
}

// cachePages answers the requests of a shared row from the page cache, and loads
// pages that are missing there. For the staff it renders every page.
func (s *server) cachePages(row Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if row.Cache != Shared {
			return next
		}
		own, shared := splitParams(row.Params)
		return func(c echo.Context) error {
			r := c.Request()
			staff, err := s.openSession(c)
			if err != nil {
				return err
			}
			who := s.cookies.commenters.get(r)
			ctx := s.withGate(r, staff || who != nil)
			wrong := misspelled(r)
			if isProgram(r) || !wrong && (staff || pagecache.HasAnyParam(r.URL.RawQuery, own)) {
				return s.inTurn(c, ctx, next)
			}
			query, err := spellQuery(row, r.URL.RawQuery, shared)
			if err != nil {
				return err
			}
			page, err := s.cache.Load(ctx, r.URL.EscapedPath()+query, who != nil, s.loader(c, row, query, next))
			if err != nil {
				return err
			}
			if to, ok := page.Extra().(*redirectTo); ok {
				return to.send(c)
			}
			if wrong && page.Status() == http.StatusOK {
				allowReading(c.Response().Header(), row)
				return redirectTo{code: http.StatusMovedPermanently, target: r.URL.EscapedPath()}.send(c)
			}
			s.countRead(r, page, s.DB.Now())
			return s.servePersonal(c, page, who)
		}
	}
}

// openSession reports whether the browser's session is open. A browser with an ended
// one is a visitor again. Only a request with the cookie asks the database.
func (s *server) openSession(c echo.Context) (bool, error) {
	if !s.cookies.hasSession(c.Request()) {
		return false, nil
	}
	v, err := s.auth.resume(c)
	if v != nil {
		c.Set(publicPageKey, true)
	}
	return v != nil, err
}

// isCached returns the function that reports whether the page cache has the answer
// to a request for a row.
func (s *server) isCached(row Route) func(*http.Request) bool {
	return func(r *http.Request) bool {
		if row.Cache != Shared || misspelled(r) || s.cookies.hasSession(r) || isProgram(r) {
			return false
		}
		query := pagecache.CleanQuery(r.URL.RawQuery, row.Params, cleanParam)
		return s.cache.Lookup(r.Context(), r.URL.EscapedPath()+query, s.DB.Now()) != nil
	}
}

// spellQuery returns the one spelling of a query, with its question mark. The error
// is that of a parameter of the REST interface that is not valid.
func spellQuery(row Route, raw string, shared []string) (string, error) {
	if row.schema == nil {
		return pagecache.CleanQuery(raw, shared, cleanParam), nil
	}
	values, err := row.schema.Read(raw)
	if err != nil || values.Query() == "" {
		return "", err
	}
	return "?" + values.Query(), nil
}

const responseKey = "response"

// loader returns the function that renders the shared answer, from a visitor's
// request for the same address with only the parameters that count. The
// function may outlive the request that starts it, so it does not refer to that
// request.
func (s *server) loader(
	c echo.Context, row Route, query string, handle echo.HandlerFunc,
) func(context.Context) (*pagecache.Response, error) {
	e, names, values := c.Echo(), slices.Clone(c.ParamNames()), slices.Clone(c.ParamValues())
	u := url.URL{Path: c.Request().URL.Path, RawPath: c.Request().URL.RawPath, RawQuery: strings.TrimPrefix(query, "?")}
	return func(ctx context.Context) (*pagecache.Response, error) {
		r := &http.Request{
			Method: http.MethodGet, URL: &u, Host: s.BaseURL.Host, RequestURI: u.RequestURI(), Proto: "HTTP/1.1",
			ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: http.NoBody,
		}
		d := &pagecache.Response{}
		rec := &responseBuffer{header: http.Header{}}
		visitor := e.NewContext(r.WithContext(ctx), rec)
		visitor.SetPath(row.Path)
		visitor.SetParamNames(names...)
		visitor.SetParamValues(values...)
		visitor.Set(responseKey, d)
		if err := handle(visitor); err != nil {
			d.Cacheable = false
			s.problems.showError(err, visitor)
		}
		d.Status, d.Header, d.Body = rec.status, rec.header, rec.body.Bytes()
		return d, nil
	}
}

// responseBuffer records an answer instead of sending it.
type responseBuffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (d *responseBuffer) Header() http.Header { return d.header }

func (d *responseBuffer) WriteHeader(status int) {
	if d.status == 0 {
		d.status = status
	}
}

func (d *responseBuffer) Write(p []byte) (int, error) {
	d.WriteHeader(http.StatusOK)
	return d.body.Write(p)
}

// dependencies are the data that a cached answer shows. The answer is dropped when
// one of them changes.
type dependencies struct {
	tags      []models.CacheTag
	deadlines []time.Time    // times at which it changes without a write
	place     *commentsPlace // of a page of comments, nil for other pages
}

// dependsOn returns dependencies on cache tags.
func dependsOn(tags ...models.CacheTag) dependencies { return dependencies{tags: tags} }

// and adds cache tags.
func (d dependencies) and(tags ...models.CacheTag) dependencies {
	d.tags = append(d.tags, tags...)
	return d
}

// recordDependencies records the dependencies of an answer for the page cache.
func (a answer) recordDependencies(c echo.Context, shown dependencies) {
	response, _ := c.Get(responseKey).(*pagecache.Response)
	if response == nil || a.status != http.StatusOK || a.personal {
		return
	}
	response.Cacheable, response.Tags, response.Deadlines = true, shown.tags, shown.deadlines
	response.Modified, response.Unstored = a.modified, a.unstored
	if shown.place != nil {
		response.Extra = shown.place
	}
}

// withFrame adds the dependencies of the frame, which every page has: the site's
// name, its categories, the day, and the breaking line with the times at which it changes.
func (d dependencies) withFrame(page views.Page, turns []time.Time) dependencies {
	d = d.and(models.SettingsTag, taxonomy.NavigationTag, frontplan.BreakingTag)
	day := page.Site.Now
	d.deadlines = append(append(d.deadlines, day, day.AddDate(0, 0, 1)), turns...)
	return d
}
