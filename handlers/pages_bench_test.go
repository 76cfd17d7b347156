package handlers_test

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"broadsheet/models/discussion/bystate"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// BenchmarkCommentPages renders whole pages of articles with 100 and with
// 10,000 comments, at the top and in one thread. None may take more than twice
// the time of the first.
func BenchmarkCommentPages(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(heapGrowth))
	clock := modeltest.NewClock()
	s := newSite(b, modeltest.SQLite(b, clock), clock)
	s.options.Cache = noRoom
	begin := s.clock.Now().AddDate(0, 0, -2)
	bring := func(name string, comments int, oneThread bool) (path string, first int64) {
		a := s.save(newsroom.Manuscript{Source: "bench", SourceID: name, Title: name, Body: "Text.", PublishedAt: begin})
		var rows strings.Builder
		for i := range comments {
			parent := ""
			if i > 0 && oneThread {
				parent = fmt.Sprint(name, i-1-i%min(i, 40))
			}
			fmt.Fprintf(&rows, `{"id":"%s%d","source":"bench","article_id":%q,"parent":%q,"author":"Reader %d","text":"The lamps were dark for longer than anyone admits, and who pays? %d","date":%q}`+"\n",
				name, i, name, parent, i%50, i, begin.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
		}
		im := imports.Importer{DB: s.db, Reject: func(line int, err error) { b.Fatal(line, err) }}
		_, err := im.Run(b.Context(), strings.NewReader(rows.String()))
		s.check(err)
		site, err := newsroom.LoadSite(b.Context(), s.db)
		s.check(err)
		list, err := bystate.Queue{ArticleID: a.ID, Limit: 1}.List(b.Context(), s.db)
		s.check(err)
		return site.ArticlePath(a), list[0].ID
	}
	small, _ := bring("small", 100, false)
	wide, _ := bring("wide", 10_000, false)
	deep, last := bring("deep", 10_000, true)
	root := last - 9_999
	h := s.handler()
	for _, c := range []struct{ name, path string }{
		{"100", small},
		{"10000-first", wide},
		{"10000-middle", wide + "comment-page-110/"},
		{"10000-last", wide + "comment-page-200/"},
		{"10000-newest", wide + "comment-page-90/?order=newest"},
		{"10000-recommended", wide + "comment-page-20/?order=recommended"},
		{"one-thread", deep},
		{"one-thread-own-page", fmt.Sprintf("/comment/%d/thread/", root)},
		{"one-thread-own-page-middle", fmt.Sprintf("/comment/%d/thread/?after=%d", root, root+5_000)},
		{"one-thread-half-way-down", fmt.Sprintf("/comment/%d/thread/", root+5_000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if w := get(b, h, c.path); w.Code != http.StatusOK {
					b.Fatalf("%s answers %d", c.path, w.Code)
				}
			}
		})
	}
}
