package timetable

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
)

// Correct corrects the text of a live article, see [drafts.Correct]. The waiting texts get
// the same changes. The plan of an update then names the changed version of its text, or
// ends if its text no longer differs. Each change of a public text that another text may
// wait beside goes through Correct.
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

// rebase gives the article's planned update the version that replaces its own. A plan that
// was made since the correction began keeps its version, which is merged at its time.
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
