//go:build browser

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"broadsheet/cmd/broadsheet/demo"

	"github.com/andybalholm/brotli"
)

// Limits of the first view, in transferred bytes. The initial congestion window
// holds some 14,600 bytes, so a page within it arrives in one round trip.
const (
	maxPage       = 14_600
	maxStylesheet = 8 << 10
	maxFirstView  = 25 << 10 // all but pictures
	maxForm       = 60 << 10 // the form of a story, without the rich editor
)

// Properties of the article that is weighed.
const (
	longName       = "long article"
	weightWords    = 1200
	weightComments = 50
	weightTalk     = 30 // words of a comment, on average
)

// weighPages weighs an article as long as articles get, with much talk, and the
// longest page of the demo.
func (b *bench) weighPages(t *testing.T) {
	long := b.longArticle(t)
	page := b.weighPage(t, longName, long)
	if shown := strings.Count(page, `class="comment-text"`); shown != weightComments {
		t.Errorf("%d comments are shown, not %d", shown, weightComments)
	}
	longest := ""
	for _, list := range []string{"/", "/page/2/", "/page/3/"} {
		_, body := b.get(t, list)
		for _, m := range articleLink.FindAllStringSubmatch(body, -1) {
			if _, body := b.get(t, m[1]); m[1] != long && len(body) > len(longest) {
				longest = body
				page = m[1]
			}
		}
	}
	b.weighPage(t, "longest of the demo", page)
	for name, path := range map[string]string{"front": "/", "section": "/category/world-news/", "search": "/?s=the"} {
		b.weighPage(t, name, path)
	}
	b.weighForm(t)
}

// weighForm holds the form of a long story, with all that it loads before the rich
// editor, against its limit. The editor has a limit of its own, see public/vendor_test.go.
func (b *bench) weighForm(t *testing.T) {
	t.Helper()
	b.run(t, deskPassword, "people", "add", "--name", "Wim Heavy", "--email", "wim@courier.example", "--role", "editor", "--password-stdin")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	get := func(path string) (size int, body string) {
		t.Helper()
		res, err := client.Get(b.address(path))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", path, res.Status, err)
		}
		return len(packed(string(raw))), string(raw)
	}
	res, err := client.PostForm(b.address("/login"), url.Values{"email": {"wim@courier.example"}, "password": {deskPassword}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	for _, path := range []string{"/desk/articles/new", "/desk/articles/1"} {
		all, page := get(path)
		assets := assetAddress.FindAllStringSubmatch(page, -1)
		if !strings.Contains(page, `id="story-form"`) || len(assets) == 0 {
			t.Fatalf("%s is not the form of a story", path)
		}
		loaded := map[string]bool{}
		for _, m := range assets {
			if !loaded[m[1]] && !strings.HasPrefix(m[1], "/assets/editor.") {
				loaded[m[1]] = true
				bytes, _ := get(m[1])
				all += bytes
			}
		}
		t.Logf("%s with %d files: %d bytes in brotli", path, len(loaded), all)
		if all > maxForm {
			t.Errorf("%s takes %d bytes, at most %d", path, all, maxForm)
		}
	}
}

var assetAddress = regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`)

// weighPage holds a page, and all that it loads beside pictures, against the
// limits.
func (b *bench) weighPage(t *testing.T, name, path string) (page string) {
	t.Helper()
	html, page := b.weigh(t, path)
	all, styles := html, 0
	assets := assetAddress.FindAllStringSubmatch(page, -1)
	for _, m := range assets {
		bytes, _ := b.weigh(t, m[1])
		all += bytes
		if strings.HasSuffix(m[1], ".css") {
			styles += bytes
		}
	}
	first := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)
	if first == nil || styles == 0 {
		t.Fatalf("%s: the page has no style for its first screen, or no stylesheet", name)
	}
	if name == longName {
		// Its words alone take half of the limit. It is packed as tightly as it
		// has to be when enough readers have asked for it.
		t.Logf("%s: at first %d bytes", name, html)
		for patience := time.Now().Add(time.Minute); html > maxPage && time.Now().Before(patience); {
			all -= html
			html, _ = b.weigh(t, path)
			all += html
		}
	}
	t.Logf("%s: page %d bytes, of stylesheets %d, with script and icon %d", name, html, styles, all)
	styles += len(packed(first[1]))
	if html > maxPage || styles > maxStylesheet || all > maxFirstView {
		t.Errorf("%s: the page takes %d bytes, at most %d; stylesheets with the one in the page %d, at most %d; all %d, at most %d",
			name, html, maxPage, styles, maxStylesheet, all, maxFirstView)
	}
	if len(assets) > 3 { // stylesheet, script, icon
		t.Errorf("%s loads %v", name, assets)
	}
	return page
}

// weigh returns a page and how many bytes of it go over the line.
func (b *bench) weigh(t *testing.T, path string) (size int, body string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.address(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "br")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, res.Status, err)
	}
	if res.Header.Get("Content-Encoding") != "br" {
		return len(packed(string(raw))), string(raw)
	}
	plain, err := io.ReadAll(brotli.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return len(raw), string(plain)
}

// packed compresses a text as the server does while a request waits.
func packed(text string) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, 5)
	w.Write([]byte(text))
	w.Close()
	return out.Bytes()
}

// longArticle imports an article of weightWords words with weightComments
// comments, made of the demo's own sentences, and returns its address.
func (b *bench) longArticle(t *testing.T) string {
	t.Helper()
	room, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	paragraphs, said := sentences(room)
	dir := t.TempDir()
	row, _ := json.Marshal(map[string]any{
		"id": "weight", "title": "As long as stories get, with the talk that follows", "body": strings.Join(paragraphs, "\n\n"), "body_format": "markdown",
		"standfirst": "A story of more words than most, and what its readers had to say about it.",
		"date":       "2001-02-03", "categories": []string{"World News/Middle East"}, "tags": []string{"Ferry strike", "Fishing"}, "authors": []string{"Nadia Farrow"},
	})
	b.load(t, "article", filepath.Join(dir, "article"), row)
	var rows [][]byte
	for i, c := range said {
		row, _ := json.Marshal(map[string]any{
			"id": fmt.Sprint("weight", i), "article_id": "weight", "author": c.Author, "email": c.Email, "text": c.Text, "date": time.Date(2001, 2, 3, 7, 0, 11+i*1801, 0, time.UTC).Format(time.RFC3339),
			"parent": map[bool]string{true: fmt.Sprint("weight", i-1)}[i%3 > 0],
		})
		rows = append(rows, row)
	}
	b.load(t, "comment", filepath.Join(dir, "comment"), rows...)
	return "/2001/02/03/as-long-as-stories-get-with-the-talk-that-follows/"
}

// load imports rows of JSON.
func (b *bench) load(t *testing.T, kind, file string, rows ...[]byte) {
	t.Helper()
	if err := os.WriteFile(file, append(bytes.Join(rows, []byte("\n")), '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(b.binary, kind, "import", "--data", b.data, file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// sentences takes paragraphs and comments out of the demo. Short comments are
// joined until the average is weightTalk words.
func sentences(room *demo.Newsroom) (paragraphs []string, said []demo.Comment) {
	words, talk := 0, 0
	for _, a := range room.Articles {
		if a.Language != "en" {
			continue
		}
		for paragraph := range strings.SplitSeq(a.Body, "\n\n") {
			if words < weightWords && !strings.Contains(paragraph, "story:") {
				paragraphs = append(paragraphs, paragraph)
				words += len(strings.Fields(paragraph))
			}
		}
		for _, c := range a.Comments {
			short := len(said) > 0 && talk < weightTalk*len(said)
			if c.State != "approve" || !short && len(said) == weightComments {
				continue
			}
			talk += len(strings.Fields(c.Text))
			if short {
				said[len(said)-1].Text += " " + c.Text
			} else {
				said = append(said, c)
			}
		}
	}
	return paragraphs, said
}
