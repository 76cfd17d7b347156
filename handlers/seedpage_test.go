package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers/webtest"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// seedPage is the text of the first real page that this project was built for,
// in parts: headline, paragraphs, and the paragraph that is an earlier
// article's headline as a link.
type seedPage struct {
	headline   string
	paragraphs []string
	inline     string
}

func readSeedPage(t *testing.T) seedPage {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(modeltest.Data(t, "seed"), "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no seed page: %v", err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	body, _, found := strings.Cut(string(text), "\n\nRelated Articles")
	parts := strings.Split(body, "\n\n")
	if !found || len(parts) < 8 || !strings.HasPrefix(parts[0], "Middle East") {
		t.Fatal("the seed page does not look as expected")
	}
	p := seedPage{headline: parts[1], paragraphs: parts[2:]}
	for i, text := range p.paragraphs {
		if !strings.ContainsAny(text[len(text)-1:], ".”") && len(text) < 120 {
			p.inline, p.paragraphs[i] = text, ""
		}
	}
	if p.inline == "" {
		t.Fatal("no inline headline found")
	}
	return p
}

// The seed page, entered as an article, shows all eight parts that it must
// show.
func TestSeedPageShowsAllEightParts(t *testing.T) {
	t.Parallel()
	seed := readSeedPage(t)
	script := filepath.Join(t.TempDir(), "seed.txt")
	err := os.WriteFile(script, fmt.Appendf(nil, `
GET /2026/11/20/seed-page/
status 200

# 1. section labels, the main one first, and the breadcrumb
order .labels a "Middle East" "World News"
attr .labels li:first-child a href "/category/world-news/middle-east/"
body contains "BreadcrumbList"

# 2. headline, standfirst, byline, times
text h1 %[1]q
see .standfirst "What was asked for."
see .authors a[rel=author] "Ilka Verner"
attr .byline > .meta > time datetime "2026-11-20T07:00:00Z"
see .updated

# 3. lead picture with alternative text, caption and credit; reading time
attr .lead-picture img alt "A drawn square"
see .lead-picture figcaption "A square."
see .lead-picture .credit "Drawn for the test"
see .minutes

# 4. the text, and the earlier story as a card under its own headline
count .article-body > p %[3]d
see .article-body .card .card-title a %[2]q

# 5. tags, corrections, plain share links
see .tags a[href='/tag/army-day/'] "Army Day"
see .corrections "wrong day"
see .share a[href^='mailto:']

# 6. related articles: the others of the section, not the one in the text
see #related "Related Articles"
count .related .brief 4
no .related %[2]q

# 7. comments and the form
see #respond "Leave a Reply"
see #commentform textarea[name=comment]

# 8. back to top
attr a.back-to-top href "#top"
see body#top

# The earlier story leads here.
GET /2026/11/19/earlier-story/
see .coverage %[1]q
`, seed.headline, seed.inline, len(seed.paragraphs)-1), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(testing.TB, *modeltest.Clock) *models.DB{
		"sqlite": modeltest.SQLite, "postgres": modeltest.OnPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			webtest.Run(t, script, func(t *testing.T) webtest.Server {
				clock := modeltest.NewClock()
				s := newSite(t, open(t, clock), clock)
				s.enterSeedPage(seed)
				return s.server()
			})
		})
	}
}

// enterSeedPage saves the page with an invented byline, date, picture and tag,
// and earlier articles in the same categories.
func (s *testSite) enterSeedPage(seed seedPage) {
	s.Helper()
	hours := func(n int) time.Time { return s.clock.Now().Add(time.Duration(-n) * time.Hour) }
	categories := []taxonomy.CategoryRef{
		{Path: "world-news/middle-east", Names: []string{"World News", "Middle East"}}, {Path: "world-news", Names: []string{"World News"}},
	}
	for i := range 5 {
		s.save(newsroom.Manuscript{
			Title: fmt.Sprint("Another story from there, ", i), Body: "Text.", Categories: categories[:1+i%2], PublishedAt: hours(40 + i),
		})
	}
	s.save(newsroom.Manuscript{Title: seed.inline, Slug: "earlier-story", Body: "Text.", Categories: categories, PublishedAt: hours(29)})

	var picture bytes.Buffer
	s.check(jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 800, 800)), nil))
	found, data, err := blob.Inspect(&picture)
	s.check(err)
	s.check(s.store.Put(s.Context(), blob.OriginalKey(found.Key), bytes.NewReader(data)))
	var media *pictures.Picture
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) (err error) {
		media, err = pictures.Add(s.Context(), tx, pictures.Picture{
			Key: found.Key, Format: found.Format, Width: found.Width, Height: found.Height, Bytes: found.Bytes,
			Alt: "A drawn square", Caption: "A square.", Credit: "Drawn for the test",
		})
		return err
	}))

	var body []string
	for _, p := range seed.paragraphs {
		if p == "" {
			p = "[" + seed.inline + "](/2026/11/19/earlier-story/)"
		}
		body = append(body, p)
	}
	s.save(newsroom.Manuscript{
		Title: seed.headline, Slug: "seed-page", Standfirst: "What was asked for.", Body: strings.Join(body, "\n\n"), Format: richtext.Markdown,
		Categories: categories, Tags: []string{"Army Day"}, Authors: []newsroom.AuthorRef{{Name: "Ilka Verner"}},
		PictureID: &media.ID, PublishedAt: hours(5), RevisedAt: hours(3),
		Corrections: []newsroom.Correction{{Kind: newsroom.Correct, At: models.At(hours(3)), Text: "An earlier version had the wrong day."}},
	})
}
