package digest

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/subscription"

	"gorm.io/gorm/clause"
)

// The most that one list has in an issue.
const (
	maxDailyStories  = 10
	maxWeeklyStories = 15
	maxComments      = 3
)

const (
	// poolSize is how many of a list's newest articles are looked at.
	poolSize = 300
	// lateStory is how long after its own date an article may appear and still be news,
	// for example because the server was down at the hour of its publication.
	lateStory = 48 * time.Hour
	// insertBatch bounds the rows of one INSERT.
	insertBatch = 100
)

// pick is the content of one list of an issue.
type pick struct {
	list     int64
	stories  []int64
	comments []int64
}

// storyRow and commentRow are the rows of an issue.
type storyRow struct {
	IssueID    int64 `gorm:"primaryKey;autoIncrement:false"`
	CategoryID int64 `gorm:"primaryKey;autoIncrement:false"`
	Position   int   `gorm:"primaryKey;autoIncrement:false"`
	ArticleID  int64
}

func (storyRow) TableName() string { return "digest_stories" }

type commentRow struct {
	IssueID    int64 `gorm:"primaryKey;autoIncrement:false"`
	CategoryID int64 `gorm:"primaryKey;autoIncrement:false"`
	Position   int   `gorm:"primaryKey;autoIncrement:false"`
	CommentID  int64
}

func (commentRow) TableName() string { return "digest_comments" }

// pickAll chooses the content of every list that has subscribers. It leaves out lists
// without a new story.
func pickAll(ctx context.Context, r models.Queryer, site *newsroom.Site, issue *Issue) (picks []pick, err error) {
	var lists []int64
	err = r.Query(ctx).Raw(`SELECT DISTINCT c.category_id FROM digest_choices c JOIN digest_subscriptions s ON s.id = c.subscription_id
		WHERE s.frequency = ? AND s.confirmed_at IS NOT NULL ORDER BY c.category_id`, issue.Frequency).Scan(&lists).Error
	if err != nil || len(lists) == 0 {
		return nil, err
	}
	pinned, err := front.Pinned(ctx, r, issue.Until)
	if err != nil {
		return nil, err
	}
	for _, list := range lists {
		if list != subscription.Paper && site.Categories.ByID(list) == nil {
			continue
		}
		p, err := pickList(ctx, r, issue, list, pinned)
		if err != nil {
			return nil, err
		}
		if len(p.stories) > 0 {
			picks = append(picks, p)
		}
	}
	return picks, nil
}

// listKey returns the kind and reference of a list in the table of listings.
func listKey(list int64) (newsroom.ListKind, int64) {
	if list == subscription.Paper {
		return newsroom.AllArticles, 0
	}
	return newsroom.CategoryArticles, list
}

// readDays returns the window of package reads that an issue compares by.
func readDays(f subscription.Frequency) int {
	if f == subscription.Weekly {
		return 7
	}
	return 1
}

// candidate is an article that may be in an issue.
type candidate struct {
	ID          int64
	PublishedAt models.Time
	Comments    int
	Reads       int // in the time of the issue
}

// heat is how much an article is read and discussed, in steps of twice as much.
func (c candidate) heat() int {
	return bits.Len(uint(max(0, c.Reads))) + bits.Len(uint(max(0, c.Comments)))
}

// pickList chooses the articles and comments of one list. pinned are the articles that
// an editor has put on the front page, in order: they come first. Then come those
// that are read and discussed most, and of equal ones the newest.
func pickList(ctx context.Context, r models.Queryer, issue *Issue, list int64, pinned []int64) (pick, error) {
	kind, ref := listKey(list)
	var found []candidate
	// Listings are in local time, so their bound is a day wider.
	err := r.Query(ctx).Raw(`SELECT a.id, a.published_at, a.comments_approve AS comments, COALESCE(w.counted, 0) AS reads FROM (
			SELECT article_id FROM listings WHERE kind = ? AND ref = ? AND published_at > ?
			ORDER BY published_at DESC, article_id DESC LIMIT ?
		) l JOIN articles a ON a.id = l.article_id LEFT JOIN read_windows w ON w.article_id = a.id AND w.days = ?
		WHERE a.status = 'published' AND a.published_at <= ?
		AND (a.published_at > ? OR a.published_at > ? AND a.status_at > ?)
		AND NOT EXISTS (SELECT 1 FROM digest_stories d JOIN digest_issues i ON i.id = d.issue_id
			WHERE d.article_id = a.id AND d.category_id = ? AND i.frequency = ?)`,
		kind, ref, models.At(issue.Since.Add(-lateStory-24*time.Hour)), poolSize, readDays(issue.Frequency), issue.Until,
		issue.Since, models.At(issue.Since.Add(-lateStory)), issue.Since, list, issue.Frequency).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return pick{}, err
	}
	place := func(c candidate) int {
		if i := slices.Index(pinned, c.ID); i >= 0 {
			return i
		}
		return len(pinned)
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(b.heat(), a.heat()),
			b.PublishedAt.Compare(a.PublishedAt.Time), cmp.Compare(b.ID, a.ID))
	})
	most := maxDailyStories
	if issue.Frequency == subscription.Weekly {
		most = maxWeeklyStories
	}
	p := pick{list: list}
	for _, c := range found[:min(len(found), most)] {
		p.stories = append(p.stories, c.ID)
	}
	p.comments, err = bestComments(ctx, r, issue, list)
	return p, err
}

// bestComments returns the comments of the issue's time with the most
// recommendations, on the newest articles of a list.
func bestComments(ctx context.Context, r models.Queryer, issue *Issue, list int64) (ids []int64, err error) {
	kind, ref := listKey(list)
	return ids, r.Query(ctx).Raw(`SELECT id FROM comments WHERE article_id IN (SELECT article_id FROM (
			SELECT article_id FROM listings WHERE kind = ? AND ref = ? ORDER BY published_at DESC, article_id DESC LIMIT ?) newest)
		AND state = ? AND created_at > ? AND created_at <= ? AND recommends > 0 AND type = 'comment'
		ORDER BY recommends DESC, id DESC LIMIT ?`,
		kind, ref, poolSize, discussion.Approved, issue.Since, issue.Until, maxComments).Scan(&ids).Error
}

// insert stores an issue. It returns false if another instance did.
func (i *Issue) insert(ctx context.Context, tx *models.Tx) (first bool, err error) {
	done := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(i)
	return done.RowsAffected == 1, done.Error
}

// storePicks stores the content of an issue.
func storePicks(ctx context.Context, tx *models.Tx, issue int64, picks []pick) error {
	var stories []storyRow
	var comments []commentRow
	for _, p := range picks {
		for i, id := range p.stories {
			stories = append(stories, storyRow{issue, p.list, i, id})
		}
		for i, id := range p.comments {
			comments = append(comments, commentRow{issue, p.list, i, id})
		}
	}
	if len(stories) > 0 {
		if err := tx.Query(ctx).CreateInBatches(stories, insertBatch).Error; err != nil {
			return err
		}
	}
	if len(comments) == 0 {
		return nil
	}
	return tx.Query(ctx).CreateInBatches(comments, insertBatch).Error
}
