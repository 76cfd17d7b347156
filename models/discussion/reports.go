package discussion

import (
	"context"

	"broadsheet/models"
)

// HoldReported holds a comment that visitors from so many networks reported.
func HoldReported(ctx context.Context, tx *models.Tx, id int64, reports int) error {
	r := ruling{actor: models.ActorReports, action: DoHold, reason: plural(reports, "report")}
	_, err := decideChunk(ctx, tx, r, []Versioned{{ID: id}})
	return err
}

// clearReports sets a comment's reports to zero after a moderator has seen them.
func (c *Comment) clearReports(ctx context.Context, tx *models.Tx) error {
	if c.Reports == 0 {
		return nil
	}
	c.Reports, c.ReportsSeen = 0, models.At(tx.Now)
	return tx.Query(ctx).Model(c).Select("reports", "reports_seen").Updates(c).Error
}
