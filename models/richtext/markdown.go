package richtext

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown is GitHub's Markdown with footnotes and typographic quotes, and
// three things of our own: addresses are found as in comments, and two rules
// are made to fit scripts without spaces.
//
// goldmark's own CJK extension is not used: its simple style joins the words
// of Korean, which has spaces, and its other style joins sentences of English
// ("one.\nTwo").
var markdown = sync.OnceValue(func() goldmark.Markdown {
	// It matches nothing, and is anchored: one that is not is tried at every
	// byte of the rest of the line, for each "https:" in it.
	nothing := regexp.MustCompile(`\A[^\s\S]`)
	return goldmark.New(
		goldmark.WithExtensions(
			extension.NewLinkify(extension.WithLinkifyURLRegexp(nothing), extension.WithLinkifyWWWRegexp(nothing)), // email addresses alone
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.Strikethrough, extension.TaskList, extension.Footnote, extension.Typographer,
		),
		goldmark.WithParserOptions(
			parser.WithInlineParsers(
				util.Prioritized(addressParser{}, 10000),
				util.Prioritized(emphasisParser{parser.NewEmphasisParser()}, 490), // the usual ones have 500
				util.Prioritized(emphasisParser{extension.NewStrikethroughParser()}, 491),
			),
			parser.WithASTTransformers(util.Prioritized(innerAddresses{}, 400), util.Prioritized(innerBreaks{}, 500)),
		),
		goldmark.WithRendererOptions(ghtml.WithUnsafe()), // the policy comes after
	)
})

// addressParser makes links of the addresses that [addressFinder] finds. The
// Markdown parser calls it at the beginning of a line and at ASCII punctuation
// and spaces, because it cannot call it more often.
type addressParser struct{}

// Trigger returns the bytes at which the parser is asked.
func (addressParser) Trigger() []byte { return []byte(" !\"#$%&'()*+,-./:;<=>?@[]^_`{|}~") }

// maxMarkdownAddress bounds how much of a line is looked at for an address,
// so that a long line with many of them does not take quadratic time.
const maxMarkdownAddress = 4 << 10

// Parse reads an address, or a character and the address behind it.
func (addressParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	before, skip := string(block.PrecendingCharacter()), 0
	if len(line) > 1 && line[0] < utf8.RuneSelf && !isLetter(line[0]) {
		before, skip = string(line[:1]), 1
	}
	rest := line[skip:min(len(line), maxMarkdownAddress)]
	first := string(rest[:min(len(rest), 4)])
	if pc.IsInLinkLabel() || first != "" && first[0] == '<' || !strings.EqualFold(first, "http") && !strings.EqualFold(first, "www.") {
		return nil
	}
	var f addressFinder
	a, ok := f.readAt(string(rest), 0, before)
	if !ok {
		return nil
	}
	if skip > 0 {
		ast.MergeOrAppendTextSegment(parent, segment.WithStop(segment.Start+skip))
	}
	block.Advance(skip + a.end)
	return linkTo(a, segment.Start+skip)
}

// linkTo returns a link to an address in the source. textStart is the place of
// the text that the address was found in.
func linkTo(a address, textStart int) ast.Node {
	link := ast.NewLink()
	link.Destination = []byte(a.target)
	link.AppendChild(link, ast.NewTextSegment(text.NewSegment(textStart+a.begin, textStart+a.end)))
	return link
}

// innerAddresses makes links of the addresses that follow a letter, as in
// scripts without spaces. The Markdown parser does not call addressParser
// there.
type innerAddresses struct{}

// Transform changes the texts of a document.
func (innerAddresses) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	source := reader.Source()
	var texts []*ast.Text
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Link, *ast.AutoLink, *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				mergeFollowing(n)
				texts = append(texts, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, t := range texts {
		s, start, at := string(t.Segment.Value(source)), t.Segment.Start, 0
		var f addressFinder
		for a, ok := f.next(s, 1); ok; a, ok = f.next(s, a.end) {
			t.Parent().InsertBefore(t.Parent(), t, ast.NewTextSegment(text.NewSegment(start+at, start+a.begin)))
			t.Parent().InsertBefore(t.Parent(), t, linkTo(a, start))
			at = a.end
		}
		t.Segment = t.Segment.WithStart(start + at)
	}
}

// mergeFollowing adds to a text the texts behind it that go on in the source.
func mergeFollowing(t *ast.Text) {
	for {
		next, ok := t.NextSibling().(*ast.Text)
		if !ok || t.SoftLineBreak() || t.HardLineBreak() || t.IsRaw() != next.IsRaw() ||
			next.Segment.Start != t.Segment.Stop || next.Segment.Padding != 0 {
			return
		}
		t.Segment = t.Segment.WithStop(next.Segment.Stop)
		t.SetSoftLineBreak(next.SoftLineBreak())
		t.SetHardLineBreak(next.HardLineBreak())
		t.Parent().RemoveChild(t.Parent(), next)
	}
}

// emphasisParser lets "*" open and close beside a punctuation mark where a
// letter of a script without spaces follows or goes before, as in
// これは**「港」**です. CommonMark asks for a space there.
type emphasisParser struct{ parser.InlineParser }

// Parse reads a run of stars.
func (p emphasisParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	node := p.InlineParser.Parse(parent, block, pc)
	run, ok := node.(*parser.Delimiter)
	if !ok || run.Char == '_' {
		return node
	}
	line, _ := block.PeekLine()
	after, _ := utf8.DecodeRune(line)
	if len(line) == 0 {
		after = '\n'
	}
	run.CanClose = run.CanClose || isSpaceless(after) && isMark(before)
	run.CanOpen = run.CanOpen || isSpaceless(before) && isMark(after)
	return node
}

func isMark(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// isSpaceless reports whether emphasis may touch r without a space between them. It
// is so in scripts without spaces between words. Korean counts too, although it has
// such spaces: its particles follow emphasis directly.
func isSpaceless(r rune) bool { return isWide(r) || unicode.Is(unicode.Hangul, r) }

// isWide reports whether r is a character of Chinese or Japanese.
func isWide(r rune) bool {
	return r >= '\u3000' && r <= '\u30FF' || r >= '\uFF01' && r <= '\uFF65' ||
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}

// innerBreaks removes line breaks between characters of Chinese or
// Japanese, where a browser would show a space.
type innerBreaks struct{}

// Transform changes the breaks in a document.
func (innerBreaks) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	source := reader.Source()
	// The walk never fails: the function below returns no error.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		t, ok := n.(*ast.Text)
		if !entering || !ok || !t.SoftLineBreak() {
			return ast.WalkContinue, nil
		}
		last, _ := utf8.DecodeLastRune(t.Segment.Value(source))
		if t.Segment.Len() == 0 {
			last, _ = utf8.DecodeLastRune(edgeText(t.PreviousSibling(), ast.Node.LastChild, source))
		}
		first, _ := utf8.DecodeRune(edgeText(t.NextSibling(), ast.Node.FirstChild, source))
		if isWide(last) && isWide(first) {
			t.SetSoftLineBreak(false)
		}
		return ast.WalkContinue, nil
	})
}

// edgeText returns the first or the last text in a node: side is
// ast.Node.FirstChild or ast.Node.LastChild.
func edgeText(n ast.Node, side func(ast.Node) ast.Node, source []byte) []byte {
	for ; n != nil; n = side(n) {
		if t, ok := n.(*ast.Text); ok {
			return t.Segment.Value(source)
		}
	}
	return nil
}
