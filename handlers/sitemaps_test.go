package handlers_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/sitemapchanges"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/timetable"
)

// element is an XML element with its namespace.
type element struct {
	name     string // with the prefix of sitemapSpaces, none for the protocol's own
	text     string
	children []*element
}

var sitemapSpaces = map[string]string{
	"http://www.sitemaps.org/schemas/sitemap/0.9":      "",
	"http://www.google.com/schemas/sitemap-news/0.9":   "news:",
	"http://www.google.com/schemas/sitemap-image/1.1":  "image:",
	"http://www.w3.org/1999/xhtml":                     "xhtml:",
	"http://www.google.com/schemas/sitemap-video/1.1":  "video:",
	"http://www.google.com/schemas/sitemap-mobile/1.0": "mobile:",
}

// parseXML returns the root element. Only the entities of XML itself are known.
func parseXML(t *testing.T, text string) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	stack := []*element{{}}
	for {
		token, err := d.Token()
		if err == io.EOF {
			return stack[0].children[0]
		}
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			prefix, known := sitemapSpaces[token.Name.Space]
			if !known {
				t.Errorf("<%s> is in the namespace %q", token.Name.Local, token.Name.Space)
			}
			e := &element{name: prefix + token.Name.Local}
			top.children, stack = append(top.children, e), append(stack, e)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
}

// sequence is what the published schemas say about the children of an element, in
// their order: a name, with "?" if it may be missing and "*" if it may be there many times.
var sequence = map[string][]string{
	"sitemapindex":     {"sitemap*"},
	"sitemap":          {"loc", "lastmod?"},
	"urlset":           {"url*"},
	"url":              {"loc", "lastmod?", "changefreq?", "priority?", "news:news?", "image:image*"},
	"news:news":        {"news:publication", "news:publication_date", "news:title"},
	"news:publication": {"news:name", "news:language"},
	"image:image":      {"image:loc"},
}

// checkSitemap checks a sitemap against the rules of the schemas of sitemaps.org and of
// Google's extensions, and against the limits of the protocol.
func checkSitemap(t *testing.T, text string) *element {
	t.Helper()
	if len(text) > 50<<20 || !utf8.ValidString(text) || !strings.HasPrefix(text, `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Errorf("a sitemap of %d bytes begins %.60q", len(text), text)
	}
	root := parseXML(t, text)
	if len(root.children) == 0 || len(root.children) > 50_000 {
		t.Errorf("%s has %d entries", root.name, len(root.children))
	}
	checkElement(t, root)
	return root
}

func checkElement(t *testing.T, e *element) {
	t.Helper()
	rest := e.children
	for _, want := range sequence[e.name] {
		name := strings.TrimRight(want, "?*")
		n := 0
		for len(rest) > 0 && rest[0].name == name && (n == 0 || strings.HasSuffix(want, "*")) {
			rest = rest[1:]
			n++
		}
		if n == 0 && name == want {
			t.Errorf("%s has no %s", e.name, name)
		}
	}
	if len(rest) > 0 {
		t.Errorf("%s has %s where the schema has no place for it", e.name, rest[0].name)
	}
	switch e.name {
	case "loc", "image:loc":
		if n := len(e.text); n < 12 || n > 2048 || !strings.HasPrefix(e.text, "http://news.example/") || strings.ContainsAny(e.text, " \n<>") {
			t.Errorf("loc %q", e.text)
		}
	case "lastmod", "news:publication_date":
		if _, err := time.Parse("2006-01-02T15:04:05-07:00", e.text); err != nil {
			t.Errorf("%s %q is no W3C time with an offset", e.name, e.text)
		}
	case "news:language":
		if e.text != "zh-cn" && e.text != "zh-tw" && (len(e.text) < 2 || len(e.text) > 3 || strings.ToLower(e.text) != e.text) {
			t.Errorf("language %q", e.text)
		}
	case "news:name", "news:title":
		if e.text == "" || strings.TrimSpace(e.text) != e.text {
			t.Errorf("%s %q", e.name, e.text)
		}
	}
	for _, child := range e.children {
		checkElement(t, child)
	}
}

// all returns the texts of all elements with a name.
func (e *element) all(name string) (texts []string) {
	for _, child := range e.children {
		if child.name == name {
			texts = append(texts, child.text)
		}
		texts = append(texts, child.all(name)...)
	}
	return texts
}

// entry returns the child that has an address.
func (e *element) entry(loc string) *element {
	for _, child := range e.children {
		if slices.Contains(child.all("loc"), loc) {
			return child
		}
	}
	return &element{}
}

// sitemapOf fetches a sitemap and checks it.
func sitemapOf(t *testing.T, h http.Handler, path string) *element {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/xml; charset=utf-8" || w.Header().Get("X-Robots-Tag") != "noindex" {
		t.Fatalf("%s: %d %s %q", path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("X-Robots-Tag"))
	}
	return checkSitemap(t, w.Body.String())
}

const newsHost = "http://news.example"

func TestSitemaps(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		s.set("site.timezone", "America/New_York")
		index := sitemapOf(t, h, "/wp-sitemap.xml")
		want := []string{
			newsHost + "/wp-sitemap-posts-page-1.xml", newsHost + "/news-sitemap.xml", newsHost + "/wp-sitemap-taxonomies-category-1.xml",
			newsHost + "/wp-sitemap-taxonomies-post_tag-1.xml", newsHost + "/wp-sitemap-users-1.xml", newsHost + "/wp-sitemap-posts-post-1.xml",
		}
		if got := index.all("loc"); !slices.Equal(got, want) {
			t.Errorf("the index has %q", got)
		}
		for path, loc := range map[string]string{
			"/wp-sitemap-posts-page-1.xml": "/", "/wp-sitemap-taxonomies-category-1.xml": "/category/world/",
			"/wp-sitemap-taxonomies-post_tag-1.xml": "/tag/shipping/", "/wp-sitemap-users-1.xml": "/author/nadia-farrow/",
			"/wp-sitemap-posts-post-1.xml": straitPath, "/news-sitemap.xml": straitPath,
		} {
			if got := sitemapOf(t, h, path).all("loc"); !slices.Contains(got, newsHost+loc) {
				t.Errorf("%s lists %q", path, got)
			}
		}
		if got := sitemapOf(t, h, "/wp-sitemap-posts-page-1.xml").all("loc"); !slices.Contains(got, newsHost+"/corrections/") {
			t.Errorf("the part with the front page lists %q", got)
		}
		for _, path := range []string{"/sitemap.xml", "/sitemap_index.xml"} {
			if w := get(t, h, path); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/wp-sitemap.xml" {
				t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
			}
		}
		for _, path := range []string{
			"/wp-sitemap-posts-post-2.xml", "/wp-sitemap-posts-post-0.xml", "/wp-sitemap-posts-post-01.xml", "/wp-sitemap-posts-post-999999999999999.xml",
			"/wp-sitemap-posts-post-9999999999999999.xml", "/wp-sitemap-posts-page-2.xml", "/wp-sitemap-users-2.xml", "/wp-sitemap-index.xsl", "/wp-sitemap.xsl",
			"/wp-sitemap-taxonomies-post_format-1.xml", "/wp-sitemap-x", "/wp-sitemap-%00-1.xml",
		} {
			if w := get(t, h, path); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		entry := sitemapOf(t, h, "/news-sitemap.xml").entry(newsHost + straitPath)
		if got := entry.all("news:publication_date"); !slices.Equal(got, []string{"2026-11-20T06:00:00-05:00"}) {
			t.Errorf("published %q", got)
		}
	})
}

// The date of a part in the index is that of the newest change in it, withdrawals
// included (C19), and a change drops no other part.
func TestTheIndexDatesEachChange(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		old := s.save(newsroom.Manuscript{
			ID: sitemapchanges.PartSize + 5, Title: "Later part", Body: "Text.", PublishedAt: clock.Now().Add(-100 * time.Hour),
			Categories: []taxonomy.CategoryRef{{Path: "world"}},
		})
		first, second := newsHost+"/wp-sitemap-posts-post-1.xml", newsHost+"/wp-sitemap-posts-post-2.xml"
		dates := func() (string, string) {
			t.Helper()
			index := sitemapOf(t, h, "/wp-sitemap.xml")
			return strings.Join(index.entry(first).all("lastmod"), " "), strings.Join(index.entry(second).all("lastmod"), " ")
		}
		kept := get(t, h, "/wp-sitemap-posts-post-1.xml").Header().Get("Etag")
		news := get(t, h, "/news-sitemap.xml").Header().Get("Etag")
		firstBefore, _ := dates()
		clock.Advance(time.Hour)
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, old.ID, newsroom.Withdrawn, "Wrong.", nil)
		}))
		if got := sitemapOf(t, h, "/wp-sitemap.xml").all("loc"); slices.Contains(got, second) {
			t.Error("an empty part is listed")
		}
		if w := get(t, h, "/wp-sitemap-posts-post-2.xml"); w.Code != http.StatusNotFound {
			t.Errorf("an empty part answers %d", w.Code)
		}
		firstAfter, _ := dates()
		if firstAfter != firstBefore || get(t, h, "/wp-sitemap-posts-post-1.xml").Header().Get("Etag") != kept ||
			get(t, h, "/news-sitemap.xml").Header().Get("Etag") != news {
			t.Error("a change in one part changed another, or the news")
		}
		other := s.save(newsroom.Manuscript{ID: sitemapchanges.PartSize + 6, Title: "Another", Body: "Text.", PublishedAt: clock.Now().Add(-100 * time.Hour)})
		clock.Advance(time.Hour)
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, old.ID, newsroom.Published, "", nil)
		}))
		clock.Advance(time.Hour)
		want := clock.Now().Format("2006-01-02T15:04:05-07:00")
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, other.ID, newsroom.Withdrawn, "Wrong.", nil)
		}))
		if _, got := dates(); got != want {
			t.Errorf("after a withdrawal the part is of %s, want %s", got, want)
		}
	})
}

// An article leaves the news sitemap 48 hours after its publication, to the second and
// without a write, and a scheduled one enters on time. The last one takes the
// sitemap out of the index and of robots.txt.
func TestTheNewsSitemapFollowsTheClock(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		s.save(newsroom.Manuscript{Title: "Tomorrow", Body: "Text.", PublishedAt: clock.Now().Add(24 * time.Hour)})
		listed := func() int {
			t.Helper()
			w := get(t, h, "/news-sitemap.xml")
			inIndex := strings.Contains(get(t, h, "/wp-sitemap.xml").Body.String(), "/news-sitemap.xml")
			inRobots := strings.Contains(get(t, h, "/robots.txt").Body.String(), "Sitemap: http://news.example/news-sitemap.xml\n")
			if exists := w.Code == http.StatusOK; exists != inIndex || exists != inRobots {
				t.Fatalf("the news sitemap answers %d; in the index: %v, in robots.txt: %v", w.Code, inIndex, inRobots)
			}
			return strings.Count(w.Body.String(), "<news:news>")
		}
		modified := func(path string) time.Time {
			at, _ := http.ParseTime(get(t, h, path).Header().Get("Last-Modified"))
			return at
		}
		if got := listed(); got != 2 {
			t.Fatalf("%d at the beginning", got)
		}
		clock.Advance(24 * time.Hour)
		must(timetable.Run(t.Context(), db))
		if got := listed(); got != 3 {
			t.Errorf("%d after a scheduled article", got)
		}
		clock.Advance(23*time.Hour - time.Second)
		before := modified("/news-sitemap.xml")
		if got := listed(); got != 3 {
			t.Errorf("%d a second before two leave", got)
		}
		clock.Advance(time.Second)
		if got := listed(); got != 1 {
			t.Errorf("%d when two are two days old", got)
		}
		clock.Advance(10 * time.Second)
		if after := modified("/news-sitemap.xml"); !after.After(before) {
			t.Errorf("Last-Modified stays at %v when two have left", after)
		}
		before = modified("/wp-sitemap.xml")
		clock.Advance(25 * time.Hour)
		if got := listed(); got != 0 {
			t.Errorf("%d when all are two days old", got)
		}
		if after := modified("/wp-sitemap.xml"); !after.After(before) {
			t.Errorf("Last-Modified of the index stays at %v when the news sitemap is gone", after)
		}
	})
}

// The publication name is og:site_name to the letter, the language an ISO code, and
// characters that XML cannot hold are left out (C11, C17).
func TestTextsOfTheNewsSitemap(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.set("site.name", "  Larkmoor <Courier> & “Post” ")
	h := s.handler()
	for i, language := range []string{"", "en-US", "zh-Hant", "zh-CN", "zh", "fa", "pt-BR", "ckb"} {
		s.save(newsroom.Manuscript{Title: fmt.Sprintf("A & B <%d> “ê” \u0001\ufffe", i), Body: "Text.", Language: language, PublishedAt: clock.Now().Add(-time.Minute)})
	}
	news := sitemapOf(t, h, "/news-sitemap.xml")
	languages := news.all("news:language")
	slices.Sort(languages)
	if want := []string{"ckb", "en", "en", "fa", "pt", "zh-cn", "zh-cn", "zh-tw"}; !slices.Equal(languages, want) {
		t.Errorf("languages %q", languages)
	}
	for _, name := range news.all("news:name") {
		if name != "Larkmoor <Courier> & “Post”" {
			t.Errorf("name %q", name)
		}
	}
	w := get(t, h, "/")
	if !strings.Contains(w.Body.String(), `property="og:site_name" content="Larkmoor &lt;Courier&gt; &amp; “Post”"`) {
		t.Error("og:site_name differs")
	}
}

// Only pictures that visitors may see are listed, at the address of the page's own
// markup.
func TestPicturesOfTheSitemap(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		h := s.handler()
		lead, inBody, hidden := s.picture(1), s.picture(2), s.picture(3)
		s.save(newsroom.Manuscript{
			Title: "Pictures", PictureID: &lead.ID, PublishedAt: clock.Now().Add(-time.Hour),
			Body: fmt.Sprintf("![two](/media/%s/640.jpg)\n\n![one](/media/%s/640.jpg)\n\n![none](/media/0123456789abcdef0123456789abcdef/640.jpg)", inBody.Key, lead.Key),
		})
		s.save(newsroom.Manuscript{Title: "Draft", Body: "Text.", PictureID: &hidden.ID, Status: newsroom.Draft})
		want := []string{newsHost + "/media/" + lead.Key + "/1280.jpg", newsHost + "/media/" + inBody.Key + "/1280.jpg"}
		if got := sitemapOf(t, h, "/wp-sitemap-posts-post-1.xml").all("image:loc"); !slices.Equal(got, want) {
			t.Errorf("pictures %q, want %q", got, want)
		}
		for _, loc := range want {
			if w := get(t, h, strings.TrimPrefix(loc, newsHost)); w.Code != http.StatusOK {
				t.Errorf("%s: %d", loc, w.Code)
			}
		}
	})
}

// An address that is longer than the schema allows is left out.
func TestALongAddressIsNotInTheSitemap(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	s.set("article.permalinks", "/%category%/%postname%/")
	deep := strings.Repeat(strings.Repeat("س", 90)+"/", 5)
	s.save(newsroom.Manuscript{Title: "Deep", Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: deep}}, PublishedAt: clock.Now().Add(-time.Hour)})
	for _, path := range []string{"/wp-sitemap-posts-post-1.xml", "/news-sitemap.xml"} {
		if got := len(sitemapOf(t, h, path).children); got != 2 {
			t.Errorf("%s has %d entries, want 2", path, got)
		}
	}
	sitemapOf(t, h, "/wp-sitemap-taxonomies-category-1.xml")
}

// A hidden site has no sitemaps, closes everything to robots and marks each page.
func TestAHiddenSite(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	if tag := get(t, h, straitPath).Header().Get("X-Robots-Tag"); tag != "" {
		t.Errorf("X-Robots-Tag %q on an open site", tag)
	}
	s.set("robots.hidden", "true")
	for _, path := range []string{"/wp-sitemap.xml", "/news-sitemap.xml", "/wp-sitemap-posts-post-1.xml", "/wp-sitemap-posts-page-1.xml", "/wp-sitemap-users-1.xml"} {
		if w := get(t, h, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if body := get(t, h, "/robots.txt").Body.String(); body != "User-agent: *\nDisallow: /\n" {
		t.Errorf("robots.txt is %q", body)
	}
	for range 2 { // rendered, and from the cache
		for _, path := range []string{"/", straitPath, "/category/world/", "/tag/shipping/"} {
			if w := get(t, h, path); w.Code != http.StatusOK || w.Header().Get("X-Robots-Tag") != "noindex, nofollow" {
				t.Errorf("%s: %d, X-Robots-Tag %q", path, w.Code, w.Header().Get("X-Robots-Tag"))
			}
		}
	}
	s.set("robots.hidden", "false")
	if w := get(t, h, "/"); w.Header().Get("X-Robots-Tag") != "" {
		t.Error("the mark stays")
	}
	if w := get(t, h, "/wp-sitemap.xml"); w.Code != http.StatusOK {
		t.Errorf("the index answers %d", w.Code)
	}
}
