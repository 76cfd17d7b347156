package newsroom_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// importRows imports rows and returns the titles by number.
func importRows(t *testing.T, db *models.DB, rows ...string) map[string]*newsroom.Article {
	t.Helper()
	im := newsroom.Importer{DB: db, Reject: func(line int, err error) { t.Errorf("line %d: %v", line, err) }}
	if _, err := im.Run(t.Context(), strings.NewReader(strings.Join(rows, "\n"))); err != nil {
		t.Fatal(err)
	}
	found := map[string]*newsroom.Article{}
	var list []*newsroom.Article
	if err := db.Query(t.Context()).Find(&list).Error; err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		found[*a.SourceID] = a
	}
	return found
}

// Lines beside a text are text; lines beside HTML or Markdown are HTML.
func TestImportedLinesKeepTheirText(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		var rows []string
		want := map[string]string{}
		add := func(format, title, expected string) {
			id := fmt.Sprint(len(rows))
			data, err := json.Marshal(map[string]any{"id": id, "title": title, "summary": title, "body": "x", "body_format": format, "authors": []string{title}, "tags": []string{title}})
			if err != nil {
				t.Fatal(err)
			}
			rows, want[id] = append(rows, string(data)), expected
		}
		for _, title := range []string{"SEARS <S> AND IBM <IBM.N> UP", "if (a<b && c>d)", "I <3 it, A <-> B", "Use <em>this</em>", "Tom &amp; Jerry", "<BR> BANCO"} {
			add("text", title, title)
			add("none", title, title)
		}
		for _, format := range []string{"html", "markdown"} {
			add(format, "It <em>really</em> is <b class=\"x\">so</B>", "It really is so")
			add(format, "Tom &amp; Jerry &#8217;s &amp;lt;b&amp;gt; &copy &x=", "Tom & Jerry ’s &lt;b&gt; &copy &x=")
			add(format, "SEARS <S> AND <IBM> x<y", "SEARS <S> AND <IBM> x<y")
			add(format, "One<br>two<BR />three<p>four</p>", "One two three four")
			add(format, "a<script>alert(1)</script>b<style>c", "abc")
			add(format, "<span>not closed", "<span>not closed")
			add(format, "<span lang=\"fr\">chat", "chat")
		}
		for id, a := range importRows(t, db, rows...) {
			if a.Title != want[id] || a.Standfirst != want[id] {
				t.Errorf("%s\nbecame %q, %q\nwant   %q", rows[atoi(t, id)], a.Title, a.Standfirst, want[id])
			}
			if a.Byline != want[id] {
				t.Errorf("%s: byline %q", rows[atoi(t, id)], a.Byline)
			}
		}
	})
}

func atoi(t *testing.T, s string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Titles of real agencies keep all their letters.
func TestAgencyTitlesKeepTextInAngleBrackets(t *testing.T) {
	t.Parallel()
	file, err := os.Open(modeltest.Data(t, "news", "research-only", "reuters21578.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, angles := bufio.NewScanner(unzipped), 0
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var row newsroom.Row
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(row.Title, "<") {
			angles++
		}
		want := strings.Join(strings.Fields(row.Title), " ")
		if got := richtext.PlainLine(row.Title); got != want {
			t.Errorf("%q became %q", row.Title, got)
		}
		if !strings.Contains(want, "&") {
			if got := richtext.HTMLLine(row.Title); got != want {
				t.Errorf("%q became %q as HTML", row.Title, got)
			}
		}
	}
	if err := lines.Err(); err != nil || angles < 9000 {
		t.Errorf("%d titles with angle brackets (%v)", angles, err)
	}
}

// Lines are limited in characters as people count them, in bytes only where
// the characters are no ordinary ones.
func TestLinesAreLimitedInCharacters(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		try := func(title, standfirst, tag string) error {
			_, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: title, Standfirst: standfirst, Tags: []string{tag}, Authors: []newsroom.AuthorRef{{Name: tag}}})
			return err
		}
		for name, letter := range map[string]string{"Latin": "x", "Thai": "ที่", "Devanagari": "र्षि", "Hangul": "각", "emoji": "👍🏽", "family": "👩‍👩‍👧‍👦", "decomposed": "e\u0323\u0302", "Sinhala": "කො"} {
			if err := try(strings.Repeat(letter, newsroom.MaxTitle), strings.Repeat(letter, newsroom.MaxStandfirst), strings.Repeat(letter, newsroom.MaxName)); err != nil {
				t.Errorf("%s at the limit: %v", name, err)
			}
			if err := try(strings.Repeat(letter, newsroom.MaxTitle+1), "", ""); models.KindOf(err) != models.Invalid {
				t.Errorf("%s, a title above the limit: %v", name, err)
			}
			if err := try("x", strings.Repeat(letter, newsroom.MaxStandfirst+1), ""); models.KindOf(err) != models.Invalid {
				t.Errorf("%s, a standfirst above the limit: %v", name, err)
			}
		}
		if err := try(strings.Repeat("e"+strings.Repeat("\u200d👩🏽", 8), 399), "", ""); models.KindOf(err) != models.Invalid {
			t.Errorf("24 KB of headline: %v", err)
		}
		if err := try("\u3164\u200b\u2800", "", ""); models.KindOf(err) != models.Invalid {
			t.Errorf("an invisible headline: %v", err)
		}
	})
}
