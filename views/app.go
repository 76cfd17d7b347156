package views

// Offline is the page for readers without a network. A script lists the articles
// that the browser has kept.
type Offline struct {
	Page
}

// StyleInHead replaces Page's: offline the page is whole from the start.
func (Offline) StyleInHead() bool { return true }
