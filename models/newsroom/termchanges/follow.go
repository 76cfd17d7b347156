package termchanges

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// FollowTerms makes the comment status of an article follow its categories and tags again,
// and writes an audit entry. It refuses with NotFound, and with Conflict (comments-public)
// for an article that is or was public, because readers know whether it takes comments.
func FollowTerms(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", id))
		switch {
		case err != nil:
			return err
		case a == nil:
			return models.Errorf(models.NotFound, "there is no article %d", id)
		case !a.CommentsChosen:
			return nil
		case a.Status != newsroom.Draft && a.Status != newsroom.InReview && a.Status != newsroom.Scheduled:
			return models.Refusal(models.Conflict, "comments-public", "the article is public: its comments stay as they are")
		}
		err = models.Exec(ctx, tx, "UPDATE articles SET comments_chosen = ? WHERE id = ?", false, id)
		if err != nil {
			return err
		}
		on := models.Subject{Kind: models.ArticleSubject, ID: id}
		return models.Audit(ctx, tx, by, on, newsroom.VerbComments, a.CommentPolicy().String(), "as the categories and tags say")
	})
}
