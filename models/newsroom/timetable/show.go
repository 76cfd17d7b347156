package timetable

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
)

// Show is [drafts.Show] for an editor who makes the newest text public. It also ends the
// planned update of a live article, because the newest text has the planned changes: at its
// time the update would change nothing, or overlap a paragraph that was rewritten since.
func Show(ctx context.Context, db *models.DB, by models.Actor, article int64, m drafts.Move) (int, error) {
	also := m.Also
	m.Also = func(ctx context.Context, tx *models.Tx, a *newsroom.Article) error {
		if also != nil {
			if err := also(ctx, tx, a); err != nil {
				return err
			}
		}
		if a.Status != newsroom.Published || m.To != "" && m.To != newsroom.Published {
			return nil
		}
		return callOff(ctx, tx, by, article, Update)
	}
	return drafts.Show(ctx, db, by, article, m)
}
