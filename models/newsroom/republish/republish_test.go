package republish_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/republish"
	"broadsheet/models/richtext"

	"golang.org/x/net/html"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

const body = `<p>They said &amp; did <a href="/2026/11/20/older/">nothing</a>, <a href="#later">later</a> or <a href="https://else.example/x?a=1&amp;b=2">elsewhere</a>.</p>
<figure><img src="/media/x/1.jpg" alt="A harbour"><figcaption>A harbour</figcaption></figure>
<p><img src="https://pixel.example/1.gif" alt=""></p>
<h2>A ledger</h2><ul><li>One</li><li><strong>Two</strong></li></ul>
<blockquote><p>"Quoted" &lt;script&gt;</p></blockquote>`

func save(t *testing.T, db *models.DB, m newsroom.Manuscript) *newsroom.Article {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func load(t *testing.T, db *models.DB, a *newsroom.Article) (*newsroom.Site, *newsroom.Page) {
	t.Helper()
	site, err := newsroom.LoadSite(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newsroom.LoadPage(t.Context(), db, site, site.ArticlePath(a))
	if err != nil {
		t.Fatal(err)
	}
	return site, p
}

// The copy has the text with absolute links, the credit and the canonical address,
// and nothing that loads.
func TestCopy(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		at := clock.Now().Add(-time.Hour)
		save(t, db, newsroom.Manuscript{Title: "Older <story>", Slug: "older", Body: "Before.", PublishedAt: at})
		a := save(t, db, newsroom.Manuscript{
			Title: "Pilots & return", Standfirst: "In short.", Body: body + "\n<p>/2026/11/20/older/</p>", Format: richtext.HTML, PublishedAt: at,
			Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}, {Name: "Ben Ort", Role: "translation"}},
		})
		site, p := load(t, db, a)
		address := &url.URL{Scheme: "https", Host: "news.example", Path: site.ArticlePath(a)}
		c, err := republish.Make(site, p, republish.Frame{
			Address: address, Language: "en", Dir: "ltr", Byline: "By " + republish.Author(p.Bylines, ", "), Credit: "First published by The Courier.", Terms: "CC BY-ND 4.0",
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`<article lang="en" dir="ltr">`, `<link rel="canonical" href="` + address.String() + `"/>`, `<h1>Pilots &amp; return</h1>`, `<p>In short.</p>`,
			`By Nadia Farrow, Ben Ort (translation)`, `href="https://news.example/2026/11/20/older/">nothing`, `href="` + address.String() + `#later"`,
			`href="https://else.example/x?a=1&amp;b=2"`, `<h2>A ledger</h2>`, `<li><strong>Two</strong></li>`, `&lt;script&gt;`,
			`<a href="` + address.String() + `">First published by The Courier.</a> CC BY-ND 4.0`,
		} {
			if !strings.Contains(c.HTML, want) {
				t.Errorf("the copy lacks %s", want)
			}
		}
		for _, never := range []string{"<img", "figure", "A harbour", "1.jpg", "<script", "class=", "<p></p>", `href="/`, `href="#`} {
			if strings.Contains(c.HTML, never) {
				t.Errorf("the copy has %s", never)
			}
		}
		if !c.Pictures {
			t.Error("it is not said that pictures are left out")
		}
		if _, err := html.Parse(strings.NewReader(c.HTML)); err != nil {
			t.Error(err)
		}
		for _, want := range []string{"Pilots & return\n\nIn short.\n\nBy Nadia", "nothing, later or elsewhere.\n\npixel.example/1.gif\n\nA ledger\n\n• One\n\n• Two\n\n\"Quoted\" <script>", address.String() + "\n"} {
			if !strings.Contains(c.Text, want) {
				t.Errorf("the text lacks %q:\n%s", want, c.Text)
			}
		}
		if t.Failed() {
			t.Log(c.HTML)
		}
	})
}

// The article decides before the site's setting, and keeps its decision.
func TestAllowed(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		yes, no := true, false
		for _, c := range []struct {
			site    bool
			article *bool
			want    bool
		}{{false, nil, false}, {true, nil, true}, {false, &yes, true}, {true, &yes, true}, {true, &no, false}, {false, &no, false}} {
			a := save(t, db, newsroom.Manuscript{Title: "Story", Republish: c.article})
			site, _ := load(t, db, a)
			site.Republish = c.site
			if got := republish.Allowed(site, a); got != c.want {
				t.Errorf("%+v: %v", c, got)
			}
			again := save(t, db, newsroom.Manuscript{ID: a.ID, Title: "Story, changed"})
			if got := republish.Allowed(site, again); got != c.want {
				t.Errorf("saved again: %+v: %v", c, got)
			}
		}
	})
}

func FuzzMake(f *testing.F) {
	f.Add(body)
	f.Add("<p><a href='javascript:x'>y</a><svg><a href=z></svg>")
	f.Fuzz(func(t *testing.T, body string) {
		p := &newsroom.Page{}
		p.Title, p.HTML = body, body
		c, err := republish.Make(&newsroom.Site{}, p, republish.Frame{Address: &url.URL{Scheme: "https", Host: "news.example", Path: "/a/"}})
		if err != nil {
			return
		}
		if low := strings.ToLower(c.HTML); strings.Contains(low, "<script") || strings.Contains(low, "<img") || strings.Contains(low, `href="javascript`) {
			t.Errorf("%q becomes %q", body, c.HTML)
		}
	})
}
