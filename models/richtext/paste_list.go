package richtext

import (
	"regexp"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// listItem is an item of a list that came as a paragraph of its own.
type listItem struct {
	list    string // identifies the list in the pasted document
	level   int    // 1 is the outermost
	ordered bool
	number  int // of an ordered item, 0 if it is unknown
	inner   string
}

// msoList matches the style of an item in Word's HTML: mso-list:l0 level2 lfo1.
var msoList = regexp.MustCompile(`(?i)mso-list:\s*(l\d+)\s+level(\d{1,2})`)

// wordItem reads a paragraph of Word that is an item of a list. marks are the nodes
// with the typed mark in front of it.
func wordItem(n *nethtml.Node) (item *listItem, marks map[*nethtml.Node]bool) {
	m := msoList.FindStringSubmatch(attribute(n, "style"))
	if m == nil || n.Data != "p" && n.Data != "div" && n.Data != "li" {
		return nil, nil
	}
	level, _ := strconv.Atoi(m[2]) // two digits
	item = &listItem{list: strings.ToLower(m[1]), level: max(1, level)}
	marks = map[*nethtml.Node]bool{}
	var text strings.Builder
	supported := false // inside of the comments around the mark
	for d := range n.Descendants() {
		switch {
		case d.Type == nethtml.CommentNode && strings.Contains(d.Data, "supportLists"):
			supported = true
		case d.Type == nethtml.CommentNode && strings.Contains(d.Data, "endif"):
			supported = false
		case d.Type == nethtml.TextNode && (supported || inMark(d, n)):
			marks[d] = true
			text.WriteString(d.Data)
		}
	}
	mark := strings.Trim(text.String(), " \t\n\r\u00A0")
	if len([]rune(mark)) > maxListMark { // it holds more than a mark
		clear(marks)
		mark = ""
	}
	item.number, item.ordered = readMark(mark)
	return item, marks
}

// maxListMark is the length of the longest mark, in characters: "1.10.12.100.".
const maxListMark = 16

// inMark reports whether a node of a paragraph is inside an element with the style of a
// mark.
func inMark(d, paragraph *nethtml.Node) bool {
	for ; d != paragraph; d = d.Parent {
		if strings.Contains(strings.ToLower(strings.ReplaceAll(attribute(d, "style"), " ", "")), "mso-list:ignore") {
			return true
		}
	}
	return false
}

var (
	numberMark = regexp.MustCompile(`^\(?(?:\d+\.)*(\d{1,9})[.):]?$|^\(?\p{Nd}+[.)]$`)
	letterMark = regexp.MustCompile(`^\(?([a-zA-Z]{1,7})[.)]$`)
	romanMark  = regexp.MustCompile(`(?i)^m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$`)
)

// readMark reads the mark of an item: 3., (b), iv). Any other mark is a bullet.
func readMark(mark string) (number int, ordered bool) {
	if m := numberMark.FindStringSubmatch(mark); m != nil {
		number, _ = strconv.Atoi(m[1]) // 0 for the digits of other scripts
		return number, true
	}
	m := letterMark.FindStringSubmatch(mark)
	switch {
	case m == nil:
		return 0, false
	case len(m[1]) == 1 && !strings.Contains("iIvVxX", m[1]):
		return int(m[1][0]|0x20-'a') + 1, true
	case romanMark.MatchString(m[1]):
		return romanNumber(strings.ToLower(m[1])), true
	}
	return 0, len(m[1]) == 2 && m[1][0] == m[1][1] // aa), after z)
}

func romanNumber(s string) (n int) {
	values := map[byte]int{'i': 1, 'v': 5, 'x': 10, 'l': 50, 'c': 100, 'd': 500, 'm': 1000}
	for i := range len(s) {
		v := values[s[i]]
		if i+1 < len(s) && values[s[i+1]] > v {
			v = -v
		}
		n += v
	}
	return n
}

// wordParagraph adds a paragraph of Word as an item.
func (p *pasteReader) wordParagraph(n *nethtml.Node, item *listItem, marks map[*nethtml.Node]bool, l look, blocks *[]pasteBlock) {
	for mark := range marks {
		mark.Parent.RemoveChild(mark)
	}
	content := p.flow(n, l)
	if len(content) == 0 {
		return
	}
	item.inner = joinBlocks(content, "li")
	*blocks = append(*blocks, pasteBlock{tag: "li", item: item})
}

// list reads a list. Google Docs puts inner lists beside the items, Word for the web
// makes a list of each item and names its level.
func (p *pasteReader) list(n *nethtml.Node, l look) []pasteBlock {
	var items []*listItem
	first := &listItem{list: "own", level: 1, ordered: n.Data == "ol"}
	if start, err := strconv.Atoi(attribute(n, "start")); err == nil && first.ordered {
		first.number = start
	}
	apart := false // items know their levels
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		item := *first
		if len(items) > 0 {
			item.number = 0
		}
		switch {
		case c.Type == nethtml.TextNode && strings.Trim(c.Data, " \t\n\r\u00A0") == "" || c.Type == nethtml.CommentNode:
			continue
		case c.DataAtom == atom.Li: // the element, not the word
			if level, err := strconv.Atoi(attribute(c, "data-aria-level")); err == nil && level > 0 && level < 100 {
				item.level, item.list, apart = level, attribute(c, "data-listid"), true
			}
			item.inner = joinBlocks(p.flow(c, l.in(c)), "li")
		default:
			alone := &nethtml.Node{Type: nethtml.ElementNode, Data: "div"}
			next := c.NextSibling
			n.RemoveChild(c)
			alone.AppendChild(c)
			item.inner = joinBlocks(p.flow(alone, l), "li")
			alone.RemoveChild(c)
			n.InsertBefore(c, next)
			if (c.DataAtom == atom.Ul || c.DataAtom == atom.Ol) && len(items) > 0 {
				items[len(items)-1].inner += item.inner
				continue
			}
		}
		items = append(items, &item)
	}
	if apart {
		var blocks []pasteBlock
		for _, item := range items {
			blocks = append(blocks, pasteBlock{tag: "li", item: item})
		}
		return blocks
	}
	var b strings.Builder
	for _, item := range items {
		b.WriteString("\n<li>" + item.inner + "</li>")
	}
	if len(items) == 0 {
		return nil
	}
	tag, attrs := "ul", ""
	if first.ordered {
		tag, attrs = "ol", startAttribute(first.number)
	}
	return []pasteBlock{{tag: tag, attrs: attrs, inner: b.String() + "\n"}}
}

func startAttribute(number int) string {
	if number == 0 || number == 1 {
		return ""
	}
	return ` start="` + strconv.Itoa(number) + `"`
}

// writeItems writes items as nested lists. A list ends where another one, another kind
// or a number out of order begins.
func writeItems(b *strings.Builder, items []*listItem) {
	for i := 0; i < len(items); {
		first, number := items[i], items[i].number
		tag, attrs := "ul", ""
		if first.ordered {
			tag, attrs = "ol", startAttribute(number)
		}
		b.WriteString("<" + tag + attrs + ">\n")
		for i < len(items) {
			item := items[i]
			if item != first && (item.level != first.level || item.ordered != first.ordered || item.list != first.list ||
				item.ordered && item.number != 0 && number != 0 && item.number != number+1) {
				break
			}
			switch {
			case item.number != 0:
				number = item.number
			case number != 0:
				number++
			}
			inner := i + 1
			for inner < len(items) && items[inner].level > first.level {
				inner++
			}
			b.WriteString("<li>" + item.inner)
			if inner > i+1 {
				b.WriteString("\n")
				writeItems(b, items[i+1:inner])
			}
			b.WriteString("</li>\n")
			i = inner
		}
		b.WriteString("</" + tag + ">\n")
	}
}
