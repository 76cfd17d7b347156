package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
)

var importCounts = regexp.MustCompile(`: (\d+) new, (\d+) changed, (\d+) unchanged, (\d+) rejected\n`)

// TestLongRealNewsroom moves articles of every real newsroom in, twice, with the
// program as it is built for use, and then reads lists to their ends.
func TestLongRealNewsroom(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("imports tens of thousands of articles")
	}
	files := realFiles(t)
	dir := t.TempDir()
	binary, data := filepath.Join(dir, "broadsheet"), filepath.Join(dir, "site")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	total := 0
	for _, file := range files {
		file, rows := firstRows(t, file)
		total += rows
		for run, want := range [][4]int{{rows, 0, 0, 0}, {0, 0, rows, 0}} {
			out, err := exec.Command(binary, "article", "import", "--data", data, file).CombinedOutput()
			if err != nil {
				t.Fatalf("%s, run %d: %v\n%s", file, run+1, err, out)
			}
			m := importCounts.FindSubmatch(out)
			if m == nil {
				t.Fatalf("%s printed no counts:\n%s", file, out)
			}
			var got [4]int
			for i := range got {
				got[i], _ = strconv.Atoi(string(m[i+1]))
			}
			if got != want {
				t.Errorf("%s, run %d: new, changed, unchanged, rejected are %v, want %v", filepath.Base(file), run+1, got, want)
			}
		}
	}

	s := &site{env: os.Environ()}
	if err := s.start(dir, binary, "--data", data); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	lists := realLists(t, filepath.Join(data, "broadsheet.db"))
	t.Logf("%d articles, %d lists", total, len(lists))
	if n := lists["/"]; n != total {
		t.Errorf("%d articles are listed, want %d", n, total)
	}
	var pages, articles atomicSum
	queue := make(chan string)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for path := range queue {
				p, n, err := walkList(s.url, path)
				switch {
				case err != nil:
					t.Error(err)
				case n != lists[path] && path != "/":
					t.Errorf("%s shows %d stories on %d pages, want %d", path, n, p, lists[path])
				}
				pages.add(p)
				articles.add(n)
			}
		})
	}
	read := 0
	for path := range lists {
		if isSampled(path) {
			queue <- path
			read++
		}
	}
	close(queue)
	workers.Wait()
	t.Logf("%d lists with %d pages and %d stories were read", read, pages.n, articles.n)
	if err := s.stop(); err != nil {
		t.Error(err)
	}
}

// isSampled reports whether the test reads a list: of the many tags one in twenty, of the
// authors one in five, and every other list. BROADSHEET_ALL_LISTS makes it read all.
func isSampled(path string) bool {
	switch {
	case strings.HasPrefix(path, "/tag/"):
		return isOneIn(20, path)
	case strings.HasPrefix(path, "/author/"):
		return isOneIn(5, path)
	}
	return true
}

// isOneIn chooses one of so many addresses, the same ones in each run.
func isOneIn(n uint32, path string) bool {
	if os.Getenv("BROADSHEET_ALL_LISTS") != "" {
		return true
	}
	sum := fnv.New32a()
	_, _ = io.WriteString(sum, path)
	return sum.Sum32()%n == 0
}

type atomicSum struct {
	mu sync.Mutex
	n  int
}

func (s *atomicSum) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n += n
}

func realFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*.jsonl.gz", filepath.Join("research-only", "*.jsonl.gz")} {
		found, err := filepath.Glob(filepath.Join(modeltest.Data(t, "news"), pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 5 {
		t.Fatalf("only %d files of articles", len(files))
	}
	return files
}

// firstRows returns a file with the first 3,000 articles of a newsroom, and their number.
// BROADSHEET_ALL_LISTS makes it return all of them.
func firstRows(t *testing.T, file string) (part string, rows int) {
	t.Helper()
	const most = 3000
	text := rowsOf(t, file)
	if rows = bytes.Count(text, []byte("\n")); rows <= most || os.Getenv("BROADSHEET_ALL_LISTS") != "" {
		return file, rows
	}
	part = filepath.Join(t.TempDir(), strings.TrimSuffix(filepath.Base(file), ".gz"))
	first := bytes.Join(bytes.SplitAfterN(text, []byte("\n"), most+1)[:most], nil)
	if err := os.WriteFile(part, first, 0o600); err != nil {
		t.Fatal(err)
	}
	return part, most
}

func countRows(t *testing.T, file string) int {
	t.Helper()
	return bytes.Count(rowsOf(t, file), []byte("\n"))
}

func rowsOf(t *testing.T, file string) []byte {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// realLists returns the address of every list and how many articles it has,
// by the kept counts: categories, tags, authors and years.
func realLists(t *testing.T, path string) map[string]int {
	t.Helper()
	db, err := models.Open(t.Context(), models.Options{DSN: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lists := map[string]int{}
	add := func(query string, address func(string) string) {
		var rows []struct {
			Name    string
			Stories int
		}
		if err := db.Query(t.Context()).Raw(query).Scan(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			lists[address(row.Name)] = row.Stories
		}
	}
	const counted = " FROM listing_counts n JOIN %s x ON x.id = n.ref WHERE n.kind = %d AND n.period = 0"
	add(fmt.Sprintf("SELECT x.path AS name, n.stories"+counted, "categories", newsroom.CategoryArticles),
		func(name string) string { return permalink.CategoryPath(name) })
	add(fmt.Sprintf("SELECT x.slug AS name, n.stories"+counted, "tags", newsroom.TagArticles), permalink.TagPath)
	add(fmt.Sprintf("SELECT x.slug AS name, n.stories"+counted, "authors", newsroom.AuthorArticles), permalink.AuthorPath)
	add("SELECT period AS name, stories FROM listing_counts WHERE kind = 0 AND period BETWEEN 1 AND 9999",
		func(name string) string { return fmt.Sprintf("/%04s/", name) })
	add("SELECT '' AS name, stories FROM listing_counts WHERE kind = 0 AND period = 0", func(string) string { return "/" })
	return lists
}

var (
	nextPage   = regexp.MustCompile(`rel="next" href="([^"]+)"`)
	listedLink = regexp.MustCompile(`<h2 class="story-title"><a href="([^"]+)"`)
	listedItem = regexp.MustCompile(`<article class="story`)
)

// walkList follows a list from its first page to its last and counts the
// articles. The later pages of "/" leave out the articles of the front page,
// so its count is not compared.
func walkList(url, path string) (pages, articles int, err error) {
	url = strings.TrimSuffix(url, "/")
	for next := path; next != ""; pages++ {
		res, err := http.Get(url + next)
		if err != nil {
			return pages, articles, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			return pages, articles, fmt.Errorf("%s: %s (%v)", next, res.Status, err)
		}
		articles += len(listedItem.FindAll(body, -1))
		// One article of each page is opened, with any letters in its address.
		if m := listedLink.FindSubmatch(body); m != nil {
			res, err := http.Get(url + string(m[1]))
			if err != nil {
				return pages, articles, err
			}
			res.Body.Close()
			if res.StatusCode != http.StatusOK {
				return pages, articles, fmt.Errorf("%s, which stands on %s: %s", m[1], next, res.Status)
			}
		}
		m := nextPage.FindSubmatch(body)
		if next = ""; m != nil {
			next = strings.TrimPrefix(strings.ReplaceAll(string(m[1]), "&amp;", "&"), url)
		}
	}
	return pages, articles, nil
}
