package discussion

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
)

// The rule considers the last decided comments of a commenter, as far back as
// comments are kept in the trash. It needs at least leastDeclined declined ones.
const (
	recentDecided = 20
	recentWindow  = 30 * 24 * time.Hour
	leastDeclined = 3
)

// record counts the recent comments of a commenter.
type record struct{ decided, declined int }

// judgeOftenDeclined holds a comment if a large share of the commenter's recent
// comments was declined. Each approved comment makes the share smaller, until the
// rule no longer applies.
func judgeOftenDeclined(j *judging) (*Reason, error) {
	if j.site.CommentDeclinedShare == 0 {
		return nil, nil
	}
	if j.facts.record == nil {
		found, err := j.recordOf(j.ctx, j.db)
		if err != nil {
			return nil, err
		}
		j.facts.record = &found
	}
	r := *j.facts.record
	if r.declined < leastDeclined || r.declined*100 < r.decided*j.site.CommentDeclinedShare {
		return nil, nil
	}
	return &Reason{State: Held, Detail: fmt.Sprintf("%d of the writer’s last %d comments were declined", r.declined, r.decided)}, nil
}

// recordOf counts the recent comments of the account, of the verified email or of
// the browser. It ignores a typed email: otherwise a stranger could spoil the record
// of its owner. A comment that its commenter removed was not declined.
func (j *judging) recordOf(ctx context.Context, r models.Queryer) (found record, err error) {
	c := j.comment
	var theirs string
	var who any
	switch {
	case c.UserID != nil:
		theirs, who = "c.user_id = ?", *c.UserID
	case c.Verified:
		theirs, who = "c.email = ? AND c.email <> '' AND c.verified", c.Email
	case c.TokenHash != "" && (c.ID != 0 || j.in.Token != ""):
		theirs, who = "c.token_hash = ? AND c.token_hash <> ''", c.TokenHash
	default:
		return record{}, nil
	}
	_, err = models.QueryRow(ctx, r, []any{&found.decided, &found.declined}, `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN recent.state = 'approve' THEN 0 ELSE 1 END), 0) FROM (
			SELECT c.state FROM comments c
			WHERE `+theirs+` AND c.id <> ? AND c.state IN ('approve', 'spam', 'trash') AND c.created_at > ? AND c.created_at <= ?
			AND NOT (c.state = 'trash' AND EXISTS (SELECT 1 FROM comment_log l WHERE l.comment_id = c.id AND l.reason = ?))
			ORDER BY c.created_at DESC, c.id DESC LIMIT ?) recent`,
		who, c.ID, models.At(j.now.Add(-recentWindow)), models.At(j.now), RemovedByCommenter, recentDecided)
	return found, err
}
