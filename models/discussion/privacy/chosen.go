package privacy

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// DeletedForGood is the reason in the decision log for a comment that a member of the
// staff deleted.
const DeletedForGood = "deleted"

// DeleteChosen deletes comments for good that a member of the staff chose, if they
// are in spam or trash and still have their text. It blanks a comment with replies
// instead, to keep the thread intact. The decision log keeps who deleted which
// number, and nothing of the commenter. Each transaction deletes a few comments, so
// that other writers hardly wait. It returns the number of deleted comments.
func DeleteChosen(ctx context.Context, db *models.DB, actor models.Actor, chosen []discussion.Versioned) (total int, err error) {
	for begin := 0; begin < len(chosen); begin += cleanBatch {
		var ids []int64
		for _, one := range chosen[begin:min(len(chosen), begin+cleanBatch)] {
			ids = append(ids, one.ID)
		}
		n := 0
		err := db.WriteMany(ctx, func(tx *models.Tx) error {
			var list []discussion.Comment
			err := tx.Lock(ctx).Where("id IN ? AND state IN ('spam', 'trash') AND text <> ''", ids).Order("id").Find(&list).Error
			if n = len(list); err != nil || n == 0 {
				return err
			}
			if err := tx.Query(ctx).Exec("DELETE FROM comment_versions WHERE comment_id IN ?", idsOf(list)).Error; err != nil {
				return err
			}
			if err := discussion.DeleteBy(ctx, tx, actor, DeletedForGood, list); err != nil {
				return err
			}
			return purgeLater(ctx, tx)
		})
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

func idsOf(list []discussion.Comment) []int64 {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}
