package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"

	"github.com/mmcdole/gofeed"
)

// The feed of a search that finds nothing is a feed without items, in all formats, and
// is not sent again to a reader that has it. Other instances send the same.
func TestFeedsOfSearchesThatFindNothing(t *testing.T) {
	eachFeedSite(t, func(t *testing.T, s *testSite) {
		h, other := s.handler(), s.handler()
		for format, media := range feedFormats {
			path := "/search/wobblefish/feed/" + format
			w := ask(t, h, path, nil)
			feed, err := gofeed.NewParser().ParseString(w.Body.String())
			if err != nil || w.Code != http.StatusOK || len(feed.Items) != 0 || feed.Title == "" || w.Header().Get("Content-Type") != media+"; charset=utf-8" {
				t.Fatalf("%s answered %d with %v (%v)", path, w.Code, feed, err)
			}
			etag, modified := validators(t, other, path)
			if etag == "" || etag != w.Header().Get("Etag") || modified != w.Header().Get("Last-Modified") {
				t.Errorf("%s: ETag %s and %s, Last-Modified %q and %q", path, w.Header().Get("Etag"), etag, w.Header().Get("Last-Modified"), modified)
			}
			for given, want := range map[string]int{etag: http.StatusNotModified, `"other"`: http.StatusOK} {
				r, again := request(t, path), httptest.NewRecorder()
				r.Header.Set("If-None-Match", given)
				if h.ServeHTTP(again, r); again.Code != want {
					t.Errorf("%s with If-None-Match %s answered %d, want %d", path, given, again.Code, want)
				}
			}
		}
	})
}

// A reader that knows only the time of a search's feed learns of an article that is
// found no more, and of one that is found for the first time.
func TestTheTimeOfASearchFeedMovesWithItsContent(t *testing.T) {
	eachFeedSite(t, func(t *testing.T, s *testSite) {
		const path = "/search/wobblefish/feed/"
		h := s.handler()
		since := func(modified string) int {
			r, w := request(t, path), httptest.NewRecorder()
			r.Header.Set("If-Modified-Since", modified)
			h.ServeHTTP(w, r)
			return w.Code
		}
		set := func(id int64, status newsroom.Status) string {
			s.clock.Advance(3600e9)
			s.check(discussion.SetArticleStatus(t.Context(), s.db, models.ActorCommand, id, status, ""))
			s.clock.Advance(10e9)
			_, modified := validators(t, h, path)
			return modified
		}
		a := s.save(newsroom.Manuscript{Title: "Wobblefish seen", Body: "Twice.", PublishedAt: s.clock.Now()})
		s.clock.Advance(10e9)
		_, first := validators(t, h, path)
		gone := set(a.ID, newsroom.Withdrawn)
		back := set(a.ID, newsroom.Published)
		if first == "" || gone == "" || back == "" || first == gone || gone == back {
			t.Fatalf("the times are %q, %q and %q", first, gone, back)
		}
		for modified, want := range map[string]int{first: 200, gone: 200, back: 304} {
			if got := since(modified); got != want {
				t.Errorf("since %s: %d, want %d", modified, got, want)
			}
		}
		if _, modified := validators(t, s.handler(), path); modified != back {
			t.Errorf("another instance says %q, want %q", modified, back)
		}
	})
}
