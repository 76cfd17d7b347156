package views

// Search is the page of a search: its form and, once words are asked for, the
// articles that have them.
type Search struct {
	Page
	Heading    string
	Asked      bool // something was searched for
	NoWords    bool // and has no word to look for
	Count      int  // articles with all words and filters
	AtLeast    bool // Count is a lower bound
	Hits       []Hit
	Filters    []SearchFilter // the filters that are on
	Unfiltered string         // address of the same words without filters, "" where none is on
	Refused    []string       // keys of messages about filters that name nothing
	Open       bool           // the form shows its filters
	Categories []Choice       // the sections of the form, by path
	Author     string         // the author's name, as the form shows it
	From, To   string         // days of the form, such as 2026-11-23
	Newest     bool           // ordered by date
	Nearest    []Link         // searches with similar words that find something
	Browse     []Link         // sections to look into when nothing was found
	Feed       string         // address of the feed of this search, "" for none
	Pager      Pager
}

// Hit is an article that a search found.
type Hit struct {
	Teaser
	Headline []TextPart // the title with the found words marked
	Snippet  []TextPart // a part of the text that has the words; the standfirst where it is empty
}

// TextPart is a piece of a text. Mark tells that it is a word that was searched for.
type TextPart struct {
	Text string
	Mark bool
}

// SearchFilter is a filter that is on.
type SearchFilter struct {
	Name   string // key of its name
	Value  string
	Remove string // address of the search without it
}
