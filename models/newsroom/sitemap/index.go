package sitemap

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/sitemapchanges"
)

// MaxParts is the largest number of parts in an index, as the protocol of
// sitemaps.org sets it. The index leaves out the oldest parts beyond it.
const MaxParts = 50_000

// Part is a part of a sitemap that has entries.
type Part struct {
	Kind     sitemapchanges.Kind
	Number   int64
	Modified time.Time
}

// partNumber is the number of the part of a list, in SQL. It has no parameter, because
// PostgreSQL compares the text of groups.
var partNumber = fmt.Sprintf("(ref - 1) / %d + 1", sitemapchanges.PartSize)

var indexQuery = `SELECT kind, number, articles, changed_at FROM (
		SELECT kind, ref AS number, articles, changed_at FROM sitemap_changes WHERE kind = ?
		UNION ALL SELECT kind, ` + partNumber + `, SUM(articles), MAX(changed_at) FROM sitemap_changes
		WHERE kind IN (?, ?, ?) GROUP BY kind, ` + partNumber + `
	) part ORDER BY kind, number DESC`

// Index lists the parts with at least one entry, by kind and number. modified is
// the time of the last change of anything in them, also of parts that are now
// empty. It is zero on a site that never had an article.
func Index(ctx context.Context, r models.Queryer) (parts []Part, modified time.Time, err error) {
	rows, err := models.QueryRows(ctx, r, indexQuery, int(sitemapchanges.Articles), int(sitemapchanges.Category),
		int(sitemapchanges.Tag), int(sitemapchanges.Author))
	if err != nil {
		return nil, modified, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Part
		var articles int64
		var changed models.Time
		if err := rows.Scan(&p.Kind, &p.Number, &articles, &changed); err != nil {
			return nil, modified, err
		}
		if p.Modified = changed.Time; changed.After(modified) {
			modified = changed.Time
		}
		if articles > 0 && len(parts) < MaxParts {
			parts = append(parts, p)
		}
	}
	return parts, modified, rows.Err()
}

// ModifiedOf returns when a part last changed, and whether it has entries.
func ModifiedOf(ctx context.Context, r models.Queryer, kind sitemapchanges.Kind, number int64) (at time.Time, filled bool, err error) {
	first, last := number, number
	if kind != sitemapchanges.Articles && kind != sitemapchanges.All {
		first, last = (number-1)*sitemapchanges.PartSize+1, number*sitemapchanges.PartSize
	}
	var changed models.Time
	_, err = models.QueryRow(ctx, r, []any{&changed, &filled}, `SELECT MAX(changed_at), COALESCE(SUM(articles), 0) > 0
		FROM sitemap_changes WHERE kind = ? AND ref BETWEEN ? AND ?`, int(kind), first, last)
	return changed.Time, filled, err
}

// SettingsChangedAt returns the last change of any setting: addresses in sitemaps
// depend on several.
func SettingsChangedAt(ctx context.Context, r models.Queryer) (time.Time, error) {
	var at models.Time
	_, err := models.QueryRow(ctx, r, []any{&at}, "SELECT MAX(updated_at) FROM settings")
	return at.Time, err
}
