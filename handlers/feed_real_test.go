package handlers_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"

	"github.com/mmcdole/gofeed"
)

// Rows of a file of real articles that its feeds are made of: every realStep-th row, so
// that they come from all over a large file.
const (
	realRows = 30
	realStep = 31
)

// Feeds of real articles in five languages are read by other programs, and have every
// title and id as stored.
func TestFeedsOfRealArticles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(modeltest.Data(t, "news"), "*.jsonl.gz"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files of articles (%v)", len(files), err)
	}
	more, err := filepath.Glob(filepath.Join(modeltest.Data(t, "news"), "research-only", "*.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, more...) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl.gz"), func(t *testing.T) {
			t.Parallel()
			clock := modeltest.NewClock()
			s := newSite(t, modeltest.SQLite(t, clock), clock)
			im := articleimport.Importer{DB: s.db, Reject: func(line int, err error) { t.Errorf("row %d: %v", line, err) }}
			if report, err := im.Run(t.Context(), sampleRows(t, file)); err != nil || report.Created != realRows {
				t.Fatalf("%+v (%v)", report, err)
			}
			s.set("feed.stories", "100")
			want := storedTitles(t, s.db)
			h := s.handler()
			for format := range feedFormats {
				path := "/feed/" + format
				body := ask(t, h, path, nil).Body.Bytes()
				checkFormat(t, path, body)
				if feed, err := gofeed.NewParser().Parse(bytes.NewReader(body)); err != nil || len(feed.Items) != realRows {
					t.Errorf("%s is not read: %v", path, err)
				}
				if format != "json/" {
					t.Run("xmllint of "+path, func(t *testing.T) { checkWithXMLLint(t, body) })
				}
				if got := titlesByID(t, format, body); !maps.Equal(got, want) {
					for id, title := range want {
						if got[id] != title {
							t.Errorf("%s: %s has the title %q, want %q", path, id, got[id], title)
						}
					}
				}
			}
		})
	}
}

// sampleRows returns some rows of a file of articles.
func sampleRows(t testing.TB, file string) io.Reader {
	t.Helper()
	lines := bufio.NewReader(modeltest.Unzip(t, file))
	var sample bytes.Buffer
	for i := range realRows * realStep {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			t.Fatalf("row %d: %v", i+1, err)
		}
		if i%realStep == 0 {
			sample.Write(line)
		}
	}
	return &sample
}

// storedTitles returns the titles of all articles by GUID.
func storedTitles(t *testing.T, db *models.DB) map[string]string {
	t.Helper()
	var list []newsroom.Article
	if err := db.Query(t.Context()).Find(&list).Error; err != nil {
		t.Fatal(err)
	}
	titles := map[string]string{}
	for i := range list {
		titles[list[i].GUID] = list[i].Title
	}
	if len(titles) != realRows {
		t.Fatalf("%d GUIDs of %d articles", len(titles), len(list))
	}
	return titles
}

// titlesByID reads titles and ids by the rules of the format alone.
func titlesByID(t *testing.T, format string, body []byte) map[string]string {
	t.Helper()
	type item struct {
		About string `xml:"http://www.w3.org/1999/02/22-rdf-syntax-ns# about,attr"`
		GUID  string `xml:"guid"`
		ID    string `xml:"id" json:"id"`
		Title string `xml:"title" json:"title"`
	}
	var d struct {
		Items   []item `xml:"item" json:"items"`
		Entries []item `xml:"entry"`
		Channel struct {
			Items []item `xml:"item"`
		} `xml:"channel"`
	}
	var err error
	if format == "json/" {
		err = json.Unmarshal(body, &d)
	} else {
		err = xml.Unmarshal(body, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]string{}
	for _, list := range [][]item{d.Items, d.Entries, d.Channel.Items} {
		for _, i := range list {
			titles[i.About+i.GUID+i.ID] = i.Title
		}
	}
	return titles
}

// checkWithXMLLint reads a document with libxml2, which most feed readers use.
func checkWithXMLLint(t *testing.T, body []byte) {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed; .ci/check installs it")
	}
	lint := exec.CommandContext(t.Context(), program, "--noout", "--nonet", "-")
	lint.Stdin = bytes.NewReader(body)
	if out, err := lint.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}
