package absolute

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Page is the page that relative addresses belong to.
type Page struct {
	URL *url.URL // absolute
	// KeepFragments leaves links to a place in the text itself (#note), for texts that
	// are shown as a page of their own.
	KeepFragments bool
}

// attributes hold one address each; srcset holds several.
var attributes = []string{"href", "src", "poster", "cite", "longdesc"}

// Address makes one address absolute. It leaves one that it cannot read.
func (p Page) Address(s string) string {
	s = strings.TrimSpace(s)
	if p.KeepFragments && strings.HasPrefix(s, "#") {
		return s
	}
	u, err := p.URL.Parse(s)
	if err != nil {
		return s
	}
	return u.String()
}

// Tree makes the addresses of an element and of all elements in it absolute.
func (p Page) Tree(n *html.Node) {
	if n.Type == html.ElementNode {
		for i := range n.Attr {
			switch at := &n.Attr[i]; {
			case at.Key == "srcset":
				at.Val = p.set(at.Val)
			case slices.Contains(attributes, at.Key):
				at.Val = p.Address(at.Val)
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.Tree(c)
	}
}

// set makes the addresses of a srcset absolute.
func (p Page) set(s string) string {
	var list []string
	for candidate := range strings.SplitSeq(s, ", ") {
		address, size, _ := strings.Cut(strings.TrimSpace(candidate), " ")
		if address != "" {
			list = append(list, strings.TrimSpace(p.Address(address)+" "+size))
		}
	}
	return strings.Join(list, ", ")
}

// Parse reads a text as trees with absolute addresses.
func (p Page) Parse(source string) ([]*html.Node, error) {
	within := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(source), within)
	for _, n := range nodes {
		p.Tree(n)
	}
	return nodes, err
}

// Render writes trees as a text.
func Render(nodes []*html.Node) (string, error) {
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// HTML makes the addresses in a text absolute.
func (p Page) HTML(source string) (string, error) {
	nodes, err := p.Parse(source)
	if err != nil {
		return "", err
	}
	return Render(nodes)
}
