package presence_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/presence"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, presence.RowTypes...)
	})
}

func TestColleaguesAreSeenWhileTheyAreThere(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "One", Body: "Text."})
		if err != nil {
			t.Fatal(err)
		}
		comes := func(user int64, name string) {
			t.Helper()
			if err := presence.Note(t.Context(), db, a.ID, user, name); err != nil {
				t.Fatal(err)
			}
		}
		sees := func(user int64, want ...string) {
			t.Helper()
			got, err := presence.Others(t.Context(), db, a.ID, user, clock.Now())
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("account %d sees %v (%v), want %v", user, got, err, want)
			}
		}
		comes(1, "Edith")
		sees(1)
		sees(2, "Edith")
		clock.Advance(time.Minute)
		comes(2, "Jonas")
		comes(3, "Karl")
		sees(1, "Jonas", "Karl")
		clock.Advance(presence.Lasts - time.Minute)
		sees(2, "Karl")
		comes(1, "Edith, renamed")
		sees(2, "Edith, renamed", "Karl")
		clock.Advance(presence.Lasts)
		if err := presence.Prune(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		sees(2)
	})
}
