package absolute_test

import (
	"net/url"
	"testing"

	"broadsheet/models/richtext/absolute"

	"golang.org/x/net/html"
)

var page = &url.URL{Scheme: "https", Host: "news.example", Path: "/2026/11/20/story/"}

func TestAddressesBecomeAbsolute(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`<a href="/a/?x=1&amp;y=2#z">a</a>`:              `<a href="https://news.example/a/?x=1&amp;y=2#z">a</a>`,
		`<a href="next/">a</a>`:                          `<a href="https://news.example/2026/11/20/story/next/">a</a>`,
		`<a href="../">a</a>`:                            `<a href="https://news.example/2026/11/20/">a</a>`,
		`<a href="//cdn.example/x">a</a>`:                `<a href="https://cdn.example/x">a</a>`,
		`<a href="http://else.example/?a=%2F&amp;b">`:    `<a href="http://else.example/?a=%2F&amp;b"></a>`,
		`<a href="mailto:desk@news.example">a</a>`:       `<a href="mailto:desk@news.example">a</a>`,
		`<a href="http://[broken">a</a>`:                 `<a href="http://[broken">a</a>`,
		`<a href=" /a ">a</a>`:                           `<a href="https://news.example/a">a</a>`,
		`<img src="/m/1.jpg" srcset="/a 1x, /b?c,d 2x">`: `<img src="https://news.example/m/1.jpg" srcset="https://news.example/a 1x, https://news.example/b?c,d 2x"/>`,
		`<blockquote cite="/a"><video poster="/p">`:      `<blockquote cite="https://news.example/a"><video poster="https://news.example/p"></video></blockquote>`,
		`href="/a" in a text &lt;a href="/b"&gt;`:        `href=&#34;/a&#34; in a text &lt;a href=&#34;/b&#34;&gt;`,
		`<p title="/a" lang="ar">مضيق</p>`:               `<p title="/a" lang="ar">مضيق</p>`,
		``:                                               ``,
	} {
		if got, err := (absolute.Page{URL: page}).HTML(source); err != nil || got != want {
			t.Errorf("%s becomes\n%s (%v), want\n%s", source, got, err, want)
		}
	}
}

func TestFragmentsAreKeptWhereTheTextIsAPage(t *testing.T) {
	t.Parallel()
	const source = `<a href="#note">1</a>`
	for keep, want := range map[bool]string{true: source, false: `<a href="https://news.example/2026/11/20/story/#note">1</a>`} {
		if got, err := (absolute.Page{URL: page, KeepFragments: keep}).HTML(source); err != nil || got != want {
			t.Errorf("keep %v: %s (%v)", keep, got, err)
		}
	}
}

// What is absolute already stays as it is.
func FuzzHTML(f *testing.F) {
	f.Add(`<p><a href="/x?a=1&amp;b=2#c">x</a> <img srcset="/a 1x,/b 2x, c">`)
	f.Add(`<table><a href="//x"><svg><a xlink:href=y>`)
	f.Add(`<!x href="/y`)
	f.Fuzz(func(t *testing.T, source string) {
		p := absolute.Page{URL: page}
		nodes, err := p.Parse(source)
		if err != nil {
			return // nested too deeply
		}
		for _, n := range nodes {
			expectAbsolute(t, source, n)
		}
	})
}

// expectAbsolute reports the addresses in an element that are relative. One that
// cannot be read stays as it is.
func expectAbsolute(t *testing.T, source string, n *html.Node) {
	for _, at := range n.Attr {
		if at.Key != "href" && at.Key != "src" {
			continue
		}
		if u, err := url.Parse(at.Val); err == nil && !u.IsAbs() {
			t.Errorf("%q has the address %q", source, at.Val)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		expectAbsolute(t, source, c)
	}
}
