package articleimport_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// save stores a manuscript. It fails the test when that does not work.
func save(t *testing.T, db *models.DB, d newsroom.Manuscript) *newsroom.Article {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, d)
	if err != nil {
		t.Fatalf("saving %q: %v", d.Title, err)
	}
	return a
}

func walk(t *testing.T, db *models.DB, list newsroom.List, perPage int) (ids []int64) {
	t.Helper()
	for number := 1; ; number++ {
		p, err := list.Page(t.Context(), db, number, perPage)
		if err != nil {
			t.Fatalf("page %d: %v", number, err)
		}
		for _, s := range p.Teasers {
			ids = append(ids, s.ID)
		}
		if number == p.Last {
			if _, err := list.Page(t.Context(), db, number+1, perPage); models.KindOf(err) != models.NotFound {
				t.Errorf("page %d of %d: %v", number+1, p.Last, err)
			}
			if len(ids) != p.Total {
				t.Errorf("walked %d articles, total says %d", len(ids), p.Total)
			}
			return ids
		}
	}
}

func TestInvalidRowsAreRejectedByLine(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		rows := strings.Join([]string{
			`{"id":"1","source":"x","title":"First","body":"Text","date":null,"categories":["World News"],"subcategories":["Asia"]}`,
			`{"id":"2","source":"x","title":"Broken`,
			`{"id":"3","source":"x","title":"  "}`,
			`{"id":"4","source":"x","title":"Impossible","date":"2026-02-30"}`,
			`{"id":"5","source":"x","title":"` + "\xff" + `"}`,
			`{"id":"6","source":"x","title":"Odd format","body_format":"docx"}`,
			``,
			`{"id":"7","source":"x","title":"<script>alert(1)</script>Second","body":"<script>alert(1)</script><p onclick=x>Hi</p>","body_format":"html"}`,
			`{"source":"x","title":"No id"}`,
			`{"id":"1","source":"x","title":"First, again","body":"Text"}`,
			`{"id":"8\u0000","source":"x\u0000","title":"Nu\u0000ll","summary":"s\u0000","body":"b\u0000","slug":"n\u0000","lang":"en\u0000","categories":["c\u0000"],"tags":["t\u0000"],"authors":["a\u0000"]}`,
		}, "\n")
		run := func() (articleimport.Report, []int) {
			var lines []int
			im := articleimport.Importer{DB: db, Reject: func(line int, _ error) { lines = append(lines, line) }}
			report, err := im.Run(t.Context(), strings.NewReader(rows))
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(lines)
			return report, lines
		}
		report, lines := run()
		if want := []int{2, 3, 4, 5, 6, 9}; !slices.Equal(lines, want) {
			t.Errorf("rejected lines %v, want %v", lines, want)
		}
		if report.Created != 3 || report.Updated != 1 {
			t.Errorf("first run: %+v", report)
		}
		clock.Advance(time.Hour)
		run()
		var n int
		db.Query(t.Context()).Raw("SELECT COUNT(*) FROM articles").Scan(&n)
		if n != 3 {
			t.Errorf("after two runs there are %d articles", n)
		}
		p, err := newsroom.List{}.Page(t.Context(), db, 1, 10)
		if err != nil || len(p.Teasers) != 3 {
			t.Fatalf("%+v %v", p, err)
		}
		for _, s := range p.Teasers {
			if !s.PublishedAt.Equal(modeltest.Start) {
				t.Errorf("the second run gave %q the date %v", s.Title, s.PublishedAt)
			}
			if strings.Contains(s.Title, "script") || strings.Contains(s.Title, "\x00") {
				t.Errorf("title %q", s.Title)
			}
		}
	})
}

func TestLongASecondImportChangesNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("imports a thousand articles twice")
	}
	path := modeltest.Data(t, "news", "wikinews-ja.jsonl.gz")
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for run, want := range []articleimport.Report{{Created: 993}, {Unchanged: 993}} {
			rows := modeltest.Unzip(t, path)
			im := articleimport.Importer{DB: db, Reject: func(line int, err error) { t.Errorf("line %d: %v", line, err) }}
			report, err := im.Run(t.Context(), rows)
			if err != nil || report != want {
				t.Fatalf("run %d: %+v, %v", run+1, report, err)
			}
			clock.Advance(time.Hour)
		}
		if got := len(walk(t, db, newsroom.List{}, 20)); got != 993 {
			t.Errorf("walked %d", got)
		}
	})
}

// An import stores a version of the text that it replaces, and of its own.
func TestAnImportKeepsVersionsOfChangedRowsOnly(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		row := func(body string) int64 {
			return importRows(t, db, `{"id":"7","title":"Strait opens","body":"`+body+`","body_format":"text"}`)["7"].ID
		}
		id := row("First.")
		if versions, err := newsroom.Versions(t.Context(), db, id, 10); err != nil || len(versions) != 0 {
			t.Errorf("a new row has %+v (%v)", versions, err)
		}
		row("Second.")
		row("Second.")
		row("Third.")
		versions, err := newsroom.Versions(t.Context(), db, id, 10)
		if err != nil || len(versions) != 3 {
			t.Fatalf("%+v (%v)", versions, err)
		}
		for i, want := range []string{"Third.", "Second.", "First."} {
			d, err := newsroom.ManuscriptOf(t.Context(), db, id, versions[i].Number)
			if err != nil || d.Body != want || versions[i].Actor != "the import" || versions[i].Number != 3-i {
				t.Errorf("%+v: %q (%v)", versions[i], d.Body, err)
			}
		}
	})
}

// moveComments replaces discussion.MoveCommentsWithArticle: the articles have no comments.
func moveComments(context.Context, *models.Tx, models.Actor, int64, bool) error { return nil }

// importRows imports rows and returns the articles by source id.
func importRows(t *testing.T, db *models.DB, rows ...string) map[string]*newsroom.Article {
	t.Helper()
	im := articleimport.Importer{DB: db, Reject: func(line int, err error) { t.Errorf("line %d: %v", line, err) }}
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

// Lines are read as text beside a body of plain text, and as HTML beside HTML or
// Markdown.
func TestLinesAreReadInTheFormatOfTheBody(t *testing.T) {
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

// Titles of a news agency keep all their letters.
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
		var row articleimport.Row
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

// The limits of lines are in characters as people count them, and in bytes only
// for unusual characters.
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
			t.Errorf("a headline of 24 KB: %v", err)
		}
		if err := try("\u3164\u200b\u2800", "", ""); models.KindOf(err) != models.Invalid {
			t.Errorf("an invisible headline: %v", err)
		}
	})
}

// A row and a published file say which articles are translations of each other; without
// a key they leave the stored one as it is.
func TestImportsTakeTranslationKeys(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		key := func(row string) string { return importRows(t, db, row)["1"].TranslationKey }
		for i, c := range []struct{ field, want string }{
			{`,"translation_key":" a \u0000 group"`, "a group"},
			{``, "a group"},
			{`,"translation_key":17`, "17"},
			{`,"translation_key":null`, "17"},
			{`,"translation_key":""`, ""},
		} {
			if got := key(fmt.Sprintf(`{"id":"1","title":"Strait %d"%s}`, i, c.field)); got != c.want {
				t.Errorf("%s: %q, want %q", c.field, got, c.want)
			}
		}
		m := letters("May.")
		m.TranslationKey = new(strings.Repeat("x", newsroom.MaxSourceID))
		if a, _ := saveFile(t, db, m, articleimport.File{Path: "/x/may.md"}); a.TranslationKey != *m.TranslationKey {
			t.Errorf("a file: %q", a.TranslationKey)
		}
		m.TranslationKey = new(strings.Repeat("x", newsroom.MaxSourceID+1))
		_, _, err := articleimport.SaveFile(t.Context(), db, models.ActorCommand, m, articleimport.File{Path: "/x/may.md"}, moveComments)
		if models.KindOf(err) != models.Invalid {
			t.Errorf("a long key: %v", err)
		}
	})
}
