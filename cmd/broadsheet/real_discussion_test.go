package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// TestLongRealDiscussion moves real articles and all comments on them in, and
// reads the pages of comments, see [isRead]: each comment is there once.
func TestLongRealDiscussion(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("imports 173,808 comments")
	}
	articles := filepath.Join(modeltest.Data(t, "news"), "lankadeepa-si.jsonl.gz")
	comments := filepath.Join(modeltest.Data(t, "comments"), "lankadeepa-si.jsonl.gz")
	dir := t.TempDir()
	binary, data := filepath.Join(dir, "broadsheet"), filepath.Join(dir, "site")
	for _, args := range [][]string{
		{"go", "build", "-o", binary, "."},
		{binary, "article", "import", "--data", data, articles},
		{binary, "comment", "import", "--data", data, comments},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	s := &site{env: os.Environ()}
	if err := s.start(dir, binary, "--data", data); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)

	discussed := discussedArticles(t, filepath.Join(data, "broadsheet.db"))
	total := 0
	for _, n := range discussed {
		total += n
	}
	if want := countRows(t, comments); total != want {
		t.Errorf("the articles count %d comments, want %d", total, want)
	}
	var pages, shown atomicSum
	queue := make(chan string)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for path := range queue {
				p, n, err := walkComments(s.url, path, discussed[path])
				if err != nil {
					t.Error(err)
				}
				pages.add(p)
				shown.add(n)
			}
		})
	}
	read, want := 0, 0
	for path, n := range discussed {
		if isRead(path, n) {
			queue <- path
			read++
			want += n
		}
	}
	close(queue)
	workers.Wait()
	t.Logf("%d of %d comments, under %d of %d articles, on %d pages", shown.n, total, read, len(discussed), pages.n)
	if shown.n != want || want == 0 {
		t.Errorf("%d comments are shown, want %d", shown.n, want)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

// isRead reports whether the test reads an article with so many comments: each one with
// a long discussion, which has several pages, and of the others one in ten.
// BROADSHEET_ALL_LISTS makes it read all.
func isRead(path string, comments int) bool {
	const long = 50
	return comments > long || isOneIn(10, path)
}

// discussedArticles returns the addresses of articles with comments and how
// many each counts.
func discussedArticles(t *testing.T, path string) map[string]int {
	t.Helper()
	db, err := models.Open(t.Context(), models.Options{DSN: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	site, err := newsroom.LoadSite(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	var rows []*newsroom.Article
	if err := db.Query(t.Context()).Where("comments_approve > 0").Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	discussed := map[string]int{}
	for _, a := range rows {
		discussed[site.ArticlePath(a)] = a.CommentsApprove
	}
	return discussed
}

var (
	shownComment = regexp.MustCompile(`<li id="comment-(\d+)"`)
	nextComments = regexp.MustCompile(`class="pager-older" rel="next" href="([^"]+)#comments"`)
)

// walkComments follows an article's comments from page to page and counts
// them; each may stand there once.
func walkComments(url, path string, want int) (pages, comments int, err error) {
	url = strings.TrimSuffix(url, "/")
	seen := map[string]bool{}
	for next := path; next != ""; pages++ {
		res, err := http.Get(url + next)
		if err != nil {
			return pages, comments, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			return pages, comments, fmt.Errorf("%s: %s (%v)", next, res.Status, err)
		}
		for _, m := range shownComment.FindAllSubmatch(body, -1) {
			if seen[string(m[1])] {
				return pages, comments, fmt.Errorf("%s shows comment %s again", next, m[1])
			}
			seen[string(m[1])] = true
			comments++
		}
		m := nextComments.FindSubmatch(body)
		if next = ""; m != nil {
			next = strings.ReplaceAll(string(m[1]), "&amp;", "&")
		}
	}
	if comments != want {
		err = fmt.Errorf("%s shows %d comments on %d pages, want %d", path, comments, pages, want)
	}
	return pages, comments, err
}
