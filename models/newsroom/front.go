package newsroom

import (
	"context"
	"strings"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Front is what the front page shows. No story stands in it twice.
type Front struct {
	Lead          *Teaser
	Second        []Teaser
	Latest        []Teaser
	Blocks        []FrontBlock
	MostDiscussed []Teaser // may repeat: it is a ranking, not news
	More          bool     // the site has more stories than a page of a list holds
	// Deadlines are the instants at which time alone changes the page: when the
	// pins of slots end.
	Deadlines []models.Time

	pool []Teaser // what the upper part was chosen from
}

// DependsOn names all that the front page shows. Any of the newest stories may
// come up when it gets a picture; any count may change the ranking.
func (f *Front) DependsOn() []models.CacheTag {
	tags := []models.CacheTag{ArticlesTag, FrontTag, CountsTag}
	lists := [][]Teaser{f.pool, f.Second, f.Latest, f.MostDiscussed}
	if f.Lead != nil {
		lists = append(lists, []Teaser{*f.Lead})
	}
	for _, b := range f.Blocks {
		lists = append(lists, b.Teasers)
	}
	for _, list := range lists {
		for i := range list {
			tags = append(tags, list[i].DependsOn()...)
		}
	}
	return tags
}

// FrontBlock is one section's part of the front page.
type FrontBlock struct {
	Category *Category
	Teasers  []Teaser
}

// How many stories each part of the front page has at most.
const (
	frontSecond = 4
	frontLatest = 8
	// frontLatestTall is frontLatest beside a lead with a picture, which is
	// taller, on a site that fills the pool.
	frontLatestTall = 13
	frontBlock      = 5
	// latestLeast is how many stories the latest list has at least: on a small
	// site the second rank leaves so many to it.
	latestLeast    = 3
	frontDiscussed = 5
	// frontPool is how many of the newest stories the upper part is chosen
	// from.
	frontPool = 40
	// frontBlocks is how many sections have a block.
	frontBlocks = models.MaxChosenSections
	// frontCandidates is how many sections are looked at for a block: some have
	// no story left that is not shown above.
	frontCandidates = frontBlocks + 4
)

// LoadFront chooses the front page's stories. A slot that an editor has filled
// keeps its story until its time is over. The program fills the others: the
// lead is the newest story with a picture, the second rank prefers pictures,
// "latest" takes the newest of the rest, and each block shows the newest of its
// section.
func LoadFront(ctx context.Context, r models.Queryer, site *Site, now models.Time) (*Front, error) {
	newest, err := List{}.Newest(ctx, r, max(frontPool, site.StoriesPerPage+1), nil)
	if err != nil {
		return nil, err
	}
	pool := newest[:min(len(newest), frontPool)]
	f, used := &Front{pool: pool, More: len(newest) > site.StoriesPerPage}, map[int64]bool{}
	pinned, err := f.loadPinned(ctx, r, now)
	if err != nil {
		return nil, err
	}
	f.arrange(pinned, pool, used)
	if err := f.fillBlocks(ctx, r, site, used); err != nil {
		return nil, err
	}
	return f, f.loadDiscussed(ctx, r)
}

// arrange fills the lead, the second rank and the latest list.
func (f *Front) arrange(pinned, pool []Teaser, used map[int64]bool) {
	take := func(stories []Teaser, limit int, fits func(Teaser) bool) (taken []Teaser) {
		for _, s := range stories {
			if len(taken) < limit && !used[s.ID] && fits(s) {
				used[s.ID] = true
				taken = append(taken, s)
			}
		}
		return taken
	}
	anyStory := func(Teaser) bool { return true }
	pictured := func(s Teaser) bool { return s.PictureID != nil }

	lead := take(pinned, 1, anyStory)
	for _, fits := range []func(Teaser) bool{pictured, anyStory} {
		if len(lead) == 0 {
			lead = take(pool, 1, fits)
		}
	}
	if len(lead) > 0 {
		f.Lead = &lead[0]
	}
	f.Second = take(pinned, frontSecond, anyStory)
	second := frontSecond - len(f.Second)
	if left := len(pool) - len(used); left > second && left < second+latestLeast {
		second = min(second, left-latestLeast)
	}
	fill := take(pool, second, pictured)
	fill = append(fill, take(pool, second-len(fill), anyStory)...)
	f.Second = append(f.Second, fill...)
	latest := frontLatest
	if len(pool) == frontPool && pictured(*f.Lead) {
		latest = frontLatestTall
	}
	f.Latest = take(pool, latest, anyStory)
}

// teasersByID returns stories by their numbers. most is the largest number
// of them: the statement always asks for so many, some of them twice, so that
// it is prepared once.
func teasersByID(ctx context.Context, r models.Queryer, ids []int64, most int) (map[int64]Teaser, error) {
	byID := make(map[int64]Teaser, len(ids))
	if len(ids) == 0 {
		return byID, nil
	}
	args := make([]any, most)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	stories, err := readTeasers(ctx, r, `SELECT `+teaserColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.id IN (?`+strings.Repeat(", ?", most-1)+`)`, args...)
	for _, s := range stories {
		byID[s.ID] = s
	}
	return byID, err
}

func (f *Front) loadDiscussed(ctx context.Context, r models.Queryer) error {
	var err error
	f.MostDiscussed, err = readTeasers(ctx, r, `SELECT `+teaserColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' AND a.comments_approve > 0
		ORDER BY a.comments_approve DESC, a.id DESC LIMIT ?`, frontDiscussed)
	return err
}

// frontSlot is a place on the front page that an editor has filled.
type frontSlot struct {
	Position  int `gorm:"primaryKey;autoIncrement:false"` // 0 is the lead
	ArticleID int64
	Until     models.Time // zero: until it is changed
}

func (frontSlot) TableName() string { return "front_slots" }

// loadPinned returns the stories of the slots whose time is not over.
func (f *Front) loadPinned(ctx context.Context, r models.Queryer, now models.Time) ([]Teaser, error) {
	var rows []struct {
		Teaser `gorm:"embedded"`
		Until  models.Time
	}
	err := r.Query(ctx).Raw(`SELECT ` + teaserColumns + `, f.until FROM front_slots f
		JOIN articles a ON a.id = f.article_id LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' ORDER BY f.position`).Scan(&rows).Error
	var stories []Teaser
	for _, row := range rows {
		if !row.Until.IsZero() {
			f.Deadlines = append(f.Deadlines, row.Until)
		}
		if row.Until.IsZero() || now.Before(row.Until.Time) {
			stories = append(stories, row.Teaser)
		}
	}
	return stories, err
}

// PinFront puts an article into a slot of the front page, 0 being the lead,
// until a time; the zero time means until it is changed.
func PinFront(ctx context.Context, tx *models.Tx, position int, articleID int64, until models.Time) error {
	tx.Touch(FrontTag)
	// Not Save: position 0 looks to it like a row that is new each time.
	return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&frontSlot{position, articleID, until}).Error
}
