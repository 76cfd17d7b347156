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

// look notes that a moderator has seen the reports about a comment, which sets their
// number to zero.
func (t *tally) look(tx *models.Tx, c *Comment) {
	t.looked, t.reported = append(t.looked, c.ID), true
	c.Reports, c.ReportsSeen = 0, models.At(tx.Now)
}
