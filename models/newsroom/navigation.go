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

	"golang.org/x/text/width"
)

// Limits of the section bar that the program fills by itself.
const (
	navMost = 10 // sections
	// navRoom is how much text fits into one line of 1,168 px beside the link
	// to all sections, in letters of average width.
	navRoom = 120
	// navGap is the space after each name, in the same unit.
	navGap = 3
)

// navigation returns the sections of the section bar: those of the setting
// nav.sections, else all top sections where they fit, else the most active
// ones. A path in the setting that no section has is left out.
func (s *Site) navigation() []*taxonomy.Category {
	if chosen := s.Categories.AtPaths(s.NavSections); len(chosen) > 0 {
		return chosen
	}
	top := s.Categories.MostActive(0, navMost)
	room, fits := navRoom, top[:0:0]
	for _, c := range top {
		if need := textWidth(c.Name) + navGap; need <= room {
			room -= need
			fits = append(fits, c)
		}
	}
	if len(fits) == 0 {
		return top[:min(len(top), 1)]
	}
	return fits
}

// textWidth returns the width of a text in letters of average width: a capital
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

// activityMonths is how far back articles count for a section's activity. The
// count of a month is worth half of that of the month after it.
const activityMonths = 12

// RecomputeActivity stores how active each section is: the articles of its
// last months, counted from the month of the site's newest article, so that
// an archive has active sections, too.
func RecomputeActivity(ctx context.Context, db *models.DB) error {
	var newest int
	if _, err := models.QueryRow(ctx, db, []any{&newest}, `SELECT COALESCE(MAX(period), 0) FROM listing_counts
		WHERE kind = ? AND ref = 0 AND period BETWEEN 10000 AND 999999 AND stories > 0`, AllArticles); err != nil {
		return err
	}
	var months []struct {
		Ref             int64
		Period, Stories int
	}
	if err := db.Query(ctx).Raw(`SELECT ref, period, stories FROM listing_counts
		WHERE kind = ? AND period BETWEEN ? AND ?`, CategoryArticles, newest-100, newest).Scan(&months).Error; err != nil {
		return err
	}
	fresh := map[int64]float64{}
	for _, m := range months {
		if back := monthNumber(newest) - monthNumber(m.Period); back < activityMonths {
			fresh[m.Ref] += float64(m.Stories) * math.Pow(0.5, float64(back))
		}
	}
	sections, err := taxonomy.LoadCategories(ctx, db)
	if err != nil {
		return err
	}
	for _, c := range sections.All() {
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

// monthNumber counts months; period is a year and a month such as 202611.
func monthNumber(period int) int { return period/100*12 + period%100 }

// sectionSettings are the settings with a list of sections.
var sectionSettings = []string{"front.sections", "nav.sections"}

// SetSetting checks and stores one setting as [models.SetSetting] does. It also
// refuses a list of sections with an unknown section.
func SetSetting(ctx context.Context, tx *models.Tx, key, value string) error {
	if slices.Contains(sectionSettings, key) {
		sections, err := taxonomy.LoadCategories(ctx, tx)
		if err != nil {
			return err
		}
		if missing := sections.Missing(models.SplitPaths(value)); len(missing) > 0 {
			return models.Errorf(models.Invalid, "%s: there is no section %s; 'broadsheet setting list' shows the form, and /sections/ on the site all sections", key, strings.Join(missing, ", "))
		}
	}
	return models.SetSetting(ctx, tx, key, value)
}

// MissingCategories returns, for each setting that lists sections, the paths
// that no section has any more. Pages leave them out.
func MissingCategories(ctx context.Context, r models.Queryer) (map[string][]string, error) {
	settings, err := models.LoadSettings(ctx, r)
	if err != nil || len(settings.FrontSections)+len(settings.NavSections) == 0 {
		return nil, err
	}
	sections, err := taxonomy.LoadCategories(ctx, r)
	if err != nil {
		return nil, err
	}
	missing := map[string][]string{}
	for i, paths := range [][]string{settings.FrontSections, settings.NavSections} {
		if gone := sections.Missing(paths); len(gone) > 0 {
			missing[sectionSettings[i]] = gone
		}
	}
	return missing, nil
}

// CategoryCounts returns how many public articles each section has, those of
// the sections below it included.
func CategoryCounts(ctx context.Context, r models.Queryer) (map[int64]int, error) {
	var rows []struct {
		Ref     int64
		Stories int
	}
	err := r.Query(ctx).Raw("SELECT ref, stories FROM listing_counts WHERE kind = ? AND period = 0", CategoryArticles).Scan(&rows).Error
	counts := make(map[int64]int, len(rows))
	for _, row := range rows {
		counts[row.Ref] = row.Stories
	}
	return counts, err
}
