package related

import (
	"context"
	"maps"
	"math"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// activityMonths is how many months of articles count for a category's activity.
// Each month has half the weight of the next one.
const activityMonths = 12

// RecomputeActivity stores how active each category is: the weighted number of
// articles of its last months. It counts from the month of the site's newest
// article, so that an archive has active categories, too.
func RecomputeActivity(ctx context.Context, db *models.DB) error {
	var newest int
	if _, err := models.QueryRow(ctx, db, []any{&newest}, `SELECT COALESCE(MAX(period), 0) FROM listing_counts
		WHERE kind = ? AND ref = 0 AND period BETWEEN 10000 AND 999999 AND stories > 0`, newsroom.AllArticles); err != nil {
		return err
	}
	var months []struct {
		Ref      int64
		Period   int
		Articles int `gorm:"column:stories"`
	}
	if err := db.Query(ctx).Raw(`SELECT ref, period, stories FROM listing_counts
		WHERE kind = ? AND period BETWEEN ? AND ?`, newsroom.CategoryArticles, newest-100, newest).Scan(&months).Error; err != nil {
		return err
	}
	fresh := map[int64]float64{}
	for _, m := range months {
		if back := monthNumber(newest) - monthNumber(m.Period); back < activityMonths {
			fresh[m.Ref] += float64(m.Articles) * math.Pow(0.5, float64(back))
		}
	}
	tree, err := taxonomy.LoadCategories(ctx, db)
	if err != nil {
		return err
	}
	for _, c := range tree.All() {
		if math.Abs(fresh[c.ID]-c.Activity) < 1e-9 {
			delete(fresh, c.ID)
		} else if _, ok := fresh[c.ID]; !ok {
			fresh[c.ID] = 0
		}
	}
	const batch = 2000
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(fresh)), batch) {
		err := db.Write(ctx, func(tx *models.Tx) error {
			tx.Touch(taxonomy.CategoriesTag, taxonomy.NavigationTag)
			var args []any
			for _, id := range ids {
				args = append(args, id, fresh[id])
			}
			return newsroom.UpdateEach(ctx, tx, "categories", "activity", "DOUBLE PRECISION", "fresh.value", args)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// monthNumber returns a number that counts months, for a period such as 202611.
func monthNumber(period int) int { return period/100*12 + period%100 }
