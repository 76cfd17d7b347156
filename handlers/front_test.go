package handlers_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"broadsheet/models/newsroom/termlist"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/taxonomy"
)

// maxFront is the largest HTML of the front page of a large mixed site, in
// bytes.
const maxFront = 80 << 10

// A site of several newsrooms has hundreds of top categories. Its front page, its
// section bar and its foot stay as short as those of any other site. The page of
// all categories lists the rest.
func TestASiteOfManyCategoriesHasAShortFrontPage(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	standfirst := strings.Repeat("What happened and what it will cost. ", 10)
	for n := range 220 {
		articles := 1
		if n < 20 {
			articles = 6
		}
		for i := range articles {
			s.save(newsroom.Manuscript{
				Title: fmt.Sprintf("A headline of the usual length on affair %d of section %d and what follows", i, n), Standfirst: standfirst, Body: "Text.",
				Categories:  []taxonomy.CategoryRef{{Path: fmt.Sprintf("s%d", n), Names: []string{fmt.Sprintf("%c section %d", 'A'+n%26, n)}}},
				PublishedAt: s.clock.Now().Add(-time.Duration(n*6+i) * time.Minute),
			})
		}
	}
	s.check(related.RecomputeWeights(t.Context(), s.db))
	h := s.handler()
	w := get(t, h, "/")
	page := w.Body.String()
	if len(page) > maxFront {
		t.Errorf("the front page has %d bytes, at most %d", len(page), maxFront)
	}
	if n := strings.Count(page, `<section class="block `); n != 12 {
		t.Errorf("%d blocks, want 12", n)
	}
	categories := regexp.MustCompile(`href="/category/`)
	_, masthead, _ := strings.Cut(page, `<header class="masthead`)
	masthead, _, _ = strings.Cut(masthead, "</header>")
	if n := len(categories.FindAllString(masthead, -1)); n < 3 || n > 12 {
		t.Errorf("the section bar has %d sections", n)
	}
	_, foot, _ := strings.Cut(page, `<footer`)
	if n := len(categories.FindAllString(foot, -1)); n < 3 || n > 12 {
		t.Errorf("the foot has %d sections", n)
	}
	for name, part := range map[string]string{"masthead": masthead, "foot": foot} {
		if !strings.Contains(part, `href="/sections/"`) {
			t.Errorf("the %s does not lead to all sections", name)
		}
	}
	all := get(t, h, "/sections/")
	_, list, _ := strings.Cut(all.Body.String(), "<main")
	list, _, _ = strings.Cut(list, "</main>")
	if n := len(categories.FindAllString(list, -1)); n != 220 || all.Code != http.StatusOK {
		t.Errorf("the page of all sections answers %d and has %d sections, want 220", all.Code, n)
	}
	if first, second := strings.Index(list, "A section 0<"), strings.Index(list, "A section 26<"); first < 0 || second < first {
		t.Error("the sections are not in the order of their names and numbers")
	}
}

// The front page, the section bar and the page of all sections are cached. They
// change when the settings or the figures that choose their categories change.
func TestChosenCategoriesReachCachedPages(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	for n := range 20 {
		for i := range 3 {
			s.save(newsroom.Manuscript{
				Title: fmt.Sprintf("Story %d of section %d", i, n), Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: fmt.Sprintf("s%02d", n)}},
				PublishedAt: s.clock.Now().Add(-time.Duration(n*3+i) * time.Hour),
			})
		}
	}
	h := s.handler()
	shows := func(path, want string, yes bool) {
		t.Helper()
		_, page, _ := strings.Cut(get(t, h, path).Body.String(), "<body")
		if strings.Contains(page, want) != yes {
			t.Errorf("%s: contains %q is %v, want %v", path, want, !yes, yes)
		}
	}
	const last = `href="/category/s19/"`
	shows("/page/2/", last, false)
	for i := range 9 {
		s.save(newsroom.Manuscript{Title: fmt.Sprint("Fresh ", i), Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: "s19"}}, PublishedAt: s.clock.Now().Add(-time.Minute)})
	}
	shows("/sections/", `<bdi>s19</bdi></a> <span class="number">12</span>`, true)
	shows("/category/s18/", last, false)
	s.check(related.RecomputeWeights(t.Context(), s.db))
	shows("/category/s18/", last, true) // now the most active one
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error {
		return termlist.SetSetting(t.Context(), tx, "nav.sections", "s03")
	}))
	shows("/category/s18/", last, false)
	shows("/category/s18/", `href="/category/s03/"`, true)
	shows("/", `<h2 class="rule-title"><a href="/category/s07/"`, true)
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error {
		return termlist.SetSetting(t.Context(), tx, "front.sections", "s09")
	}))
	shows("/", `<h2 class="rule-title"><a href="/category/s07/"`, false)
	shows("/", `<h2 class="rule-title"><a href="/category/s09/"`, true)
}
