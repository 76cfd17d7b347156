package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

// A program renames, moves and removes categories and tags as the desk does.
func TestProgramChangesTerms(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		editor := people.Editor
		at := func(path string, id int64) string { return fmt.Sprintf("%s/%d", path, id) }

		wires := s.call(editor, http.MethodPost, "/categories", `{"name":"Wires","description":"From <b>agencies</b>"}`, 201)
		below := s.call(editor, http.MethodPost, "/categories", fmt.Sprintf(`{"name":"Night &amp; day","parent":%d}`, wires.ID), 201)
		tag := s.call(editor, http.MethodPost, "/tags", `{"name":"Ferries","slug":"ships","description":"All boats."}`, 201)
		if below.Slug != "night-day" || tag.Slug != "ships" || tag.Description != "All boats." || wires.Description != "From agencies" {
			t.Errorf("made: %+v, %+v, %+v", wires, below, tag)
		}
		story := s.save(newsroom.Manuscript{
			Title: "A ferry", Body: "x", PublishedAt: clock.Now().Add(-time.Hour), Tags: []string{"Ferries"},
			Categories: []taxonomy.CategoryRef{{Path: "wires/night-day"}},
		})
		renamed := s.call(editor, http.MethodPut, at("/categories", wires.ID), `{"name":"Agencies","slug":"agencies"}`, 200)
		if renamed.Name != "Agencies" || renamed.Slug != "agencies" || renamed.Description != "From agencies" {
			t.Errorf("renamed: %+v", renamed)
		}
		if w := s.page("/category/wires/night-day/"); w.Code != http.StatusMovedPermanently || !strings.HasSuffix(w.Header().Get("Location"), "/category/agencies/night-day/") {
			t.Errorf("the earlier address: %d %s", w.Code, w.Header().Get("Location"))
		}
		if top := s.call(editor, http.MethodPatch, at("/categories", below.ID), `{"parent":0}`, 200); top.Parent != 0 || top.Slug != "night-day" {
			t.Errorf("moved: %+v", top)
		}
		if other := s.call(editor, http.MethodPost, at("/tags", tag.ID), `{"name":"Boats"}`, 200); other.Name != "Boats" || other.Slug != "ships" {
			t.Errorf("the tag: %+v", other)
		}
		if gone := s.call(editor, http.MethodDelete, at("/categories", below.ID)+"?force=true", "", 200); !gone.Deleted || gone.Previous.ID != below.ID {
			t.Errorf("deleted: %+v", gone)
		}
		if gone := s.call(editor, http.MethodDelete, at("/tags", tag.ID), `{"force":true}`, 200); !gone.Deleted || gone.Previous.Name != "Boats" {
			t.Errorf("the tag, deleted: %+v", gone)
		}
		rest := s.call(editor, http.MethodGet, "/settings", "", 403)
		if rest.Code != "rest_forbidden" {
			t.Errorf("the settings: %+v", rest)
		}
		got := s.call(editor, http.MethodGet, at("/posts", story.ID), "", 200)
		all, err := taxonomy.LoadCategories(t.Context(), db)
		s.check(err)
		if want := all.ByPath(taxonomy.UncategorizedSlug).ID; len(got.Tags) != 0 || len(got.Categories) != 1 || got.Categories[0] != want {
			t.Errorf("the story has %v and %v", got.Categories, got.Tags)
		}
		var n int
		_, err = models.QueryRow(t.Context(), db, []any{&n}, "SELECT COUNT(*) FROM audit WHERE subject IN ('category', 'tag') AND actor_id = ?", s.users[editor].ID)
		if s.check(err); n != 8 {
			t.Errorf("%d audit entries, want 8", n)
		}
	})
}
