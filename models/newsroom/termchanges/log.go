package termchanges

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// LogPage is the number of changes that [Log] returns at most.
const LogPage = 50

// Log returns changes of all terms, newest first, those with numbers below before; 0 for the
// newest. next is the value for the page after this one, 0 for none.
func Log(ctx context.Context, r models.Queryer, before int64) (list []Change, next int64, err error) {
	q := r.Query(ctx).Select(logColumns).Order("id DESC").Limit(LogPage + 1)
	if before != 0 {
		q = q.Where("id < ?", before)
	}
	if err := q.Find(&list).Error; err != nil || len(list) <= LogPage {
		return list, 0, err
	}
	return list[:LogPage], list[LogPage-1].ID, nil
}

// logColumns leave out the effects of a change, which can be long.
const logColumns = `id, at, kind, subject_id, verb, name, other, actor, actor_id, CASE WHEN terms = '' THEN '' ELSE '{}' END AS terms,
	undone_at, undone_by`

// ChangesOf returns the changes of a term that can be undone, newest first.
func ChangesOf(ctx context.Context, r models.Queryer, kind taxonomy.Kind, id int64, most int) (list []Change, err error) {
	err = r.Query(ctx).Select(logColumns).Where("kind = ? AND subject_id = ? AND terms <> ''", kind, id).
		Order("id DESC").Limit(most).Find(&list).Error
	return list, err
}

// ChangeByID returns a change, or a NotFound error.
func ChangeByID(ctx context.Context, r models.Queryer, id int64) (*Change, error) {
	var c Change
	return &c, r.Query(ctx).Select(logColumns).Where("id = ?", id).Take(&c).Error
}

// PruneChanges deletes the data for an undo from changes that are too old for one. It keeps
// their entries in the log.
func PruneChanges(ctx context.Context, db *models.DB) error {
	for {
		var old []int64
		err := db.Write(ctx, func(tx *models.Tx) error {
			old = nil
			err := tx.Query(ctx).Model(&Change{}).Where("terms <> '' AND at <= ?", models.At(tx.Now.Add(-undoFor))).
				Order("at").Limit(pruneBatch).Pluck("id", &old).Error
			if err != nil || len(old) == 0 {
				return err
			}
			if err := tx.Query(ctx).Where("change_id IN ?", old).Delete(&changedList{}).Error; err != nil {
				return err
			}
			return tx.Query(ctx).Model(&Change{}).Where("id IN ?", old).UpdateColumn("terms", "").Error
		})
		if err != nil || len(old) < pruneBatch {
			return err
		}
	}
}

// pruneBatch is how many changes one transaction prunes.
const pruneBatch = 20
