package privacy

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/spamcounts"
)

// KeepRefused is how long spam and trash are kept: thirty days, as in WordPress.
const KeepRefused = 30 * 24 * time.Hour

// cleanBatch is how many comments one transaction deletes, so that other writers
// hardly wait.
const cleanBatch = 200

// Clean deletes comments for good that have been in spam or trash for KeepRefused.
// It blanks a comment with replies instead, to keep the thread intact. The
// decision log and the counts of the spam score stay.
func Clean(ctx context.Context, db *models.DB) error {
	for {
		n, err := cleanSome(ctx, db)
		if err != nil || n == 0 {
			return err
		}
	}
}

// cleanSome deletes some comments and returns how many. It searches outside the
// transaction, so that writers need not wait for the search.
func cleanSome(ctx context.Context, db *models.DB) (int, error) {
	learned, err := models.Cursor(ctx, db, spamcounts.Cursor)
	if err != nil {
		return 0, err
	}
	// A decision that is not learned yet needs the text, and so does an appeal that waits.
	refused := `state IN ('spam', 'trash') AND text <> '' AND state_at < ?
		AND NOT EXISTS (SELECT 1 FROM comment_log l WHERE l.comment_id = comments.id AND l.id > ?)
		AND NOT EXISTS (SELECT 1 FROM appeals ap WHERE ap.comment_id = comments.id AND ap.outcome = '')`
	late := models.At(db.Now().Add(-KeepRefused))
	var ids []int64
	err = db.Query(ctx).Raw("SELECT id FROM comments"+db.Dialect().IndexedBy("comments_refused")+
		" WHERE "+refused+" ORDER BY state_at, id LIMIT ?", late, learned, cleanBatch).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(ids), db.WriteMany(ctx, func(tx *models.Tx) error {
		var list []discussion.Comment
		// A moderator may have restored one in between.
		err := tx.Lock(ctx).Where("id IN ? AND "+refused, ids, late, learned).Find(&list).Error
		if err != nil {
			return err
		}
		return discussion.DeleteForGood(ctx, tx, list)
	})
}
