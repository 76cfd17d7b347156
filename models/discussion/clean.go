package discussion

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// KeepRefused is how long spam and trash are kept; WordPress's thirty days.
const KeepRefused = 30 * 24 * time.Hour

// cleanBatch is how many comments are deleted at once, so that nobody who
// writes waits for long.
const cleanBatch = 200

// Clean deletes spam and trash for good that was put there thirty days ago.
// Of a comment that was answered an empty place stays, so that the answers
// keep theirs. The log of decisions stays, and so does what the spam model
// has learned.
func Clean(ctx context.Context, db *models.DB) error {
	for {
		n, err := cleanSome(ctx, db)
		if err != nil || n == 0 {
			return err
		}
	}
}

// cleanSome deletes some comments and returns how many. They are looked for
// outside of the transaction: nobody waits for that.
func cleanSome(ctx context.Context, db *models.DB) (int, error) {
	learned, err := models.Cursor(ctx, db, learnCursor)
	if err != nil {
		return 0, err
	}
	// A decision that the spam model has not heard of yet needs its text.
	refused := `state IN ('spam', 'trash') AND text <> '' AND state_at < ? AND NOT EXISTS (SELECT 1 FROM comment_log l WHERE l.comment_id = comments.id AND l.id > ?)`
	late := models.At(db.Now().Add(-KeepRefused))
	var ids []int64
	err = db.Query(ctx).Raw("SELECT id FROM comments"+db.Dialect().By("comments_refused")+" WHERE "+refused+" ORDER BY state_at, id LIMIT ?", late, learned, cleanBatch).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(ids), db.WriteMany(ctx, func(tx *models.Tx) error {
		var list []Comment
		// Somebody may have restored one in between.
		err := tx.Query(ctx).Raw("SELECT * FROM comments WHERE id IN ? AND "+refused+tx.Dialect().LockRow(), ids, late, learned).Scan(&list).Error
		if err != nil {
			return err
		}
		return deleteForGood(ctx, tx, list)
	})
}

// deleteForGood deletes comments that are spam or trash, and empties those
// that were answered.
func deleteForGood(ctx context.Context, tx *models.Tx, list []Comment) error {
	ids := make([]int64, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	var answered []int64
	err := tx.Query(ctx).Model(&Comment{}).Where("parent_id IN ? AND parent_id > 0", ids).Distinct().Pluck("parent_id", &answered).Error
	if err != nil {
		return err
	}
	t := newTally()
	var gone []int64
	var emptied []Comment
	for i := range list {
		c := &list[i]
		if slices.Contains(answered, c.ID) {
			emptied = append(emptied, *c)
			continue
		}
		gone = append(gone, c.ID)
		t.remove(c)
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
	}
	if len(emptied) > 0 {
		if err := forgetWriters(ctx, tx, emptied, true); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := t.write(ctx, tx); err != nil {
		return err
	}
	if err := unindex(ctx, tx, gone); err != nil {
		return err
	}
	return tx.Query(ctx).Where("id IN ?", gone).Delete(&Comment{}).Error
}
