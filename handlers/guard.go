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

// contentSecurityPolicy lets a page load from this site and nowhere else,
// and have no script in it. Of styles in the page only the one for the first
// screen is let through, by its hash.
func contentSecurityPolicy(assets *public.Assets) string {
	return "default-src 'none'; script-src 'self'; style-src 'self' " + assets.FirstStyleSource() +
		"; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// securityHeaders are the headers of every answer. Kept pages have them
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

// secureHeaders puts the headers on every answer that hold for all.
func secureHeaders(https bool, policy string) func(http.Handler) http.Handler {
	always := securityHeaders(https, policy)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			maps.Copy(w.Header(), always)
			next.ServeHTTP(w, r)
		})
	}
}

// rateClass says how often one network may ask for something.
type rateClass struct {
	name      string
	perSecond float64
	burst     int
}

// The rate classes. Reading is not limited here: it is what the site is for,
// and a cache in front sees only a part of it.
var (
	unlimited  = rateClass{}
	searchRate = rateClass{"search", 2, 20}
	// suggestRate limits the search for stories that the "not found" page
	// suggests.
	suggestRate = rateClass{"suggest", 2, 20}
	// deskSearchRate is more than a whole office needs: its people share one
	// network.
	deskSearchRate = rateClass{"desk search", 10, 100}
	commentRate    = rateClass{"comment", 1, 20}
	previewRate    = rateClass{"preview", 2, 20}
	linkRate       = rateClass{"link", 0.05, 5}
	voiceRate      = rateClass{"voice", 1, 30}
	// signInRate keeps guesses from costing more than they are worth; how many
	// are taken at all is counted in the database.
	signInRate = rateClass{"sign-in", 2, 60}
	// deskRate is beyond what a quick moderator does; an office shares a network.
	deskRate = rateClass{"desk", 50, 500}
	// stormRate is beyond what the form itself answers, with the text kept.
	stormRate = rateClass{"storm", 10, 200}
)

// unknownShare multiplies the limits of the clients without a known address: a
// proxy does not tell it, and they count as one network. One of them alone must
// not use up the limit of all.
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

// Allow counts a request of a network and reports whether it may go on.
func (l *limiter) Allow(network string) (bool, error) {
	if network == people.UnknownNetwork {
		return l.unknown.Allow(network)
	}
	return l.known.Allow(network)
}

// limits count requests of networks. Handlers ask three of them themselves,
// because only the handler knows whether a request counts.
type limits struct {
	clients   *clients
	searchers map[string]*limiter // by the name of their class
	comments  *limiter            // that are posted
	proofs    *limiter            // links that verify an address
	previews  *limiter            // of comments, by the form or by script
}

func newLimits(clients *clients) *limits {
	l := &limits{clients, map[string]*limiter{}, newLimiter(commentRate), newLimiter(linkRate), newLimiter(previewRate)}
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
	"front": {[]string{"s"}, searchRate},
	"queue": {[]string{"q", "author"}, deskSearchRate},
}

// limitSearch limits how often one network may search. All searches of one class
// count together, on every address that runs one.
func (l *limits) limitSearch(row Route) echo.MiddlewareFunc {
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
			if row.Rate != searchRate && !hasValue(r, rule.params) {
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

// allow counts a request. It returns a refusal when the network has sent too
// many.
func (l *limits) allow(store *limiter, r *http.Request) error {
	allowed, err := store.Allow(network(l.clients.address(r)))
	if err != nil {
		return err
	}
	if !allowed {
		refusal := models.Refuse(models.TooMany, "too-many-requests", "too many requests from this network")
		refusal.RetryAfter = 10 * time.Second
		return refusal
	}
	return nil
}

type networkKey struct{}

// maySuggest reports whether the "not found" page may search for stories to
// suggest. The search counts against the network of the request; a page that is
// rendered for several readers counts against the network of the first one.
func (l *limits) maySuggest(r *http.Request) bool {
	from, ok := r.Context().Value(networkKey{}).(string)
	if !ok {
		from = network(l.clients.address(r))
	}
	allowed, err := l.searchers[suggestRate.name].Allow(from)
	return allowed && err == nil
}

// limit keeps one network from asking too often.
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

// formTime is how long a whole form may take, also on a bad line.
const formTime = 60 * time.Second

// limitBody refuses a longer body. What is beyond the limit is not read.
func limitBody(most int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > most {
				return errTooLarge
			}
			if most > 0 {
				// The server waits only for requests without a body by itself. A
				// connection that cannot be told has no limit of its own.
				_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(formTime))
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
			return next(c)
		}
	}
}

var errTooLarge = models.Refuse(models.TooLarge, "body-too-large", "what was sent is too large")
