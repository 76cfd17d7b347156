package feeds

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strconv"
	"time"
)

// Write returns the feed in a format.
func (f *Feed) Write(format Format) ([]byte, error) {
	switch format {
	case Atom:
		return writeXML(f.atom())
	case RDF:
		return writeXML(f.rdf())
	case JSON:
		return writeJSON(f.json())
	default:
		return writeXML(f.rss())
	}
}

func writeXML(document any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	if err := e.Encode(document); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func writeJSON(document any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(document)
	return b.Bytes(), err
}

// The namespaces of the formats.
const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsMedia   = "http://search.yahoo.com/mrss/"
	nsRDF     = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsRSS     = "http://purl.org/rss/1.0/"
	nsSlash   = "http://purl.org/rss/1.0/modules/slash/"
	nsSy      = "http://purl.org/rss/1.0/modules/syndication/"
	nsThr     = "http://purl.org/syndication/thread/1.0"
	nsWFW     = "http://wellformedweb.org/CommentAPI/"
)

// generator names the program, without its version: a new version must not change
// the bytes of all feeds.
const generator = "Broadsheet"

// atomLink is a link of Atom, which RSS feeds use too.
type atomLink struct {
	Rel      string `xml:"rel,attr"`
	Type     string `xml:"type,attr,omitempty"`
	Href     string `xml:"href,attr"`
	Length   string `xml:"length,attr,omitempty"`
	ThrCount string `xml:"thr:count,attr,omitempty"`
}

// ownLinks returns the links to the feed itself and to its hub.
func (f *Feed) ownLinks(format Format) []atomLink {
	links := []atomLink{{Rel: "self", Type: format.MediaType(), Href: f.Self(format)}}
	if f.Hub != "" {
		links = append(links, atomLink{Rel: "hub", Href: f.Hub})
	}
	return links
}

// mediaContent is a picture in the words of Media RSS.
type mediaContent struct {
	URL         string     `xml:"url,attr"`
	Medium      string     `xml:"medium,attr"`
	Type        string     `xml:"type,attr,omitempty"`
	Width       int        `xml:"width,attr"`
	Height      int        `xml:"height,attr"`
	Description *mediaText `xml:"media:description,omitempty"`
	Credit      string     `xml:"media:credit,omitempty"`
}

type mediaText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// media returns the lead picture of an item, nil for none.
func (i *Item) media() *mediaContent {
	p := i.Picture
	if p == nil {
		return nil
	}
	m := &mediaContent{URL: p.URL, Medium: "image", Type: p.Type, Width: p.Width, Height: p.Height, Credit: p.Credit}
	if described := p.Caption; described != "" {
		m.Description = &mediaText{Type: "plain", Text: described}
	} else if p.Alt != "" {
		m.Description = &mediaText{Type: "plain", Text: p.Alt}
	}
	return m
}

// authorNames returns the names of the authors.
func (i *Item) authorNames() (names []string) {
	for _, a := range i.Authors {
		names = append(names, a.Name)
	}
	return names
}

func (i *Item) contributorNames() (names []string) {
	for _, c := range i.Contributors {
		names = append(names, c.Name)
	}
	return names
}

func (i *Item) termNames() (names []string) {
	for _, t := range i.Categories {
		names = append(names, t.Name)
	}
	return names
}

// rfc822 writes a time as RSS does, "" for the zero time.
func rfc822(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC1123Z)
}

func rfc3339(t time.Time) string { return t.Format(time.RFC3339) }

func count(n int) string { return strconv.Itoa(n) }
