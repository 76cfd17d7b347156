package newsroom

import (
	"context"

	"broadsheet/models"
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

func (f *Front) fillBlocks(ctx context.Context, r models.Reader, site *Site, used map[int64]bool) error {
	for _, c := range site.Sections.Children(0) {
		if c.Path == UncategorizedSlug {
			continue
		}
		stories, err := (List{Kind: SectionStories, Ref: c.ID}).Newest(ctx, r, frontBlock, used)
		if err != nil {
			return err
		}
		for _, s := range stories {
			used[s.ID] = true
		}
		if len(stories) > 0 {
			f.Blocks = append(f.Blocks, FrontBlock{c, stories})
		}
	}
	return nil
}

func (f *Front) loadDiscussed(ctx context.Context, r models.Reader) error {
	return r.Query(ctx).Raw(`SELECT `+storyColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' AND a.comments_approve > 0
		ORDER BY a.comments_approve DESC, a.id DESC LIMIT ?`, frontDiscussed).Scan(&f.Discussed).Error
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
	return tx.Query(ctx).Save(&frontSlot{position, articleID, until}).Error
}
