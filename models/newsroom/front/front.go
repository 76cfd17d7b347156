package front

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/toplist"

	"gorm.io/gorm/clause"
)

// Page is the content of the front page. Each article is on it once, except in
// the rankings.
type Page struct {
	Lead   *newsroom.Teaser
	Second []newsroom.Teaser
	Latest []newsroom.Teaser
	Blocks []Block
	// MostRead and MostDiscussed are rankings, so they may repeat articles. They are
	// those of a day, or of a week if the day has fewer articles than the page shows.
	MostRead      []newsroom.Teaser
	MostDiscussed []newsroom.Teaser
	More          bool // the site has more articles than a page of a list holds
	// Deadlines are the times at which the page changes without a write: when
	// the pins of slots end.
	Deadlines []models.Time

	pool     []newsroom.Teaser // the newest articles; the upper part is chosen from them
	rankings *toplist.Rankings // nil if the site shows none
}

// DependsOn returns the cache tags of the front page. Each article of the pool
// may come up when it gets a picture.
func (p *Page) DependsOn() []models.CacheTag {
	tags := []models.CacheTag{newsroom.ArticlesTag, newsroom.FrontTag}
	for i := range p.pool {
		tags = append(tags, p.pool[i].DependsOn()...)
	}
	lists := [][]newsroom.Teaser{p.Second, p.Latest}
	if p.Lead != nil {
		lists = append(lists, []newsroom.Teaser{*p.Lead})
	}
	for _, b := range p.Blocks {
		lists = append(lists, b.Teasers)
	}
	for _, list := range lists {
		tags = append(tags, newsroom.Listed(list)...)
	}
	if p.rankings != nil {
		tags = append(tags, p.rankings.DependsOn()...)
	}
	return tags
}

// The largest number of articles in each part of the front page.
const (
	maxSecond = 4
	maxLatest = 8
	// maxLatestTall replaces maxLatest beside a lead with a picture, which is
	// taller, on a site that fills the pool.
	maxLatestTall = 13
	// minLatest is the smallest number in the latest list: on a small site the
	// second rank leaves that many to it.
	minLatest = 3
	maxRanked = 5
	// poolSize is the number of newest articles that the upper part is chosen
	// from.
	poolSize = 40
)

// Load chooses the articles of the front page. A slot that an editor has filled
// keeps its article until its deadline. The program fills the other slots: the
// lead is the newest article with a picture, the second rank prefers articles
// with pictures, "latest" takes the newest of the rest, and each block shows the
// newest of its category.
func Load(ctx context.Context, r models.Queryer, site *newsroom.Site, now models.Time) (*Page, error) {
	newest, err := newsroom.List{}.Newest(ctx, r, max(poolSize, site.ArticlesPerPage+1), nil)
	if err != nil {
		return nil, err
	}
	p := &Page{pool: newest[:min(len(newest), poolSize)], More: len(newest) > site.ArticlesPerPage}
	used := map[int64]bool{}
	pinned, err := p.loadPinned(ctx, r, now)
	if err != nil {
		return nil, err
	}
	p.arrange(pinned, used)
	if err := p.fillBlocks(ctx, r, site, used); err != nil {
		return nil, err
	}
	return p, p.loadRankings(ctx, r, site)
}

// loadRankings loads the most read and the most discussed articles, if the site
// shows them.
func (p *Page) loadRankings(ctx context.Context, r models.Queryer, site *newsroom.Site) (err error) {
	if !site.MostRead {
		return nil
	}
	p.rankings, err = toplist.Load(ctx, r, toplist.ReadDay, toplist.ReadWeek, toplist.DiscussedDay, toplist.DiscussedWeek)
	if err != nil {
		return err
	}
	fuller := func(day, week toplist.List) []newsroom.Teaser {
		of := p.rankings.Top(day, maxRanked)
		if ofWeek := p.rankings.Top(week, maxRanked); len(ofWeek) > len(of) {
			return ofWeek
		}
		return of
	}
	p.MostRead = fuller(toplist.ReadDay, toplist.ReadWeek)
	p.MostDiscussed = fuller(toplist.DiscussedDay, toplist.DiscussedWeek)
	return nil
}

// arrange fills the lead, the second rank and the latest list.
func (p *Page) arrange(pinned []newsroom.Teaser, used map[int64]bool) {
	take := func(from []newsroom.Teaser, limit int, fits func(newsroom.Teaser) bool) (taken []newsroom.Teaser) {
		for _, t := range from {
			if len(taken) < limit && !used[t.ID] && fits(t) {
				used[t.ID] = true
				taken = append(taken, t)
			}
		}
		return taken
	}
	all := func(newsroom.Teaser) bool { return true }
	pictured := func(t newsroom.Teaser) bool { return t.PictureID != nil }

	lead := take(pinned, 1, all)
	if len(lead) == 0 {
		lead = take(p.pool, 1, pictured)
	}
	if len(lead) == 0 {
		lead = take(p.pool, 1, all)
	}
	if len(lead) > 0 {
		p.Lead = &lead[0]
	}
	p.Second = take(pinned, maxSecond, all)
	second := maxSecond - len(p.Second)
	if left := len(p.pool) - len(used); left > second && left < second+minLatest {
		second = min(second, left-minLatest)
	}
	fill := take(p.pool, second, pictured)
	fill = append(fill, take(p.pool, second-len(fill), all)...)
	p.Second = append(p.Second, fill...)
	latest := maxLatest
	if len(p.pool) == poolSize && pictured(*p.Lead) {
		latest = maxLatestTall
	}
	p.Latest = take(p.pool, latest, all)
}

// slot is a place on the front page that an editor has filled.
type slot struct {
	Position  int `gorm:"primaryKey;autoIncrement:false"` // 0 is the lead
	ArticleID int64
	Until     models.Time // zero: no deadline
}

func (slot) TableName() string { return "front_slots" }

// loadPinned returns the articles of the slots before their deadline, and notes
// all deadlines.
func (p *Page) loadPinned(ctx context.Context, r models.Queryer, now models.Time) ([]newsroom.Teaser, error) {
	rows, err := models.QueryRows(ctx, r, `SELECT `+newsroom.TeaserColumns+`, f.until FROM front_slots f
		JOIN articles a ON a.id = f.article_id LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' ORDER BY f.position`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pinned []newsroom.Teaser
	for rows.Next() {
		var t newsroom.Teaser
		var until models.Time
		if err := rows.Scan(t.Targets(&until)...); err != nil {
			return nil, err
		}
		if !until.IsZero() {
			p.Deadlines = append(p.Deadlines, until)
		}
		if until.IsZero() || now.Before(until.Time) {
			pinned = append(pinned, t)
		}
	}
	return pinned, rows.Err()
}

// Pinned returns the ids of the articles in the slots that editors have filled, in
// order, before their deadlines. They may not be public.
func Pinned(ctx context.Context, r models.Queryer, now models.Time) (ids []int64, err error) {
	err = r.Query(ctx).Model(&slot{}).Where("until IS NULL OR until > ?", now).Order("position").Pluck("article_id", &ids).Error
	return ids, err
}

// Pin puts an article into a slot of the front page until a deadline. Position 0
// is the lead. The zero time means no deadline.
func Pin(ctx context.Context, tx *models.Tx, position int, articleID int64, until models.Time) error {
	tx.Touch(newsroom.FrontTag)
	// Save would insert each time, because position 0 looks like a new row.
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&slot{position, articleID, until}).Error
}
