package front

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

// Block is one category's part of the front page.
type Block struct {
	Category *taxonomy.Category
	Teasers  []newsroom.Teaser
	Places   []int // of the teasers: the last places of a block may stay empty
}

const (
	// blockSize is the largest number of articles in a block.
	blockSize = frontplan.BlockPlaces
	// maxBlocks is the largest number of blocks.
	maxBlocks = settings.MaxChosenCategories
	// maxCandidates is how many categories are considered for a block. Some have
	// no article that is not shown above.
	maxCandidates = maxBlocks + 4
	// pictureLead is how much older than the newest article of a block an article
	// with a picture may be, to get the first place.
	pictureLead = 7 * 24 * time.Hour
)

// candidates are the categories that may have a block, in order.
type candidates struct {
	list []*taxonomy.Category
	set  bool // the setting front.sections has chosen them
	many bool // the program has chosen them among many top categories
	// pinned has the categories with pinned articles. Each of them gets a block, even if other
	// categories have newer articles.
	pinned map[int64]bool
}

// spots returns the places of the upper part and of the blocks, in the order of the page.
func (c *candidates) spots() (list []frontplan.Spot) {
	for place := range frontplan.Places {
		list = append(list, frontplan.Slot(place))
	}
	for _, category := range c.list {
		for place := range frontplan.BlockPlaces {
			list = append(list, frontplan.Spot{Section: category.ID, Place: place})
		}
	}
	return list
}

// inBlocks counts the pins of blocks.
func inBlocks(standing map[frontplan.Spot][]frontplan.Pin) (n int) {
	for spot, pins := range standing {
		if spot.Section != 0 {
			n += len(pins)
		}
	}
	return n
}

// pinnedSections returns the sections that have a pin of a public article.
func pinnedSections(standing map[frontplan.Spot][]frontplan.Pin, public map[int64]newsroom.Teaser) map[int64]bool {
	sections := map[int64]bool{}
	for spot, pins := range standing {
		for _, pin := range pins {
			if _, ok := public[pin.Article]; ok && spot.Section != 0 {
				sections[spot.Section] = true
			}
		}
	}
	return sections
}

// fillBlocks gives each chosen category its pinned articles, and in the places between them
// its newest articles that are not used elsewhere on the page. It takes two statements for
// all blocks, and one more on a site with many top categories and no setting that chooses
// among them.
func (p *Page) fillBlocks(ctx context.Context, r models.Queryer, site *newsroom.Site, chosen *candidates) error {
	newest, err := p.newestByCategory(ctx, r, chosen.list, len(p.used))
	if err != nil || len(newest) == 0 {
		return err
	}
	waiting := len(chosen.pinned) // categories further down that will have a block
	var automatic []int64
	for _, c := range chosen.list {
		if chosen.pinned[c.ID] {
			waiting--
		} else if len(p.Blocks)+waiting >= maxBlocks {
			continue
		}
		block, filled := p.block(c, newest[c.ID])
		if automatic = append(automatic, filled...); len(block.Teasers) > 0 {
			p.Blocks = append(p.Blocks, block)
		}
	}
	teasers, err := teasersByID(ctx, r, automatic, blockSize*len(chosen.list))
	for i := range p.Blocks {
		b := &p.Blocks[i]
		for i := range b.Teasers {
			if t, ok := teasers[b.Teasers[i].ID]; ok {
				b.Teasers[i] = t
			}
		}
		b.pictureFirst(p.Pinned)
	}
	if !chosen.set {
		ordered := ordered(site.Categories)
		staleness := func(b Block) int { return p.staleness(b.newest(), ordered) }
		slices.SortStableFunc(p.Blocks, func(a, b Block) int { return cmp.Compare(staleness(a), staleness(b)) })
	}
	return err
}

// block fills the places of a block. It returns the articles that it has put into places
// without a pin, which have their ids only.
func (p *Page) block(c *taxonomy.Category, newest []int64) (b Block, filled []int64) {
	b.Category = c
	for place := range blockSize {
		t, ok := p.places[frontplan.Spot{Section: c.ID, Place: place}]
		for ; !ok && len(newest) > 0; newest = newest[1:] {
			if id := newest[0]; !p.used[id] {
				p.used[id], ok = true, true
				t, filled = newsroom.Teaser{ID: id}, append(filled, id)
			}
		}
		if ok {
			b.Teasers, b.Places = append(b.Teasers, t), append(b.Places, place)
		}
	}
	return b, filled
}

// pictureFirst moves the newest article with a picture to the first place of a block. Pinned
// articles stay where they are.
func (b *Block) pictureFirst(pinned map[frontplan.Spot]int64) {
	var free []int // the teasers without a pin
	for i, place := range b.Places {
		if pinned[frontplan.Spot{Section: b.Category.ID, Place: place}] == 0 {
			free = append(free, i)
		}
	}
	if len(free) == 0 || free[0] != 0 {
		return
	}
	for n, i := range free {
		t := b.Teasers[i]
		if t.PictureFile == "" || b.Teasers[0].PublishedAt.Sub(t.PublishedAt.Time) > pictureLead {
			continue
		}
		for ; n > 0; n-- {
			b.Teasers[free[n]] = b.Teasers[free[n-1]]
		}
		b.Teasers[0] = t
		return
	}
}

// newest returns the date of the newest article of a block.
func (b *Block) newest() (at time.Time) {
	for i := range b.Teasers {
		if t := b.Teasers[i].PublishedAt.Time; t.After(at) {
			at = t
		}
	}
	return at
}

// choose returns the categories that may have a block. The setting front.sections chooses
// them. Without it, a few top categories are all taken in their order. Of many, those with
// the freshest articles come first, and among equally fresh ones the most active; those with
// pinned articles are among them in any case.
func (p *Page) choose(ctx context.Context, r models.Queryer, site *newsroom.Site, pinned map[int64]bool) (*candidates, error) {
	c := &candidates{list: site.Categories.AtPaths(site.FrontCategories)}
	c.set = len(c.list) > 0
	if !c.set {
		c.list = site.Categories.NamedChildren(0)
		c.many = len(c.list) > maxBlocks
	}
	if c.many {
		if err := p.narrow(ctx, r, site, c, pinned); err != nil {
			return nil, err
		}
	}
	c.pinned = map[int64]bool{}
	for _, category := range c.list {
		if pinned[category.ID] && len(c.pinned) < maxBlocks {
			c.pinned[category.ID] = true
		}
	}
	c.list = slices.DeleteFunc(slices.Clone(c.list), func(one *taxonomy.Category) bool { return pinned[one.ID] && !c.pinned[one.ID] })
	return c, nil
}

// narrow chooses among many top categories.
func (p *Page) narrow(ctx context.Context, r models.Queryer, site *newsroom.Site, chosen *candidates, pinned map[int64]bool) error {
	newest, err := p.newestOfTop(ctx, r)
	if err != nil {
		return err
	}
	ordered := ordered(site.Categories)
	staleness := func(c *taxonomy.Category) int { return p.staleness(newest[c.ID].Time, ordered) }
	list := slices.DeleteFunc(chosen.list, func(c *taxonomy.Category) bool { return newest[c.ID].IsZero() && !pinned[c.ID] })
	slices.SortStableFunc(list, func(a, b *taxonomy.Category) int {
		return cmp.Or(cmp.Compare(staleness(a), staleness(b)), cmp.Compare(b.Activity, a.Activity),
			newest[b.ID].Compare(newest[a.ID].Time))
	})
	chosen.list = nil
	for i, c := range list {
		if i < maxCandidates || pinned[c.ID] {
			chosen.list = append(chosen.list, c)
		}
	}
	return nil
}

// arrangeable returns the categories whose blocks editors can arrange.
func (p *Page) arrangeable(site *newsroom.Site, chosen *candidates, plan *frontplan.Arrangement) (list []*taxonomy.Category) {
	add := func(c *taxonomy.Category) {
		if c != nil && !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	if !chosen.set {
		for _, b := range p.Blocks {
			add(b.Category)
		}
	}
	if !chosen.many {
		for _, c := range chosen.list {
			add(c)
		}
	}
	for _, id := range plan.Sections() {
		add(site.Categories.ByID(id))
	}
	return list
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
