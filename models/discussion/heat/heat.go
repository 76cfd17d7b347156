package heat

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/toplist"
)

// MaxComments is the number of comments that a ranking looks at. Where a week has
// more, the newest count.
const MaxComments = 200_000

// candidates is the number of articles whose time of publication is compared, too.
const candidates = 10 * toplist.Size

// RankDay makes the ranking of the articles most discussed in the last 24 hours.
func RankDay(ctx context.Context, db *models.DB) error {
	return rank(ctx, db, toplist.DiscussedDay, 24*time.Hour)
}

// RankWeek makes the ranking of the articles most discussed in the last 7 days.
func RankWeek(ctx context.Context, db *models.DB) error {
	return rank(ctx, db, toplist.DiscussedWeek, 7*24*time.Hour)
}

// article is an article with the number of people that discuss it.
type article struct {
	ID          int64
	PublishedAt models.Time
	people      int
}

// rank stores the articles by their number of people. Equal ones are in the order
// of publication, newest first.
func rank(ctx context.Context, db *models.DB, list toplist.List, length time.Duration) error {
	discussions, err := load(ctx, db, models.At(db.Now().Add(-length)))
	if err != nil {
		return err
	}
	var articles []article
	for id, d := range discussions {
		articles = append(articles, article{ID: id, people: d.people()})
	}
	order := func(a, b article) int {
		return cmp.Or(cmp.Compare(b.people, a.people), b.PublishedAt.Compare(a.PublishedAt.Time), cmp.Compare(b.ID, a.ID))
	}
	slices.SortFunc(articles, order)
	articles, err = public(ctx, db, articles[:min(len(articles), candidates)])
	if err != nil {
		return err
	}
	slices.SortFunc(articles, order)
	var ids []int64
	for _, a := range articles {
		ids = append(ids, a.ID)
	}
	return toplist.Store(ctx, db, list, ids)
}

// public returns the public articles, with their times of publication.
func public(ctx context.Context, r models.Queryer, articles []article) (kept []article, err error) {
	if len(articles) == 0 {
		return nil, nil
	}
	people, ids := map[int64]int{}, []int64{}
	for _, a := range articles {
		people[a.ID], ids = a.people, append(ids, a.ID)
	}
	err = r.Query(ctx).Model(&newsroom.Article{}).Select("id", "published_at").
		Where("id IN ? AND status = ?", ids, newsroom.Published).Find(&kept).Error
	for i := range kept {
		kept[i].people = people[kept[i].ID]
	}
	return kept, err
}

// row has the columns that tell the commenter of a comment.
type row struct {
	ArticleID int64
	UserID    *int64
	Verified  bool
	Email     string
	TokenHash string
	Author    string
	Network   string
}

var rowColumns = models.ColumnsOf[row]()

// load returns the discussions with approved comments since an instant.
func load(ctx context.Context, r models.Queryer, since models.Time) (map[int64]*talk, error) {
	rows, err := models.QueryRows(ctx, r, `SELECT `+rowColumns.List("")+` FROM comments`+r.Dialect().IndexedBy("comments_queue")+`
		WHERE state = ? AND created_at > ? AND type = 'comment' ORDER BY created_at DESC LIMIT ?`,
		discussion.Approved, since, MaxComments)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	discussions := map[int64]*talk{}
	var c row
	for fields := rowColumns.Fields(&c); rows.Next(); {
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		d := discussions[c.ArticleID]
		if d == nil {
			d = &talk{known: map[string]int{}}
			discussions[c.ArticleID] = d
		}
		d.add(&c)
	}
	return discussions, rows.Err()
}
