package newsroom

import (
	"context"
	"strings"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Front is what the front page shows. No story stands in it twice.
type Front struct {
	Lead      *Story
	Second    []Story
	Latest    []Story
	Blocks    []FrontBlock
	Discussed []Story // may repeat: it is a ranking, not news
	Total     int     // stories of the whole site
	// Turns are the instants at which time alone changes the page: when the
	// pins of slots end.
	Turns []models.Time

	pool []Story // what the upper part was chosen from
}

// DependsOn names all that the front page shows. Any of the newest stories may
// come up when it gets a picture; any count may change the ranking.
func (f *Front) DependsOn() []string {
	tags := []string{StoriesTag, FrontTag, CountsTag}
	lists := [][]Story{f.pool, f.Second, f.Latest, f.Discussed}
	if f.Lead != nil {
		lists = append(lists, []Story{*f.Lead})
	}
	for _, b := range f.Blocks {
		lists = append(lists, b.Stories)
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
	Section *Category
	Stories []Story
}

// How many stories each part of the front page has at most.
const (
	frontSecond    = 4
	frontLatest    = 8
	frontBlock     = 5
	frontDiscussed = 5
	// frontPool is how many of the newest stories the upper part is chosen
	// from.
	frontPool = 40
)

// LoadFront chooses the front page's stories. A slot that an editor has
// filled keeps its story until its time is over; the others fill by
// themselves: the lead is the newest story with a picture, the second rank
// prefers pictures, "latest" takes what is newest after that, and each top
// section shows its own newest.
func LoadFront(ctx context.Context, r models.Reader, site *Site, now models.Time) (*Front, error) {
	pool, err := List{}.Newest(ctx, r, frontPool, nil)
	if err != nil {
		return nil, err
	}
	f, used := &Front{pool: pool}, map[int64]bool{}
	pinned, err := f.loadPinned(ctx, r, now)
	if err != nil {
		return nil, err
	}
	f.arrange(pinned, pool, used)
	if err := f.fillBlocks(ctx, r, site, used); err != nil {
		return nil, err
	}
	if f.Total, err = (List{}).count(ctx, r, 0); err != nil {
		return nil, err
	}
	return f, f.loadDiscussed(ctx, r)
}

// arrange fills the lead, the second rank and the latest list.
func (f *Front) arrange(pinned, pool []Story, used map[int64]bool) {
	take := func(stories []Story, limit int, fits func(Story) bool) (taken []Story) {
		for _, s := range stories {
			if len(taken) < limit && !used[s.ID] && fits(s) {
				used[s.ID] = true
				taken = append(taken, s)
			}
		}
		return taken
	}
	anyStory := func(Story) bool { return true }
	pictured := func(s Story) bool { return s.PictureID != nil }

	lead := take(pinned, 1, anyStory)
	for _, fits := range []func(Story) bool{pictured, anyStory} {
		if len(lead) == 0 {
			lead = take(pool, 1, fits)
		}
	}
	if len(lead) > 0 {
		f.Lead = &lead[0]
	}
	f.Second = take(pinned, frontSecond, anyStory)
	f.Second = append(f.Second, take(pool, frontSecond-len(f.Second), pictured)...)
	f.Second = append(f.Second, take(pool, frontSecond-len(f.Second), anyStory)...)
	f.Latest = take(pool, frontLatest, anyStory)
}

// fillBlocks gives each top section its newest stories that stand nowhere
// else yet, in two statements for all of them.
func (f *Front) fillBlocks(ctx context.Context, r models.Reader, site *Site, used map[int64]bool) error {
	newest, err := newestOfSections(ctx, r, site, len(used))
	if err != nil || len(newest) == 0 {
		return err
	}
	var chosen []int64
	for _, c := range site.Sections.Children(0) {
		block := FrontBlock{Section: c}
		for _, id := range newest[c.ID] {
			if !used[id] && len(block.Stories) < frontBlock {
				used[id] = true
				chosen = append(chosen, id)
				block.Stories = append(block.Stories, Story{ID: id})
			}
		}
		if len(block.Stories) > 0 {
			f.Blocks = append(f.Blocks, block)
		}
	}
	stories, err := storiesByID(ctx, r, chosen, frontBlock*len(newest))
	for _, block := range f.Blocks {
		for i := range block.Stories {
			block.Stories[i] = stories[block.Stories[i].ID]
		}
	}
	return err
}

// newestOfSections returns the numbers of each top section's newest stories,
// newest first: so many that a block can be filled when all others, and the
// ones used already, hold the newest.
func newestOfSections(ctx context.Context, r models.Reader, site *Site, used int) (map[int64][]int64, error) {
	var arms []string
	var args []any
	newest := map[int64][]int64{}
	for _, c := range site.Sections.Children(0) {
		if c.Path == UncategorizedSlug {
			continue
		}
		arms = append(arms, `SELECT * FROM (SELECT ref, article_id, published_at FROM listings WHERE kind = ? AND ref = ? ORDER BY published_at DESC, article_id DESC LIMIT ?) arm`)
		args = append(args, SectionStories, c.ID, used+frontBlock*len(arms))
		newest[c.ID] = nil
	}
	if len(arms) == 0 {
		return nil, nil
	}
	rows, err := models.Rows(ctx, r, strings.Join(arms, " UNION ALL ")+" ORDER BY 3 DESC, 2 DESC", args...)
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

// storiesByID returns stories by their numbers. most is the largest number
// of them: the statement always asks for so many, some of them twice, so that
// it is prepared once.
func storiesByID(ctx context.Context, r models.Reader, ids []int64, most int) (map[int64]Story, error) {
	byID := make(map[int64]Story, len(ids))
	if len(ids) == 0 {
		return byID, nil
	}
	args := make([]any, most)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	stories, err := readStories(ctx, r, `SELECT `+storyColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.id IN (?`+strings.Repeat(", ?", most-1)+`)`, args...)
	for _, s := range stories {
		byID[s.ID] = s
	}
	return byID, err
}

func (f *Front) loadDiscussed(ctx context.Context, r models.Reader) error {
	var err error
	f.Discussed, err = readStories(ctx, r, `SELECT `+storyColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
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
func (f *Front) loadPinned(ctx context.Context, r models.Reader, now models.Time) ([]Story, error) {
	var rows []struct {
		Story `gorm:"embedded"`
		Until models.Time
	}
	err := r.Query(ctx).Raw(`SELECT ` + storyColumns + `, f.until FROM front_slots f
		JOIN articles a ON a.id = f.article_id LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' ORDER BY f.position`).Scan(&rows).Error
	var stories []Story
	for _, row := range rows {
		if !row.Until.IsZero() {
			f.Turns = append(f.Turns, row.Until)
		}
		if row.Until.IsZero() || now.Before(row.Until.Time) {
			stories = append(stories, row.Story)
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
