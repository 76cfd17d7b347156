//go:build browser

package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"broadsheet/cmd/broadsheet/demo"
	"broadsheet/models/richtext"
	"broadsheet/public"
	"broadsheet/views"

	"github.com/chromedp/chromedp"
)

// editorBench is a page with the rich editor, under the policy of the real pages.
type editorBench struct {
	*bench
	*tab
	bodies []string

	results map[int][]editorResult // by the first body of a batch
	lock    sync.Mutex
}

// editorResult is one body on its way through the editor.
type editorResult struct {
	Untouched string   `json:"untouched"` // as a reader of HTML gets it, with nothing changed
	Modelled  string   `json:"modelled"`  // written from the model alone
	Raw       []string `json:"raw"`       // blocks that the model does not hold
	Switched  *string  `json:"switched"`  // after plain, rich and plain
}

// batch is how many bodies the page takes at once.
const batch = 50

func newEditorBench(t *testing.T, bodies []string) *editorBench {
	t.Helper()
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	e := &editorBench{bodies: bodies, results: map[int][]editorResult{}}
	renderer, err := views.New(assets, views.Options{Templates: withPage{os.DirFS("../../views"), "testdata/editor/page.html"}})
	if err != nil {
		t.Fatal(err)
	}
	policy, pages := realPolicy(t), http.NewServeMux()
	pages.Handle("GET /assets/", assets)
	pages.HandleFunc("GET /page/{language}", func(w http.ResponseWriter, r *http.Request) {
		html, err := views.Render(renderer, views.OfflinePage, editorPage(r.PathValue("language")))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(html)
	})
	pages.HandleFunc("GET /harness.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/editor/harness.js") })
	pages.HandleFunc("POST /paste", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"html": richtext.CleanPaste(r.FormValue("html"))})
	})
	pages.HandleFunc("GET /bodies", func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(r.FormValue("from"))
		_ = json.NewEncoder(w).Encode(e.bodies[from:min(len(e.bodies), from+batch)])
	})
	pages.HandleFunc("POST /results", func(_ http.ResponseWriter, r *http.Request) {
		var list []editorResult
		from, _ := strconv.Atoi(r.FormValue("from"))
		if err := json.NewDecoder(r.Body).Decode(&list); err != nil {
			t.Error(err)
		}
		e.lock.Lock()
		defer e.lock.Unlock()
		e.results[from] = list
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		if r.Header.Get("Sec-Fetch-Dest") == "image" { // of some body
			w.Header().Set("Content-Type", "image/svg+xml")
			_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>`))
			return
		}
		pages.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	home := &site{url: server.URL}
	e.bench = &bench{site: home, gallery: home, browser: startBrowser(t)}
	e.tab = e.newTab(t)
	e.open("en", 1280, "light")
	return e
}

// open opens the page of the editor and waits until one can write.
func (e *editorBench) open(language string, width int64, scheme string) {
	e.t.Helper()
	e.do(emulate(width, scheme), chromedp.Navigate(e.site.url+"/page/"+language),
		chromedp.Poll[chromedp.Void](`document.documentElement.dataset.ready`))
}

// editorPage is a page of the desk.
func editorPage(language string) views.Offline {
	body := "<p>Ferries stopped at <strong>noon</strong>.</p>\n<ul>\n<li>One</li>\n<li>Two</li>\n</ul>"
	if language == "ar" {
		body = "<p>توقفت العبّارات <strong>ظهرًا</strong>.</p>\n<ul>\n<li>أولًا</li>\n<li>ثانيًا</li>\n</ul>"
	}
	page := views.Page{Title: "Story", Site: views.Site{Name: "The Courier", Tagline: body, Language: language, Accent: "crimson"}, NoIndex: true}
	page.Desk = &views.Desk{User: "Ada", Role: "role.editor"}
	return views.Offline{Page: page}
}

// withPage is the templates with another page in place of the one for readers without
// a network.
type withPage struct {
	fs.FS
	file string
}

// Open opens a template.
func (w withPage) Open(name string) (fs.File, error) {
	if name == "pages/offline.html" {
		return os.Open(w.file)
	}
	return w.FS.Open(name)
}

// realPolicy returns the content security policy of the site's pages.
func realPolicy(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "broadsheet")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	s := &site{env: []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}}
	if err := s.start(dir, binary, "--data", filepath.Join(dir, "site")); err != nil {
		t.Fatal(err)
	}
	defer s.kill()
	res, err := http.Get(s.url)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "style-src") || strings.Contains(policy, "unsafe") {
		t.Fatalf("the policy is %q", policy)
	}
	return policy
}

// takeThrough takes all bodies through the editor.
func (e *editorBench) takeThrough() []editorResult {
	e.t.Helper()
	var all []editorResult
	for from := 0; from < len(e.bodies); from += batch {
		value(e.tab, chromedp.Evaluate[int](fmt.Sprintf("takeThrough(%d)", from), chromedp.EvalAwaitPromise))
		e.lock.Lock()
		all = append(all, e.results[from]...)
		e.lock.Unlock()
	}
	if len(all) != len(e.bodies) {
		e.t.Fatalf("%d of %d bodies came back", len(all), len(e.bodies))
	}
	return all
}

// clean is the body as the server keeps it.
func clean(t *testing.T, source string, format richtext.Format) string {
	t.Helper()
	body, err := richtext.Article(source, format)
	if err != nil {
		t.Fatal(err)
	}
	return body.HTML
}

// TestBrowserEditorKeepsEveryBody takes made bodies, those of the demo and of the real
// news, as the server cleaned them, through the editor. The editor's HTML, cleaned again,
// must equal its input. With BROADSHEET_ALL_BODIES the test takes all real bodies instead
// of a sample.
func TestBrowserEditorKeepsEveryBody(t *testing.T) {
	made := madeBodies(t)
	bodies := append(append(made, demoBodies(t)...), realBodies(t)...)
	e := newEditorBench(t, bodies)
	blocks, raw, failed := 0, 0, 0
	for i, got := range e.takeThrough() {
		want := asShown(bodies[i])
		if got.Untouched != bodies[i] {
			failed++
			t.Errorf("unchanged text came out changed:\n%.1500s\n%.1500s", bodies[i], got.Untouched)
		}
		if got.Switched != nil && *got.Switched != bodies[i] {
			failed++
			t.Errorf("plain and rich in turn changed\n%.1500s\n%.1500s", bodies[i], *got.Switched)
		}
		if again := asShown(clean(t, got.Modelled, richtext.HTML)); again != want {
			failed++
			t.Errorf("the model lost something, at %s", difference(want, again))
		}
		if i < len(made) {
			continue // many of these are nested as nobody writes
		}
		blocks += strings.Count(want, "\n<")
		raw += len(got.Raw)
		for _, html := range got.Raw {
			t.Logf("raw: %.300q", html)
		}
		if failed > 10 {
			t.Fatal("and more")
		}
	}
	t.Logf("%d bodies, %d blocks, %d of them raw", len(bodies), blocks, raw)
	if raw*200 > blocks {
		t.Errorf("%d of %d blocks are raw, at most 0.5 %%", raw, blocks)
	}
}

// difference shows the place where two texts part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-200)
	return fmt.Sprintf("byte %d:\n%.500q\n%.500q", i, a[from:], b[min(from, len(b)):])
}

func demoBodies(t *testing.T) (bodies []string) {
	t.Helper()
	room, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range room.Articles {
		bodies = append(bodies, clean(t, a.Body, richtext.Markdown))
	}
	return bodies
}

// realBodies returns the bodies of the real news: a sample, or all of them.
func realBodies(t *testing.T) (bodies []string) {
	t.Helper()
	const sample = 60 // of each file
	if os.Getenv("BROADSHEET_TEST_DATA") == "" {
		t.Log("BROADSHEET_TEST_DATA is not set: only the demo's bodies")
		return nil
	}
	for _, name := range realFiles(t) {
		rows := countRows(t, name)
		step := max(1, rows/sample)
		if os.Getenv("BROADSHEET_ALL_BODIES") != "" {
			step = 1
		}
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(packed)
		lines.Buffer(nil, 16<<20)
		for n := 0; lines.Scan(); n++ {
			var row struct {
				Body   string `json:"body"`
				Format string `json:"body_format"`
			}
			if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			format, err := richtext.ParseFormat(row.Format)
			if err != nil {
				t.Fatal(err)
			}
			if n%step == 0 && row.Body != "" {
				bodies = append(bodies, clean(t, row.Body, format))
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	return bodies
}
