package richtext

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
)

// look is how a piece of pasted text looks.
type look struct {
	bold, italic, struck, under bool
	strong                      bool   // bold by nature: a heading
	script                      string // sub or sup
	link                        string // the start tag of the link around it
	others                      string // the start tags of further elements, outermost first
	spaces                      bool   // filled with spaces that do not break
}

// keptInline are inline elements that a paste may bring beside those of look.
var keptInline = wordSet("code kbd samp var mark q cite abbr del ins")

// in returns the look of the text in an element.
func (l look) in(n *nethtml.Node) look {
	switch n.Data {
	case "b", "strong":
		l.bold = true
	case "i", "em", "dfn":
		l.italic = true
	case "s", "strike":
		l.struck = true
	case "u":
		l.under = true
	case "sub", "sup":
		l.script = n.Data
	case "tt":
		l.others += "<code>"
	case "a":
		if href := pastedLink(attribute(n, "href")); href != "" {
			l.link = `<a href="` + html.EscapeString(href) + `">`
		}
	case "h1", "h2", "h3", "h4", "h5", "h6", "th":
		l.strong = true
	}
	if tag := "<" + n.Data + ">"; keptInline[n.Data] && !strings.Contains(l.others, tag) {
		l.others += tag
	}
	return l.styled(attribute(n, "style"))
}

// styled applies the style of an element.
func (l look) styled(style string) look {
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(strings.ToLower(declaration), ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "font-weight":
			weight, err := strconv.Atoi(value)
			switch {
			case value == "bold" || value == "bolder" || err == nil && weight >= 600:
				l.bold = true
			case value == "normal" || value == "lighter" || err == nil:
				l.bold = false
			}
		case "font-style":
			switch {
			case value == "italic" || strings.HasPrefix(value, "oblique"):
				l.italic = true
			case value == "normal":
				l.italic = false
			}
		case "text-decoration", "text-decoration-line":
			l.struck = l.struck || strings.Contains(value, "line-through")
			l.under = l.under || strings.Contains(value, "underline")
		case "vertical-align":
			switch value {
			case "super":
				l.script = "sup"
			case "sub":
				l.script = "sub"
			}
		case "mso-spacerun", "mso-tab-count":
			l.spaces = true
		}
	}
	return l
}

// pastedLink returns the target of a link. A place in the pasted document and a file of
// the writer's computer are none here; Google's notice about leaving is skipped.
func pastedLink(href string) string {
	href = strings.TrimSpace(href)
	u, err := url.Parse(href)
	if err != nil || href == "" || href[0] == '#' || strings.EqualFold(u.Scheme, "file") {
		return ""
	}
	if q := u.Query().Get("q"); u.Path == "/url" && strings.HasPrefix(u.Host, "www.google.") && strings.HasPrefix(q, "http") {
		return q
	}
	return href
}

// tags returns the start tags of a look, outermost first.
func (l look) tags() []string {
	var list []string
	if l.link != "" {
		list = append(list, l.link)
	}
	for _, element := range []struct {
		on   bool
		name string
	}{
		{l.bold && !l.strong, "<strong>"},
		{l.italic, "<em>"},
		{l.under && l.link == "", "<u>"},
		{l.struck, "<s>"},
		{l.script != "", "<" + l.script + ">"},
	} {
		if element.on {
			list = append(list, element.name)
		}
	}
	for name := range strings.SplitAfterSeq(l.others, ">") {
		if name != "" {
			list = append(list, name)
		}
	}
	return list
}

// pasteRun is the text of a block so far, in pieces of one look.
type pasteRun struct{ pieces []pastePiece }

type pastePiece struct {
	html  string
	plain bool // text, not an element
	look  look
}

func (r *pasteRun) add(element string, l look) {
	r.pieces = append(r.pieces, pastePiece{html: element, look: l})
}

func (r *pasteRun) text(s string, l look) {
	if l.spaces {
		s = strings.ReplaceAll(s, "\u00A0", " ")
	}
	r.pieces = append(r.pieces, pastePiece{html: s, plain: true, look: l})
}

// pastedSpace matches white space that shows as one space: word processors fill with
// spaces that do not break. A single one of these is meant.
var pastedSpace = regexp.MustCompile(`[ \t\n\r\x{00A0}]*[ \t\n\r][ \t\n\r\x{00A0}]*|\x{00A0}{2,}`)

// paragraphs returns the run as HTML, cut where two breaks make an empty line. Parts
// without a visible character are left out.
func (r *pasteRun) paragraphs(tag string) (list []string) {
	var pieces []pastePiece
	breaks := 0
	end := func() {
		if text := renderPieces(pieces); text != "" {
			list = append(list, text)
		}
		pieces, breaks = nil, 0
	}
	for _, piece := range r.pieces {
		switch {
		case piece.html == "<br>" && !piece.plain:
			if breaks++; breaks > 1 {
				end()
				continue
			}
		case !piece.plain || strings.Trim(piece.html, " \t\n\r\u00A0") != "":
			breaks = 0
		}
		pieces = append(pieces, piece)
	}
	end()
	if headingTags[tag] && len(list) > 1 { // one heading stays one
		return []string{strings.Join(list, "<br>")}
	}
	return list
}

// renderPieces writes pieces with their tags. Tags that go on from one piece to the next
// stay open.
func renderPieces(pieces []pastePiece) string {
	pieces = collapsePieces(pieces)
	var b strings.Builder
	var open []string
	closeTo := func(depth int) {
		for len(open) > depth {
			name, _, _ := strings.Cut(strings.Trim(open[len(open)-1], "<>"), " ")
			b.WriteString("</" + name + ">")
			open = open[:len(open)-1]
		}
	}
	for i, piece := range pieces {
		tags := piece.look.tags()
		if piece.html == " " && i+1 < len(pieces) { // bold does not begin or end with a space
			tags = tags[:min(sameTags(open, tags), sameTags(tags, pieces[i+1].look.tags()))]
		}
		same := sameTags(open, tags)
		closeTo(same)
		for _, t := range tags[same:] {
			b.WriteString(t)
			open = append(open, t)
		}
		if piece.plain {
			b.WriteString(html.EscapeString(piece.html))
		} else {
			b.WriteString(piece.html)
		}
	}
	closeTo(0)
	return b.String()
}

func sameTags(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// collapsePieces joins white space, and takes it and breaks off both ends.
func collapsePieces(pieces []pastePiece) []pastePiece {
	var kept []pastePiece
	space := true
	for _, piece := range pieces {
		if piece.plain {
			piece.html = pastedSpace.ReplaceAllString(piece.html, " ")
			if space {
				piece.html = strings.TrimLeft(piece.html, " ")
			}
			if piece.html == "" {
				continue
			}
			space = strings.HasSuffix(piece.html, " ")
			kept = append(kept, parts(piece)...)
			continue
		}
		space = piece.html == "<br>"
		kept = append(kept, piece)
	}
	for i, piece := range slices.Backward(kept) {
		if piece.plain {
			kept[i].html = strings.TrimRight(piece.html, " \u00A0")
		}
		if kept[i].html != "" && (piece.plain || piece.html != "<br>") {
			break
		}
		kept = kept[:i]
	}
	for len(kept) > 0 && (kept[0].html == "<br>" && !kept[0].plain || strings.Trim(kept[0].html, " \u00A0") == "") {
		kept = kept[1:]
	}
	return kept
}

// parts puts the space at either end of a text into a piece of its own.
func parts(piece pastePiece) (list []pastePiece) {
	text := strings.Trim(piece.html, " ")
	if text == "" {
		return []pastePiece{piece}
	}
	before, after, _ := strings.Cut(piece.html, text)
	for _, s := range []string{before, text, after} {
		if piece.html = s; s != "" {
			list = append(list, piece)
		}
	}
	return list
}
