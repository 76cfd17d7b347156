package richtext

import (
	"html"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// CleanPaste cleans the HTML that word processors, mail programs and web pages put on
// the clipboard, and returns HTML of an article. It keeps paragraphs, headings, lists,
// tables, quotes, links, and bold, italic and struck text; it drops fonts, sizes and
// colours. It never loses a letter, except for the marks of list items, which
// become lists, and for text of more than [MaxBodyBytes], of which the whole remains
// as plain paragraphs.
//
// Word writes the items of lists as paragraphs with typed marks. Google Docs wraps
// everything in a <b> of normal weight, and writes bold as the style of a span.
func CleanPaste(source string) string {
	if source = Normalize(source); len(source) > MaxBodyBytes {
		return TextToHTML(PlainText(source))
	}
	div := &nethtml.Node{Type: nethtml.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := nethtml.ParseFragment(strings.NewReader(source), div)
	if err != nil { // nested too deep
		return cleanedOr(source, source)
	}
	for _, n := range nodes {
		div.AppendChild(n)
	}
	p := pasteReader{mixed: hasRightToLeft(div)}
	return cleanedOr(joinBlocks(p.flow(div, look{}), ""), source)
}

// cleanedOr applies the policy of articles. Where the result is over a limit, the text
// of the source remains.
func cleanedOr(rendered, source string) string {
	body, err := Article(rendered, HTML)
	if err != nil {
		return TextToHTML(PlainText(source))
	}
	return body.HTML
}

// pasteReader turns the elements of a clipboard into blocks.
type pasteReader struct {
	mixed bool // some text runs from right to left, so directions are kept
	run   pasteRun
}

// pasteBlock is a block of the result. Items of lists that came as paragraphs have a
// level, and are joined to lists at the end.
type pasteBlock struct {
	tag, attrs string
	inner      string // HTML
	item       *listItem
}

// hiddenPaste are elements without text for readers.
var hiddenPaste = wordSet("style script title head meta link template noembed noframes iframe xml")

var (
	headingTags = wordSet("h1 h2 h3 h4 h5 h6")
	// wrapperTags hold blocks and keep their element.
	wrapperTags = wordSet("blockquote figure dl dt dd figcaption")
	// lineBlocks end a line and lose their element.
	lineBlocks = wordSet(`address article aside body center details dialog dir div fieldset footer form header hgroup html legend li
		main menu nav noscript optgroup option p search section summary`)
)

// flow returns the blocks in an element.
func (p *pasteReader) flow(parent *nethtml.Node, l look) []pasteBlock {
	outer := p.run
	p.run = pasteRun{}
	var blocks []pasteBlock
	p.children(parent, l, &blocks)
	p.endRun("p", "", &blocks)
	p.run = outer
	return blocks
}

// endRun makes blocks of the text so far.
func (p *pasteReader) endRun(tag, attrs string, blocks *[]pasteBlock) {
	for _, text := range p.run.paragraphs(tag) {
		*blocks = append(*blocks, pasteBlock{tag: tag, attrs: attrs, inner: text})
	}
	p.run = pasteRun{}
}

func (p *pasteReader) children(parent *nethtml.Node, l look, blocks *[]pasteBlock) {
	for n := parent.FirstChild; n != nil; n = n.NextSibling {
		p.node(n, l, blocks)
	}
}

func (p *pasteReader) node(n *nethtml.Node, l look, blocks *[]pasteBlock) {
	switch {
	case n.Type == nethtml.TextNode:
		p.run.text(n.Data, l)
		return
	case n.Type != nethtml.ElementNode || hiddenPaste[n.Data]:
		return
	}
	inner := l.in(n)
	switch {
	case n.Data == "br":
		p.run.add("<br>", l)
	case n.Data == "img" || n.Data == "input":
		p.run.add((&nethtml.Token{Type: nethtml.StartTagToken, Data: n.Data, Attr: n.Attr}).String(), l)
	case headingTags[n.Data]:
		p.endRun("p", "", blocks)
		p.children(n, inner, blocks)
		p.endRun(n.Data, p.direction(n), blocks)
	case n.Data == "hr":
		p.endRun("p", "", blocks)
		*blocks = append(*blocks, pasteBlock{tag: "hr"})
	case n.Data == "pre" || n.Data == "listing" || n.Data == "xmp":
		p.endRun("p", "", blocks)
		*blocks = append(*blocks, pasteBlock{tag: "pre", inner: "\n" + html.EscapeString(preText(n))})
	case n.Data == "ul" || n.Data == "ol" || n.Data == "menu" || n.Data == "dir":
		p.endRun("p", "", blocks)
		*blocks = append(*blocks, p.list(n, inner)...)
	case n.Data == "table":
		p.endRun("p", "", blocks)
		*blocks = append(*blocks, pasteBlock{tag: "table", inner: p.tableParts(n, inner)})
	case wrapperTags[n.Data] && inPlace(n):
		p.endRun("p", "", blocks)
		content := p.flow(n, inner)
		*blocks = append(*blocks, pasteBlock{tag: n.Data, attrs: p.direction(n), inner: joinBlocks(content, n.Data)})
	case lineBlocks[n.Data] || wrapperTags[n.Data]:
		p.endRun("p", "", blocks)
		if item, marks := wordItem(n); item != nil {
			p.wordParagraph(n, item, marks, inner, blocks)
			return
		}
		p.children(n, inner, blocks)
		p.endRun("p", p.direction(n), blocks)
	default:
		p.children(n, inner, blocks)
	}
}

// inPlace reports whether the elements around and in an element are those that HTML asks
// for.
func inPlace(n *nethtml.Node) bool {
	switch n.Data {
	case "figcaption":
		return n.Parent.Data == "figure"
	case "dt", "dd":
		return n.Parent.Data == "dl" && inPlace(n.Parent)
	case "dl":
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Data != "dt" && c.Data != "dd" && (c.Type == nethtml.ElementNode || c.Type == nethtml.TextNode && !Blank(c.Data)) {
				return false
			}
		}
	}
	return true
}

// direction returns the direction of a block as an attribute. Google Docs gives one to
// every paragraph, so it is kept only where the text has both.
func (p *pasteReader) direction(n *nethtml.Node) string {
	for ; p.mixed && n != nil; n = n.Parent {
		if dir := strings.ToLower(attribute(n, "dir")); dir == "rtl" || dir == "ltr" {
			return ` dir="` + dir + `"`
		}
	}
	return ""
}

func hasRightToLeft(n *nethtml.Node) bool {
	for d := range n.Descendants() {
		if strings.EqualFold(attribute(d, "dir"), "rtl") {
			return true
		}
	}
	return false
}

func attribute(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// preText returns the text of a preformatted block with its breaks.
func preText(n *nethtml.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == nethtml.TextNode && !hiddenPaste[d.Parent.Data]:
			b.WriteString(d.Data)
		case d.Data == "br" || d.Type == nethtml.ElementNode && (lineBlocks[d.Data] || headingTags[d.Data]) && b.Len() > 0:
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// tableParts returns the content of a table.
func (p *pasteReader) tableParts(n *nethtml.Node, l look) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Data {
		case "thead", "tbody", "tfoot", "tr":
			b.WriteString("<" + c.Data + ">" + p.tableParts(c, l.in(c)) + "</" + c.Data + ">\n")
		case "caption":
			b.WriteString("<caption>" + joinBlocks(p.flow(c, l.in(c)), "caption") + "</caption>")
		case "td", "th":
			b.WriteString("<" + c.Data)
			for _, key := range []string{"colspan", "rowspan", "scope"} {
				if value := attribute(c, key); value != "" && value != "1" {
					b.WriteString(" " + key + `="` + html.EscapeString(value) + `"`)
				}
			}
			b.WriteString(">" + joinBlocks(p.flow(c, l.in(c)), c.Data) + "</" + c.Data + ">")
		}
	}
	return b.String()
}

// bareTags hold one paragraph without its element.
var bareTags = wordSet("li td th dd dt figcaption caption")

// joinBlocks returns the HTML of the blocks in an element. Items that came as paragraphs
// become lists.
func joinBlocks(blocks []pasteBlock, holder string) string {
	paragraphs := 0
	for _, block := range blocks {
		if block.tag == "p" {
			paragraphs++
		}
	}
	var b strings.Builder
	for i := 0; i < len(blocks); i++ {
		block := blocks[i]
		switch {
		case block.item != nil:
			var items []*listItem
			for ; i < len(blocks) && blocks[i].item != nil; i++ {
				items = append(items, blocks[i].item)
			}
			i--
			writeItems(&b, items)
		case block.tag == "p" && bareTags[holder] && (i == 0 && paragraphs == 1):
			b.WriteString(block.inner)
		case block.tag == "p" && (holder == "caption" || holder == "dt" || holder == "figcaption"):
			// These hold text alone.
			if i > 0 {
				b.WriteString("<br>")
			}
			b.WriteString(block.inner)
		case block.tag == "hr":
			b.WriteString("<hr>\n")
		default:
			b.WriteString("<" + block.tag + block.attrs + ">" + block.inner + "</" + block.tag + ">\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
