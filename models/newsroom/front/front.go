package front

import (
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/toplist"
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
	// the pins of places begin and end.
	Deadlines []models.Time
	// Pinned has the articles that hold their places because they are pinned, without the
	// places that the program has filled.
	Pinned map[frontplan.Spot]int64
	// Sections are the categories whose blocks can be arranged: those that the setting
	// chooses, those with a block on this page, and those with pins, in this order.
	Sections []*taxonomy.Category

	before models.Time // only articles with an earlier date
	used   map[int64]bool
	places map[frontplan.Spot]newsroom.Teaser // the teasers of Pinned

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
	maxLatest = 8
	// maxLatestTall replaces maxLatest beside a lead with a picture, which is
	// taller, on a site that fills the pool.
	maxLatestTall = 13
	// minLatest is the smallest number in the latest list: on a small site the
	// second rank leaves that many to it.
	minLatest = 3
	maxRanked = 5
	// poolSize is the number of newest articles that the upper part is chosen
	// from, beside those that blocks hold.
	poolSize = 40
)

// Load chooses the articles of the front page as it is now. The lead, the slots and the
// places of blocks that editors have pinned hold their articles from their beginning to
// their end, as long as the article is public. The program fills the other places: the
// lead is the newest article with a picture, the second rank prefers articles with
// pictures, "latest" takes the newest of the rest, and each block shows the newest of
// its category.
func Load(ctx context.Context, r models.Queryer, site *newsroom.Site, now models.Time) (*Page, error) {
	plan, err := frontplan.Current(ctx, r)
	if err != nil {
		return nil, err
	}
	return LoadPlan(ctx, r, site, &plan.Arrangement, now, models.Time{})
}

// LoadPlan chooses the articles of the front page for an arrangement and a time. Articles
// of a later date than last are left out; the zero time leaves out none.
func LoadPlan(
	ctx context.Context, r models.Queryer, site *newsroom.Site, plan *frontplan.Arrangement, now, last models.Time,
) (*Page, error) {
	p := &Page{
		Deadlines: plan.Turns(), before: dateOf(site, last),
		Pinned: map[frontplan.Spot]int64{}, used: map[int64]bool{}, places: map[frontplan.Spot]newsroom.Teaser{},
	}
	standing := plan.Standing(now.Time)
	pool := poolSize + inBlocks(standing)
	newest, err := p.newest(ctx, r, max(pool, site.ArticlesPerPage+1))
	if err != nil {
		return nil, err
	}
	p.pool, p.More = newest[:min(len(newest), pool)], len(newest) > site.ArticlesPerPage
	public, err := publicOf(ctx, r, plan.Articles(), last)
	if err != nil {
		return nil, err
	}
	chosen, err := p.choose(ctx, r, site, pinnedSections(standing, public))
	if err != nil {
		return nil, err
	}
	p.pin(standing, public, chosen)
	p.arrange()
	if err := p.fillBlocks(ctx, r, site, chosen); err != nil {
		return nil, err
	}
	p.Sections = p.arrangeable(site, chosen, plan)
	return p, p.loadRankings(ctx, r, site)
}

// dateOf returns the first date of a list after a time: the listings have the wall clock
// of the site's zone.
func dateOf(site *newsroom.Site, last models.Time) models.Time {
	if last.IsZero() {
		return models.At(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
	}
	t := last.In(site.TimeZone)
	return models.At(time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()+1000, time.UTC))
}

// newest returns the newest articles of the site.
func (p *Page) newest(ctx context.Context, r models.Queryer, limit int) ([]newsroom.Teaser, error) {
	return newsroom.ReadTeasers(ctx, r, `SELECT `+newsroom.TeaserColumns+` FROM (
			SELECT article_id, published_at AS listed_at FROM listings
			WHERE kind = ? AND ref = 0 AND published_at < ? ORDER BY published_at DESC, article_id DESC LIMIT ?
		) l JOIN articles a ON a.id = l.article_id LEFT JOIN media m ON m.id = a.picture_id
		ORDER BY l.listed_at DESC, a.id DESC`, newsroom.AllArticles, p.before, limit)
}

// publicOf returns the public ones of some articles, by their ids, without those of a later
// date than last.
func publicOf(ctx context.Context, r models.Queryer, ids []int64, last models.Time) (map[int64]newsroom.Teaser, error) {
	found := map[int64]newsroom.Teaser{}
	if len(ids) == 0 {
		return found, nil
	}
	args := []any{string(newsroom.Published)}
	for _, id := range ids {
		args = append(args, id)
	}
	teasers, err := newsroom.ReadTeasers(ctx, r, `SELECT `+newsroom.TeaserColumns+`
		FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = ? AND a.id IN (?`+strings.Repeat(", ?", len(ids)-1)+`)`, args...)
	for _, t := range teasers {
		if last.IsZero() || !t.PublishedAt.After(last.Time) {
			found[t.ID] = t
		}
	}
	return found, err
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

// pin gives the pinned articles their places, first in the upper part and then in the chosen
// blocks, each article one place. So the program puts none of them anywhere else. A pin of a
// block that is not on the page holds its article back from nothing.
func (p *Page) pin(standing map[frontplan.Spot][]frontplan.Pin, public map[int64]newsroom.Teaser, chosen *candidates) {
	for _, spot := range chosen.spots() {
		for _, pin := range standing[spot] {
			if t, ok := public[pin.Article]; ok && !p.used[t.ID] {
				p.used[t.ID] = true
				p.places[spot], p.Pinned[spot] = t, t.ID
				break
			}
		}
	}
}

// arrange fills the lead, the second rank and the latest list.
func (p *Page) arrange() {
	var places [frontplan.Places]*newsroom.Teaser
	for place := range places {
		if t, pinned := p.places[frontplan.Slot(place)]; pinned {
			places[place] = &t
		}
	}
	left := 0
	for _, t := range p.pool {
		if !p.used[t.ID] {
			left++
		}
	}
	take := func(limit int, fits func(newsroom.Teaser) bool) (taken []newsroom.Teaser) {
		for _, t := range p.pool {
			if len(taken) < limit && !p.used[t.ID] && fits(t) {
				p.used[t.ID] = true
				taken = append(taken, t)
			}
		}
		return taken
	}
	all := func(newsroom.Teaser) bool { return true }
	pictured := func(t newsroom.Teaser) bool { return t.PictureID != nil }

	if places[0] == nil {
		lead := take(1, pictured)
		if lead = append(lead, take(1-len(lead), all)...); len(lead) > 0 {
			places[0], left = &lead[0], left-1
		}
	}
	free := 0
	for _, t := range places[1:] {
		if t == nil {
			free++
		}
	}
	if left > free && left < free+minLatest {
		free = max(0, min(free, left-minLatest))
	}
	fill := take(free, pictured)
	fill = append(fill, take(free-len(fill), all)...)
	for _, t := range places[1:] {
		switch {
		case t != nil:
			p.Second = append(p.Second, *t)
		case len(fill) > 0:
			p.Second, fill = append(p.Second, fill[0]), fill[1:]
		}
	}
	if p.Lead = places[0]; p.Lead == nil && len(p.Second) > 0 { // all articles are pinned
		p.Lead, p.Second = &p.Second[0], p.Second[1:]
	}
	latest := maxLatest
	if len(p.pool) >= poolSize && p.Lead != nil && pictured(*p.Lead) {
		latest = maxLatestTall
	}
	p.Latest = take(latest, all)
}

// Pinned returns the articles of the pins of the lead and the slots that are in force, in the
// order of their places. They may not be public.
func Pinned(ctx context.Context, r models.Queryer, now models.Time) (ids []int64, err error) {
	plan, err := frontplan.Current(ctx, r)
	if err != nil {
		return nil, err
	}
	standing := plan.Standing(now.Time)
	for place := range frontplan.Places {
		for _, pin := range standing[frontplan.Slot(place)] {
			if !slices.Contains(ids, pin.Article) {
				ids = append(ids, pin.Article)
			}
		}
	}
	return ids, nil
}
