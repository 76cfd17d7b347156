package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion/arrivals"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// An open queue asks for new comments again and again, so an answer takes three
// statements beside those that find the session.
func TestNewCommentsTakeThreeStatements(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		cookie := s.cookie(people.Moderator)
		newest, err := arrivals.Newest(t.Context(), db)
		s.check(err)
		ctx, n := models.CountStatements(t.Context())
		ask := func(path string) string {
			t.Helper()
			n.Store(0)
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			r.Header.Set("Accept", "application/json")
			r.AddCookie(cookie)
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("%s answers %d", path, w.Code)
			}
			return w.Body.String()
		}
		ask("/desk/account/") // settings and sections are cached from here on
		const session = 2
		address := fmt.Sprintf("/desk/comments/new?since=%d", newest)
		for range 2 {
			if body := ask(address); !strings.Contains(body, `"comments":[]`) {
				t.Errorf("without a new comment the answer is %s", body)
			}
			if n.Load() > session+3 {
				t.Errorf("%d statements, want at most %d", n.Load(), session+3)
			}
		}
	})
}
