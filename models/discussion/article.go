package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// SetArticleStatus moves an article to another status, and its comments with
// it: those that are public or wait are put aside while it is in the trash, and
// come back as they were when it leaves it. What is in spam or trash stays
// there and is cleaned up in its time.
func SetArticleStatus(ctx context.Context, db *models.DB, actor models.Actor, id int64, to newsroom.Status, note string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		from, err := newsroom.MoveStatus(ctx, tx, id, to, note)
		switch {
		case err != nil:
			return err
		case to == newsroom.Trashed:
			return moveWithArticle(ctx, tx, actor, id, "the article went to the trash", []State{Approved, Held})
		case from == newsroom.Trashed:
			return moveWithArticle(ctx, tx, actor, id, "the article came back", []State{ArticleTrashed})
		}
		return nil
	})
}

// moveWithArticle puts an article's comments of these states aside, or back.
func moveWithArticle(ctx context.Context, tx *models.Tx, actor models.Actor, article int64, reason string, of []State) error {
	for {
		var rows []*Comment
		err := tx.Query(ctx).Raw("SELECT * FROM comments WHERE article_id = ? AND state IN ? ORDER BY id LIMIT ?"+tx.Dialect().LockRow(), article, of, decideBatch).Scan(&rows).Error
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
	return Held // also an imported comment, whose state before is not known
}
