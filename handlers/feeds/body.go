package feeds

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/richtext/absolute"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const second = time.Second

// wholeText returns the body of an article with its lead picture.
func (w *making) wholeText(p *newsroom.Page, item *Item) string {
	cards := map[string]newsroom.Teaser{}
	for id, t := range p.Cards {
		cards[strconv.FormatInt(id, 10)] = t
	}
	return w.absolute(p.HTML, item.URL, item, cards)
}

// absolute returns HTML for a feed: every address in it is absolute, cards of
// articles are plain links, the lead picture is on top, and text from right to left
// says so. page is the address that relative addresses belong to.
func (w *making) absolute(source, page string, item *Item, cards map[string]newsroom.Teaser) string {
	base, err := url.Parse(page)
	if err != nil {
		return "" // the address is our own
	}
	nodes, err := absolute.Page{URL: base}.Parse(clean(source))
	if err != nil || len(nodes) == 0 && item.Picture == nil {
		return ""
	}
	for _, n := range nodes {
		w.linkCards(n, cards)
	}
	if item.Picture != nil {
		nodes = append([]*html.Node{figure(item.Picture)}, nodes...)
	}
	if item.Dir == "rtl" {
		nodes = []*html.Node{element("div", []string{"dir", "rtl", "lang", item.Language}, nodes...)}
	}
	text, err := absolute.Render(nodes)
	if err != nil {
		return ""
	}
	return clean(text)
}

// cardAttribute marks the paragraph that pages show as the card of an article.
const cardAttribute = "data-story"

// linkCards puts a link with the title of the article into each card.
func (w *making) linkCards(n *html.Node, cards map[string]newsroom.Teaser) {
	for _, at := range n.Attr {
		t, ok := cards[at.Val]
		if at.Key != cardAttribute || !ok {
			continue
		}
		for n.FirstChild != nil {
			n.RemoveChild(n.FirstChild)
		}
		n.AppendChild(element("a", []string{"href", w.feed.Base + w.site.TeaserPath(&t)}, text(line(t.Title))))
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(at html.Attribute) bool { return at.Key == cardAttribute })
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.linkCards(c, cards)
	}
}

// figure returns the lead picture with its caption and credit.
func figure(p *Picture) *html.Node {
	size := []string{"src", p.URL, "alt", p.Alt, "width", strconv.Itoa(p.Width), "height", strconv.Itoa(p.Height)}
	f := element("figure", nil, element("img", size))
	if caption := strings.TrimSpace(p.Caption + " " + p.Credit); caption != "" {
		f.AppendChild(element("figcaption", nil, text(caption)))
	}
	return f
}

// element makes an element; attributes has names and values in turn.
func element(name string, attributes []string, children ...*html.Node) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name))}
	for i := 0; i+1 < len(attributes); i += 2 {
		n.Attr = append(n.Attr, html.Attribute{Key: attributes[i], Val: attributes[i+1]})
	}
	for _, c := range children {
		n.AppendChild(c)
	}
	return n
}

func text(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }
