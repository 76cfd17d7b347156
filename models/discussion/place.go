package discussion

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"
)

// Place is where a public comment can be read.
type Place struct {
	Page int // of the article's comments, oldest first
	// Own: the page leaves it out, since its thread is long; it is shown on
	// its own page.
	Own bool
}

// PlaceOf finds the page that shows a comment. q asks for the article's
// threads, oldest first; number and depth do not matter.
func PlaceOf(ctx context.Context, r models.Queryer, c *Comment, q ThreadQuery) (Place, error) {
	root := c
	if c.RootID != 0 {
		var err error
		if root, err = ByID(ctx, r, c.RootID); err != nil {
			return Place{}, err
		}
	}
	before, err := threadsBefore(ctx, r, c.ArticleID, q.Threads, threadKey{root.CreatedAt, root.ID})
	place := Place{Page: before/q.PerPage + 1}
	if err != nil || c.Depth == 0 {
		return place, err
	}
	var rank int
	err = r.Query(ctx).Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM comments c`+r.Dialect().By("comments_replies")+`
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
	var roots []Comment
	err = r.Query(ctx).Raw(`SELECT c.id, c.state, c.thread_shown FROM `+q.rootsTable(r)+` WHERE `+where, args...).Scan(&roots).Error
	place.Own = rank >= replyBudget(roots)
	return place, err
}

// maxAncestors is how many of the comments above it a comment's own page
// shows, nearest first.
const maxAncestors = 5

// MaxOwnReplies is how many answers a comment's own page shows. It is no more
// than the threads of an article's page, so that it is as quick.
const MaxOwnReplies = 50

// CommentPage is a comment's own page: what it answers, itself, and the
// answers to it.
type CommentPage struct {
	Ancestors []Comment // from the top down; public ones only
	Thread    *Node
	// Next is the last answer shown where there are more, 0 at the end.
	Next int64
	// Cut: there are more answers, which the page of the whole thread has.
	Cut bool
}

// OwnPage returns a comment's own page. The answers to a top comment are
// paged: after is the last one of the page before, 0 for the first page.
func OwnPage(ctx context.Context, r models.Queryer, c *Comment, after int64, depth int) (*CommentPage, error) {
	p := &CommentPage{}
	var rows []Comment
	var err error
	if c.Depth == 0 {
		rows, err = threadFrom(ctx, r, c, after)
		if len(rows) > MaxOwnReplies {
			rows = rows[:MaxOwnReplies]
			p.Next = rows[len(rows)-1].ID
		}
	} else {
		if rows, err = subtree(ctx, r, c); err == nil {
			p.Ancestors, err = ancestors(ctx, r, c)
		}
		if len(rows) > MaxOwnReplies {
			rows, p.Cut = rows[:MaxOwnReplies], true
		}
		rows = slices.DeleteFunc(rows, func(c Comment) bool { return c.State != Approved })
	}
	if err != nil {
		return nil, err
	}
	// The comment is the top of its own page.
	top := *c
	top.Depth, top.ThreadShown = 0, len(rows)+1
	if p.Next != 0 || after != 0 {
		top.ThreadShown++ // parents may be on another page
	}
	for i := range rows {
		rows[i].RootID = c.ID
		rows[i].Depth -= c.Depth
	}
	grown := grow(append(rows, top), depth)
	p.Thread = grown[0]
	p.Thread.More = 0
	return p, nil
}

// threadFrom returns a thread's answers behind one of them, oldest first,
// and one more than a page shows where there are more.
func threadFrom(ctx context.Context, r models.Queryer, root *Comment, after int64) (rows []Comment, err error) {
	key := earliest
	if after != 0 {
		var last []Comment
		err := r.Query(ctx).Select("id", "created_at").Where("id = ? AND root_id = ?", after, root.ID).Limit(1).Find(&last).Error
		if err != nil {
			return nil, err
		}
		if len(last) > 0 {
			key = threadKey{last[0].CreatedAt, last[0].ID}
		}
	}
	err = r.Query(ctx).Raw(`SELECT `+shownColumns+` FROM comments c`+r.Dialect().By("comments_replies")+` WHERE c.root_id = ? AND c.depth > 0 AND c.state = 'approve'
		AND (c.created_at, c.id) > (?, ?) ORDER BY c.created_at, c.id LIMIT ?`,
		root.ID, key.At, key.ID, MaxOwnReplies+1).Scan(&rows).Error
	return rows, err
}

// subtree returns the answers below a comment, nearest first, whatever their
// state: public ones may stand below others. It returns one more than a page
// shows where there are more.
func subtree(ctx context.Context, r models.Queryer, c *Comment) (rows []Comment, err error) {
	err = r.Query(ctx).Raw(`WITH RECURSIVE sub (id) AS (
			SELECT id FROM comments WHERE parent_id = ? AND parent_id > 0
			UNION ALL
			SELECT c.id FROM sub JOIN comments c ON c.parent_id = sub.id AND c.parent_id > 0)
		SELECT `+shownColumns+` FROM (SELECT id FROM sub LIMIT ?) near JOIN comments c ON c.id = near.id`,
		c.ID, MaxOwnReplies+1).Scan(&rows).Error
	slices.SortFunc(rows, func(a, b Comment) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), a.CreatedAt.Compare(b.CreatedAt.Time))
	})
	return rows, err
}

// ancestors returns the public comments above one, from the top down: at
// most a few, the nearest.
func ancestors(ctx context.Context, r models.Queryer, c *Comment) ([]Comment, error) {
	var rows []Comment
	err := r.Query(ctx).Raw(`WITH RECURSIVE up (id, parent_id, step) AS (
			SELECT id, parent_id, 1 FROM comments WHERE id = ?
			UNION ALL
			SELECT c.id, c.parent_id, up.step + 1 FROM up JOIN comments c ON c.id = up.parent_id WHERE up.step < ?)
		SELECT `+shownColumns+` FROM comments c WHERE c.id IN (SELECT id FROM up) ORDER BY c.depth`, c.ParentID, maxAncestors).Scan(&rows).Error
	return slices.DeleteFunc(rows, func(a Comment) bool { return a.State != Approved }), err
}
