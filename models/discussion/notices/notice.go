package notices

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Outcome is what became of a report.
type Outcome string

// The outcomes. A report is withdrawn when the comment's writer removed the comment
// before a decision.
const (
	Open      Outcome = "open"
	Kept      Outcome = "kept"
	Removed   Outcome = "removed"
	Withdrawn Outcome = "withdrawn"
)

// Notice is a report with its outcome.
type Notice struct {
	ID        int64
	CommentID int64
	Reason    string
	Note      string
	Law       string // the kind of law, for a notice
	Name      string // of its sender
	Email     string
	Proven    bool // the browser has shown the address to be its own
	At        models.Time
	State     discussion.State // of the comment now, "" when it was deleted

	Seen       models.Time // when a moderator last settled reports about the comment
	Moved      models.Time // when the comment was first taken out of the readers' sight
	MoveReason string
	MoveTo     discussion.State
	ByHand     bool
}

// Outcome returns what became of the report.
func (n *Notice) Outcome() Outcome {
	looked := !n.Seen.IsZero() && !n.Seen.Before(n.At.Time)
	switch {
	case n.Moved.IsZero() && !looked:
		return Open
	case looked && (n.Moved.IsZero() || !n.Moved.Before(n.Seen.Time)):
		return Kept
	case n.MoveReason == discussion.RemovedByCommenter:
		return Withdrawn
	}
	return Removed
}

// EndedAt returns when the report ended, the zero time while it is open.
func (n *Notice) EndedAt() models.Time {
	switch n.Outcome() {
	case Open:
		return models.Time{}
	case Kept:
		return n.Seen
	}
	return n.Moved
}

// Ground returns the reason for which the comment was removed: a code of
// [discussion.DeclineReasons], or "" for none.
func (n *Notice) Ground() string {
	switch {
	case n.Outcome() != Removed:
		return ""
	case discussion.IsDeclineReason(n.MoveReason):
		return n.MoveReason
	case n.MoveTo == discussion.Spam:
		return "spam"
	}
	return ""
}

// TakesMail reports whether the sender gets mail about the outcome: only an address
// that its browser has proven to own.
func (n *Notice) TakesMail() bool { return n.Email != "" && n.Proven }

// load reads the reports that a condition selects, by number. An undone decision ends no
// report. An undone approval needs no rule: the undo restores reports_seen.
func load(ctx context.Context, r models.Queryer, where string, args ...any) (list []Notice, err error) {
	args = append([]any{models.ActorCommand.Name}, args...)
	err = r.Query(ctx).Raw(`SELECT p.id, p.comment_id, p.reason, p.note, p.law, p.name, p.email, p.proven, p.at,
			COALESCE(c.state, '') AS state, COALESCE(c.reports_seen, p.seen) AS seen,
			l.at AS moved, COALESCE(l.reason, '') AS move_reason, COALESCE(l.to_state, '') AS move_to,
			COALESCE(l.actor_id IS NOT NULL OR l.actor = ?, FALSE) AS by_hand
		FROM reports p LEFT JOIN comments c ON c.id = p.comment_id LEFT JOIN comment_log l ON l.id = (
			SELECT MIN(m.id) FROM comment_log m WHERE m.comment_id = p.comment_id AND m.at >= p.at
				AND m.to_state IN ('spam', 'trash') AND m.from_state IN ('hold', 'approve') AND m.reason <> 'undo'
				AND NOT (m.operation <> '' AND EXISTS (SELECT 1 FROM comment_log u
					WHERE u.comment_id = m.comment_id AND u.operation = m.operation AND u.reason = 'undo')))
		WHERE `+where+` ORDER BY p.id`, args...).Scan(&list).Error
	return list, err
}

// ByID returns a report. It returns a NotFound error if there is none about the comment.
func ByID(ctx context.Context, r models.Queryer, id, comment int64) (*Notice, error) {
	list, err := load(ctx, r, "p.id = ? AND p.comment_id = ?", id, comment)
	if err == nil && len(list) == 0 {
		err = models.Errorf(models.NotFound, "there is no report %d", id)
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// Between returns the reports of a time.
func Between(ctx context.Context, r models.Queryer, from, until time.Time) ([]Notice, error) {
	return load(ctx, r, "p.at >= ? AND p.at < ?", models.At(from), models.At(until))
}

// OpenOn returns the oldest open notice about each of the comments that has one.
func OpenOn(ctx context.Context, r models.Queryer, comments []int64) (map[int64]*Notice, error) {
	open := map[int64]*Notice{}
	if len(comments) == 0 {
		return open, nil
	}
	list, err := load(ctx, r, "p.comment_id IN ? AND p.reason = ?", comments, Illegal)
	for i := range list {
		if n := &list[i]; n.Outcome() == Open && open[n.CommentID] == nil {
			open[n.CommentID] = n
		}
	}
	return open, err
}
