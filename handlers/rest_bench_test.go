package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime/debug"
	"strings"
	"testing"

	"broadsheet/models"
)

// BenchmarkREST asks the REST interface of a made-up site of 10,000 articles, and
// reports the processor time of answers that are not stored:
//
//	go test -run xx -bench BenchmarkREST -benchtime 100x ./handlers
func BenchmarkREST(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(heapGrowth))
	site := madeUpSite(b, 10_000)
	tag := site.busiest("tags", "stories")
	category := site.busiest("categories", "own_stories")
	for _, c := range []struct{ name, path string }{
		{"posts", "/posts"},
		{"posts-deep", "/posts?page=900"},
		{"posts-100-embed", "/posts?per_page=100&_embed"},
		{"posts-category", fmt.Sprintf("/posts?categories=%d", category)},
		{"posts-category-tag", fmt.Sprintf("/posts?categories=%d&tags=%d", category, tag)},
		{"posts-two-tags", fmt.Sprintf("/posts?tags=%d,%d&tags_exclude=%d", tag, tag+1, tag+2)},
		{"posts-window", "/posts?after=2016-01-01T00:00:00&before=2036-06-01T00:00:00"},
		{"posts-modified", "/posts?orderby=modified"},
		{"posts-title-deep", "/posts?orderby=title&page=900"},
		{"posts-exclude", "/posts?author_exclude=1"},
		{"posts-search", "/posts?search=" + url.QueryEscape(strings.Fields(site.great.Title)[0])},
		{"comments", "/comments"},
		{"comments-deep", "/comments?page=900"},
		{"tags", "/tags?orderby=count&order=desc"},
		{"users", "/users"},
		{"categories", "/categories"},
		{"media", "/media"},
	} {
		b.Run(c.name, func(b *testing.B) {
			ctx, statements := models.CountStatements(b.Context())
			spent, bytes := cpuTime(b), 0
			n := 0
			for b.Loop() {
				n++
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, restBase+c.path, nil)
				r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", n/250%250, n%250)
				res := site.ask(r)
				if res.status != http.StatusOK {
					b.Fatalf("%s answers %d", c.path, res.status)
				}
				bytes += res.bytes
			}
			b.ReportMetric(float64((cpuTime(b)-spent).Microseconds())/float64(n), "cpu-µs/op")
			b.ReportMetric(float64(statements.Load())/float64(n), "statements/op")
			b.ReportMetric(float64(bytes)/float64(n), "bytes/op")
		})
	}
}

// busiest returns the id of the term with the most articles.
func (s *seededSite) busiest(table, column string) (id int64) {
	s.Helper()
	err := s.db.Query(s.Context()).Raw("SELECT id FROM " + table + " ORDER BY " + column + " DESC LIMIT 1").Scan(&id).Error
	if err != nil {
		s.Fatal(err)
	}
	return id
}
