package feeds

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models/newsroom"

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
	within := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(clean(source)), within)
	if err != nil || len(nodes) == 0 && item.Picture == nil {
		return ""
	}
	a := absoluter{base: base, cards: cards, link: func(t *newsroom.Teaser) *html.Node {
		return element("a", []string{"href", w.feed.Base + w.site.TeaserPath(t)}, text(line(t.Title)))
	}}
	for _, n := range nodes {
		a.walk(n)
	}
	if item.Picture != nil {
		nodes = append([]*html.Node{figure(item.Picture)}, nodes...)
	}
	if item.Dir == "rtl" {
		nodes = []*html.Node{element("div", []string{"dir", "rtl", "lang", item.Language}, nodes...)}
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return ""
		}
	}
	return clean(b.String())
}

// absoluter makes the addresses of a text absolute.
type absoluter struct {
	base  *url.URL
	cards map[string]newsroom.Teaser
	link  func(*newsroom.Teaser) *html.Node
}

// addressAttributes hold one address each; srcset holds several.
var addressAttributes = []string{"href", "src", "poster", "cite", "longdesc"}

// cardAttribute marks the paragraph that pages show as the card of an article.
const cardAttribute = "data-story"

func (a absoluter) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		for i := range n.Attr {
			at := &n.Attr[i]
			switch {
			case at.Key == "srcset":
				at.Val = a.set(at.Val)
			case slices.Contains(addressAttributes, at.Key):
				at.Val = a.address(at.Val)
			case at.Key == cardAttribute:
				if t, ok := a.cards[at.Val]; ok {
					for n.FirstChild != nil {
						n.RemoveChild(n.FirstChild)
					}
					n.AppendChild(a.link(&t))
				}
			}
		}
		n.Attr = slices.DeleteFunc(n.Attr, func(at html.Attribute) bool { return at.Key == cardAttribute })
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		a.walk(c)
	}
}

// address makes one address absolute. It leaves one that it cannot read.
func (a absoluter) address(s string) string {
	u, err := a.base.Parse(strings.TrimSpace(s))
	if err != nil {
		return s
	}
	return u.String()
}

// set makes the addresses of a srcset absolute.
func (a absoluter) set(s string) string {
	var list []string
	for candidate := range strings.SplitSeq(s, ", ") {
		address, size, _ := strings.Cut(strings.TrimSpace(candidate), " ")
		if address != "" {
			list = append(list, strings.TrimSpace(a.address(address)+" "+size))
		}
	}
	return strings.Join(list, ", ")
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
