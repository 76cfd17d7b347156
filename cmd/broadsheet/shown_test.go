package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// asShown writes what a reader sees of an article's HTML, in one form: each block on a
// line with its attributes, then its text in pieces with the inline elements around
// each. White space that does not show, paragraphs without content and the order in
// which inline elements are nested are left out. It shares no code with the editor.
func asShown(source string) string {
	div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(source), div)
	if err != nil {
		return err.Error()
	}
	var w shownWriter
	for _, n := range nodes {
		w.node(n, nil)
	}
	w.endRun()
	return w.out.String()
}

type shownWriter struct {
	out strings.Builder
	run []shownPiece
	pre bool
	p   string // a paragraph that has no text yet
}

// shownPiece is a text, a break or a picture inside of a block.
type shownPiece struct{ text, around string }

var inlineElements = strings.Fields("a abbr b cite code del em i ins kbd mark q s samp small strong sub sup time u var")

func (w *shownWriter) node(n *html.Node, around []string) {
	switch {
	case n.Type == html.TextNode:
		w.run = append(w.run, shownPiece{n.Data, strings.Join(around, "")})
	case n.Type != html.ElementNode:
		w.run = append(w.run, shownPiece{"<!--" + n.Data, ""})
	case n.Data == "br" || n.Data == "img":
		w.run = append(w.run, shownPiece{tag(n), strings.Join(around, "")})
	case slices.Contains(inlineElements, n.Data):
		inner := slices.Clone(around)
		if name := tag(n); !slices.Contains(inner, name) {
			inner = append(inner, name)
			slices.Sort(inner)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.node(c, inner)
		}
	default:
		w.endRun()
		w.p = ""
		if n.Data == "p" {
			w.p = "\n" + tag(n)
		} else {
			w.out.WriteString("\n" + tag(n))
		}
		before := w.pre
		w.pre = w.pre || n.Data == "pre"
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.node(c, around)
		}
		w.endRun()
		w.pre, w.p = before, ""
		if n.Data != "p" {
			w.out.WriteString("\n</" + n.Data + ">")
		}
	}
}

// tag is an element with its attributes in order.
func tag(n *html.Node) string {
	var attributes []string
	for _, a := range n.Attr {
		attributes = append(attributes, fmt.Sprintf(" %s=%q", a.Key, a.Val))
	}
	slices.Sort(attributes)
	return "<" + n.Data + strings.Join(attributes, "") + ">"
}

// endRun writes the text that came since the last block began or ended.
func (w *shownWriter) endRun() {
	run := w.run
	w.run = nil
	if !w.pre {
		run = collapse(run)
	}
	last := "\x00"
	for _, piece := range run {
		if piece.text == "" {
			continue
		}
		w.out.WriteString(w.p)
		w.p = ""
		if piece.around != last {
			fmt.Fprintf(&w.out, "\n[%s] ", piece.around)
		}
		last = piece.around
		w.out.WriteString(piece.text)
	}
}

// collapse leaves out the white space that does not show.
func collapse(run []shownPiece) (kept []shownPiece) {
	space := true
	for _, piece := range run {
		if strings.HasPrefix(piece.text, "<br") {
			if len(kept) > 0 {
				kept[len(kept)-1].text = strings.TrimRight(kept[len(kept)-1].text, " ")
			}
			kept, space = append(kept, piece), true
			continue
		}
		var b strings.Builder
		for _, r := range piece.text {
			if strings.ContainsRune(" \t\n\r\f", r) {
				if !space {
					b.WriteByte(' ')
				}
				space = true
				continue
			}
			b.WriteRune(r)
			space = false
		}
		if b.Len() > 0 {
			kept = append(kept, shownPiece{b.String(), piece.around})
		}
	}
	for i := len(kept) - 1; i >= 0; i-- {
		if kept[i].text = strings.TrimRight(kept[i].text, " "); kept[i].text != "" {
			break
		}
	}
	return kept
}

func TestShownTellsBodiesApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"<p>a <b>b</b></p>", "<p>\n a  <b>b</b>\n</p>\n", true},
		{"<p><em><strong>x</strong></em></p>", "<p><strong><em>x</em></strong></p>", true},
		{"<p>x</p><p></p>", "<p>x</p>", true},
		{"<pre><code>a</code></pre>", "<pre>a</pre>", false},
		{"<p>a b</p>", "<p>a</p><p>b</p>", false},
		{"<p>a</p>", "a", false},
		{"<li>a</li>", "<li><p>a</p></li>", false},
		{"<p>a<b>b</b></p>", "<p>ab</p>", false},
		{"<pre>a  b</pre>", "<pre>a b</pre>", false},
		{`<p dir="rtl">a</p>`, "<p>a</p>", false},
		{`<p><a href="/x">a</a></p>`, `<p><a href="/y">a</a></p>`, false},
		{`<ol start="3"><li>a</li></ol>`, `<ol><li>a</li></ol>`, false},
		{"<blockquote><p>a</p></blockquote>", "<p>a</p>", false},
		{"<p>a<br>b</p>", "<p>a b</p>", false},
		{`<p>a<img src="/m.jpg"></p>`, "<p>a</p>", false},
		{"<p>a\u00a0b</p>", "<p>a b</p>", false},
	} {
		if (asShown(c.a) == asShown(c.b)) != c.same {
			t.Errorf("%s and %s: %q, %q", c.a, c.b, asShown(c.a), asShown(c.b))
		}
	}
}
