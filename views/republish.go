package views

// Republish is the page with the copy of an article for other sites.
type Republish struct {
	Page
	Headline string
	Language string // of the article
	Dir      string // of the article
	Article  string // its address
	Terms    string // "" for none
	HTML     string
	Text     string
	Pictures bool // the article has pictures, which the copy lacks
}
