//go:build browser

package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"broadsheet/models/richtext"
)

// constructs are bodies with every element that the cleaner keeps in an article.
var constructs = []string{
	`<p>a <strong>b</strong> <em>c</em> <b>d</b> <i lang="fr">e</i> <u>f</u> <s>g</s> H<sub>2</sub>O m<sup>2</sup> <mark>h</mark> <small>i</small> <abbr title="World">W</abbr> <cite>j</cite> <q cite="https://a.example/">k</q></p>`,
	`<p><del datetime="2026-11-27">a</del> <ins datetime="2026-11-27T10:00Z">b</ins> <kbd>Ctrl</kbd>+<kbd>C</kbd> <samp>c</samp> <var>d</var> <code>e  f</code> <time datetime="2026-11-27">today</time></p>`,
	`<p dir="rtl" lang="ar">نصّ <a href="/x/" title="t">رابط</a></p><h2 dir="auto">b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>`,
	`<ul><li>a<ul><li>b<ol start="7"><li>c</li><li><p>d</p><p>e</p></li></ol></li></ul></li><li><p>f</p></li></ul><ol><li></li></ol>`,
	`<dl><dt>a</dt><dd>b</dd><dd><p>c</p><p>d</p></dd></dl>`,
	`<blockquote cite="https://a.example/"><p>a</p><p><cite>b</cite></p></blockquote><blockquote>bare</blockquote>`,
	`<figure><blockquote><p>A pull quote.</p></blockquote><figcaption>Somebody</figcaption></figure>`,
	`<figure><img src="/media/a/640.jpg" alt="A" width="640" height="427"><figcaption>At sea <small>Photo: N. N.</small></figcaption></figure>`,
	`<figure><a href="/media/a/1920.jpg"><img src="/media/a/640.jpg" alt=""></a></figure>`,
	`<figure><figure><img src="/media/a/640.jpg" alt="A"><figcaption>a</figcaption></figure><figure><img src="/media/b/640.jpg" alt="B"></figure><figcaption>All</figcaption></figure>`,
	`<figure class="gallery"><figure><img src="/media/a/640.jpg" alt="A" width="640" height="427"><figcaption>a <small>N. N.</small></figcaption></figure><figure><img src="/media/b/640.jpg" alt=""></figure><figcaption>All</figcaption></figure>`,
	`<p>a <img src="/media/a/16.png" alt="inline"> b</p><img src="/media/b/640.jpg" alt="bare"><p><img src="/media/c/640.jpg" alt="alone"></p>`,
	`<table><caption>Of <em>things</em></caption><thead><tr><th scope="col">a</th><th class="align-end">b</th></tr></thead><tbody><tr><th scope="row">c</th><td colspan="2" rowspan="2">d<ul><li>e</li></ul></td></tr><tr></tr></tbody><tfoot><tr><td class="align-center"></td></tr></tfoot></table>`,
	`<figure><table><tbody><tr><td><p>a</p><p>b</p></td></tr></tbody></table><figcaption>t</figcaption></figure>`,
	"<pre><code>if a &lt; b {\n\n\treturn  </code></pre><pre>\n\nx <em>y</em>\n</pre>",
	`<p>See</p><p>/2026/11/27/a-story/</p><p><a href="https://video.example/watch?v=1">https://video.example/watch?v=1</a></p><hr>`,
	`<p>a<sup id="fnref:1"><a href="#fn:1" class="footnote-ref" role="doc-noteref">1</a></sup></p><div class="footnotes" role="doc-endnotes"><hr><ol><li id="fn:1"><p>b <a href="#fnref:1" class="footnote-backref" role="doc-backlink">↩︎</a></p></li></ol></div>`,
	`<section><h2>a</h2><div><p>b</p></div></section>bare <em>text</em><br>and on<p>c</p>bare again`,
	`<p>a<br>b<br><br>c</p><p><strong>a <em>b</em></strong><em> c</em></p><p>a` + "\u00a0" + `b &amp;amp; &lt;p&gt; "q" 'r'</p>`,
	`<p><a href="/a/"><strong>all bold</strong> and not</a></p><p><em><a href="/b/">link in em</a></em></p><p><a class="picture-link" href="https://a.example/x.jpg">A boat</a></p>`,
	// The model does not hold these: they stay unchanged.
	`<ul><li>a</li><ul><li>b</li></ul></ul>`, `<li>alone</li>`, `<q>a</q><q>b</q>`, `<p><sub>a<sub>b</sub></sub></p>`, `<a href="/x/"><p>a</p></a>`, `<table></table>`,
	``, ` `, `one line of text`,
}

// madeBodies returns the constructs, and bodies of random elements in random nesting.
func madeBodies(t *testing.T) (bodies []string) {
	t.Helper()
	for _, source := range constructs {
		bodies = append(bodies, clean(t, source, richtext.HTML))
	}
	for seed := range uint64(300) {
		var b strings.Builder
		r := rand.New(rand.NewPCG(seed, 14))
		for range 1 + r.IntN(6) {
			randomBlock(&b, r, 0)
		}
		bodies = append(bodies, clean(t, b.String(), richtext.HTML))
	}
	return bodies
}

var randomInline = []string{"a href='/x/'", "strong", "em", "b", "i", "u", "s", "sub", "sup", "mark", "small", "cite", "q", "code", "kbd", "abbr title='t'", "time datetime='2026-01-01'", "del", "ins"}

func randomBlock(b *strings.Builder, r *rand.Rand, depth int) {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	around := func(tag string, inside func()) {
		name, _, _ := strings.Cut(tag, " ")
		b.WriteString("<" + tag + ">")
		inside()
		b.WriteString("</" + name + ">" + pick("", "\n"))
	}
	blocks := func() {
		for range 1 + r.IntN(3) {
			randomBlock(b, r, depth+1)
		}
	}
	text := func() { randomText(b, r, 0) }
	kind := pick("p", "p", "p lang='fr'", "h2", "h3 dir='rtl'", "blockquote", "ul", "ol start='3'", "figure", "pre", "hr", "table", "dl", "section", "div", "bare")
	if depth > 3 {
		kind = pick("p", "bare", "hr", "h4")
	}
	switch name, _, _ := strings.Cut(kind, " "); name {
	case "bare":
		text()
	case "hr":
		b.WriteString("<hr>")
	case "blockquote", "section", "div":
		around(kind, blocks)
	case "ul", "ol":
		around(kind, func() {
			for range 1 + r.IntN(3) {
				around("li", pick2(r, text, blocks))
			}
		})
	case "dl":
		around("dl", func() { around("dt", text); around("dd", pick2(r, text, blocks)) })
	case "figure":
		around("figure", func() {
			b.WriteString(pick("<img src='/media/a/640.jpg' alt='x'>", "<blockquote><p>pull</p></blockquote>", "<figure><img src='/media/b/640.jpg' alt=''></figure>"))
			around("figcaption", text)
		})
	case "table":
		around("table", func() {
			around("tr", func() { around("th scope='col'", text); around("td class='align-end'", pick2(r, text, blocks)) })
			around("tr", func() { around("td colspan='2'", blocks) })
		})
	default:
		around(kind, text)
	}
}

func pick2(r *rand.Rand, a, b func()) func() {
	if r.IntN(2) == 0 {
		return a
	}
	return b
}

func randomText(b *strings.Builder, r *rand.Rand, depth int) {
	for range 1 + r.IntN(4) {
		switch {
		case r.IntN(3) > 0 || depth > 2:
			b.WriteString([]string{"word", " and ", "\n x &lt; y", "نصّ", "你好", "\u00a0", "&amp;nbsp;", " end. ", "  "}[r.IntN(9)])
		case r.IntN(5) == 0:
			b.WriteString("<br>")
		default:
			tag := randomInline[r.IntN(len(randomInline))]
			name, _, _ := strings.Cut(tag, " ")
			b.WriteString("<" + tag + ">")
			randomText(b, r, depth+1)
			b.WriteString("</" + name + ">")
		}
	}
}
