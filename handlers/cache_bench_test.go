package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// nowhere discards an answer.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

// BenchmarkCachedArticle serves an article of 1,200 words with 50 comments: to a
// visitor, with a parameter that does not count, to a commenter on it, and
// rendered for each request.
func BenchmarkCachedArticle(b *testing.B) {
	clock := modeltest.NewClock()
	s := newSite(b, modeltest.SQLite(b, clock), clock)
	s.set("comment.flood", "0")
	a := s.save(newsroom.Manuscript{Title: "Strait opens", Body: strings.Repeat("The pilots left at noon, and nobody knows why. ", 133), PublishedAt: clock.Now()})
	s.comments(a.ID, 50)
	h := s.handler()
	anna := &browser{t: b, h: h}
	anna.reply(a.ID, "Anna", "The tide turned at noon.")
	for _, c := range []struct {
		name, query string
		cookies     []*http.Cookie
	}{{"visitor", "", nil}, {"unknown parameter", "?utm_source=x", nil}, {"commenter", "", anna.cookies}, {"rendered", "", nil}} {
		b.Run(c.name, func(b *testing.B) {
			h := h
			if c.name == "rendered" {
				s.options.Cache.Bytes = 0
				h = s.handler()
			}
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, straitPath+c.query, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			for _, cookie := range c.cookies {
				r.AddCookie(cookie)
			}
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(nowhere{http.Header{}}, r.Clone(b.Context()))
			}
		})
	}
}
