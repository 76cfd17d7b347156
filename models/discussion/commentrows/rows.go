package commentrows

import (
	"context"
	"maps"
	"slices"
	"strings"

	"broadsheet/models"
)

// Change is what a decision changes in the row of one comment.
type Change struct {
	To, Before string // the new state and the one to return to; without a new one both stay
	Shown      int    // change of the number of comments shown in its thread
	Looked     bool   // the reports were seen
	Withdrawn  bool   // the commenter removed the comment
}

// Changes are the changes by the number of the comment.
type Changes map[int64]*Change

// Of returns the change of a comment, which it adds if there is none.
func (c Changes) Of(id int64) *Change {
	if c[id] == nil {
		c[id] = &Change{}
	}
	return c[id]
}

// Row is a changed row.
type Row struct {
	ID             int64
	ParentID       int64
	ThreadShown    int // afterwards
	CreatedAt      models.Time
	Followed       bool // its commenter asked for mail
	ParentFollowed bool // so did the commenter of its parent
}

// batch is how many rows share a statement.
const batch = 500

// Write stores the changes and returns the changed rows.
func (c Changes) Write(ctx context.Context, tx *models.Tx) (rows []Row, err error) {
	// In one order, so that two transactions cannot deadlock.
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(c)), batch) {
		some, err := c.write(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	return rows, nil
}

// write stores the changes of some comments. The text of a comment that goes to the trash
// may be posted again, so the comment loses its key of duplicates.
func (c Changes) write(ctx context.Context, tx *models.Tx, ids []int64) (rows []Row, err error) {
	now := models.At(tx.Now)
	args := []any{now, now}
	for _, id := range ids {
		args = append(args, id, c[id].To, c[id].Before, c[id].Shown, c[id].Looked, c[id].Withdrawn)
	}
	const row = "(CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BOOLEAN), CAST(? AS BOOLEAN))"
	return rows, tx.Query(ctx).Raw(`UPDATE comments SET
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
}
