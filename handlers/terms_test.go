package handlers_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
)

// errorOf is the error of a change, without its number in the log.
func errorOf(_ int64, err error) error { return err }

// mustSave returns the term of a change that must succeed.
func mustSave[T any](term T, _ int64, err error) T {
	if err != nil {
		panic(err)
	}
	return term
}

// Where the addresses of articles have the section, those from before its removal lead to
// the articles, also the addresses of the pages and feeds below them.
func TestTheOldAddressesOfARemovedSectionLeadToItsArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.set("republish.open", "true")
		s.set("article.permalinks", "/%category%/%postname%/")
		refs := func(paths ...string) (list []taxonomy.CategoryRef) {
			for _, path := range paths {
				list = append(list, taxonomy.CategoryRef{Path: path})
			}
			return list
		}
		var articles []*newsroom.Article
		for title, in := range map[string][]taxonomy.CategoryRef{
			"Alone": refs("world/asia"), "Both": refs("world/asia", "sport"), "Second": refs("sport", "world/asia"), "Below": refs("world/asia/japan"),
		} {
			articles = append(articles, s.save(newsroom.Manuscript{Title: title + " in Asia", Body: "Text.", PublishedAt: clock.Now(), Categories: in}))
		}
		h := s.handler()
		site := func() *newsroom.Site { return must(newsroom.LoadSite(t.Context(), db)) }
		var old []string
		for _, a := range articles {
			path := site().ArticlePath(a)
			if w := ask(t, h, path, nil); w.Code != http.StatusOK {
				t.Fatalf("%s answered %d", path, w.Code)
			}
			old = append(old, path)
		}
		for _, section := range []string{"world/asia", "world"} {
			id := site().Categories.ByPath(section).ID
			s.check(errorOf(termchanges.RemoveCategory(t.Context(), db, models.Actor{Name: "Edith"}, id)))
			for i, a := range articles {
				now := site().ArticlePath(must(newsroom.ByID(t.Context(), db, a.ID)))
				if w := ask(t, h, now, nil); w.Code != http.StatusOK {
					t.Errorf("without %s: %s answered %d", section, now, w.Code)
				}
				for _, below := range []string{"", "feed/", "feed/atom/", "embed/", "republish/"} {
					w := ask(t, h, old[i]+below, nil)
					if old[i] == now {
						continue
					}
					if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != now+below {
						t.Errorf("without %s: %s answered %d to %q, want %s", section, old[i]+below, w.Code, w.Header().Get("Location"), now+below)
					}
				}
			}
		}
	})
}

// A tag that takes the address of another one has a feed there that is not older.
func TestTheTimeOfAFeedNeverGoesBackWhenATagTakesItsAddress(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		for i, name := range []string{"Harbour", "Bridge", "Tunnel"} {
			s.save(newsroom.Manuscript{
				Title: "About " + name, Body: "Text.", Tags: []string{name}, PublishedAt: clock.Now().Add(-time.Duration(1+10*i) * time.Hour),
			})
		}
		h := s.handler()
		var last time.Time
		changed := func(step string) {
			t.Helper()
			clock.Advance(time.Minute)
			w := ask(t, h, "/tag/harbour/feed/", nil)
			at, err := http.ParseTime(w.Header().Get("Last-Modified"))
			if w.Code != http.StatusOK || err != nil || !at.After(last) {
				t.Errorf("%s: %d, changed at %v after %v (%v)", step, w.Code, at, last, err)
			}
			last = at
		}
		changed("at first")
		by := models.Actor{Name: "Edith"}
		named := func(name string) *taxonomy.Tag { return must(taxonomy.TagNamed(t.Context(), db, name)) }
		mustSave(termchanges.SaveTag(t.Context(), db, by, named("Harbour").ID, termchanges.TagForm{Name: "Port"}))
		mustSave(termchanges.SaveTag(t.Context(), db, by, named("Bridge").ID, termchanges.TagForm{Name: "Bridge", Slug: "harbour"}))
		changed("after the second tag took it")
		s.check(errorOf(termchanges.RemoveTag(t.Context(), db, by, named("Bridge").ID)))
		mustSave(termchanges.SaveTag(t.Context(), db, by, named("Tunnel").ID, termchanges.TagForm{Name: "Tunnel", Slug: "harbour"}))
		changed("after the third tag took it")
	})
}

// The category of articles without one gets its name in the language of the site; one that
// is there keeps its name.
func TestTheCategoryOfArticlesWithoutOneIsNamedInTheLanguageOfTheSite(t *testing.T) {
	t.Parallel()
	files := must(filepath.Glob("../views/messages/*.json"))
	if len(files) == 0 {
		t.Fatal("there are no languages")
	}
	for _, file := range files {
		language := strings.TrimSuffix(filepath.Base(file), ".json")
		if name := taxonomy.RestName(language); language != "en" && name == taxonomy.RestName("en") {
			t.Errorf("it has no name in %s", language)
		}
	}
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for language, want := range map[string]string{"ar": taxonomy.RestName("ar"), "ar-EG": taxonomy.RestName("ar"), "fi": "Uncategorized"} {
			if got := taxonomy.RestName(language); got != want {
				t.Errorf("%s: %q, want %q", language, got, want)
			}
		}
		s := newSite(t, db, clock)
		s.set("site.language", "ar")
		name := func() string {
			return must(taxonomy.LoadCategories(t.Context(), db)).ByPath(taxonomy.UncategorizedSlug).Name
		}
		s.save(newsroom.Manuscript{Title: "خبر", Body: "نص.", PublishedAt: clock.Now()})
		if got := name(); got != taxonomy.RestName("ar") {
			t.Errorf("it is named %q", got)
		}
		s.set("site.language", "en")
		s.save(newsroom.Manuscript{Title: "Story", Body: "Text.", PublishedAt: clock.Now()})
		if got := name(); got != taxonomy.RestName("ar") {
			t.Errorf("its name became %q", got)
		}
		if all := must(taxonomy.LoadCategories(t.Context(), db)).All(); len(all) != 1 {
			t.Errorf("there are %d categories", len(all))
		}
	})
}
