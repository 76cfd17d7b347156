package feeds

import (
	"encoding/xml"
	"time"
)

// Atom 1.0, RFC 4287, with threads of RFC 4685.

type atomDocument struct {
	XMLName   xml.Name    `xml:"feed"`
	NS        string      `xml:"xmlns,attr"`
	Thr       string      `xml:"xmlns:thr,attr"`
	Media     string      `xml:"xmlns:media,attr"`
	Lang      string      `xml:"xml:lang,attr,omitempty"`
	ID        string      `xml:"id"`
	Title     atomText    `xml:"title"`
	Subtitle  *atomText   `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Links     []atomLink  `xml:"link"`
	Author    atomAuthor  `xml:"author"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

type atomAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
}

type atomEntry struct {
	Lang         string         `xml:"xml:lang,attr,omitempty"`
	ID           string         `xml:"id"`
	Title        atomText       `xml:"title"`
	Links        []atomLink     `xml:"link"`
	Published    string         `xml:"published"`
	Updated      string         `xml:"updated"`
	Authors      []atomAuthor   `xml:"author"`
	Contributors []atomAuthor   `xml:"contributor"`
	Categories   []atomCategory `xml:"category"`
	InReplyTo    *atomParent    `xml:"thr:in-reply-to,omitempty"`
	Summary      *atomText      `xml:"summary,omitempty"`
	Content      *atomText      `xml:"content,omitempty"`
	Total        string         `xml:"thr:total,omitempty"`
	Media        *mediaContent  `xml:"media:content,omitempty"`
}

type atomParent struct {
	Ref  string `xml:"ref,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

const htmlType = "text/html"

func (f *Feed) atom() atomDocument {
	d := atomDocument{
		NS: nsAtom, Thr: nsThr, Media: nsMedia, Lang: f.Language, ID: f.ID, Title: atomText{Type: "text", Text: f.Title},
		// Atom wants a time. A feed without items has never been updated.
		Updated: rfc3339(time.Unix(0, 0).UTC()), Generator: generator,
		Links:  append(f.ownLinks(Atom), atomLink{Rel: "alternate", Type: htmlType, Href: f.Base + f.Page}),
		Author: atomAuthor{Name: f.Publisher, URI: f.Base + "/"},
	}
	if at := f.updated(); !at.IsZero() {
		d.Updated = rfc3339(at)
	}
	if f.Subtitle != "" {
		d.Subtitle = &atomText{Type: "text", Text: f.Subtitle}
	}
	for i := range f.Items {
		d.Entries = append(d.Entries, f.Items[i].atom(f.Language))
	}
	return d
}

func (i *Item) atom(language string) atomEntry {
	e := atomEntry{
		ID: iri(i.GUID), Title: atomText{Type: "text", Text: i.Title}, Published: rfc3339(i.Published), Updated: rfc3339(i.Updated),
		Links: []atomLink{{Rel: "alternate", Type: htmlType, Href: i.URL}}, Media: i.media(),
	}
	if i.Language != language {
		e.Lang = i.Language
	}
	for _, a := range i.Authors {
		e.Authors = append(e.Authors, atomAuthor{a.Name, a.URL})
	}
	for _, c := range i.Contributors {
		e.Contributors = append(e.Contributors, atomAuthor{c.Name, c.URL})
	}
	for _, t := range i.Categories {
		e.Categories = append(e.Categories, atomCategory{t.Name, t.URL})
	}
	if i.Summary != "" {
		e.Summary = &atomText{Type: "text", Text: i.Summary}
	}
	if i.HTML != "" {
		e.Content = &atomText{Type: "html", Text: i.HTML}
	}
	if r := i.Replies; r != nil {
		e.Links = append(e.Links,
			atomLink{Rel: "replies", Type: htmlType, Href: r.URL},
			atomLink{Rel: "replies", Type: Atom.MediaType(), Href: r.Atom, ThrCount: count(r.Count)})
		e.Total = count(r.Count)
	}
	if p := i.InReplyTo; p != nil {
		e.InReplyTo = &atomParent{Ref: iri(p.GUID), Type: htmlType, Href: p.URL}
	}
	return e
}
