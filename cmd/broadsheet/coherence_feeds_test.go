package main

import (
	"net/http"
	"regexp"
	"strings"
	"time"
)

// feedPaths are feeds that the walk compares, besides those of articles. The site
// without a cache renders each again, so that equal ETags show that they come from the
// content alone.
var feedPaths = []string{
	"/feed/", "/feed/atom/", "/feed/rdf/", "/feed/json/", "/comments/feed/", "/comments/feed/atom/", "/category/world/feed/",
	"/category/world/east/feed/", "/category/sport/feed/json/", "/tag/shipping/feed/", "/author/nadia-farrow/feed/atom/",
	"/search/story/feed/", "/comment/1/feed/", "/feeds/", "/corrections/feed/", "/corrections/feed/json/", "/breaking/feed/", "/breaking/feed/json/",
}

// feedState has the parts of an answer that a reader of feeds remembers.
type feedState struct{ etag, body, modified, title string }

// feedTitle finds the name of a feed in its bytes. It tells a feed from that of another
// section, tag, author or article which has got the same address.
var feedTitle = regexp.MustCompile(`<title[^>]*>[^<]*|"title":"[^"]*`)

// noteFeed checks the validators of a feed against the answer before: the ETag changes
// when, and only when, the body does, and Last-Modified moves forward with it.
func (w *walk) noteFeed(path string, status int, h http.Header, body string) {
	if !strings.Contains(path, "/feed/") || status != http.StatusOK {
		return
	}
	now := feedState{h.Get("ETag"), body, h.Get("Last-Modified"), feedTitle.FindString(body)}
	before, known := w.feeds[path]
	w.feeds[path] = now
	if !known {
		return
	}
	if (before.etag == now.etag) != (before.body == now.body) {
		w.Errorf("step %d: the ETag of %s went from %s to %s, and the body changed: %v", w.number, path, before.etag, now.etag, before.body != now.body)
	}
	if before.title != now.title {
		return
	}
	was, errBefore := http.ParseTime(before.modified)
	is, err := http.ParseTime(now.modified)
	if err != nil || errBefore != nil || strings.HasPrefix(path, "/search/") {
		return // not sent before it has settled
	}
	if is.Before(was) || before.body != now.body && !is.After(was) || is.After(time.Now()) {
		w.Errorf("step %d: Last-Modified of %s went from %s to %s, and the body changed: %v", w.number, path, before.modified, now.modified, before.body != now.body)
	}
}
