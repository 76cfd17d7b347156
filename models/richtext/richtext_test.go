package richtext_test

import (
	"strings"
	"testing"
	"time"

	"broadsheet/models/richtext"

	"golang.org/x/net/html"
)

func TestComment(t *testing.T) {
	t.Parallel()
	const rel = ` rel="nofollow ugc noopener"`
	for raw, want := range map[string]string{
		"Hello":                                        "<p>Hello</p>",
		"One\n\nTwo\nthree":                            "<p>One</p>\n<p>Two<br>\nthree</p>",
		"a < b && c > d":                               "<p>a &lt; b &amp;&amp; c &gt; d</p>",
		`back\slash "quotes" &amp; 😀`:                  `<p>back\slash &#34;quotes&#34; &amp; 😀</p>`,
		"<b>bold":                                      "<p><b>bold</b></p>",
		"bold</b></div></section>":                     "<p>bold&lt;/div&gt;&lt;/section&gt;</p>",
		"<script>alert(1)</script>x":                   "<p>x</p>",
		"<scr<script>ipt>alert(1)</script>":            "<p>&lt;scr</p>",
		`<img src=x onerror=alert(1)>hi`:               "<p>hi</p>",
		`<a href="javascript:alert(1)">x</a>`:          "<p>x</p>",
		`<a href=" java&#x0A;script:alert(1)">x</a>`:   "<p>x</p>",
		`<a href="//evil.example">x</a>`:               "<p>x</p>",
		`<a href="/here" onclick="x()">x</a>`:          "<p>x</p>",
		`<a href="https://a.example/?x=1&y=2">x</a>`:   `<p><a href="https://a.example/?x=1&amp;y=2"` + rel + `>x</a></p>`,
		"see https://a.example/b(c). Yes":              `<p>see <a href="https://a.example/b(c)"` + rel + `>https://a.example/b(c)</a>. Yes</p>`,
		"(https://a.example)":                          `<p>(<a href="https://a.example"` + rel + `>https://a.example</a>)</p>`,
		"<code>https://a.example</code>":               "<p><code>https://a.example</code></p>",
		"<blockquote>said</blockquote>answer":          "<blockquote><p>said</p>\n</blockquote><p>answer</p>",
		"<b>one\n\ntwo</b>":                            "<p><b>one<br>\n<br>\ntwo</b></p>",
		`<p id="comments" class=x style="color:red">x`: "<p>x</p>",
		"\u202Eevil\u202C":                             "<p>evil</p>",
		"":                                             "",
	} {
		if got := richtext.Comment(raw); got != want {
			t.Errorf("Comment(%q)\n got %q\nwant %q", raw, got, want)
		}
	}
}

func TestHostileCommentsAreQuick(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"unclosed tags":   strings.Repeat("<b>", 20000),
		"quotes":          strings.Repeat("<blockquote>", 5000),
		"no space":        strings.Repeat("x", richtext.MaxCommentBytes),
		"addresses":       strings.Repeat("https://a.example ", 3600),
		"ampersands":      strings.Repeat("&", richtext.MaxCommentBytes),
		"open comment":    "<!--" + strings.Repeat("-", 60000),
		"many close tags": strings.Repeat("</blockquote></b>", 3800),
	} {
		begin := time.Now()
		out := richtext.Comment(raw)
		// Generous: the machine may be busy. Quadratic time would be minutes.
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		checkContained(t, out)
	}
}

// checkContained parses a rendered comment between two elements. It fails if the
// comment changes them or holds a forbidden element or attribute.
func checkContained(t testing.TB, out string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(`<body><div id="before"></div><div id="c">` + out + `</div><div id="after"></div></body>`))
	if err != nil {
		t.Fatalf("%v in %.200q", err, out)
	}
	body := doc.FirstChild.LastChild
	var ids []string
	for n := body.FirstChild; n != nil; n = n.NextSibling {
		for _, a := range n.Attr {
			if a.Key == "id" {
				ids = append(ids, a.Val)
			}
		}
	}
	if strings.Join(ids, " ") != "before c after" {
		t.Fatalf("the comment reaches beyond its place: %v in %.300q", ids, out)
	}
	allowed := map[string]string{"a": "href title rel", "abbr": "title", "acronym": "title", "blockquote": "cite", "q": "cite", "del": "datetime"}
	for _, tag := range strings.Fields("b cite code em i s strike strong p br") {
		allowed[tag] = ""
	}
	for n := range body.FirstChild.NextSibling.Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("a comment node in %.200q", out)
		}
		if n.Type != html.ElementNode {
			continue
		}
		attrs, ok := allowed[n.Data]
		if !ok {
			t.Errorf("element %s in %.200q", n.Data, out)
		}
		for _, a := range n.Attr {
			if !strings.Contains(" "+attrs+" ", " "+a.Key+" ") {
				t.Errorf("attribute %s of %s in %.200q", a.Key, n.Data, out)
			}
			if a.Key == "href" && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") {
				t.Errorf("href %q", a.Val)
			}
		}
	}
}

func TestArticle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format          richtext.Format
		source, has, no string
	}{
		{richtext.Markdown, "# Head\n\n\"Quoted\" -- *text*", "<h2>Head</h2>", "<h1"},
		{richtext.Markdown, "\"Quoted\" text", "“Quoted”", ""},
		{richtext.Markdown, "| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>", ""},
		{richtext.Markdown, "text[^1]\n\n[^1]: note", `id="fn:1"`, ""},
		{richtext.Markdown, "<script>alert(1)</script>ok", "ok", "script"},
		{richtext.Markdown, "[x](javascript:alert(1))", "x", "javascript"},
		{richtext.HTML, `<p id="comments" class="x" onclick="x()">Hi`, "<p>Hi</p>", "comments"},
		{richtext.HTML, `<img src="https://other.example/x.jpg" alt="A boat">`, `<a href="https://other.example/x.jpg" class="picture-link">A boat</a>`, "<img"},
		{richtext.HTML, `<img src="/media/x/640.jpg">`, `<img src="/media/x/640.jpg" alt=""`, ""},
		{richtext.HTML, `<p data-story="7">x</p>`, "<p>x</p>", "data-story"},
		{richtext.HTML, `</div></article><p>x`, "<p>x</p>", "</div>"},
		{richtext.HTML, "<style>p{}</style><iframe src=x></iframe>y", "y", "iframe"},
		{richtext.Text, "One <b>\n\nTwo", "<p>One &lt;b&gt;</p>", "<b>"},
		{richtext.Text, "bad \xff utf8 \x00", "bad \uFFFD utf8", "\x00"},
	} {
		body, err := richtext.Article(c.source, c.format)
		if err != nil || !strings.Contains(body.HTML, c.has) || c.no != "" && strings.Contains(body.HTML, c.no) {
			t.Errorf("%s %q gives %q (%v)", c.format, c.source, body.HTML, err)
		}
	}
	if _, err := richtext.Article(strings.Repeat("x", richtext.MaxArticleBytes+1), richtext.Markdown); err == nil {
		t.Error("a Markdown body over the limit was taken")
	}
	if _, err := richtext.Article(strings.Repeat("x", richtext.MaxArticleBytes), richtext.Markdown); err != nil {
		t.Errorf("a Markdown body at the limit: %v", err)
	}
	if _, err := richtext.Article(strings.Repeat("<b><ul><li>", 900_000), richtext.HTML); err != nil {
		t.Errorf("10 MB of unclosed tags: %v", err)
	}
}

func TestCards(t *testing.T) {
	t.Parallel()
	body, err := richtext.Article(`<p>a <a href="/x/">inline</a></p><p><a href="/x/">alone</a></p><p>/y/?a=1&amp;b=2</p><p>/z/</p>`, richtext.HTML)
	if err != nil {
		t.Fatal(err)
	}
	marked := richtext.MarkCards(body.HTML, func(href string) (int64, bool) {
		id, ok := map[string]int64{"/x/": 5, "/y/?a=1&b=2": 6}[href]
		return id, ok
	})
	var got []int64
	var back strings.Builder
	for _, s := range richtext.SplitCards(marked) {
		got = append(got, s.ArticleID)
		back.WriteString(s.HTML)
	}
	if len(got) != 4 || got[1] != 5 || got[2] != 6 || got[0]+got[3] != 0 || back.String() != body.HTML {
		t.Errorf("%v\n%s\n%s", got, marked, back.String())
	}
}

func TestPlainLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  two\n words ": "two words", "<b>Bold</b> &amp; co": "<b>Bold</b> &amp; co", "a\u202Eb\u200Bc\x00": "abc", "می\u200cخواهم": "می\u200cخواهم", "Tom & Jerry <3": "Tom & Jerry <3", "\xff": "\uFFFD",
	} {
		if got := richtext.PlainLine(in); got != want {
			t.Errorf("PlainLine(%q) = %q, want %q", in, got, want)
		}
	}
	if !richtext.Blank(" \u200b\u00a0\u2800\n") || richtext.Blank("x") || richtext.Blank("。") {
		t.Error("Blank is wrong")
	}
}
