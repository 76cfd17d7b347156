package newsroom

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"

	"golang.org/x/text/width"
)

// Limits of the navigation bar if no setting chooses its categories.
const (
	maxNavigation = 10 // categories
	// navigationWidth is the text that fits into one line of 1,168 px beside the
	// link to all categories, in letters of average width.
	navigationWidth = 120
	// navigationGap is the space after each name, in the same unit.
	navigationGap = 3
)

// navigation returns the categories of the navigation bar: those of the setting
// nav.sections, otherwise all top categories if they fit, otherwise the most
// active ones. It leaves out paths of the setting that have no category.
func (s *Site) navigation() []*taxonomy.Category {
	if chosen := s.Categories.AtPaths(s.NavCategories); len(chosen) > 0 {
		return chosen
	}
	top := s.Categories.MostActive(0, maxNavigation)
	room, fits := navigationWidth, top[:0:0]
	for _, c := range top {
		if need := textWidth(c.Name) + navigationGap; need <= room {
			room -= need
			fits = append(fits, c)
		}
	}
	if len(fits) == 0 {
		return top[:min(len(top), 1)]
	}
	return fits
}

// textWidth returns the width of a text in letters of average width. A capital
// counts as one and a third, a Chinese, Japanese or Korean character as two.
func textWidth(text string) int {
	thirds := 0
	for _, r := range text {
		kind := width.LookupRune(r).Kind()
		switch {
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			thirds += 6
		case unicode.IsUpper(r):
			thirds += 4
		default:
			thirds += 3
		}
	}
	return (thirds + 2) / 3
}

// activityMonths is how many months of articles count for a category's activity.
// Each month has half the weight of the next one.
const activityMonths = 12

// RecomputeActivity stores how active each category is: the weighted number of
// articles of its last months. It counts from the month of the site's newest
// article, so that an archive has active categories, too.
func RecomputeActivity(ctx context.Context, db *models.DB) error {
	var newest int
	if _, err := models.QueryRow(ctx, db, []any{&newest}, `SELECT COALESCE(MAX(period), 0) FROM listing_counts
		WHERE kind = ? AND ref = 0 AND period BETWEEN 10000 AND 999999 AND stories > 0`, AllArticles); err != nil {
		return err
	}
	var months []struct {
		Ref      int64
		Period   int
		Articles int `gorm:"column:stories"`
	}
	if err := db.Query(ctx).Raw(`SELECT ref, period, stories FROM listing_counts
		WHERE kind = ? AND period BETWEEN ? AND ?`, CategoryArticles, newest-100, newest).Scan(&months).Error; err != nil {
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
			return UpdateEach(ctx, tx, "categories", "activity", "DOUBLE PRECISION", "fresh.value", args)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// monthNumber returns a number that counts months, for a period such as 202611.
func monthNumber(period int) int { return period/100*12 + period%100 }

// categorySettings are the settings that are lists of categories.
var categorySettings = []string{"front.sections", "nav.sections"}

// SetSetting checks and stores one setting as [settings.Set] does. It also
// refuses a list of categories with an unknown path.
func SetSetting(ctx context.Context, tx *models.Tx, key, value string) error {
	if slices.Contains(categorySettings, key) {
		tree, err := taxonomy.LoadCategories(ctx, tx)
		if err != nil {
			return err
		}
		if missing := tree.Missing(settings.SplitPaths(value)); len(missing) > 0 {
			return models.Errorf(models.Invalid, "%s: there is no category %s; "+
				"'broadsheet setting list' shows the form, and /sections/ on the site all categories", key, strings.Join(missing, ", "))
		}
	}
	return settings.Set(ctx, tx, key, value)
}

// MissingCategories returns, for each setting that is a list of categories, the
// paths that no category has any more. Pages leave them out.
func MissingCategories(ctx context.Context, r models.Queryer) (map[string][]string, error) {
	settings, err := settings.Load(ctx, r)
	if err != nil || len(settings.FrontCategories)+len(settings.NavCategories) == 0 {
		return nil, err
	}
	tree, err := taxonomy.LoadCategories(ctx, r)
	if err != nil {
		return nil, err
	}
	missing := map[string][]string{}
	for i, paths := range [][]string{settings.FrontCategories, settings.NavCategories} {
		if gone := tree.Missing(paths); len(gone) > 0 {
			missing[categorySettings[i]] = gone
		}
	}
	return missing, nil
}

// CategoryCounts returns the number of public articles of each category,
// including those of the categories below it.
func CategoryCounts(ctx context.Context, r models.Queryer) (map[int64]int, error) {
	rows, err := models.QueryRows(ctx, r, "SELECT ref, stories FROM listing_counts WHERE kind = ? AND period = 0", CategoryArticles)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[int64]int{}
	for rows.Next() {
		var id int64
		var articles int
		if err := rows.Scan(&id, &articles); err != nil {
			return nil, err
		}
		counts[id] = articles
	}
	return counts, rows.Err()
}
