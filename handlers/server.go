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
	"time"

	"broadsheet/handlers/pagecache"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/indexnow"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/newsroom/sharepicture"
	"broadsheet/models/people"
	"broadsheet/public"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// Options configure a site's handler. All fields but OldSecrets, TrustedProxies,
// Mail, DrawAhead, SetupKey, Cache, Gates, Started and Reads are required.
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
	DrawAhead      bool   // share pictures are drawn as soon as an article changes
	SetupKey       string // opens the page that makes the first administrator; "" for none
	Cache          CacheOptions
	Gates          GateOptions
	Started        []Fact         // options of the command line, for the page of settings
	Reads          *reads.Counter // counts the readers of articles; nil: they are not counted
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

// server holds the parts of the site's handler. Handlers do not see it: each
// receiver lists the parts that it uses.
type server struct {
	Options
	site     *models.Snapshot[*newsroom.Site]
	links    *people.Links
	cookies  *cookies
	clients  *clients
	limits   *limits
	auth     *authenticator
	pages    *pages
	problems *errorPages
	cache    *pagecache.Cache
	gates    *gates
	access   *accessLog
	robots   *robotGate

	discussions    *discussions
	reading        *reading
	feeding        *feeding
	commenting     *commenting
	digesting      *digesting
	configuring    *configuring
	editing        *editing
	illustrating   *illustrating
	arranging      *arranging
	termkeeping    *termkeeping
	reacting       *reacting
	commenterPages *commenterPages
	accounts       *accounts
	staff          *staff
	moderating     *moderating
	help           *help
	ranking        *ranking
	operating      *operating
	rest           *restAPI
	crawling       *crawling
	installing     *installing
	subscribing    *subscribing
	sharing        *sharing
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
		Options: o, site: newsroom.NewSiteSnapshot(o.DB), links: people.NewLinks(o.Secret, o.OldSecrets...),
		gates: newGates(o.Gates),
	}
	if o.Cache.Bytes == 0 {
		s.site.AlwaysReload()
	}
	passkeys, err := people.NewPasskeys(o.BaseURL, s.links)
	if err != nil {
		return nil, err
	}
	s.cookies = newCookies(o)
	s.build(passkeys)
	s.rest.programs, s.rest.store = newPrograms(s.auth), s.Pictures
	s.pages.plan, s.arranging = s.newPlan(), newArranging(s)
	s.reading.policy = contentSecurityPolicy(o.Assets)
	s.reading.embedPolicy = embedPolicy(s.reading.policy)
	// The page cache comes after the snapshot of the site. A page that is loaded
	// after a change of the site must not find the old site.
	if s.cache, err = s.newCache(ctx); err != nil {
		return nil, err
	}
	s.commenting.cache = s.cache
	s.access = newAccessLog(ctx, o.Log)
	go s.robots.run(ctx)
	if o.DrawAhead {
		s.drawAhead(ctx)
	}
	return s, s.problems.prepare(ctx)
}

// build makes the parts that handlers use, and the receivers of the handlers.
func (s *server) build(passkeys *people.Passkeys) {
	db, log, ring := s.DB, s.Log, models.NewKeyring(s.Secret, s.OldSecrets...)
	s.clients = &clients{trusted: s.TrustedProxies, db: db, log: log}
	s.limits = newLimits(s.clients)
	s.auth = &authenticator{db: db, site: s.site, cookies: s.cookies, clients: s.clients, guard: people.NewSignInGuard()}
	s.pages = &pages{db: db, views: s.Views, baseURL: s.BaseURL, cookies: s.cookies, sendsMail: s.Mail}
	desk := &desk{pages: s.pages, db: db, log: log, mail: s.Mail}
	s.problems = &errorPages{
		pages: s.pages, db: db, site: s.site, limits: s.limits, gates: s.gates, log: log, auth: s.auth, desk: desk,
		mail: s.Mail, cached: s.Cache.Bytes > 0,
	}
	s.discussions = &discussions{pages: s.pages, db: db, cookies: s.cookies, mail: s.Mail}
	bars := newStaffBars(desk, s.auth)
	s.reading = &reading{db: db, discussions: s.discussions, auth: s.auth, pictures: s.Pictures, reads: s.Reads, staff: bars}
	s.feeding = newFeeding(s)
	s.commenting = &commenting{
		db: db, discussions: s.discussions, auth: s.auth, reading: s.reading, clients: s.clients, limits: s.limits,
		cookies: s.cookies, links: s.links, log: log, mail: s.Mail,
	}
	s.reacting = &reacting{
		db: db, discussions: s.discussions, auth: s.auth, clients: s.clients, cookies: s.cookies, links: s.links, mail: s.Mail,
	}
	s.commenterPages = &commenterPages{
		db: db, discussions: s.discussions, commenting: s.commenting, clients: s.clients, cookies: s.cookies,
		links: s.links, log: log, mail: s.Mail, limits: s.limits,
	}
	s.accounts = &accounts{
		desk: desk, db: db, auth: s.auth, clients: s.clients, cookies: s.cookies, links: s.links, passkeys: passkeys,
		setupKey: s.SetupKey, log: log, mail: s.Mail,
	}
	s.digesting, s.staff = &digesting{desk: desk, db: db}, &staff{desk: desk, db: db, auth: s.auth, links: s.links, base: s.BaseURL}
	s.editing, s.configuring = newEditing(desk, ring, s.Pictures), &configuring{desk: desk, db: db, facts: s.Started}
	s.moderating = &moderating{desk: desk, db: db, clients: s.clients, links: s.links, keys: ring, editing: s.editing}
	s.help, s.rest, s.illustrating = &help{desk}, &restAPI{pages: s.pages, db: db}, &illustrating{desk: desk, db: db, store: s.Pictures}
	s.operating, s.robots = &operating{db: db, assets: s.Assets, log: log}, newRobotGate(db, s.site, log)
	s.crawling = &crawling{pages: s.pages, db: db, indexNowKey: indexnow.Key(ring)}
	s.subscribing = &subscribing{pages: s.pages, db: db, clients: s.clients, links: s.links, mail: s.Mail}
	s.ranking, s.installing = &ranking{pages: s.pages, db: db}, &installing{pages: s.pages, assets: s.Assets}
	s.sharing, s.termkeeping = &sharing{pages: s.pages, db: db, painter: sharepicture.NewPainter(s.Pictures)}, &termkeeping{desk, db}
}

// handler puts the router inside the middleware that all requests pass.
func (s *server) handler() http.Handler {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.problems.showError
	s.register(e)

	crossOrigin := http.NewCrossOriginProtection()
	// A proxy may send another Host than the browser's. The base URL's form is
	// checked by Options.check.
	_ = crossOrigin.AddTrustedOrigin(baseOrigin(s.BaseURL))
	crossOrigin.SetDenyHandler(s.deny(e))
	var h http.Handler = s.cleanRequest(
		crossOrigin.Handler(s.spell(e)),
		func(w http.ResponseWriter, r *http.Request, err error) { s.problems.showError(err, e.NewContext(r, w)) },
	)
	h = secureHeaders(s.BaseURL.Scheme == "https", contentSecurityPolicy(s.Assets))(h)
	h = s.catchPanics(h)
	h = routeREST(overrideMethod(h))
	return s.robots.admit(s.serveCached(s.robots.slow(s.logRequests(h))))
}

// register enters every row of the table in the router. The last wrapper runs
// first: size of the body, rate limit, parameters, limit of searches, entry, gate,
// page cache, form and site, handler.
func (s *server) register(e *echo.Echo) {
	for _, row := range s.routeTable() {
		handle := s.cachePages(row)(s.prepare(row))
		handle = s.admit(row)(s.takeTurn(row)(handle))
		handle = decodeParams(s.limits.limitSearch(row, s.isCached(row))(handle))
		handle = limitBody(row)(s.limits.limit(row.Rate)(handle))
		e.Add(row.Method, row.Path, handle)
		if row.Method == http.MethodGet {
			e.Add(http.MethodHead, row.Path, handle)
		}
	}
}

// deny answers a form that was sent from another site.
func (s *server) deny(e *echo.Echo) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.problems.showError(models.Refusal(models.Forbidden, "cross-origin", "the form was sent from another site"), e.NewContext(r, w))
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
		s.clients.address(r) // it reports faults of proxies; not every page needs the address
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
		level := slog.LevelInfo
		if rec.status >= 500 {
			level = slog.LevelError
		}
		s.Log.Log(r.Context(), level, "request", "id", id, "method", r.Method, "path", r.URL.Path,
			"status", rec.status, "bytes", rec.bytes, "took", time.Since(begin))
	})
}

// recorder counts the bytes of an answer and keeps its status.
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

// catchPanics answers a panic with the fallback page.
func (s *server) catchPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			what := recover()
			if what == nil {
				return
			}
			if err, ok := what.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(what) // net/http uses it to end a connection
			}
			s.Log.ErrorContext(r.Context(), "panic", "path", r.URL.Path, "error", fmt.Sprint(what), "stack", stackTrace())
			if isREST(r) {
				writeRESTFallback(w)
				return
			}
			s.problems.writeFallback(w)
		}()
		next.ServeHTTP(w, r)
	})
}
