package toplist_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/toplist"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, toplist.Rows...)
	})
}

// A ranking is stored, and announced, only when it differs. A withdrawn article
// leaves it at once, and returns to its place.
func TestRankings(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		var ids []int64
		for i := range 25 {
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: fmt.Sprint("Story ", i)})
			check(err)
			ids = append(ids, a.ID)
		}
		announced := 0
		db.OnChange(func(c models.Change) {
			if c.Touches(toplist.ReadDay.Tag()) {
				announced++
			}
		})
		top := func() (shown []int64) {
			t.Helper()
			r, err := toplist.Load(t.Context(), db, toplist.ReadDay, toplist.ReadWeek)
			check(err)
			if got := r.Top(toplist.ReadWeek, 5); len(got) > 0 {
				t.Errorf("the other ranking has %d articles", len(got))
			}
			for _, teaser := range r.Top(toplist.ReadDay, toplist.Size) {
				shown = append(shown, teaser.ID)
			}
			for _, id := range ids[:toplist.Size] {
				if !slices.Contains(r.DependsOn(), newsroom.TeaserTag(id)) {
					t.Errorf("the ranking does not depend on article %d", id)
				}
			}
			return shown
		}
		for range 2 {
			check(toplist.Store(t.Context(), db, toplist.ReadDay, ids))
		}
		if got := top(); !slices.Equal(got, ids[:toplist.Size]) || announced != 1 {
			t.Errorf("got %v, announced %d times", got, announced)
		}
		status := func(id int64, to newsroom.Status) {
			t.Helper()
			check(db.Write(t.Context(), func(tx *models.Tx) error {
				return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, id, to, "", nil)
			}))
		}
		status(ids[1], newsroom.Withdrawn)
		if got := top(); got[0] != ids[0] || got[1] != ids[2] || len(got) != toplist.Size-1 {
			t.Errorf("with a withdrawn article: %v", got)
		}
		status(ids[1], newsroom.Published)
		if got := top(); got[1] != ids[1] {
			t.Errorf("with the article back: %v", got)
		}
		check(toplist.Store(t.Context(), db, toplist.ReadDay, nil))
		if got, err := toplist.Load(t.Context(), db, toplist.ReadDay); err != nil || len(got.Top(toplist.ReadDay, 9)) > 0 || announced != 2 {
			t.Errorf("an empty ranking: %v, announced %d times, %v", got, announced, err)
		}
	})
}
