package people_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// Somebody else ends one session, of which the log and the owner hear. Sessions that
// sign nobody in any more are neither listed nor counted.
func TestSessionsAreListedCountedAndEnded(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		u, boss := addAccount(t, db, people.Editor), addAccountWith(t, db, "boss@example.org", people.Administrator)
		sessions := func(want int) []people.Session {
			t.Helper()
			list := must(people.SessionsOf(ctx, db, u.ID, clock.Now()))
			if n := must(people.CountSessions(ctx, db, clock.Now()))[u.ID]; len(list) != want || n != want {
				t.Errorf("%d sessions are listed and %d counted, want %d", len(list), n, want)
			}
			return list
		}
		told := func(want int) {
			t.Helper()
			var n int
			must(models.QueryRow(ctx, db, []any{&n}, "SELECT count(*) FROM jobs WHERE kind = ?", people.JobSecurity))
			if n != want {
				t.Errorf("%d mails wait, want %d", n, want)
			}
		}
		verbs := func(want ...string) {
			t.Helper()
			for i, e := range must(people.ListChanges(ctx, db, u.ID, len(want))) {
				if e.Verb != want[i] {
					t.Errorf("the log has %s, want %s", e.Verb, want[i])
				}
			}
		}
		sessions(0)
		first := must(people.SignIn(ctx, db, u, "192.0.2.0/24", "Firefox/140.0"))
		clock.Advance(2 * time.Hour)
		must(people.SignIn(ctx, db, u, "198.51.100.0/24", "Chrome/140.0"))
		must(people.SignIn(ctx, db, boss, "203.0.113.0/24", "Safari/605"))
		list := sessions(2)
		if list[0].Network != "198.51.100.0/24" {
			t.Errorf("the last used one is %+v", list[0])
		}

		for range 2 { // a second press changes nothing
			if err := people.EndSession(ctx, db, boss.Actor(), u.ID, list[1].Hash); err != nil {
				t.Fatal(err)
			}
		}
		if err := people.EndSession(ctx, db, u.Actor(), boss.ID, list[0].Hash); err != nil {
			t.Fatal(err)
		}
		if s, _, err := people.ResumeSession(ctx, db, first); s != nil || err != nil {
			t.Errorf("the ended session signs in: %v, %v", s, err)
		}
		sessions(1)
		told(1)
		verbs("session", "added")

		// The owner needs no mail about the own press.
		if err := people.EndSession(ctx, db, u.Actor(), u.ID, list[0].Hash); err != nil {
			t.Fatal(err)
		}
		sessions(0)
		kept := must(people.SignIn(ctx, db, u, "192.0.2.0/24", ""))
		s, _, err := people.ResumeSession(ctx, db, kept)
		if err != nil || s == nil {
			t.Fatal(s, err)
		}
		must(people.SignIn(ctx, db, u, "192.0.2.0/24", ""))
		sessions(2)
		if err := people.SignOutOthers(ctx, db, u, s.Hash); err != nil {
			t.Fatal(err)
		}
		sessions(1)
		told(1)
		verbs("others", "session", "session", "added")
		if err := people.SignOutUser(ctx, db, boss.Actor(), u.ID); err != nil {
			t.Fatal(err)
		}
		sessions(0)
		told(2)

		now := must(people.ByID(ctx, db, u.ID))
		must(people.SignIn(ctx, db, now, "192.0.2.0/24", ""))
		sessions(1)
		clock.Advance(people.SessionMaxIdle + time.Second)
		sessions(0)
		var jobs []queue.Job
		if err := db.Query(ctx).Where("kind = ?", people.JobSecurity).Order("id").Find(&jobs).Error; err != nil {
			t.Fatal(err)
		}
		var events []people.SecurityEvent
		for _, job := range jobs {
			var n people.SecurityNotice
			if err := job.Read(&n); err != nil || n.User != u.ID || n.By != boss.Name {
				t.Errorf("%+v, %v", n, err)
			}
			events = append(events, n.Event)
		}
		if len(events) != 2 || events[0] != people.SessionEnded || events[1] != people.SignedOut {
			t.Errorf("the owner is told of %v", events)
		}
	})
}
