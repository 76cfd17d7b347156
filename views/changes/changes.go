package changes

import "time"

// Correction is an entry of the list of all corrections.
type Correction struct {
	Kind     string // correction, clarification or update
	At       time.Time
	Text     string
	Headline string // of the article
	URL      string
	Language string // of the article, "" for the site's
	Dir      string
	Changes  string // address of the text before and after it, "" for none
}

// Update is a change of an article that readers have seen.
type Update struct {
	At      time.Time
	Parts   []Part
	Anchors []string // ids for the links of the corrections that came with it
}

// Part is a field or a paragraph that has changed.
type Part struct {
	Field string // title, standfirst, body or corrections
	Words []Words
}

// Words are words that are in both texts, or in one of them.
type Words struct {
	Op   string // same, gone or new
	Text string
}
