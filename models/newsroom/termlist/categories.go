package termlist

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

// PathSettings are the keys of the settings that list categories by their paths.
var PathSettings = []string{"front.sections", "nav.sections"}

// MissingCategories returns the paths in [PathSettings] that no category has any more, by
// the key of the setting. Pages leave these paths out.
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
			missing[PathSettings[i]] = gone
		}
	}
	return missing, nil
}

// CategoryCounts returns the number of public articles of each category,
// including those of the categories below it.
func CategoryCounts(ctx context.Context, r models.Queryer) (map[int64]int, error) {
	rows, err := models.QueryRows(ctx, r, "SELECT ref, stories FROM listing_counts WHERE kind = ? AND period = 0", taxonomy.CategoryKind)
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

// SetSetting checks and stores a setting as [settings.Set] does. It also refuses, with
// Invalid, a list of categories with an unknown path.
func SetSetting(ctx context.Context, tx *models.Tx, key, value string) error {
	if slices.Contains(PathSettings, key) {
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
