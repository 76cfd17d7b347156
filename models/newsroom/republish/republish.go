package republish

import (
	"net/url"
	"slices"
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Ending is the last part of the address of an article's copy.
const Ending = "republish"

// Allowed reports whether others may republish an article: as the article itself
// says, or else the site's setting.
func Allowed(site *newsroom.Site, a *newsroom.Article) bool {
	if a.Republish != nil {
		return *a.Republish
	}
	return site.Republish
}

// Frame is the part of a copy that does not come from the body. The texts are in the
// site's language.
type Frame struct {
	Address  *url.URL // absolute, of the article
	Language string   // of the article
	Dir      string   // of the article: ltr or rtl
	Byline   string   // with the date
	Credit   string   // becomes the link to the article
	Terms    string   // "" for none
}

// Copy is an article for other sites.
type Copy struct {
	HTML     string
	Text     string
	Pictures bool // the article has pictures, which the copy lacks
}

// Make makes the copy of an article. site gives the addresses of other articles in the
// body.
func Make(site *newsroom.Site, p *newsroom.Page, f Frame) (Copy, error) {
	root := element(atom.Article, "lang", f.Language, "dir", f.Dir)
	c := &cleaner{base: f.Address}
	add(root, element(atom.Link, "rel", "canonical", "href", f.Address.String()))
	add(root, element(atom.H1), text(p.Title))
	if p.Standfirst != "" {
		add(root, paragraph(), text(p.Standfirst))
	}
	add(root, paragraph(), text(f.Byline))
	for _, segment := range p.Body() {
		if card, ok := p.Cards[segment.ArticleID]; ok && segment.ArticleID != 0 {
			link := element(atom.A, "href", c.absolute(site.TeaserPath(&card)))
			link.AppendChild(text(card.Title))
			add(root, paragraph(), link)
			continue
		}
		root.AppendChild(text("\n"))
		if err := c.copyInto(root, segment.HTML); err != nil {
			return Copy{}, err
		}
	}
	credit := element(atom.A, "href", f.Address.String())
	credit.AppendChild(text(f.Credit))
	last := []*html.Node{credit}
	if f.Terms != "" {
		last = append(last, text(" "+f.Terms))
	}
	add(root, paragraph(), last...)
	var b strings.Builder
	if err := html.Render(&b, root); err != nil {
		return Copy{}, err
	}
	plain := plainText(root) + "\n\n" + f.Address.String() + "\n"
	return Copy{HTML: b.String() + "\n", Text: plain, Pictures: p.Picture != nil || c.pictures}, nil
}

// add appends an element with children, and a line break for people that read the
// source.
func add(root, e *html.Node, children ...*html.Node) {
	for _, child := range children {
		e.AppendChild(child)
	}
	root.AppendChild(text("\n"))
	root.AppendChild(e)
}

func paragraph() *html.Node { return element(atom.P) }

// element returns an element with attributes, in pairs; one without a value is left
// out.
func element(tag atom.Atom, attributes ...string) *html.Node {
	e := &html.Node{Type: html.ElementNode, DataAtom: tag, Data: tag.String()}
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			e.Attr = append(e.Attr, html.Attribute{Key: attributes[i], Val: attributes[i+1]})
		}
	}
	return e
}

func text(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

// Author joins the names of a byline, with the parts that people had in the article.
func Author(bylines []newsroom.Byline, comma string) string {
	names := make([]string, len(bylines))
	for i, b := range bylines {
		if names[i] = b.Name; b.Role != "" {
			names[i] += " (" + b.Role + ")"
		}
	}
	return strings.Join(slices.DeleteFunc(names, richtext.Blank), comma)
}
