package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"broadsheet/handlers/pagecache"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/public"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// Options configure a site's handler. All fields but OldSecrets, TrustedProxies,
// Mail, Cache and First are required.
type Options struct {
	DB             *models.DB
	Views          *views.Renderer
	Assets         *public.Assets
	Pictures       *blob.Variants
	Secret         []byte   // at least 32 bytes; signs and encrypts cookies
	OldSecrets     [][]byte // session keys from before, which are still read
	BaseURL        *url.URL // the site's own address, without a path
	TrustedProxies []netip.Prefix
	Log            *slog.Logger
	Mail           bool   // the site can send mail
	First          string // opens the page that makes the first administrator; "" for none
	Cache          CacheOptions
	Making         MakingOptions
}

func (o Options) check() error {
	for name, missing := range map[string]bool{
		"DB": o.DB == nil, "Views": o.Views == nil, "Assets": o.Assets == nil, "Pictures": o.Pictures == nil,
		"Secret": len(o.Secret) < 32, "BaseURL": o.BaseURL == nil || o.BaseURL.Host == "", "Log": o.Log == nil,
	} {
		if missing {
			return fmt.Errorf("handlers.New: %s is missing or unusable", name)
		}
	}
	return nil
}

// server is what all receivers share.
type server struct {
	Options
	site        *models.Snapshot[*newsroom.Site]
	repliers    *repliers
	deskCookies *deskCookies
	Links       *people.Links
	pages       *pagecache.Cache
	access      *accessLog
	passkeys    *people.Passkeys // nil where browsers give none
	writers     *limiter         // how often a network may post
	provers     *limiter         // how often it may ask for a link by which it may
	previews    *limiter         // how often it may have a comment rendered, by the form or by script
	making      *gates
	busy        atomic.Pointer[busyPage]
	busyTold    atomic.Int64 // when the log last spoke of refused requests, in ns

	searchers map[string]*limiter // by the name of their class
	ready     readiness
	proxies   proxyWatch
	surge     surgeWatch
	mailWatch mailWatch
	lastWord  []byte // the plain error page, made at the start so that it cannot fail

	reader    *reader
	talk      *talk
	operator  *operator
	account   *account
	manager   *manager
	moderator *moderator
}

// New makes the site's handler. It refuses options that are incomplete.
func New(ctx context.Context, o Options) (http.Handler, error) {
	s, err := newServer(ctx, o)
	if err != nil {
		return nil, err
	}
	return s.handler(), nil
}

func newServer(ctx context.Context, o Options) (*server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	o.Log = slog.New(MaskKeys(o.Log.Handler()))
	s := &server{
		Options: o, site: newsroom.NewSiteSnapshot(o.DB), repliers: newRepliers(models.NewKeyring(o.Secret, o.OldSecrets...), o.BaseURL.Scheme == "https"),
		deskCookies: newDeskCookies(models.NewKeyring(o.Secret, o.OldSecrets...), o.BaseURL.Scheme == "https"), writers: newLimiter(commentRate), provers: newLimiter(linkRate), previews: newLimiter(previewRate), Links: people.NewLinks(o.Secret, o.OldSecrets...),
	}
	s.searchers = map[string]*limiter{}
	for _, class := range []rateClass{searchRate, suggestRate, deskSearchRate} {
		s.searchers[class.name] = newLimiter(class)
	}
	s.making = newGates(o.Making)
	s.repliers.proofHolds = func(ctx context.Context, email string, at time.Time) bool {
		stands, err := people.IsVerified(ctx, o.DB, email, at)
		if err != nil {
			o.Log.WarnContext(ctx, "cannot tell whether an address is still verified", "error", err.Error())
		}
		return stands
	}
	s.receivers()
	if o.Cache.Bytes == 0 {
		s.site.KeepNothing()
	}
	var err error
	if s.passkeys, err = people.NewPasskeys(o.BaseURL, s.Links); err != nil {
		return nil, err
	}
	// After the snapshot of the site: who loads a page once it was dropped must
	// not find the old one.
	if s.pages, err = s.newPages(ctx); err != nil {
		return nil, err
	}
	s.access = newAccessLog(ctx, o.Log)
	if s.lastWord, err = s.plainErrorPage(ctx); err != nil {
		return nil, err
	}
	return s, s.makeBusyPage(ctx)
}

// handler puts the router inside the middleware that all requests pass.
func (s *server) handler() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.showError
	s.register(e)

	crossOrigin := http.NewCrossOriginProtection()
	// A proxy may send another Host than the browser's. The base URL's form is
	// checked by Options.check.
	_ = crossOrigin.AddTrustedOrigin(baseOrigin(s.BaseURL))
	crossOrigin.SetDenyHandler(s.deny(e))
	var h http.Handler = s.cleanRequest(crossOrigin.Handler(s.spell(e)), func(w http.ResponseWriter, r *http.Request, err error) { s.showError(err, e.NewContext(r, w)) })
	h = secureHeaders(s.BaseURL.Scheme == "https", contentSecurityPolicy(s.Assets))(h)
	h = s.catchPanics(h)
	return s.shortWay(s.logRequests(h))
}

// receivers makes the receivers of the handlers.
func (s *server) receivers() {
	s.reader, s.talk, s.operator = &reader{s}, &talk{s}, &operator{s}
	s.account, s.manager = &account{s}, &manager{s}
	s.moderator = &moderator{s}
}

// register enters every row of the table in the router.
func (s *server) register(e *echo.Echo) {
	for _, row := range s.table() {
		handle := limitBody(row.MaxBody)(s.limit(row.Rate)(s.withRow(row)(decodeParams(s.limitSearch(row)(s.admit(row)(s.takeTurn(row)(s.keep(row)(row.handle))))))))
		e.Add(row.Method, row.Path, handle)
		if row.Method == http.MethodGet {
			e.Add(http.MethodHead, row.Path, handle)
		}
	}
}

// withRow lets render and errors know which row a request came by.
func (s *server) withRow(row Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set("route", &row)
			return next(c)
		}
	}
}

// deny answers a form that was sent from another site.
func (s *server) deny(e *echo.Echo) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.showError(models.Refuse(models.Forbidden, "cross-origin", "the form was sent from another site"), e.NewContext(r, w))
	})
}

type requestIDKey struct{}

// logRequests gives each request a number for the log and logs its end.
// Addresses of readers are not logged.
func (s *server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		id := rand.Text()[:12]
		rec := &recorder{ResponseWriter: w}
		s.address(r) // for its notices: not every page needs the address
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
		level := slog.LevelInfo
		if rec.status >= 500 {
			level = slog.LevelError
		}
		s.Log.Log(r.Context(), level, "request", "id", id, "method", r.Method, "path", r.URL.Path,
			"status", rec.status, "bytes", rec.bytes, "took", time.Since(begin))
	})
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// catchPanics turns a crash of one request into the plain error page.
func (s *server) catchPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			what := recover()
			if what == nil {
				return
			}
			if err, ok := what.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(what) // the server's own way to end a connection
			}
			s.Log.ErrorContext(r.Context(), "panic", "path", r.URL.Path, "error", fmt.Sprint(what), "stack", stack())
			s.writeLastWord(w)
		}()
		next.ServeHTTP(w, r)
	})
}
