package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"broadsheet/handlers"
	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/mail"
	"broadsheet/models/people"
	"broadsheet/public"
	"broadsheet/views"
)

type serveCmd struct {
	Addr         string         `default:"127.0.0.1:8080" help:"Address to listen on (${default}); port 0 takes a free one."`
	BaseURL      string         `name:"base-url" placeholder:"URL" help:"The site's public address, such as https://news.example; by default the one it listens on."`
	TrustedProxy []netip.Prefix `placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed, such as 127.0.0.1/32; none by default. Repeatable."`
	TLSCert      string         `name:"tls-cert" placeholder:"FILE" help:"Certificate with its chain, in PEM; with it the site speaks HTTPS and HTTP/2 itself. Read again when it changes."`
	TLSKey       string         `name:"tls-key" placeholder:"FILE" help:"The certificate's private key, in PEM."`
	SessionKey   string         `placeholder:"KEY" help:"Secret of at least 32 bytes that signs cookies; by default made and kept in the data directory. The same for all instances."`
	SMTP         string         `placeholder:"URL" help:"Mail server, such as smtps://user:password@mail.example; without one no mail is sent."`
	MailFrom     string         `placeholder:"ADDRESS" help:"Address that mail comes from; needed with --smtp."`
	Demo         bool           `help:"Fill an empty database with a demo newsroom."`
}

// Times that bound a connection; see the net/http documentation.
const (
	readHeaderTime = 10 * time.Second
	readTime       = 60 * time.Second // a whole form, also on a bad line
	writeTime      = 60 * time.Second
	idleTime       = 120 * time.Second
	drainTime      = 20 * time.Second
	maxHeaderBytes = 64 << 10
)

// watchEvery is how often the change log is read for changes by others.
const watchEvery = 100 * time.Millisecond

func (c serveCmd) Run(a *app) (err error) {
	a.startLog()
	db, err := a.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	store, err := blob.NewDisk(a.mediaDir())
	if err != nil {
		return err
	}
	if c.Demo {
		if err := a.fillDemo(db, store); err != nil {
			return err
		}
	}
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	handler, post, err := c.handler(a, db, store, listener.Addr())
	if err != nil {
		return err
	}
	return c.serve(a, db, listener, handler, post)
}

// serve answers requests until the context ends, then lets those under way
// finish.
func (c serveCmd) serve(a *app, db *models.DB, listener net.Listener, handler http.Handler, post *jobs.Post) error {
	encryption, err := c.tlsConfig()
	if err != nil {
		return err
	}
	var background sync.WaitGroup
	ctx, stop := context.WithCancel(a.ctx)
	defer background.Wait()
	defer stop()
	background.Go(func() { db.Watch(ctx, watchEvery) })
	background.Go(func() { jobs.Run(ctx, db, slog.Default(), post) })
	a.listenControl(ctx, db)

	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeaderBytes, TLSConfig: encryption,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	scheme := c.scheme()
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
	slog.Info("stopping; requests under way are finished first")
	drain, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), drainTime)
	defer cancel()
	return server.Shutdown(drain)
}

// handler makes the site's handler and, where there is a mail server, what
// sends its mail.
func (c serveCmd) handler(a *app, db *models.DB, store blob.Store, addr net.Addr) (http.Handler, *jobs.Post, error) {
	base, err := c.baseURL(addr)
	if err != nil {
		return nil, nil, err
	}
	secret, err := c.secret(a)
	if err != nil {
		return nil, nil, err
	}
	assets, err := public.New()
	if err != nil {
		return nil, nil, err
	}
	renderer, err := views.New(assets, views.Options{})
	if err != nil {
		return nil, nil, err
	}
	pictures, err := blob.NewVariants(store, blob.VariantsOptions{})
	if err != nil {
		return nil, nil, err
	}
	var post *jobs.Post
	if c.SMTP != "" {
		sender, err := mail.NewSMTP(c.SMTP, c.MailFrom)
		if err != nil {
			return nil, nil, models.Errorf(models.Invalid, "--smtp, --mail-from: %v", err)
		}
		post = &jobs.Post{DB: db, Views: renderer, Sender: sender, Links: people.NewLinks(secret), BaseURL: base}
	} else {
		fmt.Fprintln(a.stdout, "mail is off: with a server (--smtp) readers can be told of answers to their comments")
	}
	handler, err := handlers.New(a.ctx, handlers.Options{
		DB: db, Views: renderer, Assets: assets, Pictures: pictures,
		Secret: secret, BaseURL: base, TrustedProxies: c.TrustedProxy, Log: slog.Default(), Mail: post != nil,
	})
	return handler, post, err
}

// scheme is what the site itself speaks, whatever a proxy in front does.
func (c serveCmd) scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}

func (c serveCmd) baseURL(addr net.Addr) (*url.URL, error) {
	if c.BaseURL == "" {
		return &url.URL{Scheme: c.scheme(), Host: addr.String()}, nil
	}
	u, err := url.Parse(strings.TrimSuffix(c.BaseURL, "/"))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.Path != "" {
		return nil, models.Errorf(models.Invalid, "--base-url takes an address such as https://news.example, without a path")
	}
	return u, nil
}

// minSecret is the shortest session key, in bytes.
const minSecret = 32

// secret returns the session key that was given, or the one kept in the data
// directory, made at the first start.
func (c serveCmd) secret(a *app) ([]byte, error) {
	if c.SessionKey != "" {
		if len(c.SessionKey) < minSecret {
			return nil, models.Errorf(models.Invalid, "--session-key needs at least %d bytes", minSecret)
		}
		return []byte(c.SessionKey), nil
	}
	path := filepath.Join(a.Data, "session.key")
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = []byte(rand.Text() + rand.Text())
		err = os.WriteFile(path, key, 0o600)
	}
	if err == nil && len(key) < minSecret {
		err = models.Errorf(models.Conflict, "%s is too short to be a session key: delete it and a new one is made", path)
	}
	return key, err
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
		return nil, &models.Error{Kind: models.Invalid, Cause: err, Safe: fmt.Sprintf("cannot listen on %q: --addr takes an address and a port such as 127.0.0.1:8080", addr)}
	}
	return listener, nil
}

// startLog sends the log to standard error, requests only when asked for.
func (a *app) startLog() {
	level := slog.LevelWarn
	if a.Verbose {
		level = slog.LevelInfo
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level})))
}

// mediaDir is where pictures are kept.
func (a *app) mediaDir() string { return filepath.Join(a.Data, "media") }
