package richtext

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

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

// Format is the markup of a body.
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

// Article renders an article's body. The error is about a limit and may be
// shown.
func Article(source string, f Format) (Body, error) {
	source = Normalize(source)
	if err := CheckArticle(source, f); err != nil {
		return Body{}, err
	}
	var rendered string
	switch {
	case f == Markdown:
		var b bytes.Buffer
		if err := markdown().Convert([]byte(source), &b); err != nil {
			return Body{}, fmt.Errorf("the Markdown body cannot be read: %w", err)
		}
		rendered = b.String()
	case f == HTML:
		rendered = source
	default:
		rendered = TextToHTML(source)
	}
	body := Body{HTML: balanceElements(articlePolicy().Sanitize(prepareHTML(rendered)))}
	body.Text = PlainText(body.HTML)
	body.Words = countWords(body.Text)
	body.Links = listLinks(body.HTML)
	return body, nil
}

// LimitError says which limit of an article's source is passed.
type LimitError struct {
	Code  string // too-many-megabytes, too-many-kilobytes or too-nested
	Limit int    // in the unit of the code
}

// Error implements error. The text may be shown.
func (e *LimitError) Error() string {
	switch e.Code {
	case "too-many-megabytes":
		return fmt.Sprintf("the body is longer than %d MB", e.Limit)
	case "too-many-kilobytes":
		return fmt.Sprintf("the Markdown body is longer than %d KB", e.Limit)
	}
	return fmt.Sprintf("the Markdown body is nested more than %d deep", e.Limit)
}

// CheckArticle refuses the bodies that are too long or too deeply nested for [Article], with
// a [*LimitError].
func CheckArticle(source string, f Format) error {
	switch {
	case len(source) > MaxBodyBytes:
		return &LimitError{"too-many-megabytes", MaxBodyBytes >> 20}
	case f == Markdown && len(source) > MaxArticleBytes:
		return &LimitError{"too-many-kilobytes", MaxArticleBytes >> 10}
	case f == Markdown && tooNested(source):
		return &LimitError{"too-nested", maxMarkdownNest}
	}
	return nil
}

// listMarks matches the marks of lists that begin on the same line.
var listMarks = regexp.MustCompile(`^(?:[ \t>]*(?:[-+*]|[0-9]{1,9}[.)])[ \t])+`)

// maxQuoteRun is the longest run of quotation marks. The Markdown parser
// counts the rest of the run at each of them.
const maxQuoteRun = 200

// tooNested finds the input that the Markdown parser is slow on: it takes
// quadratic time for each of these.
func tooNested(source string) bool {
	links, angles := 0, 0 // targets of links that are open in the paragraph: "[a](b", "[a](<b"
	for line := range strings.Lines(source) {
		text := strings.TrimSpace(line)
		if text == "" {
			links, angles = 0, 0
		}
		for i := range len(line) {
			switch {
			case line[i] == ')':
				links = max(0, links-1)
			case line[i] == '>':
				angles = 0
			case strings.HasPrefix(line[i:], "]("):
				links++
				if strings.HasPrefix(line[i+2:], "<") {
					angles++
				}
			}
			if max(links, angles) > maxMarkdownNest {
				return true
			}
		}
		rule := strings.Trim(text, "- \t") == "" || strings.Trim(text, "* \t") == ""
		if !rule && len(strings.Fields(listMarks.FindString(line))) > maxMarkdownNest {
			return true
		}
		if strings.Contains(line, quoteRuns[0]) || strings.Contains(line, quoteRuns[1]) {
			return true
		}
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

var quoteRuns = [...]string{strings.Repeat(`"`, maxQuoteRun), strings.Repeat("'", maxQuoteRun)}

var blankLines = regexp.MustCompile(`\n[ \t]*\n\s*`)

// TextToHTML returns the HTML of a body of format [Text]. [Article] renders both alike.
func TextToHTML(source string) string {
	source = Normalize(source)
	var b strings.Builder
	b.Grow(len(source) + len(source)/16)
	for _, p := range blankLines.Split(source, -1) {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + html.EscapeString(joinWide(p)) + "</p>\n")
		}
	}
	return b.String()
}

// joinWide takes out the line breaks that a browser would show as a space in
// the middle of Chinese or Japanese.
func joinWide(s string) string {
	lines := strings.Split(s, "\n")
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			last, _ := utf8.DecodeLastRuneInString(lines[i-1])
			first, _ := utf8.DecodeRuneInString(line)
			if !isWide(last) || !isWide(first) {
				b.WriteByte('\n')
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// prepareHTML rewrites the source before the policy: it moves a headline in the body
// one level below the page's own, bounds the nesting, turns text that only
// looks like a tag into text, turns the box of a task list into a character,
// and turns a picture of another site into a link, because a page loads from
// its own site only.
func prepareHTML(source string) string {
	w := &articleWriter{newWriter(len(source), maxArticleDepth), map[string]int{}}
	z := html.NewTokenizer(strings.NewReader(escapeOpen(source)))
	for {
		kind := z.Next()
		raw := z.Raw()
		switch kind {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			w.out.Write(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			shown := string(raw) // as typed; reading the token changes the bytes
			w.startTag(z.Token(), shown)
		case html.EndTagToken:
			shown := string(raw)
			w.endTag(z.Token().Data, shown)
		}
	}
}

// escapeOpen writes a "<" as an entity where the name of no element follows
// and another "<", or the end, comes before the ">", as in "if x<y then</p>".
// An HTML parser would read all up to the next ">" as one tag.
func escapeOpen(source string) string {
	var b strings.Builder
	at := 0
	for i := range len(source) {
		if source[i] != '<' || i+1 == len(source) || !isLetter(source[i+1]) {
			continue
		}
		rest := source[i+1:]
		if end := strings.IndexAny(rest, "<>"); end >= 0 && rest[end] == '>' {
			continue
		}
		name := strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune(" \t\n/<", r) })
		if name < 0 {
			name = len(rest)
		}
		if name <= 32 && isElement(strings.ToLower(rest[:name])) {
			continue
		}
		b.WriteString(source[at:i])
		b.WriteString("&lt;")
		at = i + 1
	}
	b.WriteString(source[at:])
	return b.String()
}

// elements are the elements of HTML, old ones included, and those of SVG and
// MathML that are written without attributes and are no words. Package atom
// does not tell them from attributes: <name> and <size> are no elements.
var elements = wordSet(`
	a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote
	body br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl
	dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr
	html i iframe image img input ins kbd keygen label legend li link listing main map mark marquee math menu
	menuitem meta meter nav nobr noembed noframes noscript object ol optgroup option output p param picture
	plaintext pre progress q rb rp rt rtc ruby s samp script search section select slot small source span strike
	strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul
	var video wbr xmp g defs desc mrow mi mo mn ms msub msup msubsup mfrac msqrt mroot mtext mtable mtr mtd mover
	munder munderover semantics annotation`)

// isElement reports whether HTML has an element of that name, or a program
// may have one: "my-element", "o:p".
func isElement(name string) bool { return elements[name] || strings.ContainsAny(name, "-:") }

// looksLikeText reports whether a start tag is text that only looks like one:
// it has the name of no element, as in "<IBM>", or of one letter, as in "if
// a<b and c>d", and no attribute of it has a value.
func looksLikeText(t html.Token) bool {
	words := false
	for _, a := range t.Attr {
		if a.Val != "" {
			return false
		}
		words = words || !flagAttributes[a.Key] && !strings.ContainsAny(a.Key, "-_:")
	}
	return !isElement(t.Data) || len(t.Data) == 1 && words
}

// articleWriter rewrites the tags of an article.
type articleWriter struct {
	*writer
	words map[string]int // open "tags" that are text
}

func (w *articleWriter) startTag(t html.Token, shown string) {
	t.Data = strings.ToLower(t.Data)
	switch {
	case t.Data == "img" || t.Data == "image":
		t.Data = "img"
		w.writePicture(t)
		return
	case t.Data == "input":
		w.writeBox(t)
		return
	case looksLikeText(t):
		// Not an element of HTML or of a program's own: "<IBM>".
		w.words[t.Data]++
		w.text(shown)
		return
	case t.Data == "h1":
		t.Data = "h2"
	case t.Data == "td" || t.Data == "th":
		t.Attr = withAlignment(t.Attr)
	case t.Data == "script" || t.Data == "style":
		t.Type = html.StartTagToken
	}
	w.start(t)
}

func (w *articleWriter) endTag(tag, shown string) {
	switch {
	case w.words[tag] > 0:
		w.words[tag]--
		w.text(shown)
		return
	case tag == "h1":
		tag = "h2"
	}
	w.end(tag)
}

// writeBox writes the box of a task list as a character.
func (w *articleWriter) writeBox(t html.Token) {
	attr := attributeMap(t)
	if !strings.EqualFold(attr["type"], "checkbox") {
		return
	}
	if _, checked := attr["checked"]; checked {
		w.text("☑")
	} else {
		w.text("☐")
	}
}

func attributeMap(t html.Token) map[string]string {
	attr := map[string]string{}
	for _, a := range t.Attr {
		if _, again := attr[a.Key]; !again {
			attr[a.Key] = a.Val
		}
	}
	return attr
}

var alignStyle = regexp.MustCompile(`(?i)(?:^|;)\s*text-align\s*:\s*(left|center|right)\b`)

// withAlignment turns the alignment of a cell, which is no valid HTML or
// which a page of ours may not hold, into a class. Left is where lines start
// and right where they end: in a right-to-left article the table is mirrored.
// A class that an earlier cleaning made stays.
func withAlignment(attr []html.Attribute) []html.Attribute {
	var kept []html.Attribute
	align, class := "", ""
	for _, a := range attr {
		switch value := strings.ToLower(a.Val); {
		case a.Key == "class" && strings.HasPrefix(value, "align-"):
			class = value
		case a.Key == "align" && (value == "left" || value == "center" || value == "right"):
			align = value
		case a.Key == "style":
			if m := alignStyle.FindStringSubmatch(value); m != nil {
				align = m[1]
			}
		case a.Key != "class":
			kept = append(kept, a)
		}
	}
	if align != "" {
		class = "align-" + map[string]string{"left": "start", "center": "center", "right": "end"}[align]
	}
	if class != "" { // the policy knows the three
		kept = append(kept, html.Attribute{Key: "class", Val: class})
	}
	return kept
}

// writePicture writes a picture of this site. One that is elsewhere, or in the
// page's own bytes, becomes its alternative text: as a link, or inside of a
// link as that link's text.
func (w *articleWriter) writePicture(t html.Token) {
	attr := attributeMap(t)
	source := ""
	for _, key := range []string{"src", "data-src", "data-lazy-src", "srcset", "data-srcset"} {
		// A page that loads pictures late has a placeholder as src.
		value := strings.TrimSpace(attr[key])
		if strings.HasSuffix(key, "srcset") {
			value, _, _ = strings.Cut(value, " ")
			value = strings.TrimRight(value, ",")
		}
		if value != "" && (source == "" || hasPrefixFold(source, "data:")) {
			source = value
		}
	}
	u, err := url.Parse(source)
	if source == "" || err != nil {
		w.text(attr["alt"])
		return
	}
	if u.Host == "" && u.Scheme == "" && !strings.HasPrefix(source, "//") && !strings.HasPrefix(source, "\\") {
		w.writeOwnPicture(t, source)
		return
	}
	shown := strings.TrimSpace(attr["alt"])
	if Blank(shown) {
		shown = Excerpt(u.Host+u.Path, maxShownAddress)
	}
	if u.Scheme == "" {
		u.Scheme = "https"
	}
	switch {
	case Blank(shown):
	case u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || w.has("a"):
		w.text(shown)
	default:
		link := html.Token{Type: html.StartTagToken, Data: "a", Attr: []html.Attribute{
			{Key: "href", Val: u.String()}, {Key: "class", Val: "picture-link"},
		}}
		w.out.WriteString(link.String())
		w.text(shown)
		w.out.WriteString("</a>")
	}
}

func (w *articleWriter) writeOwnPicture(t html.Token, source string) {
	kept := []html.Attribute{{Key: "src", Val: source}, {Key: "alt", Val: attributeMap(t)["alt"]}}
	for _, a := range t.Attr {
		if a.Key != "src" && a.Key != "alt" {
			kept = append(kept, a)
		}
	}
	w.out.WriteString((&html.Token{Type: html.StartTagToken, Data: "img", Attr: kept}).String())
}

// balanceElements closes and nests elements the way a browser would, so that the body
// cannot reach beyond its place in the page.
func balanceElements(clean string) string {
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
		return TextToHTML(PlainText(clean))
	}
	var out strings.Builder
	for _, n := range nodes {
		for d := range n.Descendants() {
			moveHrefFirst(d)
		}
		moveHrefFirst(n)
		if err := html.Render(&out, n); err != nil {
			return TextToHTML(PlainText(clean))
		}
	}
	// An empty corner of a table is no heading.
	return emptyHeading.ReplaceAllString(strings.TrimSpace(out.String()), "<td></td>")
}

// moveHrefFirst puts a link's address before its other attributes, where
// [listLinks] and [MarkCards] look for it. The policy may have moved it.
func moveHrefFirst(n *html.Node) {
	if n.DataAtom == atom.A {
		slices.SortStableFunc(n.Attr, func(a, b html.Attribute) int {
			switch {
			case a.Key == "href" && b.Key != "href":
				return -1
			case b.Key == "href" && a.Key != "href":
				return 1
			}
			return 0
		})
	}
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
