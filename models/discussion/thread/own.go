package thread

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/newsroom"
)

// ModerationOutcome is the state of a comment as its commenter may learn it.
type ModerationOutcome struct {
	State discussion.State
	// Ahead is the number of held comments before a held comment, at most MaxAhead.
	Ahead int
	// Removed is set if the commenter removed the comment.
	Removed bool
	// Reason is the moderator's code for declining the comment, "" for none. Words
	// are the words that the moderator added.
	Reason, Words string
}

// MaxAhead is up to how many held comments before a comment are counted.
const MaxAhead = 1000

// ModerationOutcomeOf reads the outcome of a comment.
func ModerationOutcomeOf(ctx context.Context, r models.Queryer, c *discussion.Comment) (ModerationOutcome, error) {
	f := ModerationOutcome{State: c.State}
	switch c.State {
	case discussion.Held:
		err := r.Query(ctx).Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM comments c`+r.Dialect().IndexedBy("comments_queue")+`
			WHERE c.state = 'hold' AND (c.created_at, c.id) < (?, ?) LIMIT ?) ahead`, c.CreatedAt, c.ID, MaxAhead).Scan(&f.Ahead).Error
		return f, err
	case discussion.Spam, discussion.Trashed:
		latest, err := decisionlog.Latest(ctx, r, c.ID)
		last := latest[c.ID]
		if err != nil || last == nil {
			return f, err
		}
		f.Removed = last.Reason == discussion.RemovedByCommenter
		if slices.Contains(discussion.DeclineReasons, last.Reason) {
			f.Reason, f.Words = last.Reason, last.Words
		}
	}
	return f, nil
}

// maxOwn is how many comments [OwnOf] returns at most.
const maxOwn = 20

// OwnOf returns a browser's comments on an article that wait or that it may still
// change, oldest first.
func OwnOf(
	ctx context.Context, r models.Queryer, site *newsroom.Site, articleID int64, token string, now time.Time,
) ([]discussion.Comment, error) {
	hash := discussion.HashToken(token)
	if hash == "" {
		return nil, nil
	}
	var list []discussion.Comment
	err := r.Query(ctx).Where(`token_hash = ? AND token_hash <> '' AND article_id = ?
			AND (state = ? OR created_at > ? AND (state = ? OR version = 1))`,
		hash, articleID, discussion.Held, models.At(now.Add(-site.CommentEditWindow)), discussion.Approved).
		Order("created_at, id").Limit(maxOwn).Find(&list).Error
	return list, err
}
