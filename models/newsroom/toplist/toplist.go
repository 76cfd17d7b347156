package toplist

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// List names a ranking. The names are stored.
type List string

// The rankings of the last 24 hours and of the last 7 days.
const (
	ReadDay       List = "read-day"
	ReadWeek      List = "read-week"
	DiscussedDay  List = "discussed-day"
	DiscussedWeek List = "discussed-week"
)

// Size is the largest number of articles in a ranking.
const Size = 20

// Tag returns the cache tag of a ranking. It changes when an article enters the
// ranking, leaves it or changes its place.
func (l List) Tag() models.CacheTag { return models.CacheTag("top:" + string(l)) }

// place is an article's place in a ranking.
type place struct {
	List      List `gorm:"primaryKey"`
	Place     int  `gorm:"primaryKey;autoIncrement:false"` // from 1
	ArticleID int64
}

func (place) TableName() string { return "top_lists" }

// Store stores a ranking, the first [Size] of the given articles in their order. It
// writes nothing if the stored ranking is the same, so that cached pages stay.
func Store(ctx context.Context, db *models.DB, list List, articles []int64) error {
	articles = articles[:min(len(articles), Size)]
	stored, err := read(ctx, db, list)
	if err != nil || slices.Equal(stored, articles) {
		return err
	}
	places := make([]place, len(articles))
	for i, id := range articles {
		places[i] = place{list, i + 1, id}
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		// Two instances may store the same ranking after one has lost its lease.
		if err := models.LockKey(ctx, tx, "top list "+string(list)); err != nil {
			return err
		}
		if err := tx.Query(ctx).Where("list = ?", list).Delete(&place{}).Error; err != nil {
			return err
		}
		tx.Touch(list.Tag())
		if len(places) == 0 {
			return nil
		}
		return tx.Query(ctx).Create(places).Error
	})
}

func read(ctx context.Context, r models.Queryer, list List) (articles []int64, err error) {
	err = r.Query(ctx).Raw("SELECT article_id FROM top_lists WHERE list = ? ORDER BY place", list).Scan(&articles).Error
	return articles, err
}

// Rankings are rankings with the teasers of their public articles.
type Rankings struct {
	lists  []List
	listed map[List][]newsroom.Teaser
	tags   []models.CacheTag
}

// Load reads rankings in one statement. An article that is no longer public is left
// out at once; those after it move up.
func Load(ctx context.Context, r models.Queryer, lists ...List) (*Rankings, error) {
	args := make([]any, len(lists))
	for i, list := range lists {
		args[i] = string(list)
	}
	rows, err := models.QueryRows(ctx, r, `SELECT `+newsroom.TeaserColumns+`, a.status, t.list
		FROM top_lists t JOIN articles a ON a.id = t.article_id LEFT JOIN media m ON m.id = a.picture_id
		WHERE t.list IN (?`+strings.Repeat(", ?", len(lists)-1)+`) ORDER BY t.list, t.place`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	loaded := &Rankings{lists: lists, listed: map[List][]newsroom.Teaser{}}
	for rows.Next() {
		var t newsroom.Teaser
		var status newsroom.Status
		var list List
		if err := rows.Scan(t.Targets(&status, &list)...); err != nil {
			return nil, err
		}
		// An article that is not public now may become public again.
		loaded.tags = append(loaded.tags, newsroom.TeaserTag(t.ID))
		if status == newsroom.Published {
			loaded.listed[list] = append(loaded.listed[list], t)
		}
	}
	return loaded, rows.Err()
}

// Top returns the first public articles of a ranking, at most limit.
func (r *Rankings) Top(list List, limit int) []newsroom.Teaser {
	return r.listed[list][:min(limit, len(r.listed[list]))]
}

// DependsOn returns the cache tags of the rankings and of the articles in them.
func (r *Rankings) DependsOn() []models.CacheTag {
	tags := slices.Clone(r.tags)
	for _, list := range r.lists {
		tags = append(append(tags, list.Tag()), newsroom.Listed(r.listed[list])...)
	}
	return tags
}
