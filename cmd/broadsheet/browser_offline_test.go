//go:build browser

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// line is the network between a browser and the site. Cut off, it closes each
// connection without an answer. Emulating that in the browser would not reach the service
// worker.
type line struct {
	*httptest.Server
	cut atomic.Bool
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.cut.Load() {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(l.Close)
	return l
}

// someArticles returns the addresses of n articles of the demo.
func (b *bench) someArticles(t *testing.T, n int) (paths []string) {
	t.Helper()
	for _, list := range []string{"/", "/page/2/", "/page/3/", "/category/world-news/"} {
		_, body := b.get(t, list)
		for _, found := range articleLink.FindAllStringSubmatch(body, -1) {
			if !slices.Contains(paths, found[1]) && len(paths) < n {
				paths = append(paths, found[1])
			}
		}
	}
	if len(paths) < n {
		t.Fatalf("the demo has %d articles", len(paths))
	}
	return paths
}

// readOffline reads twelve articles and cuts the network: the last ten can be read,
// every other page says so, and nothing is stale when the network is back.
// Switched off, the app leaves nothing in the browser.
func (b *bench) readOffline(t *testing.T) {
	articles := b.someArticles(t, 12)
	l := newLine(t, b.site.url)
	behind := *b
	behind.site = &site{url: l.URL}
	tb := behind.newTab(t)
	t.Cleanup(func() { // without a network a browser complains
		tb.mu.Lock()
		defer tb.mu.Unlock()
		tb.said = nil
	})
	heading := func() string { return strings.TrimSpace(value(tb, chromedp.Text(chromedp.CSS("main h1")))) }
	// The heading is read each time, so that the next step does not meet the page before.
	open := func(path string) string {
		tb.do(chromedp.Navigate(l.URL + path))
		return heading()
	}
	wait := func(condition string) {
		t.Helper()
		tb.do(chromedp.Poll[chromedp.Void](`(async () => ` + condition + `)()`))
	}
	open(articles[0])
	wait(`navigator.serviceWorker.controller !== null && (await (await caches.open("articles")).keys()).length === 1`)
	titles := map[string]string{}
	for i, path := range articles {
		titles[path] = open(path)
		wait(fmt.Sprintf(`(await (await caches.open("articles")).keys()).length === %d && (await (await caches.open("articles")).match(%q, {ignoreVary: true})) !== undefined`,
			min(i+1, 10), path))
	}
	open("/")
	open("/login")
	kept := value(tb, chromedp.Poll[string](`(async () => (await (await caches.open("articles")).keys()).map(k => new URL(k.url).pathname).join(" "))()`))
	if want := strings.Join(articles[2:], " "); kept != want {
		t.Errorf("kept are %s, want %s", kept, want)
	}

	l.cut.Store(true)
	for _, path := range articles[2:] {
		if got := open(path); got != titles[path] {
			t.Errorf("%s without a network: %q", path, got)
		}
	}
	for _, path := range []string{"/", articles[0], articles[1], "/category/world-news/", "/no-such-page/", "/desk"} {
		if got := open(path); got != "No connection" {
			t.Errorf("%s without a network: %q", path, got)
		}
	}
	tb.do(chromedp.Poll[chromedp.Void](`document.querySelectorAll(".kept-articles li a").length === 10`))
	if first := value(tb, chromedp.Text(chromedp.CSS(".kept-articles li a"))); strings.TrimSpace(first) != titles[articles[11]] {
		t.Errorf("the list begins with %q, want %q", first, titles[articles[11]])
	}
	tb.click(".kept-articles li a")
	if got := heading(); got != titles[articles[11]] {
		t.Errorf("the first link leads to %q", got)
	}

	l.cut.Store(false)
	b.run(t, "", "setting", "set", "site.name", "The Renamed Courier")
	for _, path := range []string{"/", articles[11]} {
		open(path)
		if !strings.Contains(value(tb, chromedp.Title()), "The Renamed Courier") {
			t.Errorf("%s is stale when the network is back", path)
		}
	}
	b.run(t, "", "setting", "set", "site.name", "The Larkmoor Courier")

	// Signing in deletes all traces of earlier reading.
	open("/login")
	tb.fill(map[string]string{"#email": "nobody@example.org", "#password": "no password at all"})
	tb.click(`main form button`)
	wait(`(await (await caches.open("articles")).keys()).length === 0`)

	b.run(t, "", "setting", "set", "site.installable", "false")
	open("/")
	wait(`(await navigator.serviceWorker.getRegistrations()).length === 0 && (await caches.keys()).length === 0`)
	b.run(t, "", "setting", "set", "site.installable", "true")
}
