package related_test

import (
	"math"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/taxonomy"
)

func category(path string) []taxonomy.CategoryRef { return []taxonomy.CategoryRef{{Path: path}} }

func TestRecomputeWeights(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for i, m := range []newsroom.Manuscript{
			{Title: "One", Categories: category("world/asia"), Tags: []string{"rain", "rare"}},
			{Title: "Two", Categories: category("world"), Tags: []string{"rain"}},
			{Title: "Three", Categories: category("world"), Tags: []string{"rain"}},
			{Title: "A draft", Categories: category("world"), Tags: []string{"rain", "unseen"}, Status: newsroom.Draft},
		} {
			m.Body = string(rune('a' + i))
			if _, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m); err != nil {
				t.Fatal(err)
			}
		}
		run(t, db, "UPDATE tags SET stories = 77 WHERE slug = 'rain'")
		run(t, db, "UPDATE categories SET own_stories = 0")
		if err := related.RecomputeWeights(t.Context(), db); err != nil {
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
		// There are three public articles. One in world/asia does not count for world.
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
		if err := related.RecomputeWeights(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if after, err := models.LastChangeID(t.Context(), db); err != nil || after != before {
			t.Errorf("the second run changed something (%v), which makes pages stale without need", err)
		}
	})
}
