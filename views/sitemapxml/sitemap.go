package sitemapxml

import (
	"bytes"
	"encoding/xml"
	"strings"
	"time"
	"unicode/utf8"
)

// The namespaces of sitemaps: sitemaps.org for the protocol, Google for its
// extensions for news and pictures.
const (
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	newsSpace    = "http://www.google.com/schemas/sitemap-news/0.9"
	imageSpace   = "http://www.google.com/schemas/sitemap-image/1.1"
)

// SitemapTime is an instant in W3C's form with seconds and an offset.
type SitemapTime struct{ time.Time }

// MarshalText implements encoding.TextMarshaler.
func (t SitemapTime) MarshalText() ([]byte, error) {
	return []byte(t.Format("2006-01-02T15:04:05-07:00")), nil
}

// SitemapPart is a part in the index of sitemaps.
type SitemapPart struct {
	Loc     string      `xml:"loc"`
	LastMod SitemapTime `xml:"lastmod"`
}

// SitemapURL is an entry of a sitemap. The order of its fields is that of the schema.
type SitemapURL struct {
	Loc     string       `xml:"loc"`
	LastMod *SitemapTime `xml:"lastmod,omitempty"`
	News    *SitemapNews
	Images  []SitemapImage
}

// SitemapImage is a picture on a page.
type SitemapImage struct {
	XMLName struct{} `xml:"image:image"`
	Loc     string   `xml:"image:loc"`
}

// SitemapNews is the part of an entry for Google News.
type SitemapNews struct {
	XMLName  struct{}    `xml:"news:news"`
	Name     string      `xml:"news:publication>news:name"`     // of the paper, as og:site_name has it
	Language string      `xml:"news:publication>news:language"` // see NewsLanguage
	Date     SitemapTime `xml:"news:publication_date"`
	Title    string      `xml:"news:title"`
}

// SitemapIndex returns the XML of the index of sitemaps.
func SitemapIndex(parts []SitemapPart) ([]byte, error) {
	return sitemapXML(struct {
		XMLName struct{}      `xml:"sitemapindex"`
		Space   string        `xml:"xmlns,attr"`
		Parts   []SitemapPart `xml:"sitemap"`
	}{Space: sitemapSpace, Parts: parts})
}

// Sitemap returns the XML of a sitemap. Control characters, which XML cannot hold,
// are left out of titles.
func Sitemap(urls []SitemapURL) ([]byte, error) {
	set := struct {
		XMLName struct{}     `xml:"urlset"`
		Space   string       `xml:"xmlns,attr"`
		News    string       `xml:"xmlns:news,attr,omitempty"`
		Image   string       `xml:"xmlns:image,attr,omitempty"`
		URLs    []SitemapURL `xml:"url"`
	}{Space: sitemapSpace, URLs: urls}
	for _, u := range urls {
		if u.News != nil {
			set.News = newsSpace
			u.News.Name, u.News.Title = xmlText(u.News.Name), xmlText(u.News.Title)
		}
		if len(u.Images) > 0 {
			set.Image = imageSpace
		}
	}
	return sitemapXML(set)
}

func sitemapXML(v any) ([]byte, error) {
	b := bytes.NewBufferString(xml.Header)
	err := xml.NewEncoder(b).Encode(v)
	return append(b.Bytes(), '\n'), err
}

// xmlText removes the characters that XML 1.0 cannot hold, and spaces at the ends.
func xmlText(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r != '\ufffe' && r != '\uffff' && r != utf8.RuneError {
			return r
		}
		return -1
	}, s))
}

// NewsLanguage returns a language tag in the form of a news sitemap: the ISO 639
// code alone, except that Chinese is zh-cn or zh-tw.
func NewsLanguage(tag string) string {
	tag = strings.ToLower(strings.ReplaceAll(tag, "_", "-"))
	base, rest, _ := strings.Cut(tag, "-")
	if base != "zh" {
		return base
	}
	for _, part := range strings.Split(rest, "-") {
		switch part {
		case "tw", "hk", "mo", "hant":
			return "zh-tw"
		case "cn", "sg", "hans":
			return "zh-cn"
		}
	}
	return "zh-cn"
}
