package views

// Breaking is the line of text above all public pages.
type Breaking struct {
	Text  string
	URL   string // "" for a line without a link
	Level string // key of its label; also a class of the stylesheet
}

// SetBreaking puts a line above a page, nil for none.
func (p *Page) SetBreaking(b *Breaking) { p.Breaking = b }
