package richtext_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"broadsheet/models/richtext"
	"broadsheet/models/terms"

	"golang.org/x/net/html"
)

// Text outside of allowed tags is shown, in the page and in plain text alike.
func TestCommentKeepsTheText(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"If x<y then all is lost":                          "If x<y then all is lost",
		"if (a<b && b>c) return":                           "if (a<b && b>c) return",
		"if a<b and c>d then <i":                           "if a<b and c>d then <i",
		"I <3 this, A <-> B, <-- here":                     "I <3 this, A <-> B, <-- here",
		"<IBM> up, vector<int> <sarcasm>so</x>":            "<IBM> up, vector<int> <sarcasm>so</x>",
		"<name@mail.example> wrote":                        "<name@mail.example> wrote",
		"use a <div> or a <table class=x>":                 "use a <div> or a <table class=x>",
		"<!-- hidden --> <!doctype x> <?php x ?>":          "<!-- hidden --> <!doctype x> <?php x ?>",
		"<!-- not closed":                                  "<!-- not closed",
		"x <b":                                             "x <b",
		"x <a href=\"https://a.example/":                   "x <a href=\"https://a.example/",
		"if a<b and c>d or <i x y>":                        "if a<b and c>d or <i x y>",
		"<a href='https://a.example/' download>x</a>":      "x",
		"one\vtwo\fthree\u0085four":                        "one\ntwo\nthree\nfour",
		"<<<<b>>>>":                                        "<<<>>>",
		"a <b>b</b> <EM>c</EM > d</i>":                     "a b c d",
		"a<script>alert(1)</script>b":                      "ab",
		"a<SCRIPT >x</Script\n>b<style>p{}</STYLE>":        "ab",
		"a<script>never closed":                            "anever closed",
		"a<style>one<script>two":                           "aonetwo",
		"a<script/src=x>x</script junk>b":                  "ab",
		"<script>x</script":                                "x</script",
		"<img src=x onerror=alert(1)>hi":                   "hi",
		"<form action=x>in<input name=y></form>":           "in",
		"give us a <form> and a <link>":                    "give us a <form> and a <link>",
		"<textarea>t</textarea> <title>T</title>":          "<textarea>t</textarea> <title>T</title>",
		"</form><button onclick=x>press</button></button>": "</form>press</button>",
		"<svg><script>x</script></svg>hi":                  "hi",
		"<iframe src=x>y</iframe>hi":                       "hi",
		"&lt;b&gt; &amp;amp; &copy; &#8217;":               "<b> &amp; © ’",
		"&currency= &copy &notit; &; &#; &bogus;":          "&currency= &copy &notit; &; &#; &bogus;",
		"one<br>two<BR/>three<br />four":                   "one\ntwo\nthree\nfour",
		"one<p>two</p>three\n\nfour":                       "one\n\ntwo\n\nthree\n\nfour",
		"<blockquote>said</blockquote>no":                  "said\n\nno",
		"<https://a.example/y> <www.a.example>":            "https://a.example/y www.a.example",
		"<https://a.example/y z>":                          "<https://a.example/y z>",
		"https://a.example/" + strings.Repeat("x", 90):     "https://a.example/" + strings.Repeat("x", 90),
	} {
		if got := richtext.CommentText(raw); got != want {
			t.Errorf("text of %q\n got %q\nwant %q", raw, got, want)
		}
		page := richtext.PlainText(richtext.Comment(raw))
		if got := strings.Join(strings.Fields(page), " "); got != strings.Join(strings.Fields(want), " ") && len(want) < 80 {
			t.Errorf("the page of %q\nshows %q\nwant  %q", raw, got, want)
		}
	}
}

func TestCommentLinks(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"<https://a.example/y>":                         "https://a.example/y",
		"https://shop.example/?a=1&currency=EUR":        "https://shop.example/?a=1&currency=EUR",
		"www.a.example":                                 "http://www.a.example",
		`<a href="https://a.example/?a=1&copy=2">x</a>`: "https://a.example/?a=1&copy=2",
		`<a href=https://a.example/?a=1>x</a>`:          "https://a.example/?a=1",
		"<a href='https://a.example/'>https://b.eu</a>": "https://a.example/",
		`<a title="no href">https://b.example</a>`:      "https://b.example",
		"<b>https://a.example</b>/x":                    "https://a.example",
		"<code>https://a.example</code>":                "",
		"<a href=\"javascript:x\">y</a>":                "",
	} {
		rendered := richtext.Comment(raw)
		if got := strings.Join(richtext.LinkTargets(rendered), " "); got != want {
			t.Errorf("%q links to %q, want %q: %s", raw, got, want, rendered)
		}
	}
}

func TestBlankComments(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", " \n\t\u00a0\u3000", "<b></b>", "<p><br></p>\n<blockquote> </blockquote>", "<script>alert(1)</script>", "<img src=x>", "&nbsp;&#8203;",
		"\u3164\u115f\u2800\u200b\u00ad\u034f", "<a href=\"https://a.example/\">\u3164</a>", "\u0301\u0301", "<style>x</style><i>\u2060</i>", "\U000e0041",
	} {
		if !richtext.BlankComment(raw) || richtext.Comment(raw) != "" {
			t.Errorf("%q is taken: %q", raw, richtext.Comment(raw))
		}
	}
	for _, raw := range []string{"x", "<", "<3", "。", "👍🏽", "<y>", "&", "1"} {
		if richtext.BlankComment(raw) || richtext.Comment(raw) == "" {
			t.Errorf("%q counts as blank", raw)
		}
	}
}

// A comment cannot be made tall or wide out of nothing.
func TestCommentsCannotBeMadeTallOrWide(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]string{
		"breaks": "<br>", "breaks with spaces": "<br> &nbsp;<br/>\u200b", "lines": "\n", "blank lines": "\n \u3164\n", "paragraphs": "<p></p>", "paragraphs of spaces": "<p>&nbsp;</p>",
		"quotes": "<blockquote></blockquote>", "open quotes": "<blockquote>", "bold": "<b>\n</b><br>", "links": "<a href=\"https://a.example\"></a><br>",
	} {
		out := richtext.Comment("one" + strings.Repeat(unit, 400) + "two")
		if n := strings.Count(out, "<br") + strings.Count(out, "<p") + strings.Count(out, "<blockquote"); n > 8 {
			t.Errorf("400 %s leave %d elements: %.300s", name, n, out)
		}
		if lines := strings.Count(richtext.CommentText("one"+strings.Repeat(unit, 400)+"two"), "\n"); lines > 2 {
			t.Errorf("400 %s leave %d lines of text", name, lines)
		}
	}
	if out := richtext.Comment(strings.Repeat("<blockquote>x", 30)); strings.Count(out, "<blockquote>") > 4 {
		t.Errorf("quotes are nested: %s", out)
	}
}

func TestCombiningMarksAreLimited(t *testing.T) {
	t.Parallel()
	most := func(s string) (n int) {
		run := 0
		for _, r := range s {
			if unicode.IsMark(r) {
				run++
			} else {
				run = 0
			}
			n = max(n, run)
		}
		return n
	}
	for name, raw := range map[string]string{
		"one accent": "e" + strings.Repeat("\u0301", 300), "many accents": "e" + strings.Repeat("\u0301\u0302\u0303\u0304\u0305", 60), "Thai": "ก" + strings.Repeat("็", 300),
		"enclosing": "a" + strings.Repeat("\u20dd\u20de", 100), "with joiners": "e" + strings.Repeat("\u0301\u200d", 200), "half marks": "e" + strings.Repeat("\ufe20\u1ab0\u1dc0", 90),
		"in elements": "e" + strings.Repeat("<b>\u0301</b>", 200), "in an address": "https://a.example/e" + strings.Repeat("\u0301", 300),
	} {
		if n := most(strings.ReplaceAll(richtext.CommentText(raw), "\u200d", "")); n > 8 {
			t.Errorf("%s: %d marks on a letter", name, n)
		}
		if n := most(richtext.PlainLine(raw)); n > 8 && name != "in elements" {
			t.Errorf("%s: %d marks on a letter of a line", name, n)
		}
	}
	for _, text := range []string{
		"Tiếng Việt", "Tie\u0302\u0301ng Vie\u0323\u0302t", "ที่นี่น้ำเก่า", "שָׁלוֹם בְּרֵאשִׁ֖ית", "हिन्दी क्षत्रिय र्\u200dक", "اَلسَّلٰمُ عَلَیْكُمْ", "བསྒྲུབས་རྫོགས་ཧཱུྃ", "Z\u0351\u036b\u0343algo", "1\ufe0f\u20e3", "မြန်မာ ခြင်္သေ့", "ភាសាខ្មែរ",
	} {
		if got := richtext.CommentText(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if got := richtext.PlainLine(text); got != text {
			t.Errorf("the line %q became %q", text, got)
		}
	}
}

// hostileTexts can grow without a limit: each returns a text of about n bytes.
var hostileTexts = map[string]func(n int) string{
	"closing brackets":          func(n int) string { return "https://a.example/" + strings.Repeat(")", n) },
	"opening brackets":          func(n int) string { return "https://a.example/" + strings.Repeat("(", n) },
	"opening addresses":         func(n int) string { return strings.Repeat("https://a.example/(", n/19) },
	"false addresses":           func(n int) string { return strings.Repeat("http://a_", n/9) },
	"false users":               func(n int) string { return strings.Repeat("http://a:b", n/10) },
	"bare addresses in letters": func(n int) string { return strings.Repeat("www.0見", n/8) },
	"bare addresses":            func(n int) string { return strings.Repeat("www.", n/4) },
	"quotes in address":         func(n int) string { return "https://a.example/" + strings.Repeat("_\"", n/2) },
	"open tags":                 func(n int) string { return strings.Repeat("<b ", n/3) },
	"open attributes":           func(n int) string { return strings.Repeat("<a href=\"", n/9) },
	"crossed quotes":            func(n int) string { return strings.Repeat("<a b='<a b=\"' c='\" d=\"", n/22) },
	"attributes":                func(n int) string { return "<a " + strings.Repeat("b=c ", n/4) },
	"scripts":                   func(n int) string { return strings.Repeat("<script>", n/8) },
	"ends of scripts":           func(n int) string { return strings.Repeat("<script></scrip ", n/16) },
	"half ends":                 func(n int) string { return "<script>" + strings.Repeat("</script ", n/9) },
	"ampersands":                func(n int) string { return strings.Repeat("&", n) },
	"long entities":             func(n int) string { return strings.Repeat("&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", n/33) },
	"semicolons":                func(n int) string { return "https://a.example/" + strings.Repeat("&lt;", n/4) },
	"trailing entities":         func(n int) string { return "https://a.example/" + strings.Repeat("&copy;", n/6) },
	"bold":                      func(n int) string { return strings.Repeat("<b>x", n/4) },
	"quotations":                func(n int) string { return strings.Repeat("<blockquote>x", n/13) },
	"ends":                      func(n int) string { return strings.Repeat("</b></blockquote>", n/17) },
	"marks":                     func(n int) string { return "e" + strings.Repeat("\u0301", n/2) },
	"lines":                     func(n int) string { return strings.Repeat("x\n", n/2) },
	"angle brackets":            func(n int) string { return strings.Repeat("<", n) },
	"letters and spaces":        func(n int) string { return strings.Repeat("a ", n/2) },
}

// Rendering looks at every byte a few times at most.
func TestCommentStepsGrowWithTheLength(t *testing.T) {
	t.Parallel()
	for name, make := range hostileTexts {
		for _, n := range []int{8 << 10, 32 << 10, 64 << 10} {
			checkSteps(t, name, make(n))
		}
		checkContained(t, richtext.Comment(make(8<<10)))
	}
}

func checkSteps(t testing.TB, name, raw string) {
	t.Helper()
	if steps := richtext.CommentSteps(raw); steps > 12*len(raw)+1000 {
		t.Errorf("%s: %d steps for %d bytes", name, steps, len(raw))
	}
}

// checkGrowth fails if rendering a text of 16 times the length takes much more than
// 16 times as long. Quadratic work takes 256 times as long. The bound is far from
// both, and the best of several measurements counts, so that a busy machine does
// not fail the test.
func checkGrowth(t *testing.T, name string, make func(n int) string, render func(string)) {
	t.Helper()
	timeOf := func(source string) time.Duration {
		begin := time.Now()
		render(source)
		return time.Since(begin)
	}
	const floor = 400 * time.Millisecond
	shortText, longText := make(16<<10), make(256<<10)
	short, long := timeOf(shortText), timeOf(longText)
	for try := 0; try < 4 && long > floor && long > 64*short; try++ {
		long = min(long, timeOf(longText))
		short = max(short, timeOf(shortText))
	}
	if long > floor && long > 64*short {
		t.Errorf("%s: %v for 16 KB, %v for 256 KB", name, short, long)
	}
}

func TestCommentTimeGrowsWithTheLength(t *testing.T) {
	for name, make := range hostileTexts {
		checkGrowth(t, name, make, func(source string) {
			richtext.Comment(source)
			richtext.CommentText(source)
		})
	}
}

// pieces are the parts of the generated comments, each with its letters that
// must be visible. Letters of text are capitals that name no tag.
var pieces = []struct{ source, seen string }{
	{"WXY", "WXY"},
	{" ", ""},
	{"\n", ""},
	{"\n\n", ""},
	{"<", ""},
	{"<3", "3"},
	{"<y ", "y"},
	{"x<", "x"},
	{">", ""},
	{"<IBM>", "IBM"},
	{"<b .", "b"},
	{"</", ""},
	{"<!--", ""},
	{"-->", ""},
	{"a<b and c>", "abandc"},
	{"<w.x@y.example>", "wxyexample"},
	{"<div>", "div"},
	{"</div>", "div"},
	{"<table w=\"1\">", "tablew1"},
	{"<link>", "link"},
	{"&", ""},
	{"&currency=", "currency"},
	{"&copy;", ""},
	{"&lt;b&gt;", "b"},
	{"&#97;", "a"},
	{"語", "語"},
	{"Ж", "Ж"},
	{"<b>", ""},
	{"</b>", ""},
	{"<I>", ""},
	{"</i >", ""},
	{"<br/>", ""},
	{"<p>", ""},
	{"</p>", ""},
	{"<blockquote cite='https://a.example/'>", ""},
	{"</blockquote>", ""},
	{"<a href=\"https://a.example/?x=1&y=2\" title='<b>'>", ""},
	{"</a>", ""},
	{"<code>", ""},
	{"</code>", ""},
	{"<script>var a = '<b>Q</b>';</script>", ""},
	{"<style type=\"x\">Q</STYLE\n>", ""},
	{"<iframe src=x>Q</iframe>", ""},
	{"<img src=\"x\" alt='Q'>", ""},
	{"<svg/onload=alert(1)>", ""},
	{" https://a.example/x_(y) ", "httpsaexamplexy"},
	{" <https://a.example/Ж?q=1&copy=2>. ", "httpsaexampleЖq1copy2"},
	{" (www.a.example) ", "wwwaexample"},
	{"e\u0301", "e"},
	{"\u200b", ""},
}

// compose puts pieces together, one for each byte.
func compose(choice []byte) (source, seen string) {
	var b, want strings.Builder
	for _, c := range choice {
		p := pieces[int(c)%len(pieces)]
		b.WriteString(p.source)
		want.WriteString(p.seen)
	}
	return b.String(), want.String()
}

// checkLetters fails where a comment loses a letter of its text.
func checkLetters(t testing.TB, raw, want string) {
	t.Helper()
	if got := letters(richtext.CommentText(raw)); got != want {
		t.Errorf("%q\nshows letters %q\nwant          %q", raw, got, want)
	}
}

// checkComment checks the properties that every comment has.
func checkComment(t testing.TB, raw string) {
	t.Helper()
	out := richtext.Comment(raw)
	checkContained(t, out)
	if again := richtext.SanitizeComment(out); again != out {
		t.Errorf("sanitised again:\n%q\n%q", out, again)
	}
	if text := richtext.CommentText(raw); !strings.Contains(out, "…") && letters(text) != letters(textOf(t, out)) {
		t.Errorf("%q\nthe page shows %q\nthe text is    %q", raw, out, text)
	}
	checkSteps(t, "as it is", raw)
	if raw != "" {
		checkSteps(t, "repeated", strings.Repeat(raw, min(500, 1+8000/len(raw))))
	}
	// Without a tag all letters are seen.
	plain := strings.ReplaceAll(strings.ReplaceAll(richtext.Normalize(raw), "<", "< "), "&", "& ")
	checkLetters(t, plain, letters(plain))
	// An unclosed element does not hide the text after it.
	closed := raw + "\"'></iframe></noembed></noframes></script></style></template>"
	if !strings.Contains(richtext.CommentText(closed+" zqmark"), "zqmark") {
		t.Errorf("%q takes all that follows with it", raw)
	}
	checkLetters(t, richtext.Normalize(plain+"\n<script>"+strings.ReplaceAll(plain, "<", "")+"</script>"), letters(plain))
	source, seen := compose([]byte(raw[:min(len(raw), 200)]))
	checkLetters(t, source, letters(seen))
}

func TestRenderingKeepsAllLetters(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		choice := make([]byte, rng.IntN(12))
		for i := range choice {
			choice[i] = byte(rng.IntN(256))
		}
		source, seen := compose(choice)
		checkLetters(t, source, letters(seen))
	}
}

func FuzzComment(f *testing.F) {
	for _, seed := range []string{
		"Hello <b>world", `<a href="javascript:x">`, "<svg/onload=alert(1)>", "https://a.example\n\n<blockquote>x", "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
		"&#xD800; &#0; \xff", "<p><table><td>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<!--><img src=x>-->", "<code><b>\n\n</code>", "<a href=http://x.y><a href=http://z.w>q",
		"If x<y then", "<https://a.example/y>", "www.a.example/'b'(c", "e\u0301\u0301\u0301\u0301", "<br>&nbsp;<br>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) <= 8<<10 {
			checkComment(t, raw)
		}
	})
}

var notLetter = regexp.MustCompile(`[^\pL\pN]+`)

// letters returns the letters and digits of a text that can be seen.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if terms.Invisible(r) {
			return -1
		}
		return r
	}, notLetter.ReplaceAllString(s, ""))
}

func textOf(t testing.TB, source string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}
