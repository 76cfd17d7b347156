package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/queue"
)

// The desk says that mail is stuck: how much, since when and, to
// administrators, why. The server's words hold no address.
func TestTheDeskTellsOfStuckMail(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.options.Mail = true
		desk := newDeskSiteOf(t, s)
		page := func(role, path string) string {
			clock.Advance(time.Minute)
			d := desk.newBrowser("10.0.0.1")
			d.signIn(role+"@courier.example", "a long password")
			return d.send(http.MethodGet, path, nil).Body.String()
		}
		if got := page("administrator", "/desk/comments"); strings.Contains(got, "desk-mail") {
			t.Error("mail is stuck before there was any")
		}
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return errors.Join(queue.Add(t.Context(), tx, "held", "1", nil, tx.Now), queue.Add(t.Context(), tx, "held", "2", nil, tx.Now), queue.Add(t.Context(), tx, "bad", "3", nil, tx.Now),
				queue.Add(t.Context(), tx, queue.Call+"hub", "4", nil, tx.Now)) // no mail
		}))
		refusal := errors.New("the server offers no STARTTLS to anna@example.org")
		fail := func(context.Context, *queue.Job) error { return refusal }
		_, err := queue.WorkDue(t.Context(), db, queue.Kinds{
			"held": fail, queue.Call + "hub": fail,
			"bad": func(context.Context, *queue.Job) error { return queue.Permanent(errors.New("no such address")) },
		})
		if err == nil {
			t.Fatal("the jobs did not fail")
		}
		for _, path := range []string{"/desk/comments", "/desk/figures", "/desk/bans"} {
			for role, words := range map[string]bool{"administrator": true, "editor": false, "moderator": false} {
				got := page(role, path)
				if !strings.Contains(got, "2 mails could not be sent and will be retried.") || !strings.Contains(got, "1 mail failed permanently.") || !strings.Contains(got, "The oldest is from") {
					t.Errorf("%s sees no stuck mail at %s", role, path)
				}
				if strings.Contains(got, "STARTTLS") != words || strings.Contains(got, "anna@example.org") {
					t.Errorf("%s at %s: the server's words are shown wrongly", role, path)
				}
			}
		}
	})
}
