package linkcheck_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/linkcheck"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// An address is asked once; an answer counts for a day, a failure for an hour.
func TestAskOnlyWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		good, bad := "https://example.org/good", "https://example.org/bad"
		next := func(want ...string) {
			t.Helper()
			if err := linkcheck.Ask(t.Context(), db, []string{good, bad, good}); err != nil {
				t.Fatal(err)
			}
			got, err := linkcheck.Next(t.Context(), db, 10)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("to be asked: %v (%v), want %v", got, err, want)
			}
		}
		next(bad, good)
		next(bad, good)
		err := linkcheck.Store(t.Context(), db, []linkcheck.Result{{URL: good, Status: 404}, {URL: bad, Problem: linkcheck.NoAnswer}})
		if err != nil {
			t.Fatal(err)
		}
		next()
		clock.Advance(linkcheck.Retry)
		next(bad)
		clock.Advance(linkcheck.Fresh)
		next(bad, good)
		known, err := linkcheck.Answers(t.Context(), db, []string{good, bad, "https://example.org/other"})
		if err != nil || len(known) != 0 {
			t.Errorf("while they are asked again: %v (%v)", known, err)
		}
		if err := linkcheck.Store(t.Context(), db, []linkcheck.Result{{URL: good, Status: 410}}); err != nil {
			t.Fatal(err)
		}
		known, err = linkcheck.Answers(t.Context(), db, []string{good})
		if err != nil || !known[good].Dead() {
			t.Errorf("answers: %v (%v)", known, err)
		}
		clock.Advance(31 * 24 * time.Hour)
		if err := linkcheck.Prune(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if known, _ := linkcheck.Answers(t.Context(), db, []string{good}); len(known) != 0 {
			t.Errorf("after a month: %v", known)
		}
	})
}

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, linkcheck.Result{})
	})
}
