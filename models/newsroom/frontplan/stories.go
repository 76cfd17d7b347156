package frontplan

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// The numbers of articles that an editor can choose without a search.
const (
	ChoosablePublic    = 40 // the newest public ones
	ChoosableScheduled = 20 // the next scheduled ones
)

// Story holds the data of a pinned or choosable article that the desk shows.
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

// Recent returns the newest [ChoosablePublic] public articles.
func Recent(ctx context.Context, r models.Queryer) ([]Story, error) {
	teasers, err := newsroom.List{}.Newest(ctx, r, ChoosablePublic, nil)
	list := make([]Story, len(teasers))
	for i := range teasers {
		t := &teasers[i]
		list[i] = Story{t.ID, t.Title, newsroom.Published, t.PublishedAt}
	}
	return list, err
}

// Scheduled returns the next [ChoosableScheduled] scheduled articles, soonest first.
func Scheduled(ctx context.Context, r models.Queryer) (list []Story, err error) {
	err = r.Query(ctx).Table("articles").Select(storyColumns).Where("status = ?", newsroom.Scheduled).
		Order("published_at, id").Limit(ChoosableScheduled).Find(&list).Error
	return list, err
}

// OfSections returns the newest public articles of sections, at most most of each.
func OfSections(ctx context.Context, r models.Queryer, sections []int64, most int) (map[int64][]Story, error) {
	by := map[int64][]Story{}
	if len(sections) == 0 {
		return by, nil
	}
	var arms []string
	var args []any
	for _, id := range sections {
		arms = append(arms, `SELECT * FROM (SELECT ref, article_id, published_at FROM listings
			WHERE kind = ? AND ref = ? ORDER BY published_at DESC, article_id DESC LIMIT ?) arm`)
		args = append(args, newsroom.CategoryArticles, id, most)
	}
	rows, err := models.QueryRows(ctx, r, "SELECT l.ref, a.id, a.title, a.published_at FROM ("+strings.Join(arms, " UNION ALL ")+
		") l JOIN articles a ON a.id = l.article_id ORDER BY l.published_at DESC, a.id DESC", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var section int64
		s := Story{Status: newsroom.Published}
		if err := rows.Scan(&section, &s.ID, &s.Title, &s.PublishedAt); err != nil {
			return nil, err
		}
		by[section] = append(by[section], s)
	}
	return by, rows.Err()
}
