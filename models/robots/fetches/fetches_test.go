package fetches_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/robots/fetches"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, fetches.Row{})
	})
}

func TestRequestsAreCountedByDayAndRobot(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		var c fetches.Counter
		flush := func() {
			t.Helper()
			if err := c.Flush(t.Context(), db); err != nil {
				t.Fatal(err)
			}
		}
		var robots sync.WaitGroup
		for range 8 {
			robots.Go(func() {
				for range 50 {
					c.Add(clock.Now(), "GPTBot", fetches.Denied)
					c.Add(clock.Now(), "Googlebot", fetches.Page)
				}
			})
		}
		robots.Wait()
		flush()
		c.Add(clock.Now(), "Googlebot", fetches.Feed)
		flush()
		flush()
		clock.Advance(24 * time.Hour)
		c.Add(clock.Now(), "Googlebot", fetches.Slowed)
		flush()
		rows, err := fetches.Since(t.Context(), db, clock.Now(), 2)
		if err != nil || len(rows) != 3 {
			t.Fatalf("%+v, %v", rows, err)
		}
		if rows[0].Slowed != 1 || rows[1].Denied != 400 || rows[2].Pages != 400 || rows[2].Feeds != 1 || rows[0].Day <= rows[1].Day {
			t.Errorf("%+v", rows)
		}
		if rows, _ := fetches.Since(t.Context(), db, clock.Now(), 1); len(rows) != 1 {
			t.Errorf("of one day: %+v", rows)
		}
		clock.Advance(fetches.Kept + 24*time.Hour)
		if err := fetches.Prune(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if rows, _ := fetches.Since(t.Context(), db, clock.Now(), 1000); len(rows) != 0 {
			t.Errorf("left: %+v", rows)
		}
	})
}
