package richtext

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// MaxCommentBytes is the longest comment, WordPress's own limit.
const MaxCommentBytes = 65525

// maxCommentDepth bounds how deep a comment's elements may be nested.
const maxCommentDepth = 20

// Comment renders a comment: WordPress's list of tags, paragraphs at blank
// lines, breaks at single ones, and links made of bare addresses. Everything
// else of the markup is taken out, its text stays. The result is closed in
// itself. It takes time in proportion to the length.
func Comment(raw string) string {
	clean := commentPolicy().Sanitize(Normalize(raw))
	w := &commentWriter{writer: newWriter(len(clean), maxCommentDepth)}
	z := html.NewTokenizer(strings.NewReader(clean))
	for {
		switch z.Next() {
		case html.ErrorToken:
			w.endParagraph()
			return strings.TrimSpace(w.String())
		case html.TextToken:
			w.paragraphs(z.Token().Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			w.startTag(z.Token())
		case html.EndTagToken:
			w.endTag(z.Token().Data)
		}
	}
}

// SanitizeComment applies the comment policy alone. It changes nothing in
// what Comment returned.
func SanitizeComment(rendered string) string { return commentPolicy().Sanitize(rendered) }

// LinkTargets returns what a rendered comment links to, in order.
func LinkTargets(rendered string) []string {
	var targets []string
	for rest := rendered; ; {
		_, after, found := strings.Cut(rest, `<a href="`)
		if !found {
			return targets
		}
		target, next, _ := strings.Cut(after, `"`)
		targets = append(targets, html.UnescapeString(target))
		rest = next
	}
}

// commentWriter adds paragraphs and links.
type commentWriter struct {
	*writer
	inParagraph bool
}

func (w *commentWriter) startTag(t html.Token) {
	switch t.Data {
	case "p":
		w.endParagraph()
	case "br":
		w.begin()
		w.out.WriteString("<br>\n")
	case "blockquote":
		w.endParagraph()
		w.start(t)
	case "a":
		if w.has("a") {
			return // a link in a link
		}
		w.begin()
		w.start(html.Token{Data: "a", Attr: linkAttributes(t.Attr)})
	default:
		w.begin()
		w.start(t)
	}
}

func (w *commentWriter) endTag(tag string) {
	if tag == "blockquote" || tag == "p" {
		w.endParagraph()
	}
	if tag != "p" {
		w.end(tag)
	}
}

// begin opens a paragraph where there is none.
func (w *commentWriter) begin() {
	if !w.inParagraph {
		w.out.WriteString("<p>")
		w.open = append(w.open, "p")
		w.inParagraph = true
	}
}

// endParagraph closes the paragraph and whatever stands open in it.
func (w *commentWriter) endParagraph() {
	if !w.inParagraph {
		return
	}
	w.inParagraph = false
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i] == "p" {
			w.closeTo(i)
			break
		}
	}
	clear(w.dropped)
	w.out.WriteByte('\n')
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n\s*`)

// paragraphs writes text: a blank line begins a new paragraph, or, inside of
// an element, leaves a gap.
func (w *commentWriter) paragraphs(s string) {
	for i, part := range blankLines.Split(s, -1) {
		if i > 0 {
			if len(w.open) > 0 && w.open[len(w.open)-1] != "p" && w.open[len(w.open)-1] != "blockquote" {
				w.out.WriteString("<br>\n<br>\n")
			} else {
				w.endParagraph()
			}
		}
		if !w.inParagraph {
			part = strings.TrimLeft(part, " \t\n")
		}
		if part == "" {
			continue
		}
		w.begin()
		for k, line := range strings.Split(part, "\n") {
			if k > 0 {
				w.out.WriteString("<br>\n")
			}
			w.autolink(line)
		}
	}
}

var bareAddress = regexp.MustCompile(`https?://[^\s<>"'\x60\x{00A0}\x{200B}]+`)

// maxShownAddress is how many characters of a bare address are shown; its
// target is kept whole.
const maxShownAddress = 60

// autolink writes a line with its bare addresses as links.
func (w *commentWriter) autolink(line string) {
	if w.has("a", "code") || !strings.Contains(line, "://") {
		w.text(line)
		return
	}
	at := 0
	for _, m := range bareAddress.FindAllStringIndex(line, -1) {
		end := m[1] - trailing(line[m[0]:m[1]])
		target := line[m[0]:end]
		link := `<a href="` + html.EscapeString(target) + `" rel="` + commentRel + `">`
		// The policy has the last word on what is an address.
		if m[0] < at || end <= m[0]+len("https://") || commentPolicy().Sanitize(link+"x</a>") != link+"x</a>" {
			continue
		}
		w.text(line[at:m[0]])
		w.out.WriteString(link)
		w.text(Excerpt(target, maxShownAddress))
		w.out.WriteString("</a>")
		at = end
	}
	w.text(line[at:])
}

// trailing counts the bytes at an address's end that belong to the sentence.
func trailing(address string) int {
	n := 0
	for n < len(address) {
		c := address[len(address)-1-n]
		if c == ')' && strings.Count(address, "(") >= strings.Count(address, ")") || !strings.ContainsRune(".,;:!?)]}*", rune(c)) {
			break
		}
		n++
	}
	return n
}

// linkAttributes keeps what a link may have and adds who set it.
func linkAttributes(from []html.Attribute) []html.Attribute {
	kept := slices.DeleteFunc(slices.Clone(from), func(a html.Attribute) bool { return a.Key != "href" && a.Key != "title" })
	slices.SortFunc(kept, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
	return append(kept, html.Attribute{Key: "rel", Val: commentRel})
}
