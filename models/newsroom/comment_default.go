package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// settleComments sets the comments of an article that becomes public for the first time
// as its terms say. It leaves an article alone whose comments a person has set. It reports
// whether it changed the row; the caller writes it.
//
// The terms count once, at the publication. A default that changes later is for the
// articles after it.
func (s *Site) settleComments(a *Article, rules taxonomy.CommentRules) bool {
	if a.CommentsChosen || rules.None() {
		return false
	}
	a.CommentsChosen = true
	switch {
	case rules.Closed:
		a.CommentStatus = CommentsClosed
	case rules.Premoderated:
		a.CommentStatus = CommentsPremoderate
	case rules.Open || rules.Verified:
		a.CommentStatus = CommentsOpen
	}
	if rules.Verified {
		a.CommentsWho = models.VerifiedCommenter
	}
	if rules.Days > 0 {
		a.CommentsClose = models.At(a.PublishedAt.AddDate(0, 0, rules.Days))
	}
	return true
}

// settledColumns are the columns that settleComments sets.
var settledColumns = []string{"comment_status", "comments_who", "comments_close", "comments_chosen"}

// settle is settleComments for a stored article, before is its status until now.
func settle(ctx context.Context, tx *models.Tx, site *Site, a *Article, before Status) error {
	if a.Status != Published || !before.unfinished() && before != Scheduled || a.CommentsChosen {
		return nil
	}
	terms, err := termsOf(ctx, tx, a.ID)
	if err != nil || !site.settleComments(a, site.Categories.CommentRules(terms.categories, terms.tags)) {
		return err
	}
	return tx.Query(ctx).Model(a).Select(settledColumns).UpdateColumns(a).Error
}

// FollowTerms gives the choice of an article's comments back to its categories and tags,
// and writes an audit entry. It refuses with NotFound, and with Conflict (comments-public)
// for an article that was public: its comments are what readers know.
func FollowTerms(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		a, err := models.First[Article](tx.Lock(ctx).Where("id = ?", id))
		switch {
		case err != nil:
			return err
		case a == nil:
			return models.Errorf(models.NotFound, "there is no article %d", id)
		case !a.CommentsChosen:
			return nil
		case !a.Status.unfinished() && a.Status != Scheduled:
			return models.Refusal(models.Conflict, "comments-public", "the article is public: its comments stay as they are")
		}
		err = models.Exec(ctx, tx, "UPDATE articles SET comments_chosen = ? WHERE id = ?", false, id)
		if err != nil {
			return err
		}
		on := models.Subject{Kind: models.ArticleSubject, ID: id}
		return models.Audit(ctx, tx, by, on, VerbComments, a.CommentPolicy().String(), "as the categories and tags say")
	})
}
