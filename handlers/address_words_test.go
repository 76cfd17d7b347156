package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// wordsBelow are the words that the site puts below the address of an article or of a list
// for another page, and those that other software puts there.
var wordsBelow = []string{
	"changes", "embed", "republish", "feed", "rss", "rss2", "rdf", "atom", "json", "amp", "comment-page-1", "comment-page-2", "page", "trackback", "media",
}

// An article has an address of its own under every pattern, also with a slug that is the
// name of a page below another article, and also if there is an article above it.
func TestArticleWinsItsAddressFromPagesOfOtherArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.set("republish.open", "true")
		// The article above all of them: the category and the author have the name of its
		// slug, and so do the year, the month and the day of the pattern by date.
		names := []string{"harbour-tunnel", "2026", "11", "20", "news"}
		ref, ok := newsroom.ParseCategory("harbour-tunnel")
		if !ok {
			t.Fatal("no category")
		}
		for _, name := range names {
			s.save(newsroom.Manuscript{Title: "Above " + name, Slug: name, Body: "Above.", PublishedAt: clock.Now()})
		}
		above := s.save(newsroom.Manuscript{Title: "Above longer", Slug: "harbour-tunnel-opens", Body: "Above.", PublishedAt: clock.Now()})
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("UPDATE articles SET changes = 1 WHERE id = ?", above.ID).Error
		}))
		articles := map[string]int64{}
		for _, word := range wordsBelow {
			a := s.save(newsroom.Manuscript{
				Title: "Named " + word, Slug: "named-" + word, Body: "Marker-" + word + ".", PublishedAt: clock.Now(),
				Categories: []taxonomy.CategoryRef{ref}, Authors: []newsroom.AuthorRef{{Name: "Harbour Tunnel"}},
			})
			articles[word] = a.ID
			// As an import of old addresses or an earlier pattern leaves it.
			s.check(db.Write(t.Context(), func(tx *models.Tx) error {
				return tx.Query(t.Context()).Exec("UPDATE articles SET slug = ? WHERE id = ?", word, a.ID).Error
			}))
		}
		for _, pattern := range permalinkPatterns {
			s.set("article.permalinks", pattern)
			h := s.handler()
			site := must(newsroom.LoadSite(t.Context(), db))
			for _, word := range wordsBelow {
				a := must(newsroom.ByID(t.Context(), db, articles[word]))
				path := site.ArticlePath(a)
				if w := ask(t, h, path, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Marker-"+word+".") {
					t.Errorf("%s: %q at %s answered %d to %q", pattern, a.Title, path, w.Code, w.Header().Get("Location"))
				}
				other := strings.TrimSuffix(path, "/")
				if other == path {
					other += "/"
				}
				if w := ask(t, h, other, nil); w.Code == http.StatusOK && !strings.Contains(w.Body.String(), "Marker-"+word+".") {
					t.Errorf("%s: %q at %s shows another page", pattern, a.Title, other)
				}
			}
			// Pages below an article that has nobody below it are its own.
			path := strings.TrimSuffix(site.ArticlePath(must(newsroom.ByID(t.Context(), db, above.ID))), "/")
			for _, below := range []string{"/republish/", "/embed/", "/changes/"} {
				if w := ask(t, h, path+below, nil); w.Code != http.StatusOK {
					t.Errorf("%s: %s answered %d to %q", pattern, path+below, w.Code, w.Header().Get("Location"))
				}
			}
		}
		// A withdrawn article keeps its address, too.
		s.set("article.permalinks", "/%category%/%postname%/")
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("UPDATE articles SET status = ?, status_note = 'Taken back.' WHERE id = ?", newsroom.Withdrawn, articles["changes"]).Error
		}))
		path := must(newsroom.LoadSite(t.Context(), db)).ArticlePath(must(newsroom.ByID(t.Context(), db, articles["changes"])))
		if w := ask(t, s.handler(), path, nil); w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "Taken back.") {
			t.Errorf("the withdrawn article at %s answered %d: %s", path, w.Code, fmt.Sprint(w.Header()))
		}
	})
}
