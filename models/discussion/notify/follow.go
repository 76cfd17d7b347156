package notify

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/asks"
	"broadsheet/models/queue"
)

// replyMail is a reply that a follower got mail about, or will get with the daily
// mail.
type replyMail struct {
	CommentID int64 `gorm:"primaryKey"`
	ReplyID   int64 `gorm:"primaryKey"`
	ToldAt    models.Time
}

func (replyMail) TableName() string { return "follow_news" }

// FollowOf returns the request for mail about replies to a comment, nil if there
// is none.
func FollowOf(ctx context.Context, r models.Queryer, comment int64) (*discussion.Follow, error) {
	return models.First[discussion.Follow](r.Query(ctx).Where("comment_id = ?", comment))
}

// MaxFollows is how many comments [FollowsOf] returns at most.
const MaxFollows = 200

// FollowsOf returns the comments with replies that an address gets mail about,
// newest first.
func FollowsOf(ctx context.Context, r models.Queryer, email string) ([]discussion.Comment, error) {
	var list []discussion.Comment
	return list, r.Query(ctx).Where("id IN (SELECT comment_id FROM follows WHERE email = ?)", email).
		Order("id DESC").Limit(MaxFollows).Find(&list).Error
}

// AllowConsentMail records that a mail is about to ask the owner of a follower's
// address for consent. It returns true if the mail may be sent: see
// [people.Address.AllowConsentMail]. It returns false for a browser or network that caused
// too many such mails within an hour. It returns a TooMany error if the whole site
// did, so that the job is tried again later.
func AllowConsentMail(ctx context.Context, db *models.DB, f *discussion.Follow) (ask bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		ask = false
		// The comment may have been erased since the job read the request.
		still, err := FollowOf(ctx, tx, f.CommentID)
		if err != nil || still == nil || still.Email != f.Email {
			return err
		}
		if known, err := people.AddressOf(ctx, tx, f.Email); err != nil || known.AskedFor == nil {
			if err != nil {
				return err
			}
			if within, err := asksWithinLimits(ctx, tx, f.CommentID); err != nil || !within {
				return err
			}
		}
		ask, err = people.ChangeAddress(ctx, tx, f.Email, func(a *people.Address, now models.Time) bool {
			return a.AllowConsentMail(f.CommentID, now)
		})
		return err
	})
	return ask, err
}

func asksWithinLimits(ctx context.Context, tx *models.Tx, comment int64) (bool, error) {
	var by discussion.Comment
	if err := tx.Query(ctx).Select("token_hash", "network").Where("id = ?", comment).Take(&by).Error; err != nil {
		return false, err
	}
	return asks.Within(ctx, tx, by.TokenHash, by.Network)
}

// AllowCommentsLink records that a mail with a link to the comments of an address
// is about to be sent. It returns true if the mail may be sent: once an hour, and
// only while there are such comments.
func AllowCommentsLink(ctx context.Context, db *models.DB, email string) (allowed bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		allowed = false
		var written []int64
		err := tx.Query(ctx).Raw("SELECT id FROM comments WHERE email = ? AND email <> '' LIMIT 1", email).Scan(&written).Error
		if err != nil || len(written) == 0 {
			return err
		}
		allowed, err = people.ChangeAddress(ctx, tx, email, func(a *people.Address, now models.Time) bool { return a.AllowDataLink(now) })
		return err
	})
	return allowed, err
}

// Unfollow ends the mails to an address about replies to one comment. It returns
// no error if there was no request for them.
func Unfollow(ctx context.Context, db *models.DB, email string, comment int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("comment_id = ? AND email = ?", comment, email).Delete(&discussion.Follow{}).Error
	})
}

// RecordPublished records that the commenter got the mail that the comment is
// public.
func RecordPublished(ctx context.Context, db *models.DB, comment int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Model(&discussion.Follow{}).Where("comment_id = ?", comment).
			UpdateColumn("published_at", models.At(tx.Now)).Error
	})
}

// ReplyRecorded reports whether a follower got mail about a reply, or the reply is
// on the list for the daily mail.
func ReplyRecorded(ctx context.Context, r models.Queryer, f *discussion.Follow, reply int64) (recorded bool, err error) {
	var n int64
	err = r.Query(ctx).Model(&replyMail{}).Where("comment_id = ? AND reply_id = ?", f.CommentID, reply).Count(&n).Error
	return n > 0, err
}

// RecordReply records that a follower got mail about a reply.
func RecordReply(ctx context.Context, db *models.DB, f *discussion.Follow, reply int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Create(&replyMail{f.CommentID, reply, models.At(tx.Now)}).Error
	})
}

// QueueForDaily puts a reply on the list for an address's next daily mail. It
// queues that mail for the given instant unless an earlier one is queued.
func QueueForDaily(ctx context.Context, db *models.DB, f *discussion.Follow, reply int64, due time.Time) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := tx.Query(ctx).Create(&replyMail{CommentID: f.CommentID, ReplyID: reply}).Error; err != nil {
			return err
		}
		return queue.Add(ctx, tx, discussion.JobDaily, f.Email, struct{}{}, due)
	})
}

// MaxDaily is how many replies one daily mail shows. The next mail has the rest.
const MaxDaily = 50

// DueReplies returns the public replies on public articles that wait for the daily
// mail to an address, oldest first.
func DueReplies(ctx context.Context, r models.Queryer, email string) ([]discussion.Comment, error) {
	var list []discussion.Comment
	return list, r.Query(ctx).Where(`state = ? AND id IN (SELECT n.reply_id FROM follow_news n JOIN follows f ON f.comment_id = n.comment_id
		WHERE f.email = ? AND n.told_at IS NULL) AND article_id IN (SELECT id FROM articles WHERE status = ?)`,
		discussion.Approved, email, newsroom.Published).Order("id").Limit(MaxDaily).Find(&list).Error
}

// RecordDaily records that an address got a daily mail with these replies.
func RecordDaily(ctx context.Context, db *models.DB, email string, told []discussion.Comment) error {
	ids := make([]int64, len(told))
	for i, c := range told {
		ids[i] = c.ID
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Exec(`UPDATE follow_news SET told_at = ?
			WHERE reply_id IN ? AND comment_id IN (SELECT comment_id FROM follows WHERE email = ?)`,
			models.At(tx.Now), ids, email).Error
	})
}

// RequestLink queues a mail to an address with a link to the comments written with
// it. If there are none, no mail is sent, and the caller does not learn it.
func RequestLink(ctx context.Context, db *models.DB, email string) error {
	email, err := people.NormalizeEmail(email)
	if err != nil {
		return models.InvalidFields(models.FieldError{Field: "email", Code: "invalid"})
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return queue.Add(ctx, tx, discussion.JobLink, email, struct{}{}, tx.Now)
	})
}
