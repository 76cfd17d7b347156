package frontplan

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Choosable is how many of the newest public articles can be chosen without a search, and
// how many of the next scheduled ones.
const (
	ChoosablePublic    = 40
	ChoosableScheduled = 20
)

// Story is an article that is pinned, or can be, as the desk shows it.
type Story struct {
	ID          int64
	Title       string
	Status      newsroom.Status
	PublishedAt models.Time
}

const storyColumns = "id, title, status, published_at"

// Stories returns articles of any status by their ids.
func Stories(ctx context.Context, r models.Queryer, ids []int64) (map[int64]Story, error) {
	found := map[int64]Story{}
	if len(ids) == 0 {
		return found, nil
	}
	var list []Story
	err := r.Query(ctx).Table("articles").Select(storyColumns).Where("id IN ?", ids).Find(&list).Error
	for _, s := range list {
		found[s.ID] = s
	}
	return found, err
}

// Recent returns the newest public articles.
func Recent(ctx context.Context, r models.Queryer) ([]Story, error) {
	teasers, err := newsroom.List{}.Newest(ctx, r, ChoosablePublic, nil)
	list := make([]Story, len(teasers))
	for i := range teasers {
		t := &teasers[i]
		list[i] = Story{t.ID, t.Title, newsroom.Published, t.PublishedAt}
	}
	return list, err
}

// Scheduled returns the articles that will be public next.
func Scheduled(ctx context.Context, r models.Queryer) (list []Story, err error) {
	err = r.Query(ctx).Table("articles").Select(storyColumns).Where("status = ?", newsroom.Scheduled).
		Order("published_at, id").Limit(ChoosableScheduled).Find(&list).Error
	return list, err
}
