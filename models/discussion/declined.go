package discussion

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
)

// What of a writer's past is looked at: so many of the comments that were
// decided, as far back as what is in the trash is kept. With fewer than
// leastDeclined there is no habit to speak of.
const (
	recentDecided = 20
	recentWindow  = 30 * 24 * time.Hour
	leastDeclined = 3
)

// record is how a writer's recent comments have fared.
type record struct{ decided, declined int }

// judgeOftenDeclined holds what comes from a writer of whose recent comments
// most were declined. Each one that is approved nevertheless makes the share
// smaller, until it is no longer most.
func judgeOftenDeclined(j *judging) (*Reason, error) {
	if j.site.CommentDeclinedShare == 0 {
		return nil, nil
	}
	if j.facts.record == nil {
		found, err := j.recordOf(j.ctx, j.reader)
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

// recordOf counts a writer's recent comments: the account's, the verified
// address's or the browser's. A typed address is nobody's record, or anybody
// could spoil it. What its writer has taken away was not declined.
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
		who, c.ID, models.At(j.now.Add(-recentWindow)), models.At(j.now), removedByWriter, recentDecided)
	return found, err
}
