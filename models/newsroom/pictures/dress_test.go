package pictures_test

import (
	"strings"
	"testing"

	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"

	"golang.org/x/net/html"
)

var known = map[string]pictures.Dressed{
	"shown": {File: "shown", Width: 1200, Height: 800},
	"new":   {File: "new.0123456789abcdef", Width: 400, Height: 600},
	"gone":  {File: "gone", Width: 1200, Height: 800, Hidden: true},
}

func dress(body string) string {
	return pictures.DressPictures(body, func(file string) (pictures.Dressed, bool) {
		d, ok := known[pictures.KeyOf(file)]
		return d, ok
	})
}

func TestDressedPictures(t *testing.T) {
	t.Parallel()
	const size = ` width="640" height="427"`
	shown := `<img src="/media/shown/640.jpg" alt=""` + size + `/>`
	for body, want := range map[string]string{
		`<p>a &amp; <em>b</em></p>`:                                                                       `<p>a &amp; <em>b</em></p>`,
		`<img src="/media/shown/640.jpg" alt=""/>`:                                                        shown,
		`<img src="/media/shown/640.jpg" alt=""` + size + `/>`:                                            shown,
		`<img src="/media/shown/1920.jpg" alt="" width="300"/>`:                                           `<img src="/media/shown/1920.jpg" alt="" width="300" height="200"/>`,
		`<img src="/media/other/640.jpg" alt=""/>`:                                                        `<img src="/media/other/640.jpg" alt=""/>`,
		`<img src="https://elsewhere.example/640.jpg" alt=""/>`:                                           `<img src="https://elsewhere.example/640.jpg" alt=""/>`,
		`<img src="/media/new/640.jpg" alt="A"/>`:                                                         `<img src="/media/new.0123456789abcdef/640.jpg" alt="A" width="400" height="600"/>`,
		`<img src="/media/new.ffffffffffffffff/320.jpg" alt=""/>`:                                         `<img src="/media/new.0123456789abcdef/320.jpg" alt="" width="320" height="480"/>`,
		`<img src="/media/new/moving.gif" alt=""/>`:                                                       `<img src="/media/new.0123456789abcdef/960.jpg" alt="" width="400" height="600"/>`,
		`<p><a href="/media/new/1920.jpg">Large</a></p>`:                                                  `<p><a href="/media/new.0123456789abcdef/1920.jpg">Large</a></p>`,
		`<p>a</p><img src="/media/gone/640.jpg" alt=""/><p>b</p>`:                                         `<p>a</p><p>b</p>`,
		`<p>a <img src="/media/gone/640.jpg" alt=""/> b</p>`:                                              `<p>a  b</p>`,
		`<p> <img src="/media/gone/640.jpg" alt=""/></p><p>b</p>`:                                         `<p>b</p>`,
		`<p><a href="/x/"><img src="/media/gone/640.jpg"/></a></p>`:                                       ``,
		`<p><a href="/x/"><img src="/media/gone/640.jpg"/> b</a></p>`:                                     `<p><a href="/x/"> b</a></p>`,
		`<figure><img src="/media/gone/640.jpg"/><figcaption>c <a href="/x/">d</a></figcaption></figure>`: ``,
		`<figure><img src="/media/gone/640.jpg"/><table><tr><td>1</td></tr></table></figure>`:             `<figure><table><tr><td>1</td></tr></table></figure>`,
		`<figure class="gallery"><figure><img src="/media/gone/640.jpg"/></figure><figure>` + shown + `<figcaption>c</figcaption></figure><figcaption>d</figcaption></figure>`: `<figure class="gallery"><figure>` + shown + `<figcaption>c</figcaption></figure><figcaption>d</figcaption></figure>`,
		`<figure class="gallery"><figure><img src="/media/gone/640.jpg"/></figure><figcaption>d</figcaption></figure><p>e</p>`:                                                 `<p>e</p>`,
		`<p></p><figure></figure>`:                   `<p></p><figure></figure>`,
		`<p>open <a><img src="/media/gone/640.jpg">`: `<p>open `,
	} {
		if got := dress(body); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", body, got, want)
		}
	}
}

func FuzzDressPictures(f *testing.F) {
	for _, body := range []string{
		`<figure class="gallery"><figure><img src="/media/gone/640.jpg"/></figure><figcaption>d</figcaption></figure><p>e</p>`,
		`<p><a href="/media/new/1.jpg"><img src="/media/shown/640.jpg" width="x" height=2></p></a>`, `</p></figure><img src=/media/gone/1`, ``,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		out := dress(body)
		for z := html.NewTokenizer(strings.NewReader(out)); z.Next() != html.ErrorToken; {
			token := z.Token()
			for _, a := range token.Attr {
				if a.Key == "src" && token.Data == "img" && richtext.PictureIn(a.Val) == "gone" {
					t.Fatalf("a hidden picture is shown: %q", out)
				}
			}
		}
		if again := dress(out); again != out {
			t.Fatalf("%q becomes %q, and then %q", body, out, again)
		}
	})
}
