package handlers_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// checkFormat checks the elements that a format requires, from its specification.
func checkFormat(t *testing.T, path string, body []byte) {
	t.Helper()
	if strings.HasSuffix(path, "/json/") {
		checkJSONFeed(t, path, body)
		return
	}
	checkWellFormed(t, path, body)
	var d struct {
		XMLName xml.Name
		Version string `xml:"version,attr"`
		Channel struct {
			Title       []string `xml:"title"`
			Link        []string `xml:"http://www.w3.org/2005/Atom link"`
			Description []string `xml:"description"`
			Places      []struct {
				Resource string `xml:"http://www.w3.org/1999/02/22-rdf-syntax-ns# resource,attr"`
			} `xml:"items>Seq>li"`
		} `xml:"channel"`
		ID      []string `xml:"id"`
		Updated []string `xml:"updated"`
		Title   []string `xml:"title"`
		Entries []struct {
			ID, Updated, Title []string
		} `xml:"entry"`
		Items []struct {
			About string `xml:"http://www.w3.org/1999/02/22-rdf-syntax-ns# about,attr"`
		} `xml:"item"`
	}
	if err := xml.Unmarshal(body, &d); err != nil {
		t.Errorf("%s: %v", path, err)
	}
	switch {
	case strings.HasSuffix(path, "/atom/"):
		if d.XMLName.Local != "feed" || d.XMLName.Space != "http://www.w3.org/2005/Atom" || len(d.ID) != 1 || len(d.Updated) != 1 || len(d.Title) != 1 {
			t.Errorf("%s: the feed lacks id, title or updated", path)
		}
	case strings.HasSuffix(path, "/rdf/"):
		if d.XMLName.Local != "RDF" || len(d.Channel.Places) != len(d.Items) || len(d.Items) == 0 {
			t.Errorf("%s: %d places for %d items", path, len(d.Channel.Places), len(d.Items))
		}
		for i := range d.Channel.Places {
			if d.Items[i].About == "" || d.Channel.Places[i].Resource != d.Items[i].About {
				t.Errorf("%s: item %q has the place %q", path, d.Items[i].About, d.Channel.Places[i].Resource)
			}
		}
	default:
		if d.XMLName.Local != "rss" || d.Version != "2.0" || len(d.Channel.Title) != 1 || len(d.Channel.Description) != 1 {
			t.Errorf("%s: the channel lacks title or description", path)
		}
	}
}

func checkJSONFeed(t *testing.T, path string, body []byte) {
	t.Helper()
	var d struct {
		Version, Title string
		Items          []map[string]any
	}
	if err := json.Unmarshal(body, &d); err != nil || d.Version != "https://jsonfeed.org/version/1.1" || d.Title == "" || d.Items == nil {
		t.Errorf("%s: %v, version %q, title %q", path, err, d.Version, d.Title)
	}
	for _, item := range d.Items {
		_, asHTML := item["content_html"].(string)
		_, asText := item["content_text"].(string)
		if id, ok := item["id"].(string); !ok || id == "" || !asHTML && !asText {
			t.Errorf("%s has an item without id or content: %v", path, item)
		}
	}
}

// checkWellFormed reads all tokens strictly and refuses entities that are not XML's
// own.
func checkWellFormed(t *testing.T, path string, body []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(body)))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%s is not well-formed: %v", path, err)
		}
	}
	for _, entity := range regexp.MustCompile(`&[^;#]{1,20};`).FindAllString(string(body), -1) {
		if !slices.Contains([]string{"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}, entity) {
			t.Errorf("%s has the entity %s", path, entity)
		}
	}
}
