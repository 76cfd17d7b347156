package republish

import (
	"net/url"
	"slices"
	"strings"

	"broadsheet/models/richtext/absolute"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// kept are the elements that a copy keeps; of others it keeps the content.
var kept = map[atom.Atom]bool{
	atom.P: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Ul: true, atom.Ol: true, atom.Li: true,
	atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Blockquote: true, atom.Pre: true, atom.Code: true, atom.Hr: true, atom.Br: true,
	atom.A: true, atom.Strong: true, atom.B: true, atom.Em: true, atom.I: true, atom.Cite: true, atom.Q: true,
	atom.Sub: true, atom.Sup: true,
	atom.S: true, atom.Del: true, atom.Ins: true, atom.Abbr: true, atom.Bdi: true, atom.Bdo: true, atom.Ruby: true, atom.Rt: true,
	atom.Rp:    true,
	atom.Table: true, atom.Caption: true, atom.Thead: true, atom.Tbody: true, atom.Tfoot: true, atom.Tr: true, atom.Th: true, atom.Td: true,
}

// dropped are the elements that a copy leaves out with their content: pictures, whose
// licence is for this site, and everything that runs or loads.
var dropped = map[atom.Atom]bool{
	atom.Img: true, atom.Picture: true, atom.Figure: true, atom.Video: true, atom.Audio: true, atom.Svg: true, atom.Iframe: true,
	atom.Object: true, atom.Embed: true, atom.Script: true, atom.Style: true, atom.Template: true, atom.Form: true, atom.Noscript: true,
}

// attributes are those that a copy keeps, besides the address of a link.
var attributes = []string{"lang", "dir", "title", "start", "reversed", "colspan", "rowspan", "scope", "cite"}

// cleaner copies bodies into plain elements.
type cleaner struct {
	base     *url.URL // of the article
	pictures bool     // pictures were left out
}

// copyInto appends the plain form of a body to an element.
func (c *cleaner) copyInto(root *html.Node, body string) error {
	nodes, err := html.ParseFragment(strings.NewReader(body), &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"})
	if err != nil {
		return err
	}
	for _, n := range nodes {
		c.copyNode(root, n)
	}
	return nil
}

func (c *cleaner) copyNode(to, n *html.Node) {
	switch n.Type {
	case html.TextNode:
		to.AppendChild(text(n.Data))
		return
	case html.ElementNode:
	default:
		return // comments
	}
	if dropped[n.DataAtom] {
		c.pictures = c.pictures || n.DataAtom != atom.Script && n.DataAtom != atom.Style
		return
	}
	into := to
	if kept[n.DataAtom] {
		into = c.plain(n)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.copyNode(into, child)
	}
	// A paragraph that had only a picture is left out.
	if into != to && (into.FirstChild != nil || n.FirstChild == nil) {
		to.AppendChild(into)
	}
}

// plain returns an element without children and with the attributes that are kept.
// Links to this site become absolute.
func (c *cleaner) plain(n *html.Node) *html.Node {
	e := element(n.DataAtom)
	for _, a := range n.Attr {
		switch {
		case a.Namespace != "":
		case a.Key == "href" && n.DataAtom == atom.A:
			if address := c.absolute(a.Val); address != "" {
				e.Attr = append(e.Attr, html.Attribute{Key: "href", Val: address})
			}
		case slices.Contains(attributes, a.Key):
			e.Attr = append(e.Attr, html.Attribute{Key: a.Key, Val: a.Val})
		}
	}
	return e
}

// absolute returns an absolute address, "" for one that is no address of the web or
// of mail.
func (c *cleaner) absolute(href string) string {
	u, err := url.Parse(absolute.Page{URL: c.base}.Address(href))
	if err != nil || !slices.Contains([]string{"http", "https", "mailto", "tel"}, u.Scheme) {
		return ""
	}
	return u.String()
}
