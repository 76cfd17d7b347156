package privacy

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Anonymised is the reason in the decision log for a comment that a member of the staff
// made anonymous.
const Anonymised = "anonymised"

// CountBy returns the number of a commenter's comments in all states.
func CountBy(ctx context.Context, r models.Queryer, who Commenter) (int, error) {
	where, arg := who.condition()
	var n int64
	err := r.Query(ctx).Model(&discussion.Comment{}).Where(where, arg).Count(&n).Error
	return int(n), err
}

// AnonymiseBy is [Anonymise] by a member of the staff. The decision log keeps who did
// it to which comment, and nothing of the commenter.
func AnonymiseBy(ctx context.Context, db *models.DB, actor models.Actor, who Commenter) (int, error) {
	return forget(ctx, db, who, func(ctx context.Context, tx *models.Tx, list []discussion.Comment) error {
		for i := range list {
			if err := discussion.NoteChange(ctx, tx, actor, &list[i], Anonymised); err != nil {
				return err
			}
		}
		return discussion.Anonymise(ctx, tx, list)
	})
}

// DeleteBy deletes all of a commenter's comments for good, and the commenter's other
// traces as [Erase] does. A comment with replies becomes an empty place. The decision
// log keeps which member of the staff did it to which comment, and nothing of the
// commenter. It returns the number of comments.
func DeleteBy(ctx context.Context, db *models.DB, actor models.Actor, who Commenter) (int, error) {
	return forget(ctx, db, who, func(ctx context.Context, tx *models.Tx, list []discussion.Comment) error {
		verdict := discussion.Verdict{Action: discussion.DoTrash, Reason: DeletedForGood}
		var seen []discussion.Versioned
		before := map[int64]discussion.State{}
		for i := range list {
			seen = append(seen, discussion.Versioned{ID: list[i].ID})
			before[list[i].ID] = list[i].State
		}
		if _, _, err := discussion.DecideIn(ctx, tx, actor, seen, verdict); err != nil {
			return err
		}
		if err := discussion.Erase(ctx, tx, list); err != nil {
			return err
		}
		var rows, moved, trashed []discussion.Comment
		err := tx.Query(ctx).Where("id IN ? AND state IN ('spam', 'trash')", idsOf(list)).Order("id").Find(&rows).Error
		if err != nil {
			return err
		}
		for i := range rows {
			if before[rows[i].ID] == rows[i].State { // so the log has no entry yet
				trashed = append(trashed, rows[i])
			} else {
				moved = append(moved, rows[i])
			}
		}
		if err := discussion.DeleteBy(ctx, tx, actor, DeletedForGood, trashed); err != nil {
			return err
		}
		return discussion.DeleteForGood(ctx, tx, moved)
	})
}
