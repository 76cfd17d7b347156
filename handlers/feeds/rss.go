package feeds

import "encoding/xml"

// RSS 2.0, https://www.rssboard.org/rss-specification. Elements come in the order of
// WordPress's feeds.

type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Content string     `xml:"xmlns:content,attr"`
	WFW     string     `xml:"xmlns:wfw,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Sy      string     `xml:"xmlns:sy,attr"`
	Slash   string     `xml:"xmlns:slash,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Lang        string     `xml:"xml:lang,attr,omitempty"`
	Title       string     `xml:"title"`
	Links       []atomLink `xml:"atom:link"`
	Link        string     `xml:"link"`
	Description string     `xml:"description"`
	BuildDate   string     `xml:"lastBuildDate,omitempty"`
	Language    string     `xml:"language,omitempty"`
	Period      string     `xml:"sy:updatePeriod"`
	Frequency   int        `xml:"sy:updateFrequency"`
	Generator   string     `xml:"generator"`
	Items       []rssItem  `xml:"item"`
}

type rssItem struct {
	Lang         string        `xml:"xml:lang,attr,omitempty"`
	Title        string        `xml:"title"`
	Link         string        `xml:"link"`
	Comments     string        `xml:"comments,omitempty"`
	Creators     []string      `xml:"dc:creator"`
	Contributors []string      `xml:"dc:contributor"`
	PubDate      string        `xml:"pubDate"`
	Updated      string        `xml:"atom:updated,omitempty"`
	Categories   []rssCategory `xml:"category"`
	GUID         rssGUID       `xml:"guid"`
	Description  string        `xml:"description"`
	Content      string        `xml:"content:encoded,omitempty"`
	CommentRSS   string        `xml:"wfw:commentRss,omitempty"`
	Slash        string        `xml:"slash:comments,omitempty"`
	Media        *mediaContent `xml:"media:content,omitempty"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Name   string `xml:",chardata"`
}

type rssGUID struct {
	IsPermaLink string `xml:"isPermaLink,attr"`
	Value       string `xml:",chardata"`
}

func (f *Feed) rss() rssDocument {
	c := rssChannel{
		Lang: f.Language, Title: f.Title, Links: f.ownLinks(RSS), Link: f.Base + f.Page, Description: f.Subtitle,
		BuildDate: rfc822(f.updated()), Language: f.Language, Period: "hourly", Frequency: 1, Generator: generator,
	}
	for i := range f.Items {
		c.Items = append(c.Items, f.Items[i].rss(f.Language))
	}
	return rssDocument{
		Version: "2.0", Content: nsContent, WFW: nsWFW, DC: nsDC, Atom: nsAtom, Sy: nsSy, Slash: nsSlash, Media: nsMedia, Channel: c,
	}
}

func (i *Item) rss(language string) rssItem {
	item := rssItem{
		Title: i.Title, Link: i.URL, Creators: i.authorNames(), Contributors: i.contributorNames(),
		PubDate: rfc822(i.Published), GUID: rssGUID{"false", i.GUID},
		Description: asHTML(i.Summary), Content: i.HTML, Media: i.media(),
	}
	if i.Language != language {
		item.Lang = i.Language
	}
	if i.Updated.After(i.Published) {
		item.Updated = rfc3339(i.Updated)
	}
	for _, t := range i.Categories {
		item.Categories = append(item.Categories, rssCategory{t.URL, t.Name})
	}
	if r := i.Replies; r != nil {
		item.Comments, item.CommentRSS, item.Slash = r.URL, r.Feed, count(r.Count)
	}
	return item
}
