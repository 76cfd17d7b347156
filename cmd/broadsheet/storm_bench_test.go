package main

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// The storm: how many comments a second, by how many clients, while how many
// pages a second are read.
const (
	stormRate     = 500
	stormClients  = 64
	stormReads    = 2000
	stormArticles = 100 // that are read, beside the one that is commented on
)

// BenchmarkCommentStorm posts comments to one article at a steady rate, all
// rules on, each from its own network and email, while other articles are
// read. It counts the stored comments, and reports the readers' p99 beside
// that of a quiet site. BROADSHEET_BENCH_SECONDS is the duration, 10 by
// default:
//
//	BROADSHEET_BENCH_SECONDS=60 go test -run xx -bench BenchmarkCommentStorm -benchtime 1x ./cmd/broadsheet
func BenchmarkCommentStorm(b *testing.B) {
	seconds, err := strconv.Atoi(cmp.Or(os.Getenv("BROADSHEET_BENCH_SECONDS"), "10"))
	if err != nil {
		b.Fatal(err)
	}
	length := time.Duration(seconds) * time.Second
	dir := b.TempDir()
	binary, data := filepath.Join(dir, "broadsheet"), filepath.Join(dir, "site")
	for _, args := range [][]string{
		{"go", "build", "-o", binary, "."},
		{binary, "seed", "--data", data, "--articles", "1000", "--comments", "5000"},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			b.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	articles, target := stormTargets(b, filepath.Join(data, "broadsheet.db"))
	s := &site{env: os.Environ()}
	if err := s.start(dir, binary, "--data", data, "--trusted-proxy", "127.0.0.1/32"); err != nil {
		b.Fatal(err)
	}
	defer s.kill()
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 4 * stormClients, MaxConnsPerHost: 4 * stormClients, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	// Every article is kept by the server before it is measured.
	for _, path := range articles {
		res, err := client.Get(strings.TrimSuffix(s.url, "/") + path)
		if err != nil || res.StatusCode != http.StatusOK {
			b.Fatal(path, err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	for b.Loop() {
		idle := readSteadily(b, client, s.url, articles, length)
		before := countComments(b, filepath.Join(data, "broadsheet.db"), target)
		done := make(chan []time.Duration)
		go func() { done <- readSteadily(b, client, s.url, articles, length) }()
		begin := time.Now()
		posted, failed := postSteadily(client, s.url, target, length)
		spent := time.Since(begin)
		busy := <-done
		stored := countComments(b, filepath.Join(data, "broadsheet.db"), target) - before
		if failed != 0 || stored != posted {
			b.Errorf("%d posts, %d failed, %d stored", posted, failed, stored)
		}
		if strings.Contains(s.log.String(), "locked") {
			b.Error("the log speaks of a locked database")
		}
		b.ReportMetric(float64(posted)/spent.Seconds(), "comments/s")
		b.ReportMetric(percentile(idle, .99).Seconds()*1e3, "idle-p99-ms")
		b.ReportMetric(percentile(busy, .99).Seconds()*1e3, "busy-p99-ms")
		b.ReportMetric(percentile(busy, .99).Seconds()/percentile(idle, .99).Seconds(), "busy/idle")
	}
}

// stormTargets returns the addresses of articles to read, and the number of
// another that takes comments.
func stormTargets(b *testing.B, path string) (articles []string, target int64) {
	b.Helper()
	db, err := models.Open(b.Context(), models.Options{DSN: path})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	site, err := newsroom.LoadSite(b.Context(), db)
	if err != nil {
		b.Fatal(err)
	}
	var rows []*newsroom.Article
	err = db.Query(b.Context()).Where("status = 'published' AND comment_status = 'open'").Order("id").Limit(stormArticles + 1).Find(&rows).Error
	if err != nil || len(rows) != stormArticles+1 {
		b.Fatal(len(rows), err)
	}
	for _, a := range rows[1:] {
		articles = append(articles, site.ArticlePath(a))
	}
	return articles, rows[0].ID
}

func countComments(b *testing.B, path string, article int64) (n int64) {
	b.Helper()
	db, err := models.Open(b.Context(), models.Options{DSN: path})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var distinct int64
	err = db.Query(b.Context()).Raw("SELECT COUNT(*) FROM comments WHERE article_id = ?", article).Scan(&n).Error
	if err == nil {
		err = db.Query(b.Context()).Raw("SELECT COUNT(DISTINCT text) FROM comments WHERE article_id = ? AND text LIKE 'Storm %'", article).Scan(&distinct).Error
	}
	var storm int64
	if err == nil {
		err = db.Query(b.Context()).Raw("SELECT COUNT(*) FROM comments WHERE article_id = ? AND text LIKE 'Storm %'", article).Scan(&storm).Error
	}
	if err != nil || storm != distinct {
		b.Fatalf("%d comments of the storm, %d different (%v)", storm, distinct, err)
	}
	return n
}

// stormNumber makes every comment its own.
var stormNumber atomic.Int64

// postSteadily posts at the rate and returns how many were taken and how many
// were not.
func postSteadily(client *http.Client, base string, article int64, length time.Duration) (posted, failed int64) {
	var taken, refused atomic.Int64
	var clients sync.WaitGroup
	ticks := make(chan struct{}, stormRate)
	for range stormClients {
		clients.Go(func() {
			for range ticks {
				n := stormNumber.Add(1)
				form := url.Values{
					"comment_post_ID": {fmt.Sprint(article)}, "author": {fmt.Sprint("Reader ", n)}, "email": {fmt.Sprintf("r%d@example.org", n)},
					"comment": {fmt.Sprintf("Storm %d: the lamps on pier %d were dark for %d hours, and nobody on the quay can say who should pay for it.", n, n*7%97, n%23)},
				}
				req, err := http.NewRequest(http.MethodPost, strings.TrimSuffix(base, "/")+"/wp-comments-post.php", strings.NewReader(form.Encode()))
				if err != nil {
					refused.Add(1)
					continue
				}
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				req.Header.Set("X-Forwarded-For", fmt.Sprintf("%d.%d.%d.7", 11+n>>16, n>>8&255, n&255))
				res, err := client.Do(req)
				if err != nil || res.StatusCode != http.StatusSeeOther {
					refused.Add(1)
				} else {
					taken.Add(1)
				}
				if err == nil {
					io.Copy(io.Discard, res.Body)
					res.Body.Close()
				}
			}
		})
	}
	pace(length, stormRate, func(time.Time) { ticks <- struct{}{} })
	close(ticks)
	clients.Wait()
	return taken.Load(), refused.Load()
}

// readSteadily reads articles at their rate and returns how long each took.
func readSteadily(b *testing.B, client *http.Client, base string, articles []string, length time.Duration) []time.Duration {
	var mu sync.Mutex
	var took []time.Duration
	var readers sync.WaitGroup
	i := 0
	pace(length, stormReads, func(due time.Time) {
		path := articles[i%len(articles)]
		i++
		readers.Go(func() {
			res, err := client.Get(strings.TrimSuffix(base, "/") + path)
			if err != nil || res.StatusCode != http.StatusOK {
				b.Error(path, err)
				return
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			mu.Lock()
			took = append(took, time.Since(due))
			mu.Unlock()
		})
	})
	readers.Wait()
	return took
}

// pace calls do at a rate per second, each time with the instant at which it
// was due. Late calls are made up for, and count as late.
func pace(length time.Duration, rate int, do func(due time.Time)) {
	begin := time.Now()
	for i := range int(length.Seconds() * float64(rate)) {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		do(due)
	}
}

func percentile(took []time.Duration, share float64) time.Duration {
	slices.Sort(took)
	return took[int(float64(len(took)-1)*share)]
}
