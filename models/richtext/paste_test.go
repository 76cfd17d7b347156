package richtext_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"broadsheet/models/richtext"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// wordMark is how Word writes the mark of an item.
func wordMark(mark string) string {
	return `<![if !supportLists]><span style='mso-fareast-font-family:Calibri'><span style='mso-list:Ignore'>` + mark +
		`<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>`
}

func wordItem(class, list, mark, text string) string {
	return `<p class=MsoListParagraph` + class + ` style='text-indent:-18.0pt;mso-list:` + list + `'>` + wordMark(mark) + text + `<o:p></o:p></p>` + "\n\n"
}

// pastes lists texts that programs put on the clipboard, and their cleaned forms.
var pastes = []struct{ name, source, want string }{
	{
		"Google Docs, bold and italics",
		`<b style="font-weight:normal" id="docs-internal-guid-1"><p><span style="font-weight:400">a </span><span style="font-weight:700">b</span><span style="font-style:italic"> c</span></p></b>`,
		"<p>a <strong>b</strong> <em>c</em></p>",
	},
	{
		"Google Docs, whole",
		`<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-7f"><h1 dir="ltr" style="line-height:1.38"><span style="font-size:20pt;font-weight:700;white-space:pre-wrap;">Head</span></h1>` +
			`<p dir="ltr" style="line-height:1.38;"><span style="font-weight:400;text-decoration:none;vertical-align:baseline;white-space:pre-wrap;">Plain </span><span style="font-weight:700;font-style:italic;text-decoration:line-through">all</span>` +
			`<span style="font-weight:400;vertical-align:super">2</span></p><br /><p dir="ltr"><a href="https://www.google.com/url?q=https://a.example/?x%3D1&amp;sa=D" style="text-decoration:none;"><span style="color:#1155cc;text-decoration:underline">link</span></a></p>` +
			`<ul style="margin-top:0"><li dir="ltr" style="font-weight:400" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400">one</span></p></li><ul><li dir="ltr" aria-level="2"><p dir="ltr"><span>inner</span></p></li></ul><li dir="ltr" aria-level="1"><p dir="ltr"><span style="font-weight:700">two</span></p></li></ul></b><br class="Apple-interchange-newline">`,
		`<h2>Head</h2><p>Plain <strong><em><s>all</s></em></strong><sup>2</sup></p><p><a href="https://a.example/?x=1">link</a></p>` +
			`<ul><li>one<ul><li>inner</li></ul></li><li><strong>two</strong></li></ul>`,
	},
	{
		"Word, a nested list",
		wordItem("CxSpFirst", "l0 level1 lfo1", "1.", "First") + wordItem("CxSpMiddle", "l0 level2 lfo1", "a.", "Inner") + wordItem("CxSpLast", "l0 level1 lfo1", "2.", "Second"),
		`<ol><li>First<ol><li>Inner</li></ol></li><li>Second</li></ol>`,
	},
	{
		"Word, bullets of three levels and back",
		wordItem("", "l1 level1 lfo2", `·`, "A") + wordItem("", "l1 level2 lfo2", "o", "B") + wordItem("", "l1 level3 lfo2", "§", "<b>C</b>") + wordItem("", "l1 level2 lfo2", "o", "D") + wordItem("", "l1 level1 lfo2", "·", "E"),
		`<ul><li>A<ul><li>B<ul><li><strong>C</strong></li></ul></li><li>D</li></ul></li><li>E</li></ul>`,
	},
	{
		"Word, numbers that go on behind a paragraph",
		wordItem("", "l0 level1 lfo1", "3.", "Three") + wordItem("", "l0 level1 lfo1", "4.", "Four") + `<p class=MsoNormal>Between<o:p></o:p></p>` + wordItem("", "l0 level1 lfo1", "5.", "Five"),
		`<ol start="3"><li>Three</li><li>Four</li></ol><p>Between</p><ol start="5"><li>Five</li></ol>`,
	},
	{
		"Word, numbers that begin again, roman, a gap, brackets",
		wordItem("", "l0 level1 lfo1", "1)", "a") + wordItem("", "l0 level1 lfo3", "1)", "b") + wordItem("", "l2 level1 lfo3", "iv.", "c") + wordItem("", "l3 level1 lfo3", "(c)", "d"),
		`<ol><li>a</li></ol><ol><li>b</li></ol><ol start="4"><li>c</li></ol><ol start="3"><li>d</li></ol>`,
	},
	{
		"Word, deep first and Arabic digits",
		wordItem("", "l0 level2 lfo1", "1.1.", "deep") + wordItem("", "l0 level1 lfo1", "٢.", "top"),
		`<ol><li>deep</li></ol><ol><li>top</li></ol>`,
	},
	{
		"Word, a document",
		`<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15"><title>Not shown</title><style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang=EN-GB><!--StartFragment-->` +
			`<h1>Head&nbsp;line<o:p></o:p></h1><p class=MsoNormal style='margin-bottom:8pt'><b><span lang=EN-US>Bold</span></b><span lang=EN-US> and <i>it</i> H<sub>2</sub>O<span style='mso-spacerun:yes'>&nbsp; </span>end<o:p></o:p></span></p>` +
			`<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal><a name="_Toc1"></a><a href="#_ftn1"><span>[1]</span></a> <a href="https://b.example/">there</a></p><!--EndFragment--></body></html>`,
		"<h2>Head\u00a0line</h2><p><strong>Bold</strong> and <em>it</em> H<sub>2</sub>O end</p>" + `<p>[1] <a href="https://b.example/">there</a></p>`,
	},
	{
		"Word, a table",
		`<table class=MsoTableGrid border=1><tr><td width=100 style='width:1pt'><p class=MsoNormal><b>A</b><o:p></o:p></p></td><td colspan=2><p>B</p><p>C</p></td></tr></table>`,
		`<table><tbody><tr><td><strong>A</strong></td><td colspan="2"><p>B</p><p>C</p></td></tr></tbody></table>`,
	},
	{
		"Word for the web",
		`<div class="OutlineElement"><p class="Paragraph" style="font-weight:normal"><span class="TextRun" style="font-weight:bold"><span class="NormalTextRun">Bold</span></span><span class="EOP">&nbsp;</span></p></div>` +
			`<div class="ListContainerWrapper"><ol start="1"><li data-aria-level="1" data-listid="4"><p>one</p></li></ol></div><div class="ListContainerWrapper"><ol start="1"><li data-aria-level="2" data-listid="4"><p>inner</p></li></ol></div><div class="ListContainerWrapper"><ol start="2"><li data-aria-level="1" data-listid="4"><p>two</p></li></ol></div>`,
		`<p><strong>Bold</strong></p><ol><li>one<ol><li>inner</li></ol></li><li>two</li></ol>`,
	},
	{
		"LibreOffice",
		`<!DOCTYPE html><html><head><style type="text/css">p { line-height: 115% }</style></head><body lang="de-DE" dir="ltr"><p style="line-height: 100%"><font face="Liberation Serif, serif"><font size="3"><b>Fett</b> und <i>kursiv</i></font></font></p>` +
			`<ol start="4"><li><p style="margin-bottom: 0cm">vier</p></li><li><p>fünf</p><p>weiter</p></li></ol><p><br/><br/></p></body></html>`,
		`<p><strong>Fett</strong> und <em>kursiv</em></p><ol start="4"><li>vier</li><li><p>fünf</p><p>weiter</p></li></ol>`,
	},
	{
		"Gmail",
		`<div dir="ltr">Dear desk,<div><br></div><div>one <b>bold</b> line<br>and the next</div><div><br></div><blockquote class="gmail_quote" style="margin:0 0 0 0.8ex">said &lt;so&gt;</blockquote><font color="#888888">-- <br></font></div>`,
		`<p>Dear desk,</p><p>one <strong>bold</strong> line<br>and the next</p><blockquote><p>said &lt;so&gt;</p></blockquote><p>--</p>`,
	},
	{
		"A mail in Arabic with a line from left to right",
		`<div dir="rtl"><p dir="rtl">نصّ <b>عريض</b></p><p dir="ltr">LTR</p></div>`,
		`<p dir="rtl">نصّ <strong>عريض</strong></p><p dir="ltr">LTR</p>`,
	},
	{
		"A web page",
		`<article><header><h2 class="x">T</h2></header><section><p onclick="x()">a<script>x()</script><br><br>b</p><pre class="lang-go"><span>if a {</span><br>  b</pre><dl><dt>k</dt><dd>v</dd></dl><hr></section><p><a href="javascript:x()">bad</a> <code>c</code></p></article>`,
		"<h2>T</h2><p>a</p><p>b</p><pre>if a {\n  b</pre><dl><dt>k</dt><dd>v</dd></dl><hr/><p>bad <code>c</code></p>",
	},
	{"Text alone", `a &lt; b<br>c`, `<p>a &lt; b<br/>c</p>`},
	{"Nothing", ` <p>&nbsp;</p> `, ``},
}

func TestCleanPaste(t *testing.T) {
	t.Parallel()
	for _, c := range pastes {
		got, want := richtext.CleanPaste(c.source), strings.ReplaceAll(c.want, "<br>", "<br/>")
		if strings.Contains(want, "<pre>") {
			got = strings.ReplaceAll(got, ">\n", ">")
		} else {
			got = strings.ReplaceAll(got, "\n", "")
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
		checkPasted(t, c.source)
		// A second cleaning changes nothing.
		if again := richtext.CleanPaste(richtext.CleanPaste(c.source)); strings.ReplaceAll(again, "\n", "") != strings.ReplaceAll(richtext.CleanPaste(c.source), "\n", "") {
			t.Errorf("%s, cleaned again: %s", c.name, again)
		}
	}
}

// pastedLetters returns the letters that a reader of the clipboard sees, without white
// space and without the marks of Word's lists.
func pastedLetters(source string) string {
	div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(richtext.Normalize(source)), div)
	if err != nil {
		return ""
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "style" && strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "mso-list:ignore") {
				return
			}
		}
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "title") {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	return withoutSpace(b.String())
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// checkPasted fails if the cleaner loses a letter, adds one, or changes their order.
func checkPasted(t testing.TB, source string) {
	t.Helper()
	out := richtext.CleanPaste(source)
	got, want := withoutSpace(richtext.PlainText(out)), pastedLetters(source)
	if got != want {
		t.Errorf("letters changed in %.1000q\n got %.1000q\nwant %.1000q\n out %.1000q", source, got, want, out)
	}
}

func TestLongHostilePastesAreQuick(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"5 MB of Word":     strings.Repeat(wordItem("", "l0 level1 lfo1", "1.", "An item of xyz"), 5<<20/300),
		"deep spans":       strings.Repeat("<span style='font-weight:700'>", 100_000) + "x",
		"deep lists":       strings.Repeat("<ul><li>", 100_000) + "x",
		"one long run":     strings.Repeat("<b>a</b> ", 200_000),
		"breaks":           strings.Repeat("<br>", 500_000),
		"spaces":           "<p>" + strings.Repeat("\u00a0 ", 500_000) + "x",
		"nested inner":     strings.Repeat("<ol><li>a</li><ol>", 20_000),
		"deep levels":      strings.Repeat("<p style='mso-list:l0 level99 lfo1'>a<p style='mso-list:l0 level1 lfo1'>b", 20_000),
		"many styles":      `<p style="` + strings.Repeat("font-weight:700;", 100_000) + `">x`,
		"over the limit":   strings.Repeat("<p>x</p>", 2<<20),
		"deep directions":  `<div dir="rtl">` + strings.Repeat("<div>", 400) + strings.Repeat("<p>x</p>", 50_000),
		"open conditional": strings.Repeat("<![if !supportLists]><p style='mso-list:l0 level1 lfo1'>x", 20_000),
	} {
		begin := time.Now()
		out := richtext.CleanPaste(source)
		// Generous: the machine may be busy. Quadratic time would be minutes.
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if strings.Contains(source, "x") && !strings.Contains(out, "x") && !strings.Contains(out, "a") {
			t.Errorf("%s: the text is gone", name)
		}
	}
}

// lettersAside are elements whose text is read in ways that differ between the two
// sides: content that a browser does not show, or that is no text of the page.
var lettersAside = []string{
	"<img", "<image", "<input", "<svg", "<math", "<select", "<template", "<textarea", "<title", "<iframe", "<noscript", "<noembed", "<noframes", "<style", "<script",
	"<plaintext", "<xmp", "<listing", "<frameset", "<object", "<embed", "<applet", "mso-list", "<xml", "<meta", "<head", "<link", "<colgroup", "<col", "<button", "<!", "<?", "</",
}

func FuzzCleanPaste(f *testing.F) {
	for _, c := range pastes {
		f.Add(c.source)
	}
	for _, word := range []string{"style", "<ul>li</ul>", "<ul><li>a</li>ul</ul>", "<ol>ol</ol>", "<table>tr</table>", "<dl>dt</dl>"} {
		f.Add(word) // a word that is also the name of an element
	}
	f.Fuzz(func(t *testing.T, source string) {
		out := richtext.CleanPaste(source)
		checkArticle(t, out)
		lower := strings.ToLower(source)
		for _, aside := range lettersAside {
			if strings.Contains(lower, aside) && aside != "</" {
				return
			}
		}
		checkPasted(t, source)
	})
}

// TestLongPasteLosesNoLetter cleans clipboards of random structure.
func TestLongPasteLosesNoLetter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 14))
		var b strings.Builder
		randomPaste(&b, r, 0)
		checkPasted(t, b.String())
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// randomPaste writes elements with words, spaces and styles in random nesting.
func randomPaste(b *strings.Builder, r *rand.Rand, depth int) {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	for range 1 + r.IntN(4) {
		style := pick("", "", ` style="font-weight:700"`, ` style='font-weight:normal;font-style:italic'`, ` dir="rtl"`, ` style="vertical-align:super"`,
			` style="text-decoration:underline line-through"`, ` class="MsoNormal" style='mso-spacerun:yes'`)
		tag := pick("p", "div", "span", "b", "i", "em", "strong", "font", "u", "a href='https://a.example/'", "ul", "ol start=3", "li", "table", "h1", "h3", "blockquote", "pre", "code", "o:p",
			"section", "dl", "dt", "dd", "figure", "figcaption", "sub", "center", "text", "text", "text", "br", "hr", "word")
		switch name, _, _ := strings.Cut(tag, " "); {
		case tag == "text" || depth > 4 || tag == "word" && strings.Contains(b.String(), "<pre"):
			b.WriteString(pick("word", " and ", "x&lt;y", "نصّ", "你好", "&nbsp;", "\n  ", "1.", "·", "a&amp;b ", " end", "𝕏é"))
		case tag == "br" || tag == "hr":
			b.WriteString("<" + tag + ">")
		case tag == "word":
			b.WriteString(wordItem("", pick("l0", "l1")+" "+pick("level1", "level2", "level7")+" lfo1", pick("1.", "a)", "·", "iv.", "o", "2.1."), "item"))
		case tag == "table":
			b.WriteString("<table><tr><td" + style + ">")
			randomPaste(b, r, depth+1)
			b.WriteString("</td><th>")
			randomPaste(b, r, depth+1)
			b.WriteString("</th></tr></table>")
		default:
			b.WriteString("<" + tag + style + ">")
			randomPaste(b, r, depth+1)
			if r.IntN(20) > 0 {
				b.WriteString("</" + name + ">")
			}
		}
	}
}
