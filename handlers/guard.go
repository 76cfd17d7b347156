package handlers

import (
	"maps"
	"net/http"
	"time"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/public"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"
)

// contentSecurityPolicy returns the policy of all pages: they load from this
// site only, and hold no scripts. The style for the first screen is the only
// style in a page, allowed by its hash.
func contentSecurityPolicy(assets *public.Assets) string {
	return "default-src 'none'; script-src 'self'; style-src 'self' " + assets.FirstStyleSource() +
		"; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'" +
		"; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// securityHeaders returns the headers of every answer. Cached pages have them
// already.
func securityHeaders(https bool, policy string) http.Header {
	h := http.Header{}
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()")
	if https {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return h
}

// secureHeaders adds the security headers to every answer.
func secureHeaders(https bool, policy string) func(http.Handler) http.Handler {
	always := securityHeaders(https, policy)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), always)
			next.ServeHTTP(w, r)
		})
	}
}

// rateClass is how often one network may send a kind of request.
type rateClass struct {
	name      string
	perSecond float64
	burst     int
}

// The rate classes. Reading is not limited, because a cache in front hides most
// of it.
var (
	unlimited  = rateClass{}
	searchRate = rateClass{"search", 2, 20}
	// suggestRate limits the search for articles that the "not found" page
	// suggests.
	suggestRate = rateClass{"suggest", 2, 20}
	// deskSearchRate is enough for an office, which shares one network.
	deskSearchRate = rateClass{"desk search", 10, 100}
	commentRate    = rateClass{"comment", 1, 20}
	previewRate    = rateClass{"preview", 2, 20}
	linkRate       = rateClass{"link", 0.05, 5}
	buttonRate     = rateClass{"voice", 1, 30}
	// appealRate lets a network of many people appeal. There is one appeal for each
	// decision, and a moderator reads every one.
	appealRate = rateClass{"appeal", 0.05, 10}
	// signInRate bounds the cost of guesses. The database counts how many are
	// accepted at all.
	signInRate = rateClass{"sign-in", 2, 60}
	// deskRate is above the rate of a fast moderator, times an office that
	// shares one network.
	deskRate = rateClass{"desk", 50, 500}
	// commentFormRate is above the rate that the form itself refuses, with the text
	// returned.
	commentFormRate = rateClass{"storm", 10, 200}
	// restRate lets a program that reads the whole site go on, but bounds the cost
	// of its questions.
	restRate = rateClass{"REST", 20, 400}
)

// unknownShare multiplies the limits of clients without a known address. They
// count as one network, and one of them must not use up the limit of all.
const unknownShare = 20

// limiter counts the requests of each network.
type limiter struct {
	known, unknown *middleware.RateLimiterMemoryStore
}

func newLimiter(class rateClass) *limiter {
	store := func(times int) *middleware.RateLimiterMemoryStore {
		return middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
			Rate: rate.Limit(class.perSecond * float64(times)), Burst: class.burst * times,
		})
	}
	return &limiter{store(1), store(unknownShare)}
}

// Allow counts a request of a network and reports whether it is within the
// limit.
func (l *limiter) Allow(network string) (bool, error) {
	if network == people.UnknownNetwork {
		return l.unknown.Allow(network)
	}
	return l.known.Allow(network)
}

// limits count the requests of networks. Handlers call four of the limiters
// themselves, because only they know whether a request counts.
type limits struct {
	clients   *clients
	searchers map[string]*limiter // by the name of their class
	comments  *limiter            // that are posted
	proofs    *limiter            // links that verify an address
	previews  *limiter            // of comments, by the form or by script
	appeals   *limiter
}

func newLimits(clients *clients) *limits {
	l := &limits{
		clients: clients, searchers: map[string]*limiter{}, comments: newLimiter(commentRate), proofs: newLimiter(linkRate),
		previews: newLimiter(previewRate), appeals: newLimiter(appealRate),
	}
	for _, class := range []rateClass{searchRate, suggestRate, deskSearchRate} {
		l.searchers[class.name] = newLimiter(class)
	}
	return l
}

// searchParams are the rows of the route table that become a search when one of
// the parameters is sent, with the rate class that limits them.
var searchParams = map[string]struct {
	params []string
	class  rateClass
}{
	"front":      {[]string{"s"}, searchRate},
	"REST posts": {[]string{"search"}, searchRate}, "REST media": {[]string{"search"}, searchRate},
	"REST comments": {[]string{"search"}, searchRate}, "REST tags": {[]string{"search"}, searchRate},
	"REST users": {[]string{"search"}, searchRate}, "REST search": {[]string{"search"}, searchRate},
	"queue": {[]string{"q", "author"}, deskSearchRate},
}

// limitSearch limits how often one network may search. All searches of one class
// count together, on every address that runs one. A search that the page cache
// answers costs nothing and does not count.
func (l *limits) limitSearch(row Route, cached func(*http.Request) bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		rule, ok := searchParams[row.Name]
		if row.Rate == searchRate {
			rule.class, ok = searchRate, true
		}
		if !ok {
			return next
		}
		return func(c echo.Context) error {
			r := c.Request()
			if row.Rate != searchRate && !hasValue(r, rule.params) || cached(r) {
				return next(c)
			}
			if err := l.allow(l.searchers[rule.class.name], r); err != nil {
				return err
			}
			return next(c)
		}
	}
}

func hasValue(r *http.Request, params []string) bool {
	if r.URL.RawQuery == "" {
		return false
	}
	query := r.URL.Query()
	for _, name := range params {
		if query.Get(name) != "" {
			return true
		}
	}
	return false
}

// allow counts a request. It returns an error when the network has sent too
// many.
func (l *limits) allow(store *limiter, r *http.Request) error {
	allowed, err := store.Allow(networkOf(l.clients.address(r)))
	if err != nil {
		return err
	}
	if !allowed {
		refusal := models.Refusal(models.TooMany, "too-many-requests", "too many requests from this network")
		refusal.RetryAfter = 10 * time.Second
		return refusal
	}
	return nil
}

type networkKey struct{}

// maySuggest reports whether the "not found" page may search for articles to
// suggest. The search counts against the network of the request; a page that is
// rendered for several readers counts against the network of the first one.
func (l *limits) maySuggest(r *http.Request) bool {
	from, ok := r.Context().Value(networkKey{}).(string)
	if !ok {
		from = networkOf(l.clients.address(r))
	}
	allowed, err := l.searchers[suggestRate.name].Allow(from)
	return allowed && err == nil
}

// limit limits how often one network may send a request.
func (l *limits) limit(class rateClass) echo.MiddlewareFunc {
	if class == unlimited || class == searchRate { // see limitSearch
		return func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	store := newLimiter(class)
	if class == previewRate {
		store = l.previews
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := l.allow(store, c.Request()); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// formTime bounds the time for a whole form on a slow connection.
const formTime = 60 * time.Second

// limitBody refuses a body above the limit of the row, and reads no byte beyond it.
func limitBody(row Route) echo.MiddlewareFunc {
	most := row.MaxBody
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > most {
				return row.tooLarge()
			}
			if most > 0 {
				// The server's own deadline is for requests without a body. A
				// connection without deadlines has no limit of its own.
				_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(formTime))
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
			return next(c)
		}
	}
}

var (
	errTooLarge = models.Refusal(models.TooLarge, "body-too-large", "what was sent is too large")
	// errTextTooLarge refuses a form with a long text. The server has not read the text, so
	// only the browser still has it.
	errTextTooLarge = models.Refusal(models.TooLarge, "text-too-large", "the text is too long for this form")
)

// tooLarge returns the refusal of a body above the row's limit.
func (row Route) tooLarge() error {
	if row.Form == formParts {
		return errTextTooLarge
	}
	return errTooLarge
}
