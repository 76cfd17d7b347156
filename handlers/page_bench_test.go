package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/synthetic"
)

// noRoom is a cache that no page fits into, so that each request renders its
// page. Settings and categories are cached.
var noRoom = handlers.CacheOptions{Bytes: 1}

// heapGrowth is the value that the program sets. With Go's default, a fifth of
// the measured time would be the collection of the test's small heap.
const heapGrowth = 300

// BenchmarkPages renders every kind of page through the whole handler, on a
// made-up site of 1,000 articles in a SQLite file, and reports the processor
// time of each, its statements and its size:
//
//	go test -run xx -bench BenchmarkPages -benchtime 300x ./handlers
func BenchmarkPages(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(heapGrowth))
	site := smallPages(b)
	for _, kind := range pageKinds {
		b.Run(kind.name, func(b *testing.B) {
			paths := site.paths(kind)
			site.show(kind, paths[0]) // fills the file cache
			ctx, statements := models.CountStatements(b.Context())
			spent, bytes := cpuTime(b), 0
			b.ResetTimer()
			for i := range b.N {
				res := site.ask(httptest.NewRequest(http.MethodGet, paths[i%len(paths)], nil).WithContext(ctx))
				bytes += res.bytes
			}
			b.StopTimer()
			b.ReportMetric(float64((cpuTime(b)-spent).Microseconds())/float64(b.N), "cpu-µs/op")
			b.ReportMetric(float64(statements.Load())/float64(b.N), "statements/op")
			b.ReportMetric(float64(bytes)/float64(b.N), "bytes/op")
		})
	}
}

// BenchmarkGrowth compares the time of every kind of page on a site of 1,000
// articles with that on a site of a million, in turn, and fails where the
// median of processor time grows by more than half. Where both pages are not
// of one size, as with the longest thread, bytes-ratio tells. The large site
// is made beforehand, which takes half an hour and some 20 GB:
//
//	broadsheet seed --data /var/tmp/million --articles 1000000 --comments 10000000
//	BROADSHEET_BENCH_LARGE=/var/tmp/million go test -run xx -bench BenchmarkGrowth -benchtime 200x ./handlers
func BenchmarkGrowth(b *testing.B) {
	dir := os.Getenv("BROADSHEET_BENCH_LARGE")
	if dir == "" {
		b.Skip("BROADSHEET_BENCH_LARGE names no large site")
	}
	sites := [2]*seededSite{smallPages(b), openSite(b, filepath.Join(dir, "broadsheet.db"))}
	for _, kind := range pageKinds {
		b.Run(kind.name, func(b *testing.B) {
			paths := [2][]string{sites[0].paths(kind), sites[1].paths(kind)}
			var took, spent [2][]time.Duration
			var bytes [2]int
			for i := range b.N {
				for j := range sites {
					which := (i + j) % 2
					cpu, begin := cpuTime(b), time.Now()
					bytes[which] += sites[which].show(kind, paths[which][i%len(paths[which])])
					took[which] = append(took[which], time.Since(begin))
					spent[which] = append(spent[which], cpuTime(b)-cpu)
				}
			}
			before, after := middle(spent[0]), middle(spent[1])
			b.ReportMetric(before, "small-cpu-ms")
			b.ReportMetric(after, "large-cpu-ms")
			b.ReportMetric(after/before, "cpu-ratio")
			b.ReportMetric(middle(took[1])/middle(took[0]), "p50-ratio")
			b.ReportMetric(float64(bytes[1]+1)/float64(bytes[0]+1), "bytes-ratio")
			b.ReportMetric(0, "ns/op")
			if b.N >= 50 && after > 1.5*before && after-before > 0.2 { // a fifth of a millisecond is nobody's wait
				b.Errorf("%s: %.2f ms among 1,000 articles, %.2f ms among a million", kind.name, before, after)
			}
		})
	}
}

// middle returns the median in milliseconds.
func middle(list []time.Duration) float64 {
	slices.Sort(list)
	return list[len(list)/2].Seconds() * 1e3
}

// seededSite is a made-up site behind its whole handler. Nothing that it
// shows comes from a page cache.
type seededSite struct {
	testing.TB
	db      *models.DB
	site    *newsroom.Site
	handler http.Handler
	great   *newsroom.Article // the most discussed one
}

func smallPages(b *testing.B) *seededSite { return madeUpSite(b, 1000) }

// madeUpSite is a site with so many articles and 50,000 comments.
func madeUpSite(b *testing.B, articles int) *seededSite {
	b.Helper()
	path := filepath.Join(b.TempDir(), "small.db")
	db, err := models.Open(b.Context(), models.Options{DSN: path})
	if err == nil {
		err = synthetic.AddArticles(b.Context(), db, synthetic.Articles{Count: articles, Seed: 1})
	}
	if err == nil {
		err = synthetic.AddComments(b.Context(), db, synthetic.Comments{Count: 50_000, Seed: 1})
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return openSite(b, path)
}

func openSite(b *testing.B, path string) *seededSite {
	b.Helper()
	begin := time.Now()
	db, err := models.Open(b.Context(), models.Options{DSN: path})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	site := newSite(b, db, modeltest.NewClock())
	site.options.Cache = noRoom
	s := &seededSite{TB: b, db: db, handler: site.server().Handler}
	b.Logf("opened in %s", time.Since(begin).Round(time.Millisecond))
	if s.site, err = newsroom.LoadSite(b.Context(), db); err != nil {
		b.Fatal(err)
	}
	s.great = s.articles("ORDER BY comments_approve DESC, id DESC LIMIT 1")[0]
	return s
}

func (s *seededSite) articles(rest string) (list []*newsroom.Article) {
	s.Helper()
	if err := s.db.Query(s.Context()).Raw("SELECT * FROM articles WHERE status = 'published' " + rest).Scan(&list).Error; err != nil || len(list) == 0 {
		s.Fatal(rest, len(list), err)
	}
	return list
}

func (s *seededSite) strings(query string, args ...any) (list []string) {
	s.Helper()
	if err := s.db.Query(s.Context()).Raw(query, args...).Scan(&list).Error; err != nil || len(list) == 0 {
		s.Fatal(query, err)
	}
	return list
}

// counted is an answer that keeps only its length, because a recorder that
// grows with the body would cost as much as some pages.
type counted struct {
	header http.Header
	status int
	bytes  int
}

func (c *counted) Header() http.Header { return c.header }

func (c *counted) WriteHeader(status int) { c.status = status }

func (c *counted) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}

func (s *seededSite) ask(r *http.Request) *counted {
	w := &counted{header: http.Header{}, status: http.StatusOK}
	s.handler.ServeHTTP(w, r)
	return w
}

// show asks for a page and returns its size.
func (s *seededSite) show(kind pageKind, path string) int {
	res := s.ask(httptest.NewRequest(http.MethodGet, path, nil))
	if res.status != max(kind.status, http.StatusOK) {
		s.Fatalf("%s: %s answers %d", kind.name, path, res.status)
	}
	return res.bytes
}

func (s *seededSite) paths(kind pageKind) []string {
	s.Helper()
	paths := kind.paths(s)
	for _, path := range paths {
		s.show(kind, path)
	}
	return paths
}

// pageKind is a kind of page with some of its addresses.
type pageKind struct {
	name   string
	paths  func(*seededSite) []string
	status int // 0 for 200
}

func fixed(paths ...string) func(*seededSite) []string {
	return func(*seededSite) []string { return paths }
}

// eachOf formats addresses from the rows of a query.
func eachOf(format, query string) func(*seededSite) []string {
	return func(s *seededSite) (paths []string) {
		for _, found := range s.strings(query) {
			paths = append(paths, fmt.Sprintf(format, found))
		}
		return paths
	}
}

// someArticles are articles with about as many comments as the measured page.
func (s *seededSite) someArticles() []*newsroom.Article {
	return s.articles("AND comments_approve BETWEEN 45 AND 55 AND id > (SELECT MAX(id) / 2 FROM articles) ORDER BY id LIMIT 10")
}

// commentPage is a page of the comments under the most discussed article.
func commentPage(number func(last int) int) func(*seededSite) []string {
	return func(s *seededSite) []string {
		n := number((s.great.Threads + s.site.CommentThreads - 1) / s.site.CommentThreads)
		path := s.site.ArticlePath(s.great)
		if n > 1 {
			path += fmt.Sprintf("comment-page-%d/", n)
		}
		return []string{path}
	}
}

const topCategories = `FROM categories c JOIN listing_counts n ON n.kind = 1 AND n.ref = c.id AND n.period = 0`

var pageKinds = []pageKind{
	{name: "front", paths: fixed("/")},
	{name: "front, page 2", paths: fixed("/page/2/")},
	{name: "section", paths: eachOf("/category/%s/", "SELECT c.path "+topCategories+" WHERE c.parent_id IS NULL ORDER BY n.stories DESC LIMIT 3")},
	{name: "subsection", paths: eachOf("/category/%s/", "SELECT c.path "+topCategories+" WHERE c.parent_id IS NOT NULL ORDER BY n.stories DESC LIMIT 3")},
	{name: "section, deep page", paths: eachOf("/category/%s/", "SELECT c.path || '/page/' || (n.stories / 30) "+topCategories+" WHERE c.parent_id IS NULL ORDER BY n.stories DESC LIMIT 3")},
	{name: "tag", paths: eachOf("/tag/%s/", "SELECT slug FROM tags ORDER BY stories DESC LIMIT 3")},
	{name: "author", paths: eachOf("/author/%s/", "SELECT a.slug FROM authors a JOIN listing_counts n ON n.kind = 3 AND n.ref = a.id AND n.period = 0 ORDER BY n.stories DESC LIMIT 3")},
	{name: "year", paths: fixed("/2026/")},
	{name: "month", paths: fixed("/2026/11/")},
	{name: "day", paths: eachOf("/%s/", "SELECT REPLACE(SUBSTR(local_time, 1, 10), '-', '/') FROM articles ORDER BY id DESC LIMIT 1 OFFSET 150")},
	{name: "search", paths: func(s *seededSite) (paths []string) {
		for _, a := range s.articles("ORDER BY id DESC LIMIT 3") {
			paths = append(paths, "/?s="+a.Title[:1]) // so that there are as many as are shown
		}
		return paths
	}},
	{name: "article", paths: func(s *seededSite) (paths []string) {
		for _, a := range s.someArticles() {
			paths = append(paths, s.site.ArticlePath(a))
		}
		return paths
	}},
	{name: "comments, first page of most", paths: commentPage(func(int) int { return 1 })},
	{name: "comments, middle page of most", paths: commentPage(func(last int) int { return last / 2 })},
	{name: "comments, last page of most", paths: commentPage(func(last int) int { return last - 1 })},
	{name: "comment's address", status: http.StatusFound, paths: func(s *seededSite) []string {
		return eachOf("/comment/%s/", fmt.Sprintf("SELECT id FROM comments WHERE article_id = %d AND state = 'approve' AND depth = 0 ORDER BY created_at LIMIT 3 OFFSET %d", s.great.ID, s.great.CommentsApprove/3))(s)
	}},
	{name: "thread", paths: func(s *seededSite) []string {
		return eachOf("/comment/%s/thread/", fmt.Sprintf("SELECT id FROM comments WHERE article_id = %d AND depth = 0 AND thread_shown > 0 AND state = 'approve' ORDER BY thread_shown DESC LIMIT 3", s.great.ID))(s)
	}},
	{name: "not found, with near titles", status: http.StatusNotFound, paths: func(s *seededSite) (paths []string) {
		for _, a := range s.articles("ORDER BY id DESC LIMIT 3") {
			paths = append(paths, "/2026/11/20/"+strings.SplitN(a.Slug, "-", 3)[0]+"-something-else/")
		}
		return paths
	}},
}

// cpuTime returns the processor time of the process, which other programs on
// the machine hardly change.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
