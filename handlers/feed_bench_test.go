package handlers_test

import (
	"net/http"
	"path/filepath"
	"runtime/debug"
	"testing"

	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/articleimport"
)

// BenchmarkFeeds renders the feed of the ten newest articles with their whole texts, in
// every format, without the page cache. The texts are real where BROADSHEET_TEST_DATA
// has them:
//
//	go test -run xx -bench BenchmarkFeeds ./handlers
func BenchmarkFeeds(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(heapGrowth))
	clock := modeltest.NewClock()
	s := newSite(b, modeltest.SQLite(b, clock), clock)
	s.options.Cache = noRoom
	file := filepath.Join(modeltest.Data(b, "news"), "gov-en.jsonl.gz")
	im := articleimport.Importer{DB: s.db, Reject: func(line int, err error) { b.Fatal(line, err) }}
	_, err := im.Run(b.Context(), sampleRows(b, file))
	s.check(err)
	h := s.handler()
	for _, format := range []string{"", "atom/", "rdf/", "json/"} {
		path := "/feed/" + format
		b.Run("feed/"+format, func(b *testing.B) {
			size := 0
			for b.Loop() {
				w := get(b, h, path)
				if w.Code != http.StatusOK {
					b.Fatalf("%s answers %d", path, w.Code)
				}
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
