package paragraphs

import (
	"strings"

	"broadsheet/models/richtext"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Split returns the paragraphs of a body. Their concatenation is the body, byte by byte:
// white space between two paragraphs belongs to the first.
func Split(body string, format richtext.Format) []string {
	if format == richtext.HTML {
		return splitHTML(body)
	}
	return splitLines(body)
}

// splitLines splits at empty lines, except within fenced code.
func splitLines(body string) []string {
	var s splitter
	fence := ""
	for line := range strings.Lines(body) {
		text := strings.TrimSpace(line)
		switch {
		case text == "" && fence == "":
			s.add(line)
			s.end()
			continue
		case fence != "" && strings.HasPrefix(text, fence):
			fence = ""
		case fence == "" && (strings.HasPrefix(text, "```") || strings.HasPrefix(text, "~~~")):
			fence = text[:3]
		}
		s.add(line)
	}
	return s.finish()
}

// splitter collects the paragraphs.
type splitter struct {
	list []string
	open strings.Builder
	text bool // the open paragraph has more than white space
}

func (s *splitter) add(raw string) {
	s.open.WriteString(raw)
	s.text = s.text || strings.TrimSpace(raw) != ""
}

// end ends the open paragraph. White space alone goes to the paragraph before it.
func (s *splitter) end() {
	switch raw := s.open.String(); {
	case raw == "":
	case !s.text && len(s.list) > 0:
		s.list[len(s.list)-1] += raw
	case s.text:
		s.list = append(s.list, raw)
	default:
		return // spaces before the first paragraph: they begin it
	}
	s.open.Reset()
	s.text = false
}

// finish ends the last paragraph and returns all.
func (s *splitter) finish() []string {
	s.end()
	if rest := s.open.String(); rest != "" { // a body of spaces
		s.list = append(s.list, rest)
	}
	return s.list
}

// phrasing holds the inline elements. Every other element is a block of its own.
var phrasing = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Br: true, atom.Cite: true, atom.Code: true,
	atom.Data: true, atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Ins: true, atom.Kbd: true,
	atom.Mark: true, atom.Q: true, atom.Rp: true, atom.Rt: true, atom.Ruby: true, atom.S: true, atom.Samp: true, atom.Small: true,
	atom.Span: true, atom.Strike: true, atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Tt: true,
	atom.U: true, atom.Var: true, atom.Wbr: true, atom.Img: true,
}

// void holds the elements without an end tag (HTML standard, section 13.1.2).
var void = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true, atom.Input: true,
	atom.Link: true, atom.Meta: true, atom.Param: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

// splitHTML splits at the end of each top-level element. An element without its end tag
// contains the rest of the body, so broken HTML has fewer and longer paragraphs, and loses
// nothing.
func splitHTML(body string) []string {
	var s splitter
	var open []atom.Atom // the open elements
	z := html.NewTokenizer(strings.NewReader(body))
	read := 0
	for {
		kind := z.Next()
		raw := string(z.Raw())
		read += len(raw)
		if kind == html.ErrorToken {
			s.add(raw)
			break
		}
		name, _ := z.TagName()
		tag := atom.Lookup(name)
		switch kind {
		case html.TextToken:
			if len(open) == 0 {
				s.addText(raw)
				continue
			}
			s.add(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			if len(open) == 1 && open[0] == atom.P && !phrasing[tag] {
				open = nil // a block ends an open paragraph
			}
			if len(open) == 0 && !phrasing[tag] {
				s.end()
			}
			s.add(raw)
			switch {
			case void[tag] && len(open) == 0 && !phrasing[tag]:
				s.end()
			case !void[tag]:
				open = append(open, tag)
			}
		case html.EndTagToken:
			s.add(raw)
			for i := len(open) - 1; i >= 0; i-- {
				if open[i] != tag {
					continue
				}
				if open = open[:i]; i == 0 && !phrasing[tag] {
					s.end()
				}
				break
			}
		default: // comments, declarations
			s.add(raw)
		}
	}
	if read < len(body) {
		s.add(body[read:])
	}
	return s.finish()
}

// addText adds top-level text, in which an empty line ends a paragraph, as in the texts of
// WordPress's classic editor.
func (s *splitter) addText(raw string) {
	for line := range strings.Lines(raw) {
		s.add(line)
		if strings.TrimSpace(line) == "" && strings.HasSuffix(line, "\n") {
			s.end()
		}
	}
}
