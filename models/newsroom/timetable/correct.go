package timetable

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
)

// Correct corrects the text of a live article, see [drafts.Correct]: the texts that wait,
// that of a timed update among them, get the same changes, and the plan names them. A plan
// whose text no longer differs is called off. Every change of the public text goes
// through it while another text may wait.
func Correct(ctx context.Context, db *models.DB, by models.Actor, article int64, c drafts.Correction) (drafts.Corrected, error) {
	p, err := openPlan(ctx, db, article, Update)
	if err != nil {
		return drafts.Corrected{}, err
	}
	also := c.Also
	if p != nil {
		c.Waiting = append(c.Waiting, p.Number)
	}
	c.Also = func(ctx context.Context, tx *models.Tx, shown int, moved map[int]int) error {
		if err := rebase(ctx, tx, by, article, shown, moved); err != nil || also == nil {
			return err
		}
		return also(ctx, tx, shown, moved)
	}
	return drafts.Correct(ctx, db, by, article, c)
}

// rebase makes the article's planned update show the version that replaces its own. A plan
// that was made since the correction began keeps its version: it is merged at its time.
func rebase(ctx context.Context, tx *models.Tx, by models.Actor, article int64, shown int, moved map[int]int) error {
	p, err := openPlan(ctx, tx, article, Update)
	if err != nil || p == nil || moved[p.Number] == 0 {
		return err
	}
	if moved[p.Number] == shown {
		return end(ctx, tx, article, Update, "")
	}
	p.Number, p.Base, p.RebasedAt, p.RebasedBy = moved[p.Number], shown, models.At(tx.Now), by.Name
	return tx.Query(ctx).Model(p).Select("number", "base", "rebased_at", "rebased_by").Updates(p).Error
}
