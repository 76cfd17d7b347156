package feeds

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"broadsheet/models/newsroom"
)

// ownEntities are the only entities that XML knows by itself.
var ownEntities = []string{"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}

var anEntity = regexp.MustCompile(`&[^#][^;\s]*;?`)

// Any text gives well-formed feeds without characters that XML cannot hold, and titles
// come back as they were.
func FuzzFeedText(f *testing.F) {
	f.Add("Tea & <b>toast</b> &ecirc;", "]]>", "<p>1 < 2 ]]&gt; <a href=\"//x\">x</a></p>", "a\x00b\x0b\ufffe")
	f.Add("\x1b[31mred", "\xff\xfe", "<img srcset=\"/a 1x, /b 2x\" src='/c?a=1&b=2'>", "x\u0085\u2028")
	f.Add("مضيق", "&#0;&#x1;", "<div data-story=\"1\"><p>", "\U0010ffff\ud7ff")
	f.Fuzz(func(t *testing.T, title, summary, body, author string) {
		w := &making{feed: &Feed{Base: "https://news.example"}}
		item := Item{
			GUID: clean(author), URL: "https://news.example/a/", Title: line(title), Summary: line(summary), Language: "ar", Dir: "rtl",
			Authors: []Author{{Name: line(author)}}, Categories: []Term{{line(title), "https://news.example/tag/x/"}},
			Picture:   &Picture{URL: "https://news.example/media/x/1280.jpg", Width: 2, Height: 1, Alt: line(author), Credit: line(title)},
			Published: time.Unix(1, 0), Updated: time.Unix(1, 0), InReplyTo: &Parent{clean(author), "https://news.example/"},
		}
		item.HTML = w.absolute(body, item.URL, &item, map[string]newsroom.Teaser{})
		f := &Feed{
			Topic: Topic{Kind: Stories}, Base: "https://news.example", Page: "/", below: "/", ID: "urn:x", Title: line(title), Subtitle: line(summary),
			Language: "en", Items: []Item{item},
		}
		for _, format := range Formats {
			out, err := f.Write(format)
			if err != nil || !utf8.Valid(out) {
				t.Fatalf("%s: %v, valid UTF-8: %v", format, err, utf8.Valid(out))
			}
			if format == JSON {
				var d jsonDocument
				if err := json.Unmarshal(out, &d); err != nil || d.Items[0].Title != item.Title {
					t.Fatalf("%s: %v", format, err)
				}
				continue
			}
			checkXML(t, format, out, item.Title)
		}
	})
}

// checkXML reads every token, and refuses control characters and entities of HTML.
func checkXML(t *testing.T, format Format, out []byte, title string) {
	t.Helper()
	if i := strings.IndexFunc(string(out), unfit); i >= 0 {
		t.Fatalf("%s holds %q", format, out[i:min(len(out), i+4)])
	}
	for _, e := range anEntity.FindAllString(string(out), -1) {
		if !slices.Contains(ownEntities, e) {
			t.Fatalf("%s has the entity %s", format, e)
		}
	}
	d := xml.NewDecoder(strings.NewReader(string(out)))
	var titles []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", format, err, out)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "title" {
			var text string
			if err := d.DecodeElement(&text, &start); err != nil {
				t.Fatal(err)
			}
			titles = append(titles, text)
		}
	}
	for _, got := range titles {
		if got != title {
			t.Fatalf("%s: the title is %q, want %q", format, got, title)
		}
	}
}
