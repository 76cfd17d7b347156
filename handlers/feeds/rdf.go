package feeds

import (
	"encoding/xml"
	"html"
)

// RSS 1.0, https://web.resource.org/rss/1.0/spec. Each item is named by its GUID,
// not by its address, which may change; see the package text.

type rdfDocument struct {
	XMLName xml.Name   `xml:"rdf:RDF"`
	RSS     string     `xml:"xmlns,attr"`
	RDF     string     `xml:"xmlns:rdf,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Sy      string     `xml:"xmlns:sy,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Lang    string     `xml:"xml:lang,attr,omitempty"`
	Channel rdfChannel `xml:"channel"`
	Items   []rdfItem  `xml:"item"`
}

type rdfChannel struct {
	About       string     `xml:"rdf:about,attr"`
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	Description string     `xml:"description"`
	Language    string     `xml:"dc:language,omitempty"`
	Date        string     `xml:"dc:date,omitempty"`
	Links       []atomLink `xml:"atom:link"`
	Period      string     `xml:"sy:updatePeriod"`
	Frequency   int        `xml:"sy:updateFrequency"`
	Sequence    []rdfPlace `xml:"items>rdf:Seq>rdf:li"`
}

type rdfPlace struct {
	Resource string `xml:"rdf:resource,attr"`
}

type rdfItem struct {
	About        string   `xml:"rdf:about,attr"`
	Lang         string   `xml:"xml:lang,attr,omitempty"`
	Title        string   `xml:"title"`
	Link         string   `xml:"link"`
	Creators     []string `xml:"dc:creator"`
	Contributors []string `xml:"dc:contributor"`
	Date         string   `xml:"dc:date"`
	Subjects     []string `xml:"dc:subject"`
	Identifier   string   `xml:"dc:identifier"`
	Description  string   `xml:"description"`
	Content      string   `xml:"content:encoded,omitempty"`
}

func (f *Feed) rdf() rdfDocument {
	d := rdfDocument{
		RSS: nsRSS, RDF: nsRDF, Content: nsContent, DC: nsDC, Sy: nsSy, Atom: nsAtom, Lang: f.Language,
		Channel: rdfChannel{
			About: f.Self(RDF), Title: f.Title, Link: f.Base + f.Page, Description: f.Subtitle, Language: f.Language,
			Links: f.ownLinks(RDF), Period: "hourly", Frequency: 1,
		},
	}
	if at := f.updated(); !at.IsZero() {
		d.Channel.Date = rfc3339(at)
	}
	for n := range f.Items {
		i := &f.Items[n]
		item := rdfItem{
			About: iri(i.GUID), Title: i.Title, Link: i.URL, Creators: i.authorNames(), Contributors: i.contributorNames(),
			Date:     rfc3339(i.Published),
			Subjects: i.termNames(), Identifier: i.GUID, Description: asHTML(i.Summary), Content: i.HTML,
		}
		if i.Language != f.Language {
			item.Lang = i.Language
		}
		d.Items = append(d.Items, item)
		d.Channel.Sequence = append(d.Channel.Sequence, rdfPlace{item.About})
	}
	return d
}

// asHTML returns a text as HTML, which readers take descriptions of RSS for.
func asHTML(text string) string { return html.EscapeString(text) }
