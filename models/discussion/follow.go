package discussion

import (
	"context"
	"slices"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// Kinds of jobs that decisions leave in the queue; handlers/jobs does them.
const (
	// JobPublished tells a writer that a comment is public.
	JobPublished = "comment-published"
	// JobDeclined tells a writer that a comment will not be.
	JobDeclined = "comment-declined"
	// JobReply tells a writer that somebody has answered.
	JobReply = "comment-reply"
	// JobDaily tells a writer the day's answers. Its key is the address.
	JobDaily = "comment-daily"
	// JobLink sends a link to somebody's own comments. Its key is the address.
	JobLink = "comments-link"
)

// MailPause is how long a mail about a decision waits, so that an undone
// decision is never told.
const MailPause = 2 * time.Minute

// Follow is a writer's wish to be told about answers to a comment.
type Follow struct {
	CommentID   int64 `gorm:"primaryKey"`
	Email       string
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	PublishedAt models.Time // when its writer was told that it is public
}

// followNews is one answer that a follower was told about, or will be.
type followNews struct {
	CommentID int64 `gorm:"primaryKey"`
	ReplyID   int64 `gorm:"primaryKey"`
	ToldAt    models.Time
}

func (followNews) TableName() string { return "follow_news" }

// commentJob is the payload of jobs about one comment.
type commentJob struct {
	Comment int64 `json:"comment"`
}

// JobComment returns the comment that a job is about.
func JobComment(j *queue.Job) (int64, error) {
	var p commentJob
	err := j.Read(&p)
	return p.Comment, err
}

// follow notes that the comment's writer wants to be told about answers.
func (c *Comment) follow(ctx context.Context, tx *models.Tx) error {
	return tx.Query(ctx).Create(&Follow{CommentID: c.ID, Email: c.Email, CreatedAt: models.At(tx.Now)}).Error
}

// turned is a comment that a decision has made public, or refused.
type turned struct {
	id, parent int64
	to         State
}

// tell leaves the jobs to tell those who follow the given comments, or the
// comments that these answer. It looks once for all of them.
func tell(ctx context.Context, tx *models.Tx, list []turned) error {
	var ids []int64
	for _, c := range list {
		ids = append(ids, c.id)
		if c.parent != 0 && c.to == Approved {
			ids = append(ids, c.parent)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var followed []int64
	if err := tx.Query(ctx).Model(&Follow{}).Where("comment_id IN ?", ids).Pluck("comment_id", &followed).Error; err != nil {
		return err
	}
	due := tx.Now.Add(MailPause)
	for _, c := range list {
		var kinds []string
		if slices.Contains(followed, c.id) {
			kinds = append(kinds, map[bool]string{true: JobPublished, false: JobDeclined}[c.to == Approved])
		}
		if c.to == Approved && slices.Contains(followed, c.parent) {
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

// FollowOf returns the wish to be told about answers to a comment, nil if
// there is none.
func FollowOf(ctx context.Context, r models.Queryer, comment int64) (*Follow, error) {
	var found []*Follow
	err := r.Query(ctx).Where("comment_id = ?", comment).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// MaxFollows is how many of an address's comments are listed.
const MaxFollows = 200

// FollowsOf returns the comments whose answers an address is told about,
// newest first.
func FollowsOf(ctx context.Context, r models.Queryer, email string) ([]Comment, error) {
	var list []Comment
	return list, r.Query(ctx).Where("id IN (SELECT comment_id FROM follows WHERE email = ?)", email).
		Order("id DESC").Limit(MaxFollows).Find(&list).Error
}

// These are the hourly limits of the mails that ask the owner of an address for
// the first time whether mail is welcome: for one browser, one network and the
// whole site. They are needed because the address may belong to a stranger.
const (
	maxAsksOfBrowser = 3
	maxAsksOfNetwork = 10
	maxAsksOfSite    = 200
)

// AskFollower notes that a mail is about to ask a follower whether the address is
// theirs. It returns true if the mail may be sent: see [people.Address.AllowConsentMail].
// It returns false for a browser or network that caused too many such mails
// within an hour, and a TooMany error for the whole site, so that the job is
// tried again later.
func AskFollower(ctx context.Context, db *models.DB, f *Follow) (ask bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		ask = false
		// The commenter may have been erased since the job read the wish.
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
		ask, err = people.ChangeAddress(ctx, tx, f.Email, func(a *people.Address, now models.Time) bool { return a.AllowConsentMail(f.CommentID, now) })
		return err
	})
	return ask, err
}

func asksWithinLimits(ctx context.Context, tx *models.Tx, comment int64) (bool, error) {
	var by Comment
	if err := tx.Query(ctx).Select("token_hash", "network").Where("id = ?", comment).Take(&by).Error; err != nil {
		return false, err
	}
	var asks struct{ Site, Browser, Network int }
	err := tx.Query(ctx).Raw(`SELECT COUNT(*) AS site, COALESCE(SUM(CASE WHEN c.token_hash = ? AND c.token_hash <> '' THEN 1 ELSE 0 END), 0) AS browser,
		COALESCE(SUM(CASE WHEN c.network = ? AND c.network <> '' THEN 1 ELSE 0 END), 0) AS network
		FROM addresses a LEFT JOIN comments c ON c.id = a.asked_for WHERE a.asked_at > ? AND a.asked_at <= ?`,
		by.TokenHash, by.Network, models.At(tx.Now.Add(-time.Hour)), models.At(tx.Now)).Scan(&asks).Error
	switch {
	case err != nil:
		return false, err
	case asks.Site >= maxAsksOfSite:
		return false, refuseFor(time.Hour, "asks", "too many unconfirmed addresses were asked within an hour")
	}
	return asks.Browser < maxAsksOfBrowser && asks.Network < maxAsksOfNetwork, nil
}

// LinkAllowed records that a mail with a link to the comments of an address is
// about to be sent. It returns true if the mail may be sent: once an hour, and
// only while there are such comments.
func LinkAllowed(ctx context.Context, db *models.DB, email string) (allowed bool, err error) {
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

// Unfollow ends the wish to be told about answers to one comment of an
// address. It is no error if there was none.
func Unfollow(ctx context.Context, db *models.DB, email string, comment int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("comment_id = ? AND email = ?", comment, email).Delete(&Follow{}).Error
	})
}

// PublishedTold reports whether a comment's writer was told that it is
// public.
func (f *Follow) PublishedTold() bool { return !f.PublishedAt.IsZero() }

// TellPublished notes that a comment's writer was told that it is public.
func TellPublished(ctx context.Context, db *models.DB, comment int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Model(&Follow{}).Where("comment_id = ?", comment).UpdateColumn("published_at", models.At(tx.Now)).Error
	})
}

// News says whether a follower was told of an answer: known is true if it is
// at least on the list of the daily mail.
func News(ctx context.Context, r models.Queryer, f *Follow, reply int64) (known bool, err error) {
	var n int64
	err = r.Query(ctx).Model(&followNews{}).Where("comment_id = ? AND reply_id = ?", f.CommentID, reply).Count(&n).Error
	return n > 0, err
}

// TellReply notes that a follower was told of an answer.
func TellReply(ctx context.Context, db *models.DB, f *Follow, reply int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Create(&followNews{f.CommentID, reply, models.At(tx.Now)}).Error
	})
}

// TellDaily puts an answer on the list of an address's next daily mail, which
// is due at the given instant unless one is due earlier.
func TellDaily(ctx context.Context, db *models.DB, f *Follow, reply int64, due time.Time) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := tx.Query(ctx).Create(&followNews{CommentID: f.CommentID, ReplyID: reply}).Error; err != nil {
			return err
		}
		return queue.Add(ctx, tx, JobDaily, f.Email, struct{}{}, due)
	})
}

// MaxDaily is how many answers one daily mail shows; the rest come with the
// next.
const MaxDaily = 50

// DueNews returns the public answers, under public articles, that an address was
// not yet told of, oldest first.
func DueNews(ctx context.Context, r models.Queryer, email string) ([]Comment, error) {
	var list []Comment
	return list, r.Query(ctx).Where(`state = ? AND id IN (SELECT n.reply_id FROM follow_news n JOIN follows f ON f.comment_id = n.comment_id
		WHERE f.email = ? AND n.told_at IS NULL) AND article_id IN (SELECT id FROM articles WHERE status = ?)`, Approved, email, newsroom.Published).Order("id").Limit(MaxDaily).Find(&list).Error
}

// DailyTold notes that an address was told of answers. If more are left, the
// next mail is due at the given instant.
func DailyTold(ctx context.Context, db *models.DB, email string, told []Comment) error {
	ids := make([]int64, len(told))
	for i, c := range told {
		ids[i] = c.ID
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Exec("UPDATE follow_news SET told_at = ? WHERE reply_id IN ? AND comment_id IN (SELECT comment_id FROM follows WHERE email = ?)",
			models.At(tx.Now), ids, email).Error
	})
}

// AskForLink leaves a job that sends the owner of an address a link to the
// comments written with it. Nothing is sent, and nothing is said, where there
// are none.
func AskForLink(ctx context.Context, db *models.DB, email string) error {
	email, err := people.NormalizeEmail(email)
	if err != nil {
		return models.InvalidFields(models.FieldError{Field: "email", Code: "invalid"})
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return queue.Add(ctx, tx, JobLink, email, struct{}{}, tx.Now)
	})
}

// Prove notes that the writer of a comment has shown that its email is
// theirs, by opening the link that was sent there.
func Prove(ctx context.Context, db *models.DB, email string, comment int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Model(&Comment{}).Where("id = ? AND email = ?", comment, email).UpdateColumn("verified", true).Error
	})
}
