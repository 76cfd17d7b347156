package richtext

import (
	"html"
	"slices"
	"strings"
	"unicode"

	nethtml "golang.org/x/net/html"
)

// MaxCommentBytes is the longest comment, WordPress's own limit.
const MaxCommentBytes = 65525

// Bounds on the shape of a comment.
const (
	maxCommentDepth = 20 // nested elements
	maxQuoteDepth   = 4  // nested quotations; each makes the lines shorter
	maxBreaks       = 2  // line breaks in a row: one empty line
)

// Comment renders a comment: WordPress's list of tags, paragraphs at blank
// lines, breaks at single line ends, and links made of the addresses in the
// text. Text that is no allowed tag stays text (see [tokenizer]); elements
// without visible content are left out. The result closes all its elements. It
// takes time in proportion to the length.
func Comment(raw string) string {
	w := &commentWriter{}
	w.write(raw)
	return commentPolicy().Sanitize(strings.TrimSpace(w.out.String()))
}

// CommentText returns the visible text of [Comment] without markup, with whole
// addresses. An empty line separates paragraphs. Mails, excerpts, lists and the
// search index use it, so that they agree with the page.
func CommentText(raw string) string {
	w := &commentWriter{plain: true}
	w.write(raw)
	return strings.TrimSpace(w.out.String())
}

// BlankComment reports whether a rendered comment has no visible text.
func BlankComment(raw string) bool { return Blank(CommentText(raw)) }

// LinkTargets returns the addresses of the links in a rendered comment, in order.
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

// element is an open element. Its tag is written when the element gets its
// first visible content, so that empty elements are left out.
type element struct {
	tag, start string
	written    bool
}

// commentWriter puts a comment together. Every element that it opens is
// closed, in order.
type commentWriter struct {
	out     strings.Builder
	plain   bool // text without markup
	open    []element
	dropped map[string]int // start tags left out for their depth
	breaks  int            // before the next text
	space   bool           // before the next text
	filled  bool           // whether the paragraph holds something to see
	marks   markLimiter
	finder  addressFinder
	steps   int // of the reader of tags, for tests
}

func (w *commentWriter) write(raw string) {
	r := newTokenizer(Normalize(raw), commentTags)
	for t, ok := r.next(); ok; t, ok = r.next() {
		switch t.kind {
		case textToken:
			w.text(t.data)
		case startToken:
			w.startTag(t)
		case endToken:
			w.endTag(t.data)
		}
	}
	w.steps = r.steps
	w.endParagraph()
	w.closeTo(0)
}

func (w *commentWriter) startTag(t token) {
	switch t.data {
	case "p":
		w.endParagraph()
	case "br":
		w.breaks++
	case "blockquote":
		w.endParagraph()
		w.push(t, maxQuoteDepth)
	case "a":
		if w.countOpen("a") == 0 { // no link in a link
			w.beginParagraph()
			w.push(t, maxCommentDepth)
		}
	default:
		w.beginParagraph()
		w.push(t, maxCommentDepth)
	}
}

func (w *commentWriter) endTag(tag string) {
	switch tag {
	case "p":
		w.endParagraph()
		return
	case "br":
		w.breaks++
		return
	case "blockquote":
		w.endParagraph()
	}
	if w.dropped[tag] > 0 {
		w.dropped[tag]--
		return
	}
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i].tag == tag {
			w.closeTo(i)
			return
		}
	}
}

// push opens an element, unless it would be nested too deep.
func (w *commentWriter) push(t token, most int) {
	if len(w.open) >= maxCommentDepth || t.data == "blockquote" && w.countOpen("blockquote") >= most {
		if w.dropped == nil {
			w.dropped = map[string]int{}
		}
		w.dropped[t.data]++
		return
	}
	start := "<" + t.data + ">"
	if len(t.attr) > 0 || t.data == "a" {
		// The policy decides which attributes stay.
		tag := nethtml.Token{Type: nethtml.StartTagToken, Data: t.data, Attr: linkAttributes(t)}
		start = commentPolicy().Sanitize(tag.String())
	}
	if start != "" && (t.data != "a" || strings.HasPrefix(start, "<a href=")) {
		w.open = append(w.open, element{tag: t.data, start: start})
	}
}

// linkAttributes adds to a link the rel attribute that marks it as set by a
// reader.
func linkAttributes(t token) []nethtml.Attribute {
	if t.data != "a" {
		return t.attr
	}
	kept := slices.DeleteFunc(t.attr, func(a nethtml.Attribute) bool { return a.Key != "href" && a.Key != "title" })
	slices.SortStableFunc(kept, func(a, b nethtml.Attribute) int { return strings.Compare(a.Key, b.Key) })
	kept = slices.CompactFunc(kept, func(a, b nethtml.Attribute) bool { return a.Key == b.Key })
	if len(kept) == 0 || kept[0].Key != "href" {
		return nil
	}
	return append(kept, nethtml.Attribute{Key: "rel", Val: commentRel})
}

func (w *commentWriter) countOpen(tag string) int {
	n := 0
	for _, e := range w.open {
		if e.tag == tag {
			n++
		}
	}
	return n
}

// beginParagraph opens a paragraph where there is none.
func (w *commentWriter) beginParagraph() {
	if w.countOpen("p") == 0 {
		w.open = append(w.open, element{tag: "p", start: "<p>"})
	}
}

// endParagraph closes the paragraph and all that is open in it.
func (w *commentWriter) endParagraph() {
	w.breaks, w.space, w.filled = 0, false, false
	for i, e := range w.open {
		if e.tag == "p" {
			w.closeTo(i)
			clear(w.dropped)
			if e.written {
				w.out.WriteByte('\n')
				if w.plain {
					w.out.WriteByte('\n')
				}
			}
			return
		}
	}
}

func (w *commentWriter) closeTo(depth int) {
	for len(w.open) > depth {
		last := w.open[len(w.open)-1]
		if last.written && !w.plain {
			w.out.WriteString("</" + last.tag + ">")
		}
		w.open = w.open[:len(w.open)-1]
	}
}

// text writes text as typed: a blank line begins a new paragraph or, inside
// of an element, leaves a gap.
func (w *commentWriter) text(s string) {
	ends := 0 // of lines, before the next text
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			ends++
		}
		if Blank(decodeEntities(line)) {
			w.space = w.space || i == 0 && strings.ContainsFunc(decodeEntities(line), unicode.IsSpace)
			continue
		}
		w.endLines(ends)
		w.beginParagraph()
		if ends > 0 || !w.filled {
			line = strings.TrimLeft(line, " \t")
		}
		w.writeLine(line)
		ends = 0
	}
	w.endLines(ends)
}

// endLines notes that n lines ended before the next text.
func (w *commentWriter) endLines(n int) {
	if n == 0 {
		return
	}
	inner := len(w.open) > 0 && w.open[len(w.open)-1].tag != "p" && w.open[len(w.open)-1].tag != "blockquote"
	switch {
	case n == 1:
		w.breaks++
	case inner:
		w.breaks += 2
	default:
		w.endParagraph()
	}
}

// writePending writes the breaks before the next text, and the tags of the elements
// around it.
func (w *commentWriter) writePending() {
	w.beginParagraph()
	switch {
	case !w.filled:
	case w.breaks > 0:
		w.out.WriteString(strings.Repeat(map[bool]string{false: "<br>\n", true: "\n"}[w.plain], min(w.breaks, maxBreaks)))
	case w.space:
		w.out.WriteByte(' ')
	}
	w.breaks, w.space, w.filled = 0, false, true
	for i := range w.open {
		if e := &w.open[i]; !e.written {
			e.written = true
			if !w.plain {
				w.out.WriteString(e.start)
			}
		}
	}
}

// see writes text with decoded entities.
func (w *commentWriter) see(s string) {
	if Blank(s) {
		w.space = w.space || strings.ContainsFunc(s, unicode.IsSpace)
		return
	}
	w.writePending()
	s = w.marks.limit(s)
	if !w.plain {
		s = html.EscapeString(s)
	}
	w.out.WriteString(s)
}

// maxShownAddress is how many characters of an address in the text are
// shown; its target is kept whole.
const maxShownAddress = 60

// writeLine writes a line with its addresses as links. The brackets around
// "<https://example.org/>" are left out.
func (w *commentWriter) writeLine(s string) {
	at := 0
	if w.countOpen("a")+w.countOpen("code") == 0 {
		for a, ok := w.finder.next(s, 0); ok; a, ok = w.finder.next(s, a.end) {
			before, behind := a.begin, a.end
			if before > at && s[before-1] == '<' && behind < len(s) && s[behind] == '>' {
				before--
				behind++
			}
			w.see(decodeEntities(s[at:before]))
			w.writeLink(s[a.begin:a.end], a.target)
			at = behind
		}
	}
	w.see(decodeEntities(s[at:]))
}

func (w *commentWriter) writeLink(shown, target string) {
	if w.plain {
		w.see(shown)
		return
	}
	link := `<a href="` + html.EscapeString(target) + `" rel="` + commentRel + `">`
	// The policy decides whether this is an address.
	if commentPolicy().Sanitize(link+"x</a>") != link+"x</a>" {
		w.see(shown)
		return
	}
	w.writePending()
	w.out.WriteString(link + html.EscapeString(w.marks.limit(Excerpt(shown, maxShownAddress))) + "</a>")
}
