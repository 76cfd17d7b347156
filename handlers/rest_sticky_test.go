package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/people"
)

// sticky returns the field sticky of a post as a visitor reads it.
func (s *programSite) sticky(id int64) bool {
	s.Helper()
	w := s.page(fmt.Sprintf("%s/posts/%d", restBase, id))
	var p struct{ Sticky bool }
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK {
		s.Fatalf("post %d: %d %s", id, w.Code, w.Body)
	}
	return p.Sticky
}

// visitorsList returns the numbers of a list as a visitor reads it.
func (s *programSite) visitorsList(path string) string {
	s.Helper()
	var list []restEntry
	s.check(json.Unmarshal(s.page(restBase+path).Body.Bytes(), &list))
	var ids []string
	for _, e := range list {
		ids = append(ids, fmt.Sprint(e.ID))
	}
	return strings.Join(ids, " ")
}

// TestStickyPostIsPinned sets sticky=true, which pins a post to the first free slot of the front
// page. The front page and the lists agree at once, also when a pin ends by the clock.
func TestStickyPostIsPinned(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		post := func(title, more string) restEntry {
			return s.call(people.Editor, http.MethodPost, "/posts", `{"title":"`+title+`","content":"x","status":"publish"`+more+`}`, 201)
		}
		one, two := post("One", `,"sticky":true`), post("Two", `,"sticky":false`)
		if !one.Sticky || two.Sticky || !s.sticky(one.ID) || s.sticky(two.ID) {
			t.Errorf("sticky: %t and %t", one.Sticky, two.Sticky)
		}
		plan, err := frontplan.Current(t.Context(), db)
		s.check(err)
		if h := plan.Holder(frontplan.Slot(1), db.Now()); h == nil || h.Article != one.ID || !h.Until.IsZero() || plan.Act != frontplan.Program {
			t.Errorf("slot 1 has %+v by %s", h, plan.Act)
		}
		both := fmt.Sprintf("&include=%d,%d", one.ID, two.ID)
		for path, want := range map[string]string{
			"/posts?sticky=true": fmt.Sprint(one.ID), "/posts?sticky=true" + both: fmt.Sprint(one.ID), "/posts?sticky=false" + both: fmt.Sprint(two.ID),
			fmt.Sprint("/posts?sticky=true&include=", two.ID): "",
		} {
			if got := s.visitorsList(path); got != want {
				t.Errorf("visitors list %s for %s, want %s", got, path, want)
			}
			if got := s.list(people.Editor, path+"&context=edit"); got != want {
				t.Errorf("the editor lists %s for %s, want %s", got, path, want)
			}
		}
		path := fmt.Sprintf("/posts/%d", two.ID)
		if e := s.call(people.Editor, http.MethodPost, path, `{"sticky":"1"}`, 200); !e.Sticky || s.visitorsList("/posts?sticky=false"+both) != "" {
			t.Errorf("made sticky: %+v", e)
		}
		if e := s.call(people.Editor, http.MethodPost, path, `{"sticky":false}`, 200); e.Sticky || s.sticky(two.ID) {
			t.Errorf("not sticky any more: %+v", e)
		}
		// An editor's pin with an end makes a post sticky until then, without a write.
		_, err = frontplan.Set(t.Context(), db, s.users[people.Editor].Actor(), frontplan.AnyVersion, frontplan.Lead,
			func(a *frontplan.Arrangement, now time.Time) error {
				a.Place(frontplan.Slot(0), two.ID, models.At(now.Add(time.Hour)), now)
				return nil
			})
		s.check(err)
		if !s.sticky(two.ID) {
			t.Error("the lead is not sticky")
		}
		if clock.Advance(time.Hour); s.sticky(two.ID) || !s.sticky(one.ID) {
			t.Error("the pin has ended, and the answer is the old one")
		}
	})
}

// TestStickyNeedsAnEditor: only who may arrange the front page may change it; a request that
// may not changes nothing. A full front page is a clear error, and a draft may be sticky.
func TestStickyNeedsAnEditor(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		count := func() (n int) {
			_, err := models.QueryRow(t.Context(), db, []any{&n}, "SELECT COUNT(*) FROM articles")
			s.check(err)
			return n
		}
		before := count()
		for _, role := range []people.Role{people.Contributor, people.AuthorRole} {
			if e := s.call(role, http.MethodPost, "/posts", `{"title":"x","sticky":true}`, 403); e.Code != "rest_cannot_assign_sticky" {
				t.Errorf("by %s: %+v", role, e)
			}
		}
		if n := count(); n != before {
			t.Errorf("%d posts were stored", n-before)
		}
		own := s.call(people.AuthorRole, http.MethodPost, "/posts", `{"title":"Own","status":"publish","sticky":false}`, 201)
		path := fmt.Sprintf("/posts/%d", own.ID)
		s.call(people.Editor, http.MethodPost, path, `{"sticky":true}`, 200)
		// A writing app sends the field back as it read it.
		if e := s.call(people.AuthorRole, http.MethodPost, path, `{"title":"Own, longer","sticky":true}`, 200); !e.Sticky || e.Title.Raw != "Own, longer" {
			t.Errorf("sent back: %+v", e)
		}
		if e := s.call(people.AuthorRole, http.MethodPost, path, `{"title":"z","sticky":false}`, 403); e.Code != "rest_cannot_assign_sticky" {
			t.Errorf("the author takes the pin away: %+v", e)
		}
		draft := s.call(people.Editor, http.MethodPost, "/posts", `{"title":"Draft","sticky":true}`, 201)
		if list := s.list(people.Editor, "/posts?status=draft&sticky=true"); !draft.Sticky || list != fmt.Sprint(draft.ID) {
			t.Errorf("the draft is %+v, sticky drafts are %s", draft, list)
		}
		s.call(people.Editor, http.MethodPost, fmt.Sprintf("/posts/%d", draft.ID), `{"status":"publish"}`, 200)
		if !s.sticky(draft.ID) {
			t.Error("the published draft is not sticky")
		}
		for range 2 {
			s.call(people.Editor, http.MethodPost, "/posts", `{"title":"x","sticky":true}`, 201)
		}
		before = count()
		if e := s.call(people.Editor, http.MethodPost, "/posts", `{"title":"One more","sticky":true}`, 409); e.Code != "rest_cannot_assign_sticky" || count() != before {
			t.Errorf("a full front page: %+v, %d posts more", e, count()-before)
		}
		if e := s.call(people.Editor, http.MethodPost, path, `{"sticky":"perhaps"}`, 400); e.Code != "rest_invalid_param" {
			t.Errorf("no boolean: %+v", e)
		}
	})
}
