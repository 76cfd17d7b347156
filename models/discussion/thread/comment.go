package thread

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/threadblocks"
)

// maxAncestors is how many of the comments above a comment its page shows, the
// nearest ones.
const maxAncestors = 5

// MaxReplies is how many replies a comment's page shows: no more than the threads
// of an article's page, so that it is as quick.
const MaxReplies = 50

// CommentPage is the page of one comment, with the comments above and below it.
type CommentPage struct {
	Ancestors []discussion.Comment // from the top down; public ones only
	Thread    *Node
	// Next is the last reply shown if there are more, 0 at the end.
	Next int64
	// Cut is set if there are more replies, on the page of the whole thread.
	Cut bool
}

// LoadComment returns the page of one comment. The replies to a top comment are
// paged: after is the last reply of the page before, 0 for the first page.
func LoadComment(ctx context.Context, r models.Queryer, c *discussion.Comment, after int64, depth int) (*CommentPage, error) {
	p := &CommentPage{}
	var rows []discussion.Comment
	var err error
	if c.Depth == 0 {
		rows, err = threadFrom(ctx, r, c, after)
		if len(rows) > MaxReplies {
			rows = rows[:MaxReplies]
			p.Next = rows[len(rows)-1].ID
		}
	} else {
		if rows, err = subtree(ctx, r, c); err == nil {
			p.Ancestors, err = ancestors(ctx, r, c)
		}
		if len(rows) > MaxReplies {
			rows, p.Cut = rows[:MaxReplies], true
		}
		rows = slices.DeleteFunc(rows, func(c discussion.Comment) bool { return c.State != discussion.Approved })
	}
	if err != nil {
		return nil, err
	}
	// The comment is the top of its page.
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

// threadFrom returns a thread's replies behind the one numbered after, oldest
// first. If there are more than a page shows, it returns one more.
func threadFrom(ctx context.Context, r models.Queryer, root *discussion.Comment, after int64) (rows []discussion.Comment, err error) {
	key := threadblocks.Earliest
	if after != 0 {
		last, err := models.First[discussion.Comment](r.Query(ctx).Select("id", "created_at").
			Where("id = ? AND root_id = ?", after, root.ID))
		if err != nil {
			return nil, err
		}
		if last != nil {
			key = threadblocks.Key{At: last.CreatedAt, ID: last.ID}
		}
	}
	err = r.Query(ctx).Raw(`SELECT `+shownList+` FROM comments c`+r.Dialect().IndexedBy("comments_replies")+`
		WHERE c.root_id = ? AND c.depth > 0 AND c.state = 'approve' AND (c.created_at, c.id) > (?, ?) ORDER BY c.created_at, c.id LIMIT ?`,
		root.ID, key.At, key.ID, MaxReplies+1).Scan(&rows).Error
	return rows, err
}

// subtree returns the replies below a comment, nearest first, in all states: a
// public reply may be below one that is not. If there are more than a page shows,
// it returns one more.
func subtree(ctx context.Context, r models.Queryer, c *discussion.Comment) (rows []discussion.Comment, err error) {
	err = r.Query(ctx).Raw(`WITH RECURSIVE sub (id) AS (
			SELECT id FROM comments WHERE parent_id = ? AND parent_id > 0
			UNION ALL
			SELECT c.id FROM sub JOIN comments c ON c.parent_id = sub.id AND c.parent_id > 0)
		SELECT `+shownList+` FROM (SELECT id FROM sub LIMIT ?) near JOIN comments c ON c.id = near.id`,
		c.ID, MaxReplies+1).Scan(&rows).Error
	slices.SortFunc(rows, func(a, b discussion.Comment) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), a.CreatedAt.Compare(b.CreatedAt.Time))
	})
	return rows, err
}

// ancestors returns the nearest public comments above a comment, from the top
// down, at most maxAncestors.
func ancestors(ctx context.Context, r models.Queryer, c *discussion.Comment) ([]discussion.Comment, error) {
	var rows []discussion.Comment
	err := r.Query(ctx).Raw(`WITH RECURSIVE up (id, parent_id, step) AS (
			SELECT id, parent_id, 1 FROM comments WHERE id = ?
			UNION ALL
			SELECT c.id, c.parent_id, up.step + 1 FROM up JOIN comments c ON c.id = up.parent_id WHERE up.step < ?)
		SELECT `+shownList+` FROM comments c WHERE c.id IN (SELECT id FROM up) ORDER BY c.depth`, c.ParentID, maxAncestors).
		Scan(&rows).Error
	return slices.DeleteFunc(rows, func(a discussion.Comment) bool { return a.State != discussion.Approved }), err
}
