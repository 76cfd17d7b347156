package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// settleComments sets the comments of an article that becomes public for the first time
// as its terms say. It leaves comments alone that a person has set. It reports
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
