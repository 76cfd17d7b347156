package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"broadsheet/cmd/broadsheet/connlimit"
	"broadsheet/cmd/broadsheet/filldemo"
	"broadsheet/handlers"
	"broadsheet/handlers/feeds"
	"broadsheet/handlers/jobs"
	"broadsheet/handlers/onewrite"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/mail"
	"broadsheet/models/newsroom/indexnow"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/people"
	"broadsheet/public"
	"broadsheet/views"
)

type serveCmd struct {
	Addr         string         `default:"127.0.0.1:8080" help:"Address to listen on (${default}); port 0 takes a free one."`
	BaseURL      string         `name:"base-url" placeholder:"URL" help:"${help_base_url}"`
	TrustedProxy []netip.Prefix `placeholder:"CIDR" help:"${help_trusted_proxy}"`
	TLSCert      string         `name:"tls-cert" placeholder:"FILE" help:"${help_tls_cert}"`
	TLSKey       string         `name:"tls-key" placeholder:"FILE" help:"The certificate's private key, in PEM."`
	SMTP         string         `placeholder:"URL" help:"${help_smtp}"`
	MailFrom     string         `placeholder:"ADDRESS" help:"Address that mail comes from; needed with --smtp."`
	Cache        int            `default:"40" placeholder:"MB" help:"${help_cache} (${default}); 0 turns it off."`
	PagesAtOnce  int            `default:"-1" placeholder:"N" help:"${help_pages_at_once}"`
	PageQueue    int            `default:"256" placeholder:"N" help:"${help_page_queue} (${default}); more are refused with 503."`
	CDNAge       time.Duration  `name:"cdn-age" placeholder:"TIME" help:"${help_cdn_age}"`
	DrainTime    time.Duration  `default:"20s" placeholder:"TIME" help:"${help_drain_time} (${default})."`
	Connections  int            `default:"4096" placeholder:"N" help:"${help_connections} (${default}); ${help_idle}"`
	Demo         bool           `help:"Fill an empty database with a demo newsroom."`
}

// Timeouts of a connection; see the net/http documentation.
const (
	readTime       = 10 * time.Second // a request without a body; handlers give forms more
	headerTime     = 5 * time.Second
	writeTime      = 60 * time.Second
	idleTime       = 120 * time.Second
	maxHeaderBytes = 64 << 10
)

// watchEvery is the interval at which the change log is read for changes by
// other processes.
const watchEvery = 100 * time.Millisecond

func (c serveCmd) Run(a *app) (err error) {
	a.startLog()
	spareCollector()
	if err := a.makeData(); err != nil {
		return err
	}
	secret, err := a.makeSecret()
	if err != nil {
		return err
	}
	db, err := a.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	store, err := blob.NewDisk(a.mediaDir())
	if err != nil {
		return err
	}
	a.closeFiles()
	if err := a.seal(db); err != nil {
		return err
	}
	if c.Demo {
		if err := filldemo.Fill(a.ctx, db, store, secret); err != nil {
			return err
		}
		if err := a.printDemoSignIns(db, secret); err != nil {
			return err
		}
	}
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	if err := c.noteAddress(a.ctx, db, listener.Addr()); err != nil {
		return err
	}
	counter := reads.NewCounter()
	handler, post, lanes, err := c.handler(a, db, store, secret, listener.Addr(), counter)
	if err != nil {
		return err
	}
	// The start needs memory that serving does not, for example to compress assets.
	debug.FreeOSMemory()
	return c.serve(a, db, listener, handler, counter, func(ctx context.Context) { jobs.Run(ctx, db, slog.Default(), post, lanes...) })
}

// serve answers requests, and does the work in the background, until the context ends. Then it lets running requests
// finish.
func (c serveCmd) serve(
	a *app, db *models.DB, listener net.Listener, handler http.Handler, counter *reads.Counter, work func(context.Context),
) error {
	encryption, err := c.tlsConfig()
	if err != nil {
		return err
	}
	var background sync.WaitGroup
	ctx, stop := context.WithCancel(a.ctx)
	defer background.Wait()
	defer stop()
	defer flushReads(a.ctx, db, counter)
	background.Go(func() { db.Watch(ctx, watchEvery) })
	background.Go(func() { counter.Run(ctx, db, slog.Default()) })
	background.Go(func() { a.noteHeads(ctx, db) })
	background.Go(func() { work(ctx) })
	if engines, err := c.searchEngines(db, listener.Addr()); err == nil {
		background.Go(func() { engines.Run(ctx) })
	}
	a.listenControl(ctx, db)

	server := &http.Server{
		Handler: handler, ReadTimeout: readTime, ReadHeaderTimeout: headerTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeaderBytes, TLSConfig: encryption,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	scheme := c.scheme()
	if scheme == "http" {
		server.ConnContext, listener = onewrite.ConnContext, onewrite.NewListener(listener)
	}
	open := connlimit.New(max(1, c.Connections))
	server.ConnState, listener = open.ConnState, open.Listener(listener)
	go func() {
		if scheme == "https" {
			ended <- server.ServeTLS(listener, "", "")
		} else {
			ended <- server.Serve(listener)
		}
	}()
	fmt.Fprintf(a.stdout, "listening on %s://%s\n", scheme, listener.Addr())
	select {
	case err := <-ended:
		return err
	case <-a.ctx.Done():
	}
	slog.Info("stopping; running requests are finished first")
	drain, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), c.DrainTime)
	defer cancel()
	if err = server.Shutdown(drain); errors.Is(err, context.DeadlineExceeded) {
		// A client that does not finish is not an error of the server.
		slog.Warn("some requests did not finish within the drain time; their connections are closed", "after", c.DrainTime)
		err = server.Close()
	}
	return err
}

// searchEngines makes the task that tells search engines of changed articles.
func (c serveCmd) searchEngines(db *models.DB, addr net.Addr) (*jobs.IndexNow, error) {
	base, err := c.baseURL(addr)
	return &jobs.IndexNow{
		DB: db, BaseURL: base, Key: indexnow.Key(db.Keys()), Endpoint: jobs.IndexNowEndpoint, Log: slog.Default(),
	}, err
}

// flushTime bounds the last flush of the counts of reads.
const flushTime = 5 * time.Second

// flushReads stores the counts of reads after the last request.
func flushReads(ctx context.Context, db *models.DB, counter *reads.Counter) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
	if err := counter.Flush(ctx, db); err != nil {
		slog.Warn("the last counts of reads were not stored", "error", err)
	}
}

// Settings of the garbage collector. Templates and cached pages change seldom;
// with Go's defaults, scanning them takes a seventh of the time of cached
// requests. Above the limit the collector runs as often as it must.
const (
	heapGrowth = 300 // percent
	heapLimit  = 100 << 20
)

// spareCollector applies these settings, unless the operator has set GOGC or
// GOMEMLIMIT.
func spareCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(heapGrowth)
		debug.SetMemoryLimit(heapLimit)
	}
}

// making returns the bounds of rendering pages. By default as many pages are
// rendered at once as keep the cores busy.
//
// Each call of the database driver into C occupies a processor of the Go
// scheduler. While requests wait, the scheduler gets one processor more than
// there are cores. Otherwise those calls keep it from reading the network, and
// requests do not even enter the queue in their order. The extra processor is
// removed afterwards because it makes each cached page slower. An operator's
// GOMAXPROCS is left unchanged.
func (c serveCmd) making(db *models.DB) handlers.GateOptions {
	o := handlers.GateOptions{AtOnce: c.PagesAtOnce, Queue: max(0, c.PageQueue)}
	if o.AtOnce < 0 {
		o.AtOnce = db.ReadersAtOnce()
	}
	if os.Getenv("GOMAXPROCS") == "" {
		o.Crowded = func(on bool) {
			if on {
				runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
			} else {
				runtime.SetDefaultGOMAXPROCS()
			}
		}
	}
	return o
}

// handler makes the site's handler, the lanes of the queue and, if a mail server is
// set, the sender of its mail.
func (c serveCmd) handler(
	a *app, db *models.DB, store blob.Store, secret []byte, addr net.Addr, counter *reads.Counter,
) (http.Handler, *jobs.Mailer, []jobs.Lane, error) {
	base, err := c.baseURL(addr)
	if err != nil {
		return nil, nil, nil, err
	}
	old, err := a.oldSecrets()
	if err != nil {
		return nil, nil, nil, err
	}
	assets, err := public.New()
	if err != nil {
		return nil, nil, nil, err
	}
	renderer, err := views.New(assets, views.Options{})
	if err != nil {
		return nil, nil, nil, err
	}
	pictures, err := blob.NewVariants(store, blob.VariantsOptions{})
	if err != nil {
		return nil, nil, nil, err
	}
	var post *jobs.Mailer
	if c.SMTP != "" {
		sender, err := mail.NewSMTP(c.SMTP, c.MailFrom)
		if err != nil {
			return nil, nil, nil, models.Errorf(models.Invalid, "--smtp, --mail-from: %v", err)
		}
		post = jobs.Mailer{DB: db, Views: renderer, Sender: sender, BaseURL: base}.SignWith(models.NewKeyring(secret, old...))
	} else {
		fmt.Fprintln(a.stdout, "mail is off: with a server (--smtp) readers can be told of answers to their comments")
	}
	since, err := c.firstStart(a, db, base)
	if err != nil {
		return nil, nil, nil, err
	}
	first, err := c.first(a, db, base)
	if err != nil {
		return nil, nil, nil, err
	}
	hub, err := jobs.NewHub(a.ctx, &feeds.Maker{DB: db, Views: renderer, BaseURL: base})
	if err != nil {
		return nil, nil, nil, err
	}
	handler, err := handlers.New(a.ctx, handlers.Options{
		Cache: handlers.CacheOptions{Bytes: max(0, c.Cache) << 20, Since: since, HotRate: handlers.DefaultHotRate, CDNAge: c.CDNAge},
		Gates: c.making(db),
		DB:    db, Views: renderer, Assets: assets, Pictures: pictures,
		Secret: secret, OldSecrets: old, BaseURL: base, TrustedProxies: c.TrustedProxy,
		Log: slog.Default(), Mail: post != nil, DrawAhead: true, SetupKey: first, Reads: counter, Started: c.started(a, db, base),
	})
	return handler, post, []jobs.Lane{hub.Lane(), jobs.PictureLane(pictures)}, err
}

// firstStart returns the time when this program first ran on the database with
// these options. No page that it renders can be older.
func (c serveCmd) firstStart(a *app, db *models.DB, base *url.URL) (time.Time, error) {
	h := sha256.New()
	path, err := os.Executable()
	if err == nil {
		var binary *os.File
		if binary, err = os.Open(path); err == nil {
			defer binary.Close()
			_, err = io.Copy(h, binary)
		}
	}
	if err != nil {
		fmt.Fprint(h, rand.Text()) // a program that cannot be read counts as a new one
	}
	fmt.Fprint(h, base, c.SMTP != "", c.CDNAge)
	return models.FirstStart(a.ctx, db, hex.EncodeToString(h.Sum(nil)[:16]))
}

// first prints the link that creates the first administrator, on a site that
// has none, and returns its key. The link works once, and while this process
// runs.
func (c serveCmd) first(a *app, db *models.DB, base *url.URL) (string, error) {
	has, err := people.HasAdministrator(a.ctx, db)
	if err != nil || has || c.Demo {
		return "", err
	}
	key := rand.Text()
	fmt.Fprintf(a.stdout, "first administrator: %s/first/?key=%s\n", base, key)
	return key, nil
}

// scheme returns the protocol of the site itself, which can differ from that
// of a proxy in front.
func (c serveCmd) scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}

func (c serveCmd) baseURL(addr net.Addr) (*url.URL, error) {
	if c.BaseURL == "" {
		base := addr.String()
		if host, _, err := net.SplitHostPort(c.Addr); err == nil && host == "localhost" {
			// Browsers allow passkeys for this name, and for no IP address.
			_, port, _ := net.SplitHostPort(base)
			base = net.JoinHostPort(host, port)
		}
		return &url.URL{Scheme: c.scheme(), Host: base}, nil
	}
	u, err := url.Parse(strings.TrimSuffix(c.BaseURL, "/"))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Path != "" {
		return nil, models.Errorf(models.Invalid, "--base-url takes an address such as https://news.example, without a path")
	}
	return u, nil
}

func listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &models.Error{
			Kind: models.Conflict, Cause: err,
			Safe: fmt.Sprintf("something else listens on %s already: stop it, or choose another address with --addr", addr),
		}
	case errors.Is(err, fs.ErrPermission):
		return nil, &models.Error{
			Kind: models.Conflict, Cause: err,
			Safe: fmt.Sprintf("not allowed to listen on %s: choose a port above 1023 with --addr", addr),
		}
	case err != nil:
		return nil, &models.Error{
			Kind: models.Invalid, Cause: err,
			Safe: fmt.Sprintf("cannot listen on %q: --addr takes an address and a port such as 127.0.0.1:8080", addr),
		}
	}
	return listener, nil
}

// startLog sends the log to standard error. Requests are logged with --verbose
// only.
func (a *app) startLog() {
	level := slog.LevelWarn
	if a.Verbose {
		level = slog.LevelInfo
	}
	slog.SetDefault(slog.New(handlers.MaskKeys(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level}))))
}

// mediaDir returns the directory of pictures.
func (a *app) mediaDir() string { return filepath.Join(a.Data, "media") }

// printDemoSignIns prints the accounts of the demo newsroom that still have their
// first password.
func (a *app) printDemoSignIns(db *models.DB, secret []byte) error {
	list, err := filldemo.SignIns(a.ctx, db, secret)
	for _, in := range list {
		fmt.Fprintf(a.stdout, "demo sign-in: %s %s %s\n", in.Role, in.Email, in.Password)
	}
	return err
}
