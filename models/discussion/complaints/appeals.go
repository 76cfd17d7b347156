package complaints

import (
	"context"

	"broadsheet/models"
)

// ReopenAppeals opens the appeals again that an undone operation had decided.
func ReopenAppeals(ctx context.Context, tx *models.Tx, op string) error {
	return tx.Query(ctx).Exec(`UPDATE appeals SET outcome = '', decided_at = NULL, decided_by = '', decided_by_id = NULL, words = '',
		operation = '' WHERE operation = ?`, op).Error
}

// forgetAppeals removes the texts of the appeals about comments. With ended, the texts
// of the comments go as well, and the open appeals end.
func forgetAppeals(ctx context.Context, tx *models.Tx, comments []int64, ended bool) error {
	set := "text = '', words = ''"
	if ended {
		set += ", outcome = CASE WHEN outcome = '' THEN 'withdrawn' ELSE outcome END"
	}
	return tx.Query(ctx).Exec("UPDATE appeals SET "+set+" WHERE comment_id IN ?", comments).Error
}
