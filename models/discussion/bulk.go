package discussion

import (
	"context"

	"broadsheet/models"
)

// InsertComments writes new comments with their counts, for load tests. Ids and
// parents are set; a parent comes before its replies, and a thread is complete.
func InsertComments(ctx context.Context, tx *models.Tx, comments []*Comment) error {
	if len(comments) == 0 {
		return nil
	}
	t, roots := newTally(), map[int64]*Comment{}
	for _, c := range comments {
		if c.Depth == 0 {
			roots[c.ID] = c
		}
		t.add(c)
		if c.Depth > 0 && c.State == Approved {
			// The thread's root is not stored yet, so it is counted in memory.
			roots[c.RootID].ThreadShown++
			delete(t.shown, c.RootID)
		}
	}
	if err := tx.Query(ctx).CreateInBatches(comments, 500).Error; err != nil {
		return err
	}
	if err := t.write(ctx, tx); err != nil {
		return err
	}
	return models.AfterImport(tx, "comments")
}
