package appeals

import (
	"context"
	"time"

	"broadsheet/models"
)

// Share is how many appeals against the decisions of one kind ended, and how.
type Share struct {
	Name     string // the reason or rule, or the moderator
	Account  int64  // of the moderator, 0 for none
	Ended    int    // upheld or reversed
	Reversed int
}

// Percent returns the share of reversed decisions, rounded down.
func (s Share) Percent() int { return s.Reversed * 100 / max(1, s.Ended) }

// ByReason returns the shares of appeals that ended in a time, by the reason of the
// decision: a code of discussion.DeclineReasons, "none", or "rule " and a rule's name.
// The names are in alphabetical order.
func ByReason(ctx context.Context, r models.Queryer, from, until time.Time) ([]Share, error) {
	return shares(ctx, r, "CASE WHEN rule <> '' THEN 'rule ' || rule WHEN reason <> '' THEN reason ELSE 'none' END", "0", "", from, until)
}

// ByModerator returns the shares of appeals that ended in a time, by the moderator of the
// decision. Decisions of rules have no moderator and are left out.
func ByModerator(ctx context.Context, r models.Queryer, from, until time.Time) ([]Share, error) {
	return shares(ctx, r, "moderator", "COALESCE(moderator_id, 0)", " AND moderator <> ''", from, until)
}

// shares groups the ended appeals by an expression over their columns.
func shares(ctx context.Context, r models.Queryer, name, account, also string, from, until time.Time) ([]Share, error) {
	var list []Share
	err := r.Query(ctx).Raw(`SELECT `+name+` AS name, `+account+` AS account, COUNT(*) AS ended,
			SUM(CASE WHEN outcome = 'reversed' THEN 1 ELSE 0 END) AS reversed
		FROM appeals WHERE outcome IN ('upheld', 'reversed') AND decided_at >= ? AND decided_at < ?`+also+`
		GROUP BY 1, 2 ORDER BY 1, 2`, models.At(from), models.At(until)).Scan(&list).Error
	return list, err
}
