package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"

	"gorm.io/gorm"
)

// Parents returns the comments that some answer, by number.
func Parents(ctx context.Context, r models.Queryer, list []discussion.Comment) (map[int64]*discussion.Comment, error) {
	var ids []int64
	for _, c := range list {
		if c.ParentID != 0 {
			ids = append(ids, c.ParentID)
		}
	}
	byID := map[int64]*discussion.Comment{}
	if len(ids) == 0 {
		return byID, nil
	}
	var rows []*discussion.Comment
	err := r.Query(ctx).Select("id", "author", "state", "text").Where("id IN ?", ids).Find(&rows).Error
	for _, c := range rows {
		byID[c.ID] = c
	}
	return byID, err
}

// Reports returns what readers had against some comments, by the comment.
func Reports(ctx context.Context, r models.Queryer, cards []Card) (map[int64][]ReportOf, error) {
	var ids []int64
	for _, c := range cards {
		if c.Comment.Reports > 0 {
			ids = append(ids, c.ID)
		}
	}
	byID := map[int64][]ReportOf{}
	if len(ids) == 0 {
		return byID, nil
	}
	var rows []ReportOf
	err := r.Query(ctx).Table("reports").Select("comment_id", "reason", "note", "at").Where("comment_id IN ?", ids).Order("id DESC").Limit(10 * PageSize).Find(&rows).Error
	for _, row := range rows {
		byID[row.CommentID] = append(byID[row.CommentID], row)
	}
	return byID, err
}

// ReportOf is what a reader had against a comment.
type ReportOf struct {
	CommentID int64
	Reason    string
	Note      string
	At        models.Time
}

// peers is how many other comments of somebody are shown beside one, and
// mostPeers how many are counted.
const (
	peers     = 10
	mostPeers = 1000
)

// Surroundings is what is known around a comment.
type Surroundings struct {
	Author  []discussion.Comment     // the last by the same browser or address
	Totals  map[discussion.State]int // of those, as far as they are counted
	Network []discussion.Comment     // the last from the same network
	Alike   map[discussion.State]int // others that say nearly the same, by state
	Answers int                      // to it, as far as they are counted

	scope Scope
}

// SurroundingsOf gathers facts about a comment for the deciding moderator. It
// shows and counts only comments in the moderator's scope.
func SurroundingsOf(ctx context.Context, r models.Queryer, scope Scope, c *discussion.Comment) (*Surroundings, error) {
	a := &Surroundings{Totals: map[discussion.State]int{}, Alike: map[discussion.State]int{}, scope: scope}
	if err := a.byWriter(ctx, r, c); err != nil {
		return nil, err
	}
	if c.Network != "" {
		q := scope.narrow(r.Query(ctx).Where("network = ? AND network <> '' AND id <> ?", c.Network, c.ID), "comments.article_id")
		err := q.Order("created_at DESC, id DESC").Limit(peers).Find(&a.Network).Error
		if err != nil {
			return nil, err
		}
	}
	if err := a.alike(ctx, r, c); err != nil {
		return nil, err
	}
	err := r.Query(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM comments WHERE parent_id = ? AND parent_id > 0 LIMIT ?) answers", c.ID, mostPeers).Scan(&a.Answers).Error
	return a, err
}

// byWriter finds what else the same writer wrote: with the same email, or
// without one from the same browser.
func (a *Surroundings) byWriter(ctx context.Context, r models.Queryer, c *discussion.Comment) error {
	column, value := "email", c.Email
	if c.Email == "" {
		column, value = "token_hash", c.TokenHash
	}
	if value == "" {
		return nil
	}
	// The second condition lets SQLite use the partial index.
	same := column + " = ? AND " + column + " <> ''"
	err := a.scope.narrow(r.Query(ctx).Where(same, value).Where("id <> ?", c.ID), "comments.article_id").Order("created_at DESC, id DESC").Limit(peers).Find(&a.Author).Error
	if err != nil {
		return err
	}
	theirs := a.scope.narrow(r.Query(ctx).Model(&discussion.Comment{}).Where(same, value).Where("id <> ?", c.ID), "comments.article_id")
	return count(r.Query(ctx).Table("(?) AS theirs", theirs.Select("state").Limit(mostPeers)), a.Totals)
}

// count adds the rows of a query by their state.
func count(q *gorm.DB, into map[discussion.State]int) error {
	var rows []struct {
		State    discussion.State
		Comments int
	}
	err := q.Select("state, COUNT(*) AS comments").Group("state").Scan(&rows).Error
	for _, row := range rows {
		into[row.State] = row.Comments
	}
	return err
}

// alike counts the other comments that say nearly the same, by their state.
func (a *Surroundings) alike(ctx context.Context, r models.Queryer, c *discussion.Comment) error {
	near, err := nearly(ctx, r, c, "DESC")
	within, err := a.withinScope(ctx, r, near, err)
	for _, other := range near {
		if within[other.ID] {
			a.Alike[other.State]++
		}
	}
	return err
}

// withinScope returns the comments of list that are in scope. It returns err if
// err is not nil.
func (a *Surroundings) withinScope(ctx context.Context, r models.Queryer, list []discussion.Comment, err error) (map[int64]bool, error) {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	if err == nil {
		ids, err = a.scope.Filter(ctx, r, ids)
	}
	within := make(map[int64]bool, len(ids))
	for _, id := range ids {
		within[id] = true
	}
	return within, err
}
