package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// A moderator of some sections sees and downloads the decisions there, and no other.
func TestTheLogOfALimitedModerator(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newLimitedSite(t, db, clock)
		seen := []discussion.Versioned{{ID: s.own.ID}, {ID: s.foreign.ID}}
		if _, _, err := discussion.Decide(t.Context(), db, models.Actor{Name: "Ruth"}, seen, discussion.Verdict{Action: discussion.DoTrash}); err != nil {
			t.Fatal(err)
		}
		for path, mark := range map[string]string{
			"/desk/log": "/desk/comments/%d?", "/desk/log/export": `"comment_id":%d,`, "/desk/log/export?format=csv": ",Ruth,,%d,",
		} {
			path, query, _ := strings.Cut(path, "?")
			ask := func(role people.Role) string {
				row := handlers.Route{Method: http.MethodGet, Path: path}
				return s.ask(row, deskRoute{}, s.cookie(role), func(r *http.Request) { r.URL.RawQuery = query }).Body.String()
			}
			own, foreign := fmt.Sprintf(mark, s.own.ID), fmt.Sprintf(mark, s.foreign.ID)
			if shown := ask(people.Moderator); !strings.Contains(shown, own) || strings.Contains(shown, foreign) {
				t.Errorf("%s of a limited moderator: own %t, foreign %t", path, strings.Contains(shown, own), strings.Contains(shown, foreign))
			}
			if shown := ask(people.Editor); !strings.Contains(shown, own) || !strings.Contains(shown, foreign) {
				t.Errorf("%s of an editor: own %t, foreign %t", path, strings.Contains(shown, own), strings.Contains(shown, foreign))
			}
		}
	})
}
