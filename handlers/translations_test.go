package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

var (
	alternateLink   = regexp.MustCompile(`<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">`)
	translationLink = regexp.MustCompile(`<a href="([^"]+)" hreflang="([^"]+)" lang="[^"]+"><bdi>([^<]+)</bdi></a>`)
)

// translationsOn returns the alternates of a page and the visible links to translations.
func translationsOn(body string) (alternates, links []string) {
	for _, m := range alternateLink.FindAllStringSubmatch(body, -1) {
		alternates = append(alternates, m[1]+" "+m[2])
	}
	for _, m := range translationLink.FindAllStringSubmatch(body, -1) {
		links = append(links, m[3]+" "+m[1])
	}
	return alternates, links
}

// The public articles of a group name each other, each language once, and a page is
// right at the next request after each change of another article. All pages are asked
// for before each change, so that they are cached.
func TestTranslationsNameEachOther(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		at := clock.Now().Add(-3 * time.Hour)
		key := new("strait \x00 1") // read as "strait 1"
		one := func(slug, language string, hours int) newsroom.Manuscript {
			return newsroom.Manuscript{
				Title: slug, Slug: slug, Language: language, Body: "Text.", TranslationKey: key, PublishedAt: at.Add(time.Duration(hours) * time.Hour),
			}
		}
		english := one("strait", "", 0)
		english.ID = s.save(english).ID
		h := s.handler()
		const base = "http://news.example/2026/11/20/"
		expect := func(when, slug string, alternates, links []string) {
			t.Helper()
			w := get(t, h, "/2026/11/20/"+slug+"/")
			gotAlternates, gotLinks := translationsOn(w.Body.String())
			if w.Code != http.StatusOK || !slices.Equal(gotAlternates, alternates) || !slices.Equal(gotLinks, links) {
				t.Errorf("%s, %s: %d\n%q\n%q", when, slug, w.Code, gotAlternates, gotLinks)
			}
		}
		expect("alone", "strait", nil, nil)

		arabic := one("madiq", "AR", 1)
		arabic.ID = s.save(arabic).ID
		both := []string{"en " + base + "strait/", "ar " + base + "madiq/", "x-default " + base + "strait/"}
		toArabic, toEnglish := []string{"العربية /2026/11/20/madiq/"}, []string{"English /2026/11/20/strait/"}
		expect("a translation", "strait", both, toArabic)
		expect("a translation", "madiq", both, toEnglish)
		data := linkedDataOf(t, get(t, h, "/2026/11/20/strait/").Body.String())["NewsArticle"]
		if text, _ := json.Marshal(data["workTranslation"]); string(text) != `[{"@type":"NewsArticle","inLanguage":"ar","url":"`+base+`madiq/"}]` {
			t.Errorf("workTranslation: %s", text)
		}

		// A second article in one language links to the others, but is no alternate.
		second := one("strait-again", "en", 2)
		second.ID = s.save(second).ID
		expect("a second one", "strait", both, toArabic)
		expect("a second one", "strait-again", nil, toArabic)

		draft := one("detroit", "fr", 2)
		draft.Status = newsroom.Draft
		draft.ID = s.save(draft).ID
		expect("a draft", "strait", both, toArabic)
		draft.Status = newsroom.Published
		s.save(draft)
		three := []string{both[0], both[1], "fr " + base + "detroit/", both[2]}
		expect("a draft that is published", "strait", three, append(slices.Clone(toArabic), "français /2026/11/20/detroit/"))

		draft.TranslationKey = new("another")
		s.save(draft)
		expect("one that left", "strait", both, toArabic)
		expect("one that left", "detroit", nil, nil)

		arabic.Slug = "madiq-2"
		s.save(arabic)
		expect("a new address", "strait", []string{both[0], "ar " + base + "madiq-2/", both[2]}, []string{"العربية /2026/11/20/madiq-2/"})
		arabic.Status, arabic.StatusNote = newsroom.Withdrawn, "Wrong."
		s.save(arabic)
		expect("a withdrawn one", "strait", nil, nil)
		arabic.Status = newsroom.Published
		s.save(arabic)
		expect("published again", "strait", []string{both[0], "ar " + base + "madiq-2/", both[2]}, []string{"العربية /2026/11/20/madiq-2/"})

		// A save without a key keeps it.
		arabic.TranslationKey, arabic.Title = nil, "Another headline"
		s.save(arabic)
		expect("a save without the key", "strait", []string{both[0], "ar " + base + "madiq-2/", both[2]}, []string{"العربية /2026/11/20/madiq-2/"})

		// The older English article is withdrawn, so the other one takes its place.
		english.Status, english.StatusNote = newsroom.Withdrawn, "Wrong."
		s.save(english)
		now := []string{"ar " + base + "madiq-2/", "en " + base + "strait-again/", "x-default " + base + "madiq-2/"}
		expect("the next in one language", "strait-again", now, []string{"العربية /2026/11/20/madiq-2/"})
		expect("the next in one language", "madiq-2", now, []string{"English /2026/11/20/strait-again/"})
	})
}

// An article with a translation key takes one statement more, and a comment on one
// does not drop the pages of the others.
func TestTranslationsTakeOneStatement(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		for i, language := range []string{"en", "ar", "fr"} {
			s.save(newsroom.Manuscript{
				Title: fmt.Sprint("Story ", i), Slug: fmt.Sprint("story-", i), Language: language, Body: "Text.", TranslationKey: new("key"),
				PublishedAt: clock.Now().Add(-time.Hour),
			})
		}
		s.set("comment.flood", "0")
		s.comments(s.ids["story-0"], 4)
		h := s.handler()
		get(t, h, "/")
		ctx, n := models.CountStatements(t.Context())
		ask := func() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/2026/11/20/story-0/", nil))
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "français") {
				t.Fatal(w.Code)
			}
		}
		ask()
		if n.Load() > 7 {
			t.Errorf("%d statements, want at most 7", n.Load())
		}
		n.Store(0)
		s.comments(s.ids["story-1"], 1)
		ask()
		if n.Load() != 0 {
			t.Errorf("%d statements after a comment on a translation", n.Load())
		}
	})
}
