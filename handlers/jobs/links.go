package jobs

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/linkcheck"
)

// Bounds of the requests that check links.
const (
	linkTimeout   = 6 * time.Second
	linksAtOnce   = 6
	linkRedirects = 5
)

// errOwnNetwork refuses a connection to an address that is not of the public internet.
var errOwnNetwork = errors.New("jobs: not an address of the public internet")

// LinkChecker asks other sites whether the links of stories lead anywhere.
type LinkChecker struct {
	client *http.Client
}

// NewLinkChecker returns a checker. It connects to public addresses only, also after a
// redirect and whatever a name resolves to: a writer must not look into the network of the
// server through a link. allow lets tests ask an address that is refused otherwise; nil
// allows none.
func NewLinkChecker(allow func(netip.AddrPort) bool) *LinkChecker {
	dialer := &net.Dialer{Timeout: linkTimeout / 2, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !isPublic(to) && (allow == nil || !allow(to)) {
			return errOwnNetwork
		}
		return nil
	}}
	return &LinkChecker{&http.Client{
		Timeout: linkTimeout,
		Transport: &http.Transport{ // without the proxy of the environment, which would dial in our place
			DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: linkTimeout / 2,
		},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > linkRedirects {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}}
}

// notPublic are ranges that [netip.Addr] has no method for: shared addresses of providers,
// protocol assignments, documentation, benchmarks, and IPv6 that carries IPv4.
var notPublic = func() (list []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2001:db8::/32", "2002::/16", "100::/64", "fec0::/10",
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

// isPublic reports whether an address is a web server's on the public internet.
func isPublic(to netip.AddrPort) bool {
	ip := to.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || to.Port() != 80 && to.Port() != 443 {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// Task returns the periodic work of the checker.
func (l *LinkChecker) Task() Task {
	return Task{Name: "check links of stories", Every: 2 * time.Second, OneInstance: true, Run: l.Run}
}

// Run asks the next addresses, some of them at once.
func (l *LinkChecker) Run(ctx context.Context, db *models.DB) error {
	urls, err := linkcheck.Next(ctx, db, linksAtOnce)
	if err != nil || len(urls) == 0 {
		return err
	}
	if err := linkcheck.Prune(ctx, db); err != nil {
		return err
	}
	results := make([]linkcheck.Result, len(urls))
	var all sync.WaitGroup
	for i, address := range urls {
		all.Go(func() { results[i] = l.ask(ctx, address) })
	}
	all.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return linkcheck.Store(ctx, db, results)
}

// ask asks for an address: by HEAD, and by GET where a site does not answer that.
func (l *LinkChecker) ask(ctx context.Context, address string) (r linkcheck.Result) {
	r.URL = address
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		r.Problem = linkcheck.Refused
		return r
	}
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		request, err := http.NewRequestWithContext(ctx, method, address, nil)
		if err != nil {
			r.Problem = linkcheck.Refused
			return r
		}
		request.Header.Set("User-Agent", "Mozilla/5.0 (compatible; Broadsheet link check)")
		answer, err := l.client.Do(request)
		if err != nil {
			r.Status, r.Problem = 0, problemOf(err)
			return r
		}
		_ = answer.Body.Close() // the status is all that counts
		if r.Status = answer.StatusCode; r.Status < 400 {
			return r
		}
	}
	return r
}

func problemOf(err error) string {
	if errors.Is(err, errOwnNetwork) {
		return linkcheck.Refused
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return linkcheck.NoHost
	}
	return linkcheck.NoAnswer
}
