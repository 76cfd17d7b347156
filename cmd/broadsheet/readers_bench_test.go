package main

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// readerArticles is how many articles the readers choose from. The server keeps no
// pages.
const readerArticles = 18000

// readerTimeout is how long a reader waits for a page before giving up.
const readerTimeout = 2 * time.Second

// BenchmarkReaders compares the order in which pages are made with and without
// the gate, in alternating rounds. 8 and 32 readers, each with one request at a
// time, read random articles from a server that keeps no pages, and one commenter
// posts ten comments a second. It reports pages a second, the latencies' median
// and p99, their ratio, the slowest comment, and the requests that failed.
// BROADSHEET_BENCH_CORES pins the servers to cores; taskset in front pins the
// readers:
//
//	BROADSHEET_BENCH_CORES=0 taskset -c 1 go test -run xx -bench BenchmarkReaders -benchtime 3x ./cmd/broadsheet
//	BROADSHEET_BENCH_CORES=0,1 go test -run xx -bench BenchmarkReaders -benchtime 3x ./cmd/broadsheet
//
// BROADSHEET_BENCH_SECONDS is how long a round lasts, 10 by default.
func BenchmarkReaders(b *testing.B) {
	seconds, err := strconv.Atoi(cmp.Or(os.Getenv("BROADSHEET_BENCH_SECONDS"), "10"))
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	binary, data := filepath.Join(dir, "broadsheet"), filepath.Join(dir, "site")
	for _, args := range [][]string{
		{"go", "build", "-o", binary, "."},
		{binary, "seed", "--data", data, "--articles", fmt.Sprint(readerArticles), "--comments", fmt.Sprint(3 * readerArticles)},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			b.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	paths, target := readerPaths(b, filepath.Join(data, "broadsheet.db"))
	servers := map[string]string{}
	for name, options := range map[string][]string{"without gate": {"--pages-at-once", "0"}, "with gate": nil} {
		own := filepath.Join(dir, name)
		if err := os.CopyFS(own, os.DirFS(data)); err != nil {
			b.Fatal(err)
		}
		args := append([]string{binary, "serve", "--addr", "127.0.0.1:0", "--data", own, "--trusted-proxy", "127.0.0.1/32", "--cache", "0"}, options...)
		if cores := os.Getenv("BROADSHEET_BENCH_CORES"); cores != "" {
			args = append([]string{"taskset", "-c", cores}, args...)
		}
		s := &site{env: os.Environ()}
		if err := s.run(dir, args[0], args[1:]...); err != nil {
			b.Fatal(err)
		}
		defer s.kill()
		servers[name] = strings.TrimSuffix(s.url, "/")
	}
	sums := map[string]*readerRound{}
	for _, url := range servers {
		readRandomly(url, paths, 8, target, time.Second)
	}
	names := []string{"without gate", "with gate"}
	for b.Loop() {
		for _, readers := range []int{8, 32} {
			for _, name := range names {
				r := readRandomly(servers[name], paths, readers, target, time.Duration(seconds)*time.Second)
				key := fmt.Sprintf("%d readers %s", readers, name)
				b.Logf("%s: %v", key, r)
				if sums[key] == nil {
					sums[key] = &readerRound{}
				}
				sums[key].add(r)
			}
		}
		slices.Reverse(names)
	}
	for _, readers := range []int{8, 32} {
		before, after := sums[fmt.Sprintf("%d readers without gate", readers)], sums[fmt.Sprintf("%d readers with gate", readers)]
		b.Logf("%d readers, all rounds without gate: %v", readers, before)
		b.Logf("%d readers, all rounds with gate: %v", readers, after)
		b.ReportMetric(after.ratio(), fmt.Sprintf("p99/p50-%d", readers))
		b.ReportMetric(after.rate()/before.rate(), fmt.Sprintf("rate-after/before-%d", readers))
		b.ReportMetric(float64(after.failed), fmt.Sprintf("failed-%d", readers))
		b.ReportMetric(percentile(after.posts, 1).Seconds()*1e3, fmt.Sprintf("slowest-comment-ms-%d", readers))
	}
}

// readerRound holds the measurements of one round.
type readerRound struct {
	length time.Duration
	took   []time.Duration // each page
	posts  []time.Duration // each comment
	failed int
}

func (r *readerRound) add(other *readerRound) {
	r.length += other.length
	r.took, r.posts = append(r.took, other.took...), append(r.posts, other.posts...)
	r.failed += other.failed
}

func (r *readerRound) rate() float64 { return float64(len(r.took)) / r.length.Seconds() }

func (r *readerRound) ratio() float64 {
	return percentile(r.took, .99).Seconds() / percentile(r.took, .5).Seconds()
}

func (r *readerRound) String() string {
	ms := func(d time.Duration) float64 { return d.Seconds() * 1e3 }
	return fmt.Sprintf("%.0f pages/s, p50 %.1f ms, p99 %.1f ms, ratio %.1f, slowest %.0f ms, slowest comment %.0f ms, failed %d",
		r.rate(), ms(percentile(r.took, .5)), ms(percentile(r.took, .99)), r.ratio(), ms(percentile(r.took, 1)), ms(percentile(r.posts, 1)), r.failed)
}

// readRandomly lets readers read for a while.
func readRandomly(base string, paths []string, readers int, target int64, length time.Duration) *readerRound {
	client := &http.Client{
		Timeout: readerTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: readers + 1, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	round := &readerRound{length: length}
	var mu sync.Mutex
	note := func(list *[]time.Duration, begin time.Time, res *http.Response, err error, want int) {
		if err == nil {
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil || res.StatusCode != want {
			round.failed++
			return
		}
		*list = append(*list, time.Since(begin))
	}
	end := time.Now().Add(length)
	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			for time.Now().Before(end) {
				begin := time.Now()
				res, err := client.Get(base + paths[rand.IntN(len(paths))])
				note(&round.took, begin, res, err, http.StatusOK)
			}
		})
	}
	all.Go(func() {
		pace(length, 10, func(time.Time) {
			n := stormNumber.Add(1)
			form := url.Values{
				"comment_post_ID": {fmt.Sprint(target)}, "author": {fmt.Sprint("Reader ", n)}, "email": {fmt.Sprintf("r%d@example.org", n)},
				"comment": {fmt.Sprintf("Storm %d: the lamps on pier %d were dark for %d hours.", n, n*7%97, n%23)},
			}
			begin := time.Now()
			req, err := http.NewRequest(http.MethodPost, base+"/wp-comments-post.php", strings.NewReader(form.Encode()))
			if err != nil {
				return
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("X-Forwarded-For", fmt.Sprintf("%d.%d.%d.7", 11+n>>16, n>>8&255, n&255))
			res, err := client.Do(req)
			note(&round.posts, begin, res, err, http.StatusSeeOther)
		})
	})
	all.Wait()
	return round
}

// readerPaths returns the addresses of all articles, and the number of one that
// takes comments.
func readerPaths(b *testing.B, path string) (paths []string, target int64) {
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
	if err := db.Query(b.Context()).Where("status = 'published'").Order("id").Find(&rows).Error; err != nil {
		b.Fatal(err)
	}
	for _, a := range rows {
		paths = append(paths, site.ArticlePath(a))
		if target == 0 && a.CommentStatus == newsroom.CommentsOpen {
			target = a.ID
		}
	}
	return paths, target
}
