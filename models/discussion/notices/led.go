package notices

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Cause is what readers had said about a comment before a decision.
type Cause struct {
	Reported bool // a reader had reported it
	Notice   bool // at least one of them as being against the law
}

// CauseOf returns the cause of a decision on a comment. Reports that a moderator had
// settled before the decision, by approving the comment, did not lead to it.
func CauseOf(ctx context.Context, r models.Queryer, c *discussion.Comment, decided models.Time) (cause Cause, err error) {
	settled := models.Time{}
	if c.ReportsSeen.Before(decided.Time) {
		settled = c.ReportsSeen
	}
	var reasons []string
	query := r.Query(ctx).Table("reports").Where("comment_id = ? AND at <= ?", c.ID, decided)
	if !settled.IsZero() {
		query = query.Where("at > ?", settled)
	}
	err = query.Distinct().Pluck("reason", &reasons).Error
	for _, reason := range reasons {
		cause.Reported = true
		cause.Notice = cause.Notice || reason == Illegal
	}
	return cause, err
}

// Illegal is the reason of reports that are notices.
const Illegal = "illegal"
