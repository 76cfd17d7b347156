package republish

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// inline are the elements within a line. All others begin a paragraph.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Strong: true, atom.B: true, atom.Em: true, atom.I: true, atom.Cite: true, atom.Q: true,
	atom.Sub: true, atom.Sup: true,
	atom.S: true, atom.Del: true, atom.Ins: true, atom.Abbr: true, atom.Bdi: true, atom.Bdo: true, atom.Ruby: true, atom.Rt: true,
	atom.Rp:   true,
	atom.Code: true, atom.Br: true,
}

// plainText returns the text of a copy: paragraphs with an empty line between them.
func plainText(root *html.Node) string {
	var paragraphs []string
	var line strings.Builder
	end := func() {
		if s := strings.Trim(line.String(), " \n"); s != "" {
			paragraphs = append(paragraphs, s)
		}
		line.Reset()
	}
	var walk func(n *html.Node, pre bool)
	walk = func(n *html.Node, pre bool) {
		switch {
		case n.Type == html.TextNode && pre:
			line.WriteString(n.Data)
		case n.Type == html.TextNode:
			writeFolded(&line, n.Data)
		case n.DataAtom == atom.Br:
			line.WriteByte('\n')
		}
		if n.Type != html.ElementNode {
			return
		}
		block := !inline[n.DataAtom]
		if block {
			end()
		}
		if n.DataAtom == atom.Li {
			line.WriteString("• ")
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child, pre || n.DataAtom == atom.Pre)
		}
		if block {
			end()
		}
	}
	walk(root, false)
	return strings.Join(paragraphs, "\n\n")
}

// writeFolded writes a text with each run of white space as one space.
func writeFolded(b *strings.Builder, s string) {
	space := b.Len() == 0 || strings.HasSuffix(b.String(), " ") || strings.HasSuffix(b.String(), "\n")
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		b.WriteRune(r)
		space = false
	}
}
