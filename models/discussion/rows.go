package discussion

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion/threadblocks"
)

// storedRow is what a statement of the tally returns about a comment.
type storedRow struct {
	ID             int64
	ParentID       int64
	ThreadShown    int
	CreatedAt      models.Time
	Followed       bool // its commenter asked for mail
	ParentFollowed bool // so did the commenter of its parent
}

// rowChange is what a decision changes in the row of one comment.
type rowChange struct {
	move      stateMove // an empty one leaves the state as it is
	shown     int       // change of the comments shown in its thread
	looked    bool
	withdrawn bool
}

// rowBatch is how many rows share a statement of [tally.writeRows].
const rowBatch = 500

// writeRows stores all changes of comments' rows: a decision changes the comment and the
// first one of its thread, which are often the same, in one statement. It returns what
// [tally.writeShown] returns.
func (t *tally) writeRows(ctx context.Context, tx *models.Tx) (map[int64][]threadblocks.Move, error) {
	changes := t.rowChanges()
	moves := t.freshThreads()
	t.followed = map[int64]bool{}
	// In one order, so that two transactions cannot deadlock.
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(changes)), rowBatch) {
		rows, err := writeChanges(ctx, tx, ids, changes)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			t.followed[row.ID] = t.followed[row.ID] || row.Followed
			t.followed[row.ParentID] = t.followed[row.ParentID] || row.ParentFollowed
			if by := changes[row.ID].shown; by != 0 {
				if err := t.appear(moves, row, by); err != nil {
					return nil, err
				}
			}
		}
	}
	return moves, nil
}

// rowChanges returns the changes by comment.
func (t *tally) rowChanges() map[int64]*rowChange {
	changes := map[int64]*rowChange{}
	of := func(id int64) *rowChange {
		if changes[id] == nil {
			changes[id] = &rowChange{}
		}
		return changes[id]
	}
	for move, ids := range t.moves {
		for _, id := range ids {
			of(id).move = move
		}
	}
	for root, by := range t.shown {
		if by != 0 {
			of(root).shown = by
		}
	}
	for _, id := range t.looked {
		of(id).looked = true
	}
	for _, id := range t.withdrawn {
		of(id).withdrawn = true
	}
	return changes
}

// writeChanges stores the changes of some comments.
func writeChanges(ctx context.Context, tx *models.Tx, ids []int64, changes map[int64]*rowChange) (rows []storedRow, err error) {
	now := models.At(tx.Now)
	args := []any{now, now}
	for _, id := range ids {
		c := changes[id]
		args = append(args, id, c.move.to, c.move.before, c.shown, c.looked, c.withdrawn)
	}
	// The same text may be posted again once a comment is in the trash.
	const row = "(CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BOOLEAN), CAST(? AS BOOLEAN))"
	err = tx.Query(ctx).Raw(`UPDATE comments SET
			state = CASE WHEN v.column2 = '' THEN comments.state ELSE v.column2 END,
			state_before = CASE WHEN v.column2 = '' THEN comments.state_before ELSE v.column3 END,
			state_at = CASE WHEN v.column2 = '' THEN comments.state_at ELSE CAST(? AS BIGINT) END,
			version = comments.version + CASE WHEN v.column2 = '' THEN 0 ELSE 1 END,
			duplicate_key = CASE WHEN v.column2 = 'trash' THEN NULL ELSE comments.duplicate_key END,
			thread_shown = comments.thread_shown + v.column4,
			reports = CASE WHEN v.column5 THEN 0 ELSE comments.reports END,
			reports_seen = CASE WHEN v.column5 THEN CAST(? AS BIGINT) ELSE comments.reports_seen END,
			withdrawn = comments.withdrawn OR v.column6
		FROM (VALUES `+strings.Repeat(row+", ", len(ids)-1)+row+`) v WHERE comments.id = v.column1
		RETURNING id, parent_id, thread_shown, created_at,
			EXISTS (SELECT 1 FROM follows f WHERE f.comment_id = comments.id) AS followed,
			EXISTS (SELECT 1 FROM follows f WHERE f.comment_id = comments.parent_id) AS parent_followed`, args...).Scan(&rows).Error
	return rows, err
}

// freshThreads returns the threads of new comments, by article.
func (t *tally) freshThreads() map[int64][]threadblocks.Move {
	moves := map[int64][]threadblocks.Move{}
	for _, c := range t.fresh {
		moves[c.ArticleID] = append(moves[c.ArticleID], threadblocks.Move{Key: threadblocks.Key{At: c.CreatedAt, ID: c.ID}, By: +1})
	}
	return moves
}

// appear adds a thread to moves if it appears on the pages of its article, or vanishes from
// them, with a change of the comments that it shows.
func (t *tally) appear(moves map[int64][]threadblocks.Move, row storedRow, by int) error {
	appears := 0
	switch {
	case row.ThreadShown < 0:
		return fmt.Errorf("thread %d would show %d comments", row.ID, row.ThreadShown)
	case row.ThreadShown == 0:
		appears = -1
	case row.ThreadShown == by:
		appears = +1
	default:
		return nil
	}
	id := t.articleOf[row.ID]
	t.counts(id).Threads += appears
	moves[id] = append(moves[id], threadblocks.Move{Key: threadblocks.Key{At: row.CreatedAt, ID: row.ID}, By: appears})
	return nil
}
