package discussion

import (
	"context"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/queue"
)

// Kinds of jobs that send mail to a commenter. Package handlers/jobs does them.
const (
	JobPublished = "comment-published" // the comment is public
	JobDeclined  = "comment-declined"  // a moderator declined the comment
	JobReply     = "comment-reply"     // the comment has a reply
	JobDaily     = "comment-daily"     // the day's replies; the key is the address
	JobLink      = "comments-link"     // a link to the own comments; the key is the address
)

// MailPause is how long a mail about a decision waits, so that a decision that is
// undone sends no mail.
const MailPause = 2 * time.Minute

// Follow is a commenter's request for mail about replies to a comment.
type Follow struct {
	CommentID   int64 `gorm:"primaryKey"`
	Email       string
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	PublishedAt models.Time // when the commenter got the mail that it is public
}

// commentJob is the payload of jobs about one comment.
type commentJob struct {
	Comment int64 `json:"comment"`
}

// JobComment returns the number of the comment that a job is about.
func JobComment(j *queue.Job) (int64, error) {
	var p commentJob
	err := j.Read(&p)
	return p.Comment, err
}

// follow stores the commenter's request for mail about replies.
func (c *Comment) follow(ctx context.Context, tx *models.Tx) error {
	return tx.Query(ctx).Create(&Follow{CommentID: c.ID, Email: c.Email, CreatedAt: models.At(tx.Now)}).Error
}

// turned is a comment that was published or declined, by a decision or at once
// when it came in.
type turned struct {
	id, parent int64
	to         State
}

// queueMails queues the mails about the given comments: to their commenters, and to the
// commenters of the parents. followed has those who asked for mail. If it is nil, the
// requests for all of them are read at once.
func queueMails(ctx context.Context, tx *models.Tx, list []turned, followed map[int64]bool) error {
	if followed == nil {
		var err error
		if followed, err = followedOf(ctx, tx, list); err != nil {
			return err
		}
	}
	due := tx.Now.Add(MailPause)
	for _, c := range list {
		var kinds []string
		if followed[c.id] {
			kind := JobDeclined
			if c.to == Approved {
				kind = JobPublished
			}
			kinds = append(kinds, kind)
		}
		if c.to == Approved && c.parent != 0 && followed[c.parent] {
			kinds = append(kinds, JobReply)
		}
		for _, kind := range kinds {
			if err := queue.Add(ctx, tx, kind, strconv.FormatInt(c.id, 10), commentJob{c.id}, due); err != nil {
				return err
			}
		}
	}
	return nil
}

// followedOf returns which of the comments and their parents have a commenter who asked
// for mail.
func followedOf(ctx context.Context, tx *models.Tx, list []turned) (map[int64]bool, error) {
	var ids, found []int64
	for _, c := range list {
		ids = append(ids, c.id)
		if c.parent != 0 && c.to == Approved {
			ids = append(ids, c.parent)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	err := tx.Query(ctx).Model(&Follow{}).Where("comment_id IN ?", ids).Pluck("comment_id", &found).Error
	followed := make(map[int64]bool, len(found))
	for _, id := range found {
		followed[id] = true
	}
	return followed, err
}

// PublishedTold reports whether the commenter got the mail that the comment is
// public.
func (f *Follow) PublishedTold() bool { return !f.PublishedAt.IsZero() }
