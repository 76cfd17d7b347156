package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// The largest numbers of statements: of a request that decides one comment or thirty, with
// the session, the log with its signed head and the counts of the lists; of one that also
// tells which cards are still on the screen; and of one that takes a decision back.
const (
	mostOfDecision = 10
	mostWithClaims = mostOfDecision + 1
	mostOfUndo     = 16
)

// A decision takes few statements, whether it is about one comment or thirty, and so
// does taking it back.
func TestADecisionTakesFewStatements(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.comments(2, 40)
		db.UseKeys(models.NewKeyring(s.options.Secret)) // the log has a signed head
		report, err := decisionlog.Anchor(t.Context(), db, nil, false)
		if err != nil || report.Fault != "" {
			t.Fatalf("%+v, %v", report, err)
		}
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
		decide := func(what, do, screen string, from, until, version, most int) string {
			form := url.Values{"do": {do}, "state": {"approve"}, "screen": {screen}}
			for id := from; id <= until; id++ {
				form.Add("comment", fmt.Sprintf("%d.%d", id, version))
			}
			return send(what, "/desk/comments/decide", form, most)
		}
		send("the first request", "/desk/comments/decide", url.Values{"do": {"hold"}, "comment": {"40.2"}}, 1000)
		one := decide("one decision", "spam", "", 1, 1, 2, mostOfDecision)
		many := decide("thirty decisions", "trash", "", 2, 31, 2, mostOfDecision)
		decide("a decision with the cards on the screen", "trash", "1,2,3", 32, 32, 2, mostWithClaims)
		decide("an approval", "approve", "", 32, 32, 3, mostOfDecision)
		send("one undo", "/desk/undo", url.Values{"operation": {one}}, mostOfUndo)
		send("an undo of thirty", "/desk/undo", url.Values{"operation": {many}}, mostOfUndo)
		// The moderator has seen the reports of a comment, whose number the answer tells.
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return models.Exec(t.Context(), tx, "UPDATE comments SET reports = 2 WHERE id = 33")
		}))
		decide("an approval of a reported comment", "approve", "", 33, 33, 2, mostOfDecision+1)
		if report, err = decisionlog.Check(t.Context(), db, db.Keys(), nil); err != nil || report.Fault != "" {
			t.Errorf("the log afterwards: %+v, %v", report, err)
		}
	})
}

// The numbers beside the lists are those of the database, also where the decision itself
// has told them.
func TestTheAnswerOfADecisionHasTheCounts(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.comments(2, 12)
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return models.Exec(t.Context(), tx, "UPDATE comments SET reports = 2 WHERE id IN (5, 6)")
		}))
		cookie := s.cookie(people.Moderator)
		for _, step := range []struct{ do, comments string }{
			{"spam", "1"}, {"trash", "2,3"}, {"hold", "4"}, {"approve", "1"}, {"approve", "5"}, {"spam", "6,7"}, {"approve", "8"}, {"restore", "2"},
		} {
			form := url.Values{"do": {step.do}, "state": {"approve"}}
			for id := range strings.SplitSeq(step.comments, ",") {
				c := must(discussion.ByID(t.Context(), db, must(strconv.ParseInt(id, 10, 64))))
				form.Add("comment", fmt.Sprintf("%d.%d", c.ID, c.Version))
			}
			w := s.ask(handlers.Route{Method: http.MethodPost, Path: "/desk/comments/decide"}, deskRoute{form: form.Encode()}, cookie,
				func(r *http.Request) { r.Header.Set("Accept", "application/json") })
			var answer struct {
				Counts map[moderation.QueueName]int
			}
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Counts) < 5 {
				t.Fatalf("%+v: %s, %v", step, w.Body, err)
			}
			want := must(moderation.Counts(t.Context(), db, nil))
			for name, n := range answer.Counts {
				if n != want[name] {
					t.Errorf("%+v: %d in %s, want %d", step, n, name, want[name])
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
