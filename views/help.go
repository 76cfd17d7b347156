package views

// HelpList is the list of the manual's topics.
type HelpList struct {
	Page
	Topics  []HelpTopic
	Foreign bool // the manual is in another language than the site
}

// HelpTopic is a line of the list.
type HelpTopic struct {
	Link
	Summary SafeHTML
}

// Help is one topic of the manual.
type Help struct {
	Page
	Topics   []NavItem
	Summary  SafeHTML
	Sections []HelpSection
	Foreign  bool
}

// HelpSection is a part of a topic under a heading with an anchor.
type HelpSection struct {
	ID, Title string
	Body      SafeHTML
}
