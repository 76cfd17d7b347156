package notify

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"
)

// VerifyComment marks a comment as verified: the commenter has opened the link that
// was sent to the comment's email.
func VerifyComment(ctx context.Context, db *models.DB, email string, comment int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Model(&discussion.Comment{}).Where("id = ? AND email = ?", comment, email).UpdateColumn("verified", true).Error
	})
}

// RevokeProofs revokes all proofs that an address belongs to a commenter. The
// desk no longer shows its comments as verified, earlier cookies and links
// prove nothing, and mail waits for a new confirmation. It returns the number
// of comments that were verified.
func RevokeProofs(ctx context.Context, db *models.DB, email string) (comments int64, err error) {
	email, err = people.NormalizeEmail(email)
	if err != nil {
		return 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		_, err := people.ChangeAddress(ctx, tx, email, func(a *people.Address, now models.Time) bool {
			a.RevokeProofs(now)
			return true
		})
		if err != nil {
			return err
		}
		tx.Touch(discussion.CommentsTag)
		changed := tx.Query(ctx).Model(&discussion.Comment{}).Where("email = ? AND email <> '' AND verified", email).
			UpdateColumn("verified", false)
		comments = changed.RowsAffected
		return changed.Error
	})
	return comments, err
}
