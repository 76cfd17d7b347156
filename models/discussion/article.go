package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// SetArticleStatus moves an article to another status, and its comments with
// it, see [MoveCommentsWithArticle]. note is shown to readers of a withdrawn article. It
// refuses with NotFound, and with Conflict if newsroom.CanMove does not allow
// the move.
func SetArticleStatus(ctx context.Context, db *models.DB, by models.Actor, id int64, to newsroom.Status, note string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return newsroom.MoveStatus(ctx, tx, by, id, to, note, MoveCommentsWithArticle)
	})
}

// RestoreArticle takes an article out of the trash, back to the status it had
// before, with its comments. It refuses with NotFound, and with Conflict if the
// article is not in the trash. The editors' desk will call it.
func RestoreArticle(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return newsroom.RestoreStatus(ctx, tx, by, id, MoveCommentsWithArticle)
	})
}

// MoveCommentsWithArticle is the newsroom.CommentMover. It puts approved and held comments
// aside while their article is in the trash, and gives them their states back
// when it leaves the trash. Comments in spam or trash stay there and are deleted
// in their time.
func MoveCommentsWithArticle(ctx context.Context, tx *models.Tx, by models.Actor, article int64, trashed bool) error {
	if trashed {
		return moveWithArticle(ctx, tx, by, article, "the article went to the trash", []State{Approved, Held})
	}
	return moveWithArticle(ctx, tx, by, article, "the article came back", []State{ArticleTrashed})
}

// moveWithArticle moves an article's comments of some states.
func moveWithArticle(ctx context.Context, tx *models.Tx, actor models.Actor, article int64, reason string, of []State) error {
	for {
		var rows []*Comment
		err := tx.Lock(ctx).Where("article_id = ? AND state IN ?", article, of).Order("id").Limit(decideBatch).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		t := newTally()
		for _, c := range rows {
			t.move(tx, c, c.withArticle(), ruling{actor: actor, reason: reason})
		}
		if err := t.write(ctx, tx); err != nil {
			return err
		}
	}
}

// withArticle returns the state of a comment when its article goes to the trash,
// or when it comes back.
func (c *Comment) withArticle() State {
	switch {
	case c.State != ArticleTrashed:
		return ArticleTrashed
	case c.StateBefore == Approved:
		return Approved
	}
	return Held // also if the state before is not known, as for an imported comment
}
