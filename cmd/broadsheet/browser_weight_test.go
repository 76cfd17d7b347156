//go:build browser

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"broadsheet/cmd/broadsheet/demo"
)

// What an article of 1,200 words with 50 comments may weigh, in bytes as a
// browser gets them: the page with the stylesheet that holds it up, and how
// much of the page itself.
const (
	maxFirstView = 20 << 10
	maxPage      = 14600
)

func (b *bench) weighPage(t *testing.T) {
	room, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	var paragraphs []string
	var comments strings.Builder
	words, said := 0, 0
	for _, a := range room.Articles {
		if a.Language != "en" {
			continue
		}
		for paragraph := range strings.SplitSeq(a.Body, "\n\n") {
			if words < 1200 && !strings.Contains(paragraph, "story:") {
				paragraphs = append(paragraphs, paragraph)
				words += len(strings.Fields(paragraph))
			}
		}
		for _, c := range a.Comments {
			if said < 50 && c.State == "approve" {
				row, _ := json.Marshal(map[string]any{
					"id": fmt.Sprint("weight", said), "article_id": "weight", "author": c.Author, "email": c.Email, "text": c.Text,
					"parent": map[bool]string{true: fmt.Sprint("weight", said-1)}[said%3 > 0],
				})
				comments.Write(append(row, '\n'))
				said++
			}
		}
	}
	article, _ := json.Marshal(map[string]any{
		"id": "weight", "title": "As long as stories get, with the talk that follows", "body": strings.Join(paragraphs, "\n\n"), "body_format": "markdown",
		"date": "2001-02-03", "categories": []string{"World News/Middle East"}, "tags": []string{"Ferry strike", "Fishing"}, "authors": []string{"Nadia Farrow"},
	})
	dir := t.TempDir()
	for kind, rows := range map[string]string{"article": string(article) + "\n", "comment": comments.String()} {
		if err := os.WriteFile(filepath.Join(dir, kind), []byte(rows), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{"article", "comment"} {
		if out, err := exec.Command(b.binary, kind, "import", "--data", b.data, filepath.Join(dir, kind)).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	status, page := b.get(t, "/2001/02/03/as-long-as-stories-get-with-the-talk-that-follows/")
	if shown := strings.Count(page, `class="comment-text"`); status != 200 || shown != 50 || words < 1200 {
		t.Fatalf("status %d, %d comments, %d words", status, shown, words)
	}
	style := regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)"`).FindStringSubmatch(page)
	if style == nil {
		t.Fatal("the page has no stylesheet")
	}
	_, css := b.get(t, style[1])
	html, sheet := brotli(t, page), brotli(t, css)
	t.Logf("page %d bytes, stylesheet %d", html, sheet)
	if html > maxPage || html+sheet > maxFirstView {
		t.Errorf("the page takes %d bytes, at most %d; with its stylesheet %d, at most %d", html, maxPage, html+sheet, maxFirstView)
	}
}

// brotli returns the size of a text as it goes over the line.
func brotli(t *testing.T, text string) int {
	t.Helper()
	cmd := exec.Command("brotli", "--stdout", "--quality=9")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return len(out)
}
