package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// The largest numbers of statements: of a decision itself, of one on thirty comments, and
// of the whole request, which also checks the session, renews the claims and counts the
// lists.
const (
	mostOfDecision = 10
	mostOfThirty   = 12 // threads of different lengths take one statement for each length
	mostOfRequest  = 16
)

// A decision takes few statements, whether it is about one comment or thirty, and so
// does taking it back.
func TestADecisionTakesFewStatements(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.comments(2, 40)
		cookie := s.cookie(people.Moderator)
		send := func(what, path string, form url.Values, most int) (operation string) {
			t.Helper()
			ctx, n := models.CountStatements(t.Context())
			ctx, texts := models.RecordStatements(ctx)
			w := s.ask(handlers.Route{Method: http.MethodPost, Path: path}, deskRoute{form: form.Encode()}, cookie, func(r *http.Request) {
				r.Header.Set("Accept", "application/json")
				*r = *r.WithContext(ctx)
			})
			if w.Code != http.StatusOK {
				t.Fatalf("%s is answered with %d: %s", what, w.Code, w.Body)
			}
			if got := int(n.Load()); got > most {
				t.Errorf("%s takes %d statements, want at most %d:\n%s", what, got, most, strings.Join(texts(), "\n"))
			} else {
				t.Logf("%s: %d statements", what, got)
			}
			return operationIn(t, w)
		}
		decide := func(what, do string, from, until int) string {
			form := url.Values{"do": {do}, "state": {"approve"}, "screen": {"1,2,3"}}
			for id := from; id <= until; id++ {
				form.Add("comment", fmt.Sprintf("%d.2", id))
			}
			return send(what, "/desk/comments/decide", form, mostOfRequest)
		}
		send("the first request", "/desk/comments/decide", url.Values{"do": {"hold"}, "comment": {"40.2"}}, 1000)
		one := decide("one decision", "spam", 1, 1)
		many := decide("thirty decisions", "trash", 2, 31)
		send("one undo", "/desk/undo", url.Values{"operation": {one}}, mostOfRequest)
		send("an undo of thirty", "/desk/undo", url.Values{"operation": {many}}, mostOfRequest)

		for _, action := range []discussion.Action{discussion.DoHold, discussion.DoApprove, discussion.DoTrash} {
			for until, most := range map[int64]int{1: mostOfDecision, 30: mostOfThirty} {
				var seen []discussion.Versioned
				for id := int64(1); id <= until; id++ {
					seen = append(seen, discussion.Versioned{ID: id})
				}
				ctx, n := models.CountStatements(t.Context())
				_, _, err := discussion.Decide(ctx, db, models.Actor{Name: "test"}, seen, discussion.Verdict{Action: action, Undoable: true})
				if got := int(n.Load()); err != nil || got > most {
					t.Errorf("%s of %d takes %d statements, want at most %d (%v)", action, until, got, most, err)
				}
			}
		}
	})
}

func operationIn(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct{ Operation string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Operation
}
