package thread

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/threadblocks"
)

// Place is where a public comment can be read.
type Place struct {
	Page int // of the article's comments, oldest first
	// Own is set if that page leaves the comment out, because its thread is long.
	// The comment's own page shows it.
	Own bool
}

// PlaceOf finds the page that shows a comment. q selects the article's threads;
// its order, number and depth do not matter.
func PlaceOf(ctx context.Context, r models.Queryer, c *discussion.Comment, q Query) (Place, error) {
	root := c
	if c.RootID != 0 {
		var err error
		if root, err = discussion.ByID(ctx, r, c.RootID); err != nil {
			return Place{}, err
		}
	}
	before, err := threadblocks.Before(ctx, r, c.ArticleID, q.Threads, threadblocks.Key{At: root.CreatedAt, ID: root.ID})
	place := Place{Page: before/q.PerPage + 1}
	if err != nil || c.Depth == 0 {
		return place, err
	}
	var rank int
	err = r.Query(ctx).Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM comments c`+r.Dialect().IndexedBy("comments_replies")+`
		WHERE c.root_id = ? AND c.depth > 0 AND c.state = 'approve' AND (c.created_at, c.id) < (?, ?) LIMIT ?) earlier`,
		c.RootID, c.CreatedAt, c.ID, MaxThreadReplies).Scan(&rank).Error
	if err != nil || rank >= MaxThreadReplies {
		place.Own = true
		return place, err
	}
	if q.Comments <= MaxPageComments {
		return place, nil
	}
	q.Number, q.Order, q.After = place.Page, Oldest, 0
	where, args, _, err := q.roots(ctx, r)
	if err != nil {
		return place, err
	}
	var roots []discussion.Comment
	err = r.Query(ctx).Raw(`SELECT c.id, c.state, c.thread_shown FROM `+q.rootsTable(r)+` WHERE `+where, args...).Scan(&roots).Error
	place.Own = rank >= replyBudget(roots)
	return place, err
}
