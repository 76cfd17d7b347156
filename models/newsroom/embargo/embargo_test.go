package embargo_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/embargo"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var edith = models.Actor{Name: "Edith"}

func code(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		if len(e.Fields) > 0 {
			return e.Fields[0].Code
		}
		return e.Code
	}
	return ""
}

// Every way to publish, and to schedule for an earlier time, is refused until the embargo
// ends, and works after it.
func TestNothingPublishesUnderAnEmbargo(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		m := newsroom.Manuscript{Title: "Prize", Format: richtext.HTML, Body: "<p>Who gets it.</p>"}
		id, _, err := drafts.Create(t.Context(), db, edith, m)
		check(err)
		end := models.At(clock.Now().Add(time.Hour))
		check(embargo.Set(t.Context(), db, edith, id, end))
		none := func(context.Context, *models.Tx, models.Actor, int64, bool) error { return nil }
		move := func(to newsroom.Status) error {
			return db.Write(t.Context(), func(tx *models.Tx) error { return newsroom.MoveStatus(t.Context(), tx, edith, id, to, "", none) })
		}
		show := func(m drafts.Move) error { _, err := drafts.Show(t.Context(), db, edith, id, m); return err }
		m.ID, m.Status = id, newsroom.Published
		doors := map[string]func() error{
			"the desk":     func() error { return show(drafts.Move{To: newsroom.Published}) },
			"the schedule": func() error { return show(drafts.Move{To: newsroom.Scheduled, At: end.Add(-time.Second)}) },
			"a status":     func() error { return move(newsroom.Published) },
			"a command": func() error {
				_, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
				return err
			},
		}
		for name, door := range doors {
			if err := door(); code(err) != "embargo" || models.KindOf(err) != models.Conflict {
				t.Errorf("%s before the end: %v", name, err)
			}
		}
		// A date in the future makes a saved article a scheduled one; it may not lie before the end.
		early := m
		early.PublishedAt = end.Add(-time.Minute)
		if _, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, early); code(err) != "embargo" {
			t.Errorf("a command with an early date: %v", err)
		}
		check(show(drafts.Move{To: newsroom.Scheduled, At: end.Time}))
		if err := show(drafts.Move{To: newsroom.Scheduled, At: end.Add(-time.Second)}); code(err) != "embargo" {
			t.Errorf("a scheduled one, moved before the end: %v", err)
		}
		if err := embargo.Set(t.Context(), db, edith, id, models.At(end.Add(time.Minute))); code(err) != "embargo-scheduled" {
			t.Errorf("an embargo beyond the schedule: %v", err)
		}
		clock.Advance(time.Hour)
		if n, err := timetable.Run(t.Context(), db); n != 1 || err != nil {
			t.Errorf("at the end %d acts were carried out (%v)", n, err)
		}
		if err := embargo.Set(t.Context(), db, edith, id, models.At(clock.Now().Add(time.Hour))); code(err) != "embargo-live" {
			t.Errorf("an embargo of a public article: %v", err)
		}
	})
}

func TestEmbargoIsMovedAndLifted(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		id, _, err := drafts.Create(t.Context(), db, edith, newsroom.Manuscript{Title: "Prize"})
		if err != nil {
			t.Fatal(err)
		}
		if err := embargo.Set(t.Context(), db, edith, id, models.At(clock.Now())); code(err) != "time-past" {
			t.Errorf("until now: %v", err)
		}
		for _, until := range []models.Time{models.At(clock.Now().Add(time.Hour)), models.At(clock.Now().Add(time.Minute)), {}} {
			if err := embargo.Set(t.Context(), db, edith, id, until); err != nil {
				t.Fatal(err)
			}
			d, err := drafts.Open(t.Context(), db, id)
			if err != nil || !d.Article.EmbargoUntil.Equal(until.Time) {
				t.Errorf("until %v: %v (%v)", until, d.Article.EmbargoUntil, err)
			}
		}
		if _, err := drafts.Show(t.Context(), db, edith, id, drafts.Move{To: newsroom.Published}); err != nil {
			t.Errorf("after it was lifted: %v", err)
		}
		if err := embargo.Set(t.Context(), db, edith, 4711, models.Time{}); models.KindOf(err) != models.NotFound {
			t.Errorf("an unknown article: %v", err)
		}
	})
}
