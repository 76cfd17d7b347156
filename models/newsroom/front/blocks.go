package front

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

// Block is one category's part of the front page.
type Block struct {
	Category *taxonomy.Category
	Teasers  []newsroom.Teaser
}

const (
	// blockSize is the largest number of articles in a block.
	blockSize = 5
	// maxBlocks is the largest number of blocks.
	maxBlocks = settings.MaxChosenCategories
	// maxCandidates is how many categories are considered for a block. Some have
	// no article that is not shown above.
	maxCandidates = maxBlocks + 4
)

// fillBlocks gives each chosen category its newest articles that are not used
// elsewhere on the page. It takes two statements for all blocks, and one more on
// a site with many top categories and no setting that chooses among them.
func (p *Page) fillBlocks(ctx context.Context, r models.Queryer, site *newsroom.Site, used map[int64]bool) error {
	categories, set, err := p.blockCategories(ctx, r, site)
	if err != nil {
		return err
	}
	newest, err := p.newestByCategory(ctx, r, categories, len(used))
	if err != nil || len(newest) == 0 {
		return err
	}
	var chosen []int64
	for _, c := range categories {
		block := Block{Category: c}
		for _, id := range newest[c.ID] {
			if !used[id] && len(block.Teasers) < blockSize && len(p.Blocks) < maxBlocks {
				used[id] = true
				chosen = append(chosen, id)
				block.Teasers = append(block.Teasers, newsroom.Teaser{ID: id})
			}
		}
		if len(block.Teasers) > 0 {
			p.Blocks = append(p.Blocks, block)
		}
	}
	teasers, err := teasersByID(ctx, r, chosen, blockSize*len(categories))
	for _, block := range p.Blocks {
		for i := range block.Teasers {
			block.Teasers[i] = teasers[block.Teasers[i].ID]
		}
	}
	if !set {
		ordered := ordered(site.Categories)
		staleness := func(b Block) int { return p.staleness(b.Teasers[0].PublishedAt.Time, ordered) }
		slices.SortStableFunc(p.Blocks, func(a, b Block) int { return cmp.Compare(staleness(a), staleness(b)) })
	}
	return err
}

// blockCategories returns the categories that may have a block, in order, and
// whether the setting front.sections chose them. Without the setting, a few top
// categories are all taken in their order. Of many, those with the freshest
// articles come first, and among equally fresh ones the most active.
func (p *Page) blockCategories(
	ctx context.Context, r models.Queryer, site *newsroom.Site,
) (list []*taxonomy.Category, set bool, err error) {
	if list := site.Categories.AtPaths(site.FrontCategories); len(list) > 0 {
		return list, true, nil
	}
	list = site.Categories.NamedChildren(0)
	if len(list) <= maxBlocks {
		return list, false, nil
	}
	newest, err := p.newestOfTop(ctx, r)
	if err != nil {
		return nil, false, err
	}
	ordered := ordered(site.Categories)
	staleness := func(c *taxonomy.Category) int { return p.staleness(newest[c.ID].Time, ordered) }
	list = slices.DeleteFunc(list, func(c *taxonomy.Category) bool { return newest[c.ID].IsZero() })
	slices.SortStableFunc(list, func(a, b *taxonomy.Category) int {
		return cmp.Or(cmp.Compare(staleness(a), staleness(b)), cmp.Compare(b.Activity, a.Activity),
			newest[b.ID].Compare(newest[a.ID].Time))
	})
	return list[:min(len(list), maxCandidates)], false, nil
}

// staleness returns how far an article's date is behind the site's newest
// article, in steps. Within a step the order of the categories decides, between
// steps the date does. Where an editor has put the categories in order, all
// articles of three months are equally fresh; otherwise those of a week, then
// those of a month, are.
func (p *Page) staleness(at time.Time, ordered bool) int {
	if len(p.pool) == 0 {
		return 0
	}
	days := int(p.pool[0].PublishedAt.Sub(at).Hours() / 24)
	switch {
	case days < 7, ordered && days < 92:
		return 0
	case days < 31:
		return 1
	default:
		return 2 + days/366
	}
}

// ordered reports whether an editor has put the top categories in order.
func ordered(tree *taxonomy.Categories) bool {
	top := tree.Children(0)
	return slices.ContainsFunc(top, func(c *taxonomy.Category) bool { return c.Position != top[0].Position })
}

// newestOfTop returns the time of the newest article of each top category. Each
// is one look-up at the end of an index.
func (p *Page) newestOfTop(ctx context.Context, r models.Queryer) (map[int64]models.Time, error) {
	rows, err := models.QueryRows(ctx, r, `SELECT c.id, (SELECT MAX(l.published_at) FROM listings l WHERE l.kind = ? AND l.ref = c.id
		AND l.published_at < ?) FROM categories c WHERE c.parent_id IS NULL`, newsroom.CategoryArticles, p.before)
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

// newestByCategory returns the ids of each category's newest articles, newest
// first. It returns enough of them to fill each block even if all used articles,
// and all of the blocks above, are among them.
func (p *Page) newestByCategory(
	ctx context.Context, r models.Queryer, categories []*taxonomy.Category, used int,
) (map[int64][]int64, error) {
	var arms []string
	var args []any
	newest := map[int64][]int64{}
	for _, c := range categories {
		arms = append(arms, `SELECT * FROM (SELECT ref, article_id, published_at FROM listings
			WHERE kind = ? AND ref = ? AND published_at < ? ORDER BY published_at DESC, article_id DESC LIMIT ?) arm`)
		args = append(args, newsroom.CategoryArticles, c.ID, p.before, used+blockSize*len(arms))
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
		var category, article int64
		var at models.Time
		if err := rows.Scan(&category, &article, &at); err != nil {
			return nil, err
		}
		newest[category] = append(newest[category], article)
	}
	return newest, rows.Err()
}

// teasersByID returns teasers by id. most is the largest number of ids on this
// site: the statement always has that many arguments, some of them repeated, so
// that it is prepared once.
func teasersByID(ctx context.Context, r models.Queryer, ids []int64, most int) (map[int64]newsroom.Teaser, error) {
	byID := make(map[int64]newsroom.Teaser, len(ids))
	if len(ids) == 0 {
		return byID, nil
	}
	args := make([]any, most)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	teasers, err := newsroom.ReadTeasers(ctx, r, `SELECT `+newsroom.TeaserColumns+`
		FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.id IN (?`+strings.Repeat(", ?", most-1)+`)`, args...)
	for _, t := range teasers {
		byID[t.ID] = t
	}
	return byID, err
}
