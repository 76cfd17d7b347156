package rest

import (
	"html"
	"time"
)

// Rendered is a text as HTML. Raw is the text as it was entered, which the context "edit"
// has.
type Rendered struct {
	Raw      *string `json:"raw,omitempty"`
	Rendered string  `json:"rendered"`
}

// Protected is a text as HTML that WordPress can protect by a password. This site never does. Raw
// is that of [Rendered].
type Protected struct {
	Raw       *string `json:"raw,omitempty"`
	Rendered  string  `json:"rendered"`
	Protected bool    `json:"protected"`
}

// Plain returns a text of the site, such as a headline, as HTML.
func Plain(text string) Rendered { return Rendered{Rendered: html.EscapeString(text)} }

// Link is the target of a relation.
type Link struct {
	Href       string `json:"href"`
	Embeddable bool   `json:"embeddable,omitempty"`
	Taxonomy   string `json:"taxonomy,omitempty"`
	ID         int64  `json:"id,omitempty"`
	Name       string `json:"name,omitempty"`
	Templated  bool   `json:"templated,omitempty"`
}

// Links are the relations of an entry. The curie gives the prefix "wp:" its meaning.
type Links map[string][]Link

// Curies is the relation that every entry with "wp:" relations has.
var Curies = []Link{{Name: "wp", Href: "https://api.w.org/{rel}", Templated: true}}

// Date formats an instant as WordPress does: the wall clock, without a zone.
func Date(t time.Time) string { return t.Format("2006-01-02T15:04:05") }

// Problem is an error.
type Problem struct {
	Code    string      `json:"code"`
	Message string      `json:"message"`
	Data    ProblemData `json:"data"`
}

// ProblemData has the details of an error for clients.
type ProblemData struct {
	Status  int               `json:"status"`
	Params  any               `json:"params,omitempty"` // their messages by name, or the names of missing ones
	Details map[string]Detail `json:"details,omitempty"`
	TermID  int64             `json:"term_id,omitempty"` // of a term that exists already
}

// Detail is the error of one parameter.
type Detail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data"`
}

// Deleted is the answer about an entry that was deleted for good.
type Deleted struct {
	Deleted  bool `json:"deleted"`
	Previous any  `json:"previous"`
}

// Envelope is an answer with its status and headers in the body, for clients that
// cannot read headers.
type Envelope struct {
	Body    any               `json:"body"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
}

// Batch is the answer to a batch of requests, in their order. A request that was not
// carried out because another one is not valid has no answer.
type Batch struct {
	Failed    string      `json:"failed,omitempty"`
	Responses []*Envelope `json:"responses"`
}

// Paragraph returns a text of the site, such as a standfirst, as a paragraph.
func Paragraph(text string) string { return "<p>" + html.EscapeString(text) + "</p>\n" }
