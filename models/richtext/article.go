package richtext

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits of an article's source. Markdown's is lower because its parser
// takes quadratic time on hostile input.
const (
	MaxArticleBytes = 256 << 10
	MaxBodyBytes    = 10 << 20
	maxMarkdownNest = 60 // of quotes and brackets
	maxArticleDepth = 100
)

// Format is what a body is written in.
type Format int

// The formats.
const (
	Markdown Format = iota
	HTML
	Text // paragraphs parted by blank lines
)

var formatNames = [...]string{"markdown", "html", "text"}

// String returns the format's name.
func (f Format) String() string { return formatNames[f] }

// ParseFormat reads a format's name; none and nothing count as text.
func ParseFormat(s string) (Format, error) {
	switch s {
	case "markdown":
		return Markdown, nil
	case "html":
		return HTML, nil
	case "text", "none", "":
		return Text, nil
	}
	return 0, fmt.Errorf("the format %q is unknown; it is markdown, html, text or none", s)
}

// Body is a rendered body.
type Body struct {
	HTML  string
	Text  string // without markup
	Words int
	Links []Link
}

// Link is a link in a body. Alone means that it has a paragraph to itself.
type Link struct {
	Href  string
	Text  string
	Alone bool
}

var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.Typographer),
		goldmark.WithRendererOptions(ghtml.WithUnsafe()), // the policy comes after
	)
})

// Article renders an article's body. The error is about a limit and may be
// shown.
func Article(source string, f Format) (Body, error) {
	source = Normalize(source)
	var rendered string
	switch {
	case len(source) > MaxBodyBytes:
		return Body{}, fmt.Errorf("the body is longer than %d MB", MaxBodyBytes>>20)
	case f == Markdown && len(source) > MaxArticleBytes:
		return Body{}, fmt.Errorf("the Markdown body is longer than %d KB", MaxArticleBytes>>10)
	case f == Markdown && tooNested(source):
		return Body{}, fmt.Errorf("the Markdown body is nested more than %d deep", maxMarkdownNest)
	case f == Markdown:
		var b bytes.Buffer
		if err := markdown().Convert([]byte(source), &b); err != nil {
			return Body{}, fmt.Errorf("the Markdown body cannot be read: %w", err)
		}
		rendered = b.String()
	case f == HTML:
		rendered = source
	default:
		rendered = textToHTML(source)
	}
	body := Body{HTML: tidy(articlePolicy().Sanitize(lower(rendered)))}
	body.Text = PlainText(body.HTML)
	body.Words = countWords(body.Text)
	body.Links = links(body.HTML)
	return body, nil
}

// tooNested finds the input that the Markdown parser is slow on.
func tooNested(source string) bool {
	for line := range strings.Lines(source) {
		deep, most := 0, 0
		for _, r := range line {
			switch r {
			case '[', '>':
				deep++
			case ']', '<':
				deep = max(0, deep-1)
			}
			most = max(most, deep)
		}
		if most > maxMarkdownNest || strings.Count(line, "*")+strings.Count(line, "_") > 2000 {
			return true
		}
		if indent := len(line) - len(strings.TrimLeft(line, " \t")); indent > 4*maxMarkdownNest {
			return true
		}
	}
	return false
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n\s*`)

func textToHTML(source string) string {
	var b strings.Builder
	b.Grow(len(source) + len(source)/16)
	for _, p := range blankLines.Split(source, -1) {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
		}
	}
	return b.String()
}

// lower rewrites, before the policy: a headline in the body steps below the
// page's own, nothing is nested too deep, and a picture of another site
// becomes a link, for a page loads from its own site only.
func lower(source string) string {
	w := newWriter(len(source), maxArticleDepth)
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			w.out.Write(z.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			t.Data = strings.ToLower(t.Data)
			if t.Data == "h1" {
				t.Data = "h2"
			}
			if t.DataAtom == atom.Img {
				w.picture(t)
				continue
			}
			if t.DataAtom == atom.Script || t.DataAtom == atom.Style {
				t.Type = html.StartTagToken
			}
			w.start(t)
		case html.EndTagToken:
			tag := z.Token().Data
			if tag == "h1" {
				tag = "h2"
			}
			w.end(tag)
		}
	}
}

func (w *writer) picture(t html.Token) {
	attr := map[string]string{}
	for _, a := range t.Attr {
		attr[a.Key] = a.Val
	}
	u, err := url.Parse(strings.TrimSpace(attr["src"]))
	if err != nil || attr["src"] == "" {
		return
	}
	if u.Host == "" && u.Scheme == "" {
		t.Type = html.StartTagToken
		if _, ok := attr["alt"]; !ok {
			t.Attr = append(t.Attr, html.Attribute{Key: "alt"})
		}
		w.out.WriteString(t.String())
		return
	}
	shown := attr["alt"]
	if Blank(shown) {
		shown = u.Host + u.Path
	}
	w.out.WriteString((&html.Token{Type: html.StartTagToken, Data: "a", Attr: []html.Attribute{{Key: "href", Val: u.String()}}}).String())
	w.text(shown)
	w.out.WriteString("</a>")
}

// tidy closes and nests elements the way a browser would, so that the body
// cannot reach beyond its place in the page.
func tidy(clean string) string {
	w := newWriter(len(clean), maxArticleDepth)
	z := html.NewTokenizer(strings.NewReader(clean))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		switch kind {
		case html.TextToken:
			w.out.Write(z.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(z.Token())
		case html.EndTagToken:
			w.end(z.Token().Data)
		}
	}
	div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(w.String()), div)
	if err != nil {
		return textToHTML(PlainText(clean))
	}
	var out strings.Builder
	for _, n := range nodes {
		if err := html.Render(&out, n); err != nil {
			return textToHTML(PlainText(clean))
		}
	}
	// An empty corner of a table is no heading.
	return emptyHeading.ReplaceAllString(strings.TrimSpace(out.String()), "<td></td>")
}

var emptyHeading = regexp.MustCompile(`<th[^>]*>\s*</th>`)

func countWords(text string) int {
	n := len(strings.Fields(text))
	// Scripts without spaces: about two characters make a word.
	if runes := len([]rune(text)); runes > 12*max(1, n) {
		return runes / 2
	}
	return n
}
