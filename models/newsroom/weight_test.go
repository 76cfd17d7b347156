package newsroom_test

import (
	"math"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

func TestRecomputeWeights(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for i, d := range []newsroom.Manuscript{
			{Title: "One", Categories: section("world/asia"), Tags: []string{"rain", "rare"}},
			{Title: "Two", Categories: section("world"), Tags: []string{"rain"}},
			{Title: "Three", Categories: section("world"), Tags: []string{"rain"}},
			{Title: "A draft", Categories: section("world"), Tags: []string{"rain", "unseen"}, Status: newsroom.Draft},
		} {
			d.Body = string(rune('a' + i))
			save(t, db, d)
		}
		run(t, db, "UPDATE tags SET stories = 77 WHERE slug = 'rain'")
		run(t, db, "UPDATE categories SET own_stories = 0")
		if err := newsroom.RecomputeWeights(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		type row struct {
			Slug    string
			Stories int64
			Weight  float64
		}
		var rows []row
		err := db.Query(t.Context()).Raw(`SELECT path AS slug, own_stories AS stories, weight FROM categories
			UNION ALL SELECT slug, stories, weight FROM tags ORDER BY slug`).Scan(&rows).Error
		if err != nil {
			t.Fatal(err)
		}
		// Of three public stories; whoever names world/asia does not name world.
		want := []row{
			{"rain", 3, math.Log(1 + 3.0/4)},
			{"rare", 1, math.Log(1 + 3.0/2)},
			{"unseen", 0, math.Log(1 + 3.0)},
			{"world", 2, math.Log(1 + 3.0/3)},
			{"world/asia", 1, math.Log(1 + 3.0/2)},
		}
		if len(rows) != len(want) {
			t.Fatalf("got %v", rows)
		}
		for i, w := range want {
			if got := rows[i]; got.Slug != w.Slug || got.Stories != w.Stories || math.Abs(got.Weight-w.Weight) > 1e-12 {
				t.Errorf("got %+v, want %+v", got, w)
			}
		}

		before, err := models.LastChangeID(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		if err := newsroom.RecomputeWeights(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if after, err := models.LastChangeID(t.Context(), db); err != nil || after != before {
			t.Errorf("a second time changed something (%v): pages would go stale for nothing", err)
		}
	})
}
