package handlers_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

// A program lists the held comments that its account looks after: those of its categories, of
// its own stories, or all.
func TestProgramListsTheCommentsOfItsAccount(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		held := map[string]int64{}
		for i, path := range []string{"sport", "economy"} {
			a := s.save(newsroom.Manuscript{
				Title: "Story of " + path, Body: "x", PublishedAt: clock.Now().Add(-time.Hour), Categories: []taxonomy.CategoryRef{{Path: path}},
			})
			site, err := newsroom.LoadSite(t.Context(), db)
			s.check(err)
			c, err := discussion.Post(t.Context(), db, site, discussion.Submission{
				ArticleID: a.ID, Author: "Reader", Email: "reader@example.org", Text: "Held words on " + path, Token: "a token " + path,
				IP: netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", i+1)),
			})
			s.check(err)
			s.call(people.Editor, http.MethodPost, fmt.Sprintf("/comments/%d", c.ID), `{"status":"hold"}`, 200)
			held[path] = c.ID
			if path == "economy" {
				s.writes("some-author", a.ID)
			}
		}
		all, err := taxonomy.LoadCategories(t.Context(), db)
		s.check(err)
		s.check(people.SetCategoryLimit(t.Context(), db, models.ActorShell, s.users[people.Moderator].ID, []int64{all.ByPath("sport").ID}, "sport"))
		both := fmt.Sprint(max(held["sport"], held["economy"]), " ", min(held["sport"], held["economy"]))
		for role, want := range map[people.Role]string{
			people.Editor: both, people.Moderator: fmt.Sprint(held["sport"]), people.AuthorRole: fmt.Sprint(held["economy"]),
		} {
			for _, query := range []string{"?status=hold&context=edit", "?status=hold"} {
				if got := s.list(role, "/comments"+query); got != want {
					t.Errorf("%s lists %s with %s, want %s", role, got, query, want)
				}
			}
		}
		foreign := fmt.Sprintf("/comments/%d", held["economy"])
		if e := s.call(people.Moderator, http.MethodPost, foreign, `{"status":"spam"}`, 403); e.Code != "rest_cannot_edit" {
			t.Errorf("one of another section: %+v", e)
		}
		if e := s.call(people.AuthorRole, http.MethodGet, "/comments?status=hold&author_email=reader@example.org", "", 403); e.Code != "rest_forbidden_param" {
			t.Errorf("an author tries an address: %+v", e)
		}
	})
}
