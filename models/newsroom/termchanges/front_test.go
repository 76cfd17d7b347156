package termchanges_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
)

// TestPinsFollowTheSection: the pins of a block move to the section that gets the addresses,
// and go with a section that leaves none.
func TestPinsFollowTheSection(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		var article int64
		for _, path := range []string{"world/asia", "sport", "business"} {
			article = save(t, db, newsroom.Manuscript{Title: path, Categories: []taxonomy.CategoryRef{{Path: path}}}).ID
		}
		all := tree(t, db)
		of := func(path string) int64 { return all.ByPath(path).ID }
		_, err := frontplan.Set(t.Context(), db, editor, frontplan.AnyVersion, frontplan.Arrange, func(a *frontplan.Arrangement, now time.Time) error {
			a.SetPlaces(map[frontplan.Spot]frontplan.Pin{
				{Section: of("sport"), Place: 2}: {Article: article}, {Section: of("world/asia"), Place: 1}: {Article: article},
			}, now)
			return nil
		})
		check(t, err)
		holds := func(path string, place int) bool {
			t.Helper()
			v, err := frontplan.Current(t.Context(), db)
			check(t, err)
			return v.Holder(frontplan.Spot{Section: of(path), Place: place}, db.Now()) != nil
		}
		check(t, errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{of("sport")}, of("business"))))
		if !holds("business", 2) || holds("sport", 2) {
			t.Error("the pins did not follow the merge")
		}
		check(t, errorOf(termchanges.RemoveCategory(t.Context(), db, editor, of("world/asia"))))
		if !holds("world", 1) || holds("world/asia", 1) {
			t.Error("the pins of a removed section did not go to the section above")
		}
		check(t, errorOf(termchanges.RemoveCategory(t.Context(), db, editor, of("world"))))
		if v, err := frontplan.Current(t.Context(), db); err != nil || len(v.Sections()) != 1 {
			t.Errorf("after a top section was removed: %+v, %v", v, err)
		}
	})
}
