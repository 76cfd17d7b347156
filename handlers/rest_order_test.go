package handlers_test

import (
	"fmt"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// A change of an article that is on another page can bring it to this one, where the
// order is not that of dates. The cached answer must not stay.
func TestRESTOrdersOfAListFollowChangesOfItsArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newRESTSite(t, db, clock)
		chess := []taxonomy.CategoryRef{{Path: "chess", Names: []string{"Chess"}}}
		story := func(title string) newsroom.Manuscript {
			return newsroom.Manuscript{
				Title: title, Body: "Text.", Categories: chess, Tags: []string{"Board"}, Authors: []newsroom.AuthorRef{{Name: "Ana Roe"}},
				PublishedAt: clock.Now().Add(-time.Hour),
			}
		}
		first, second := s.save(story("Bishops")), s.save(story("Castles"))
		category := *first.MainCategoryID
		paths := []string{
			fmt.Sprintf("%s/posts?categories=%d&orderby=title&order=asc&per_page=1", restBase, category),
			fmt.Sprintf("%s/posts?categories=%d&orderby=slug&order=asc&per_page=1", restBase, category),
			fmt.Sprintf("%s/posts?categories=%d&orderby=modified&per_page=1", restBase, category),
		}
		clock.Advance(time.Hour)
		rename := func(a *newsroom.Article, title string) {
			m := story(title)
			m.ID, m.Slug, m.PublishedAt, m.RevisedAt = a.ID, "a-"+title, a.PublishedAt.Time, clock.Now()
			s.save(m)
		}
		rename(first, "bb")
		for _, path := range paths {
			if got := idsAt(s, path); got != fmt.Sprint(first.ID) {
				t.Fatalf("%s: %s", path, got)
			}
		}
		clock.Advance(time.Hour)
		rename(second, "aa")
		for _, path := range paths {
			if got := idsAt(s, path); got != fmt.Sprint(second.ID) {
				t.Errorf("%s after the change: %s, not %d", path, got, second.ID)
			}
		}
	})
}
