package complaints

import (
	"context"

	"broadsheet/models"
)

// Forget removes the texts of the appeals about comments. With ended, the texts of the
// comments go as well: the open appeals end, and the reports about the comments lose
// their texts and all that identifies their senders.
func Forget(ctx context.Context, tx *models.Tx, comments []int64, ended bool) error {
	if err := forgetAppeals(ctx, tx, comments, ended); err != nil || !ended {
		return err
	}
	// The row of a deleted comment no longer tells when a moderator settled reports.
	return tx.Query(ctx).Exec(`UPDATE reports SET note = '', name = '', email = '', proven = FALSE, token_hash = '',
			network = 'expired ' || id, expired = TRUE,
			seen = COALESCE((SELECT c.reports_seen FROM comments c WHERE c.id = reports.comment_id), seen)
		WHERE comment_id IN ?`, comments).Error
}
