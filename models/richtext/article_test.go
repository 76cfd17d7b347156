package richtext_test

import (
	"strings"
	"testing"

	"broadsheet/models/richtext"

	"golang.org/x/net/html"
)

// rendered returns an article's HTML.
func rendered(t testing.TB, source string, f richtext.Format) string {
	t.Helper()
	body, err := richtext.Article(source, f)
	if err != nil {
		t.Fatalf("%q: %v", source, err)
	}
	return body.HTML
}

func TestMarkdownOfScriptsWithoutSpaces(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"これは**「港」**です":        "<p>これは<strong>「港」</strong>です</p>",
		"**「港」**です":           "<p><strong>「港」</strong>です</p>",
		"~~「港」~~です":           "<p><del>「港」</del>です</p>",
		"a ~~b~~ 1 ~ 2":       "<p>a <del>b</del> 1 ~ 2</p>",
		"__「港」__です":           "<p>__「港」__です</p>",
		"彼は*（笑）*と":            "<p>彼は<em>（笑）</em>と</p>",
		"그는 **\"말\"**이라고":     "<p>그는 <strong>“말”</strong>이라고</p>",
		"中文**“引号”**中文":        "<p>中文<strong>“引号”</strong>中文</p>",
		"一行目は\n二行目です":         "<p>一行目は二行目です</p>",
		"終わり。\n「次」":           "<p>終わり。「次」</p>",
		"**東京**\nです":          "<p><strong>東京</strong>です</p>",
		"港\n**東京**":           "<p>港<strong>東京</strong></p>",
		"한국어\n문장":             "<p>한국어\n문장</p>",
		"End.\nNext":          "<p>End.\nNext</p>",
		"日本\nABC":             "<p>日本\nABC</p>",
		"ภาษา\nไทย":           "<p>ภาษา\nไทย</p>",
		"a **b** c *d* 2*3*4": "<p>a <strong>b</strong> c <em>d</em> 2<em>3</em>4</p>",
		"a ** b** c":          "<p>a ** b** c</p>",
	} {
		if got := rendered(t, source, richtext.Markdown); got != want {
			t.Errorf("%q\n got %q\nwant %q", source, got, want)
		}
	}
	if got := rendered(t, "一行目は\n二行目\n\nOne\ntwo", richtext.Text); got != "<p>一行目は二行目</p>\n<p>One\ntwo</p>" {
		t.Errorf("text: %q", got)
	}
}

func TestTaskListsAndAlignmentAreKept(t *testing.T) {
	t.Parallel()
	for source, want := range map[string][]string{
		"- [ ] open\n- [x] done":              {"☐ open", "☑ done"},
		"| a | b | c |\n|:-|:-:|-:|\n|1|2|3|": {`<th class="align-start">a`, `<th class="align-center">b`, `<td class="align-end">3`},
		"| a |\n|-|\n|1|":                     {"<th>a</th>", "<td>1</td>"},
	} {
		for _, part := range want {
			if got := rendered(t, source, richtext.Markdown); !strings.Contains(got, part) {
				t.Errorf("%q has no %q: %s", source, part, got)
			}
		}
	}
	for source, want := range map[string]string{
		`<table><tr><td style="color:red; text-align: RIGHT">1</td><td align="center" class="masthead">2</td></tr></table>`: `<td class="align-end">1</td><td class="align-center">2</td>`,
		`<table><tr><td class="align-end">1</td><td class="align-left">2</td></tr></table>`:                                 `<td class="align-end">1</td><td>2</td>`,
		`<ul><li><input type="checkbox" checked disabled> done</li><li><input type=checkbox>open</li></ul>`:                 `<li>☑ done</li><li>☐open</li>`,
		`<input type="text" value="x">y`: "y",
	} {
		if got := rendered(t, source, richtext.HTML); !strings.Contains(got, want) || strings.Contains(got, "<input") {
			t.Errorf("%q gives %q", source, got)
		}
	}
}

func TestPicturesOfOtherSitesBecomeLinks(t *testing.T) {
	t.Parallel()
	const link = `<a href="https://other.example/x.jpg" class="picture-link">A boat</a>`
	for source, want := range map[string]string{
		`<img src="https://other.example/x.jpg" alt="A boat">`:                                                                  link,
		`<IMG alt="A boat" SRC=" https://other.example/x.jpg ">`:                                                                link,
		`<img src="//other.example/x.jpg" alt="A boat">`:                                                                        link,
		`<img srcset="https://other.example/x.jpg 1x, https://other.example/y.jpg 2x" alt="A boat">`:                            link,
		`<img src="data:image/gif;base64,R0lG" data-src="https://other.example/x.jpg" alt="A boat">`:                            link,
		`<picture><source srcset="https://other.example/y.webp"><img src="https://other.example/x.jpg" alt="A boat"></picture>`: link,
		`<figure><img src="https://other.example/x.jpg" alt="A boat"><figcaption>At sea</figcaption></figure>`:                  "<figure>" + link + "<figcaption>At sea</figcaption></figure>",
		`<a href="https://other.example/page"><img src="https://other.example/x.jpg" alt="A boat"></a>`:                         `<a href="https://other.example/page">A boat</a>`,
		`<a href="/page/"><b><img src="//other.example/x.jpg"></b></a>`:                                                         `<a href="/page/"><b>other.example/x.jpg</b></a>`,
		`<img src="https://other.example/x.jpg">`:                                                                               `<a href="https://other.example/x.jpg" class="picture-link">other.example/x.jpg</a>`,
		`<img src="data:image/png;base64,iVBO" alt="A boat">`:                                                                   `A boat`,
		`<img src="data:image/png;base64,iVBO">`:                                                                                ``,
		`<img src="javascript:alert(1)" alt="A boat">`:                                                                          `A boat`,
		`<img src="ftp://other.example/x.jpg" alt="A boat">`:                                                                    `A boat`,
		`<img alt="A boat">`:                                                    `A boat`,
		`<img src="http://[bad" alt="A boat">`:                                  `A boat`,
		`<image src="https://other.example/x.jpg" alt="A boat">`:                link,
		`<img src="/media/k/640.jpg" alt="Ours" width="640">`:                   `<img src="/media/k/640.jpg" alt="Ours" width="640"/>`,
		`<img src="media/k.jpg">`:                                               `<img src="media/k.jpg" alt=""/>`,
		`<img src="/a.jpg" srcset="https://other.example/x.jpg 2x" alt="Ours">`: `<img src="/a.jpg" alt="Ours"/>`,
	} {
		if got := rendered(t, source, richtext.HTML); got != want {
			t.Errorf("%s\n got %s\nwant %s", source, got, want)
		}
	}
	if got := rendered(t, "![A boat](https://other.example/x.jpg) [![In a link](//other.example/y.jpg)](/z/)", richtext.Markdown); got != "<p>"+link+` <a href="/z/">In a link</a></p>` {
		t.Errorf("Markdown: %s", got)
	}
}

func TestArticlesKeepTextThatLooksLikeATag(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"Shares of <IBM> and <Exxon> rose, x<y, a <-> b": "<p>Shares of &lt;IBM&gt; and &lt;Exxon&gt; rose, x&lt;y, a &lt;-&gt; b</p>",
		"if a<b and c>d":                                     "<p>if a&lt;b and c&gt;d</p>",
		"<p>if x<y then</p>\n":                               "<p>if x&lt;y then</p>",
		"<sarcasm>Great</sarcasm>":                           "<p>&lt;sarcasm&gt;Great&lt;/sarcasm&gt;</p>",
		"See <https://a.example/y>.":                         `<p>See <a href="https://a.example/y">https://a.example/y</a>.</p>`,
		"смотри https://ru.example/утка, там":                `<p>смотри <a href="https://ru.example/%D1%83%D1%82%D0%BA%D0%B0">https://ru.example/утка</a>, там</p>`,
		"**https://a.example/a_b_c--d** (www.b.example)":     `<p><strong><a href="https://a.example/a_b_c--d">https://a.example/a_b_c--d</a></strong> (<a href="http://www.b.example">www.b.example</a>)</p>`,
		"[https://a.example](https://b.example)":             `<p><a href="https://b.example">https://a.example</a></p>`,
		"詳しくはhttps://ja.example/東京。次":                        `<p>詳しくは<a href="https://ja.example/%E6%9D%B1%E4%BA%AC">https://ja.example/東京</a>。次</p>`,
		"\"https://a.example/x\", https://b.example/Moore's": `<p>“<a href="https://a.example/x">https://a.example/x</a>”, <a href="https://b.example/Moore&#39;s">https://b.example/Moore&#39;s</a></p>`,
		"me@mail.example":                                    `<p><a href="mailto:me@mail.example">me@mail.example</a></p>`,
		"`https://a.example`":                                "<p><code>https://a.example</code></p>",
	} {
		if got := rendered(t, source, richtext.Markdown); got != want {
			t.Errorf("%q\n got %q\nwant %q", source, got, want)
		}
	}
	for source, want := range map[string]string{
		"<p>if x<y then</p>":                     "<p>if x&lt;y then</p>",
		"<p>x<y and y<z and <b>c</b></p>":        "<p>x&lt;y and y&lt;z and <b>c</b></p>",
		"x<y and z>w, a<b and c>d":               "x&lt;y and z&gt;w, a&lt;b and c&gt;d",
		"Dear <name>, <size> <svg><g>":           "Dear &lt;name&gt;, &lt;size&gt;",
		"x<yz":                                   "x&lt;yz",
		"<p\n>a</p><b hidden>c</b><p _x-y z-1>d": "<p>a</p><b>c</b><p>d</p>",
		`<a href="/x/" title="a<c d">e</a>`:      `<a href="/x/" title="a&lt;c d">e</a>`,
	} {
		if got := rendered(t, source, richtext.HTML); got != want {
			t.Errorf("%q\n got %q\nwant %q", source, got, want)
		}
	}
	if got := rendered(t, "<p>a<o:p>b</o:p><my-el>c</my-el> <IBM> </p>", richtext.HTML); got != "<p>abc &lt;IBM&gt; </p>" {
		t.Errorf("HTML: %q", got)
	}
}

func TestPlainTextPartsWords(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"with <br/>tags<p>paras":                             "with tags paras",
		"a<BR />b<br>c<hr>d":                                 "a b c d",
		"<ul><li>a</li><li>b</ul><h2>c</h2>d":                "a b c d",
		"<table><tr><td>a<td>b<tr><th>c</th></tr></table>":   "a b c",
		"<div>a</div><div>b</div><blockquote>c</blockquote>": "a b c",
		"<b>a</b>b <i>c</i>":                                 "ab c",
		"a<script>x</script>b<style>y</style><!-- z -->c":    "abc",
		"a &amp; b &lt;c&gt; &nbsp;d":                        "a & b <c> d",
		"no markup < here":                                   "no markup < here",
	} {
		if got := strings.Join(strings.Fields(richtext.PlainText(source)), " "); got != want {
			t.Errorf("PlainText(%q) = %q, want %q", source, got, want)
		}
	}
}

// hostileArticles grow without a bound, as [hostileTexts] do.
var hostileArticles = map[string]func(n int) string{
	"stars":      func(n int) string { return strings.Repeat("*「a」", n/8) },
	"breaks":     func(n int) string { return strings.Repeat("港\n", n/4) },
	"addresses":  func(n int) string { return strings.Repeat("https://a.example/( ", n/20) },
	"schemes":    func(n int) string { return strings.Repeat("https: ", n/7) },
	"users":      func(n int) string { return strings.Repeat("https://a:", n/10) },
	"www":        func(n int) string { return strings.Repeat("(www.", n/5) },
	"emails":     func(n int) string { return strings.Repeat("~a@b", n/4) },
	"lists":      func(n int) string { return strings.Repeat("1) ", n/3) },
	"targets":    func(n int) string { return strings.Repeat("[a](", n/4) },
	"in angles":  func(n int) string { return strings.Repeat("[a](<b", n/6) },
	"quotes":     func(n int) string { return strings.Repeat("\"", n) },
	"h":          func(n int) string { return strings.Repeat("http", n/4) },
	"words":      func(n int) string { return strings.Repeat("<IBM>", n/5) },
	"open":       func(n int) string { return strings.Repeat("<y ", n/3) },
	"long names": func(n int) string { return "<" + strings.Repeat("y", n) },
	"ends":       func(n int) string { return strings.Repeat("</ibm>", n/6) },
	"pictures":   func(n int) string { return strings.Repeat("<img src=//x.example/>", n/22) },
	"open links": func(n int) string { return strings.Repeat("<a href=x><img src=//y.example>", n/31) },
	"boxes":      func(n int) string { return strings.Repeat("<input type=checkbox>", n/21) },
}

func TestLongArticleTimeGrowsWithTheLength(t *testing.T) {
	for name, make := range hostileArticles {
		for _, f := range []richtext.Format{richtext.Markdown, richtext.HTML} {
			checkGrowth(t, name+" as "+f.String(), make, func(source string) {
				_, _ = richtext.Article(source, f) // a refusal is quick, too
			})
		}
	}
}

// The Markdown parser takes quadratic time for these.
func TestSlowMarkdownIsRefused(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"1) ", "+ ", "* - ", "> 1. ", "[a](", "[a](<b", "[a](<b)", "[a](b (c\n", "[", "\"", "'", "*"} {
		if _, err := richtext.Article(strings.Repeat(unit, 3000), richtext.Markdown); err == nil {
			t.Errorf("%q 3000 times is taken", unit)
		}
	}
	for _, source := range []string{
		strings.Repeat("- ", 100), strings.Repeat("* ", 100), strings.Repeat("[a](b)", 3000), strings.Repeat("[a](<b>) ", 3000), strings.Repeat("[a](b (c))\n", 3000),
		strings.Repeat("1) a\n", 3000), strings.Repeat("\"a\" ", 3000), strings.Repeat("[a](b\n\n", 3000), strings.Repeat("it's ", 3000), "- - - - a",
	} {
		if _, err := richtext.Article(source, richtext.Markdown); err != nil {
			t.Errorf("%.20q: %v", source, err)
		}
	}
}

// articleElements are those that a rendered body may hold.
var articleElements = func() map[string]bool {
	set := map[string]bool{}
	for _, tag := range strings.Fields(`p br hr h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code em strong i b u s sub sup mark small abbr cite q del ins kbd samp var figure figcaption
		table caption thead tbody tfoot tr th td section div a img time`) {
		set[tag] = true
	}
	return set
}()

// checkArticle parses a rendered body between neighbours. It fails if the body
// changes a neighbour, holds a forbidden element or attribute, or loads from
// another site.
func checkArticle(t testing.TB, out string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(`<body><div id="c">` + out + `</div><p id="after">after`))
	if err != nil {
		t.Fatal(err)
	}
	body := doc.FirstChild.LastChild
	if body.LastChild == body.FirstChild || body.LastChild.Data != "p" || body.FirstChild.NextSibling != body.LastChild {
		t.Errorf("the body reaches beyond its place: %.300q", out)
	}
	for n := range body.FirstChild.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !articleElements[n.Data] {
			t.Errorf("element %s in %.300q", n.Data, out)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcset" || strings.HasPrefix(a.Key, "data-"):
				t.Errorf("attribute %s in %.300q", a.Key, out)
			case n.Data == "img" && a.Key == "src" && (strings.Contains(value, "://") || strings.HasPrefix(value, "//") || strings.HasPrefix(value, "data:")):
				t.Errorf("a picture from %q in %.300q", value, out)
			case a.Key == "href" && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:")):
				t.Errorf("a link to %q in %.300q", value, out)
			}
		}
	}
}

func FuzzArticle(f *testing.F) {
	for _, source := range []string{
		"# Hi\n\n[x](y)", "<p><table><b></p>", "**「港」**です\n[ ] x", "- [x] a\n\n|a|b|\n|-:|:-:|\n|1|2|", "<a href=x><img src=//y.example/z alt=q></a>", "<img src=data:x srcset=y><IBM>https://ru.example/утка",
		"text[^1]\n\n[^1]: note", "<svg><style><img src=x onerror=y>", "http://a_www.b.c", "\\\\evil.example", "<img src=\\\\evil.example/x>", "<img src=/\t/evil.example/x>",
	} {
		for format := range 3 {
			f.Add(source, format)
		}
	}
	f.Fuzz(func(t *testing.T, source string, format int) {
		if len(source) > 4096 || format < 0 || format > 2 {
			return
		}
		body, err := richtext.Article(source, richtext.Format(format))
		if err != nil {
			return
		}
		checkArticle(t, body.HTML)
		again, err := richtext.Article(body.HTML, richtext.HTML)
		if err != nil {
			t.Fatal(err)
		}
		checkArticle(t, again.HTML)
		if richtext.Format(format) == richtext.Text && letters(textOf(t, body.HTML)) != letters(richtext.Normalize(source)) {
			t.Errorf("%q shows %q", source, body.HTML)
		}
	})
}
