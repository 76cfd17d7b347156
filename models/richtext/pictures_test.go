package richtext_test

import (
	"slices"
	"strings"
	"testing"

	"broadsheet/models/richtext"
)

// pictureBodies are bodies with the keys of the pictures that they use.
var pictureBodies = map[string][]string{
	"": nil, "<p>/media/abc1/640.jpg</p>": nil, `<p title="/media/abc1/640.jpg">x</p>`: nil, `<p>src="/media/abc1/640.jpg"</p>`: nil,
	`<p><img src="/media/abc1/640.jpg" alt=""></p>`:                                                                      {"abc1"},
	`<p><a href="/media/abc1/1920.jpg"><img src="/media/abc1/640.webp" alt=""></a></p>`:                                  {"abc1"},
	`<a href="https://news.example/media/abc1/640.jpg">x</a>`:                                                            {"abc1"},
	`<a href="//news.example/media/abc1/640.jpg?x=1#y">x</a>`:                                                            {"abc1"},
	`<img src="media/abc1/640.jpg"><img src="../../media/abc2/640.jpg"/>`:                                                {"abc1", "abc2"},
	`<img src="/x/%2e%2e/me%64ia//./abc1/640.jpg">`:                                                                      {"abc1"},
	`<img src="&#47;media&#x2f;abc1/640.jpg">`:                                                                           {"abc1"},
	"<img src=\"\\media\\abc1\\640.jpg\"><img src=\" /me\tdia/abc2/\n640.jpg \">":                                        {"abc1", "abc2"},
	`<img src="/media/abc2/320.jpg"><img src="/media/abc1/320.jpg"><img src="/media/abc2/640.jpg">`:                      {"abc2", "abc1"},
	`<img src="/media/ABC/640.jpg"><img src="/media/../640.jpg"><img src="/media/abc1"><img src="/media/a%00b/640.jpg">`: nil,
	`<img src="/assets/logo.png"><a href="/2026/11/20/media/">x</a><a href="%zz">x</a>`:                                  nil,
}

func TestPicturesOfABody(t *testing.T) {
	t.Parallel()
	for body, want := range pictureBodies {
		if got := richtext.Pictures(body); !slices.Equal(got, want) {
			t.Errorf("%q uses %q, want %q", body, got, want)
		}
	}
}

// The pictures of a manuscript are found in its HTML.
func TestPicturesOfAManuscript(t *testing.T) {
	t.Parallel()
	for source, format := range map[string]richtext.Format{
		"![A boat](/media/abc1/640.jpg)":                               richtext.Markdown,
		"[A boat](/media/abc1/640.jpg)":                                richtext.Markdown,
		"![A boat][1]\n\n[1]: </media/abc1/640.jpg>":                   richtext.Markdown,
		`<IMG SRC=/media/abc1/640.jpg>`:                                richtext.HTML,
		`<image src='/media/abc1/640.jpg'>`:                            richtext.HTML,
		`<img src="data:x" data-src="/media/abc1/640.jpg">`:            richtext.HTML,
		`<img srcset="/media/abc1/640.jpg 640w, /media/abc1/320.jpg">`: richtext.HTML,
	} {
		body, err := richtext.Article(source, format)
		if got := richtext.Pictures(body.HTML); err != nil || !slices.Equal(got, []string{"abc1"}) {
			t.Errorf("%q becomes %q and uses %q (%v)", source, body.HTML, got, err)
		}
	}
}

// A gallery keeps its class, which no other figure and no other element has.
func TestGalleriesAreKept(t *testing.T) {
	t.Parallel()
	gallery := `<figure class="gallery"><figure><img src="/media/abc1/640.jpg" alt="A boat" width="640" height="427"/><figcaption>At sea <small>N. N.</small></figcaption></figure>` +
		`<figure><img src="/media/abc2/640.jpg" alt=""/></figure><figcaption>Both</figcaption></figure>`
	for source, want := range map[string]string{
		gallery: gallery,
		`<figure class="gallery wide"><img src="/media/abc1/640.jpg" alt=""></figure>`: `<figure><img src="/media/abc1/640.jpg" alt=""/></figure>`,
		`<p class="gallery">a</p>`: `<p>a</p>`,
	} {
		body, err := richtext.Article(source, richtext.HTML)
		if err != nil || body.HTML != want {
			t.Errorf("%s\nbecomes %s (%v)", source, body.HTML, err)
		}
	}
}

// In a preview the pictures of a body have addresses below that of the preview.
func TestMovePictures(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`<p>a "/media/abc1/640.jpg" b</p>`:                                                   `<p>a "/media/abc1/640.jpg" b</p>`,
		`<p>a &amp; <img src="/media/abc1/640.jpg" alt="&#34;x&#34;"/></p>`:                  `<p>a &amp; <img src="media/abc1/640.jpg" alt="&#34;x&#34;"/></p>`,
		`<a href="/media/abc1/1920.jpg"><img src="/media/abc1/640.jpg?v=2" alt=""/></a>`:     `<a href="media/abc1/1920.jpg"><img src="media/abc1/640.jpg?v=2" alt=""/></a>`,
		`<a href="/2026/11/20/a-story/">x</a><img src="/assets/logo.png" alt=""/><br/>`:      `<a href="/2026/11/20/a-story/">x</a><img src="/assets/logo.png" alt=""/><br/>`,
		`<p title="/media/abc1/640.jpg">x</p><img src="https://news.example/media/a/1.jpg">`: `<p title="/media/abc1/640.jpg">x</p><img src="media/a/1.jpg">`,
	} {
		if got := richtext.MovePictures(source, "media/"); got != want {
			t.Errorf("%s\nbecomes %s", source, got)
		}
	}
}

// Only the description of that picture is replaced, and only where it is the old one.
func TestReplaceAlt(t *testing.T) {
	t.Parallel()
	mine := func(file string) bool { return file == "abc1" }
	for _, c := range []struct {
		format       richtext.Format
		source, want string
	}{
		{richtext.HTML, `<p>A boat <img src="/media/abc1/640.jpg" alt="A boat"> &amp;</p>`, `<p>A boat <img src="/media/abc1/640.jpg" alt="A &#34;ship&#34;"> &amp;</p>`},
		{richtext.HTML, `<img alt='A boat' src='/media/abc1/640.jpg' width=3><img src="/media/abc2/640.jpg" alt="A boat">`, `<img alt="A &#34;ship&#34;" src="/media/abc1/640.jpg" width="3"><img src="/media/abc2/640.jpg" alt="A boat">`},
		{richtext.HTML, `<img src="/media/abc1/640.jpg" alt="A boat at sea"><img src="/media/abc1/640.jpg">`, ""},
		{richtext.Markdown, "a ![A boat](/media/abc1/640.jpg \"t\") ![A boat](/media/abc2/640.jpg) [A boat](/media/abc1/640.jpg)", "a ![A \"ship\"](/media/abc1/640.jpg \"t\") ![A boat](/media/abc2/640.jpg) [A boat](/media/abc1/640.jpg)"},
		{richtext.Markdown, "![A boat at sea](/media/abc1/640.jpg)", ""},
		{richtext.Text, "![A boat](/media/abc1/640.jpg)", ""},
	} {
		got, changed := richtext.ReplaceAlt(c.source, c.format, mine, "A boat", `A "ship"`)
		if c.want == "" {
			c.want = c.source
		}
		if got != c.want || changed != (c.want != c.source) {
			t.Errorf("%s\nbecomes %s (%v)", c.source, got, changed)
		}
	}
	odd := `a [b] *c* \ d`
	got, changed := richtext.ReplaceAlt("![A boat](/media/abc1/1.jpg)", richtext.Markdown, mine, "A boat", odd)
	if back, again := richtext.ReplaceAlt(got, richtext.Markdown, mine, odd, "A boat"); !changed || !again || back != "![A boat](/media/abc1/1.jpg)" {
		t.Errorf("%s and back: %s", got, back)
	}
}

func FuzzReplaceAlt(f *testing.F) {
	f.Add("![a](/media/abc1/1.jpg)", "a", "b")
	f.Add(`<img src="/media/abc1/1.jpg" alt="a">`, "a", `"><script>`)
	f.Add("if x <A", "a", "b")
	f.Fuzz(func(t *testing.T, source, old, alt string) {
		var all strings.Builder
		for raw := range richtext.Tokens(source) {
			all.WriteString(raw)
		}
		if all.String() != source {
			t.Errorf("the tokens of %q are %q", source, all.String())
		}
		for _, format := range []richtext.Format{richtext.Markdown, richtext.HTML} {
			if got, changed := richtext.ReplaceAlt(source, format, func(string) bool { return false }, old, alt); changed || got != source {
				t.Errorf("%q becomes %q", source, got)
			}
		}
	})
}
