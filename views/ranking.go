package views

// Ranking is a numbered list of articles.
type Ranking struct {
	ID      string // of the section
	Title   string // key of a message
	Nothing string // key of the message for an empty list
	Brief   bool   // headlines alone; of a discussion also its number of comments
	Teasers []Teaser
}

// Rankings is the page of the most read and the most discussed articles.
type Rankings struct {
	Page
	Heading string
	Spans   []Span
	Lists   []Ranking
}

// Span is the time that rankings are about, with the page for it.
type Span struct {
	Link
	Current bool
}
