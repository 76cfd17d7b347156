package newsroom

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
)

// fillBlocks gives each chosen section its newest stories that the front page
// does not show elsewhere. It needs two statements for all blocks, and one more
// on a site with many top sections and no setting that chooses among them.
func (f *Front) fillBlocks(ctx context.Context, r models.Queryer, site *Site, used map[int64]bool) error {
	sections, set, err := f.blockSections(ctx, r, site)
	if err != nil {
		return err
	}
	newest, err := newestOfSections(ctx, r, sections, len(used))
	if err != nil || len(newest) == 0 {
		return err
	}
	var chosen []int64
	for _, c := range sections {
		block := FrontBlock{Category: c}
		for _, id := range newest[c.ID] {
			if !used[id] && len(block.Teasers) < frontBlock && len(f.Blocks) < frontBlocks {
				used[id] = true
				chosen = append(chosen, id)
				block.Teasers = append(block.Teasers, Teaser{ID: id})
			}
		}
		if len(block.Teasers) > 0 {
			f.Blocks = append(f.Blocks, block)
		}
	}
	stories, err := teasersByID(ctx, r, chosen, frontBlock*len(sections))
	for _, block := range f.Blocks {
		for i := range block.Teasers {
			block.Teasers[i] = stories[block.Teasers[i].ID]
		}
	}
	if !set {
		ordered := site.Categories.ordered()
		slices.SortStableFunc(f.Blocks, func(a, b FrontBlock) int {
			return cmp.Compare(f.staleness(a.Teasers[0].PublishedAt.Time, ordered), f.staleness(b.Teasers[0].PublishedAt.Time, ordered))
		})
	}
	return err
}

// blockSections returns the sections that may have a block, in order, and
// whether the setting front.sections chose them. Without it, all top sections
// are taken in their order where they are few. Of many, those with the
// freshest stories come first, and among equally fresh ones the most active.
func (f *Front) blockSections(ctx context.Context, r models.Queryer, site *Site) (list []*Category, set bool, err error) {
	if list := site.Categories.atPaths(site.FrontSections); len(list) > 0 {
		return list, true, nil
	}
	list = site.Categories.below(0)
	if len(list) <= frontBlocks {
		return list, false, nil
	}
	newest, err := newestOfTop(ctx, r)
	if err != nil {
		return nil, false, err
	}
	ordered := site.Categories.ordered()
	list = slices.DeleteFunc(list, func(c *Category) bool { return newest[c.ID].IsZero() })
	slices.SortStableFunc(list, func(a, b *Category) int {
		return cmp.Or(cmp.Compare(f.staleness(newest[a.ID].Time, ordered), f.staleness(newest[b.ID].Time, ordered)), byActivity(a, b), newest[b.ID].Compare(newest[a.ID].Time))
	})
	return list[:min(len(list), frontCandidates)], false, nil
}

// staleness says how far a story is behind the site's newest one, in steps.
// Within a step the order of the sections counts, between steps the date does.
// Where an editor has put the sections in order, stories of the same three
// months are equally fresh; else those of the same week, then month, are.
func (f *Front) staleness(at time.Time, ordered bool) int {
	if len(f.pool) == 0 {
		return 0
	}
	days := int(f.pool[0].PublishedAt.Sub(at).Hours() / 24)
	switch {
	case days < 7, ordered && days < 92:
		return 0
	case days < 31:
		return 1
	default:
		return 2 + days/366
	}
}

// ordered reports whether an editor has put the top sections in order.
func (s *Categories) ordered() bool {
	top := s.Children(0)
	return slices.ContainsFunc(top, func(c *Category) bool { return c.Position != top[0].Position })
}

// newestOfTop returns when the newest story of each top section was
// published. Each is one look at the end of an index.
func newestOfTop(ctx context.Context, r models.Queryer) (map[int64]models.Time, error) {
	rows, err := models.QueryRows(ctx, r, `SELECT c.id, (SELECT MAX(l.published_at) FROM listings l WHERE l.kind = ? AND l.ref = c.id)
		FROM categories c WHERE c.parent_id IS NULL`, CategoryArticles)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	newest := map[int64]models.Time{}
	for rows.Next() {
		var id int64
		var at models.Time
		if err := rows.Scan(&id, &at); err != nil {
			return nil, err
		}
		newest[id] = at
	}
	return newest, rows.Err()
}

// newestOfSections returns the numbers of each section's newest stories,
// newest first: so many that a block can be filled when all others, and the
// ones used already, hold the newest.
func newestOfSections(ctx context.Context, r models.Queryer, sections []*Category, used int) (map[int64][]int64, error) {
	var arms []string
	var args []any
	newest := map[int64][]int64{}
	for _, c := range sections {
		arms = append(arms, `SELECT * FROM (SELECT ref, article_id, published_at FROM listings WHERE kind = ? AND ref = ? ORDER BY published_at DESC, article_id DESC LIMIT ?) arm`)
		args = append(args, CategoryArticles, c.ID, used+frontBlock*len(arms))
		newest[c.ID] = nil
	}
	if len(arms) == 0 {
		return nil, nil
	}
	rows, err := models.QueryRows(ctx, r, strings.Join(arms, " UNION ALL ")+" ORDER BY 3 DESC, 2 DESC", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var section, article int64
		var at models.Time
		if err := rows.Scan(&section, &article, &at); err != nil {
			return nil, err
		}
		newest[section] = append(newest[section], article)
	}
	return newest, rows.Err()
}
