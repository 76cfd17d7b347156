package notify

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// JobCorrected is the kind of the job that tells one commenter of a correction.
const JobCorrected = "correction-reader"

// CorrectionNewsFor is the age of a correction after which no mail about it is sent.
const CorrectionNewsFor = 7 * 24 * time.Hour

// CorrectionMail is the mail to a commenter about a correction. It has no address: it goes
// to the address that the comment has when it is sent, so an erased commenter gets none.
type CorrectionMail struct {
	Comment int64 // the first one by the commenter under the article
	publictexts.News
}

// CorrectionMailOf returns the mail of a job.
func CorrectionMailOf(j *queue.Job) (m CorrectionMail, err error) { return m, j.Read(&m) }

// TellOfCorrection queues one mail about a correction to each commenter who asked for such
// mail and has a public comment that is older than the correction. It queues nothing at a
// second call, for a removed correction, or for an article that is not public.
func TellOfCorrection(ctx context.Context, db *models.DB, c publictexts.News) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		correction, err := PublicCorrection(ctx, tx, c)
		if err != nil || correction == nil {
			return err
		}
		if first, err := publictexts.TellNews(ctx, tx, c); err != nil || !first {
			return err
		}
		var comments []int64
		err = tx.Query(ctx).Raw(`SELECT MIN(c.id) FROM comments c JOIN addresses a ON a.email = c.email
			WHERE c.article_id = ? AND c.state = ? AND c.email <> '' AND c.created_at < ?
			AND a.corrections AND a.confirmed_at IS NOT NULL AND a.stopped_at IS NULL GROUP BY c.email ORDER BY 1`,
			c.Article, discussion.Approved, c.Time()).Scan(&comments).Error
		if err != nil {
			return err
		}
		for _, id := range comments {
			if err := queue.Add(ctx, tx, JobCorrected, fmt.Sprint(id, ".", c.At), CorrectionMail{id, c}, tx.Now); err != nil {
				return err
			}
		}
		return nil
	})
}

// PublicCorrection returns a correction that readers see. It returns nil if the correction was
// removed or its article is not public.
func PublicCorrection(ctx context.Context, r models.Queryer, c publictexts.News) (*newsroom.Correction, error) {
	return models.First[newsroom.Correction](r.Query(ctx).Where(`article_id = ? AND at = ? AND article_id IN
		(SELECT id FROM articles WHERE status = ?)`, c.Article, c.Time(), newsroom.Published))
}

// CommenterToTell returns the commenter's comment, nil if the mail is not to be sent: the
// comment is not public any more, or its owner does not want to hear of corrections.
func CommenterToTell(ctx context.Context, r models.Queryer, m CorrectionMail) (*discussion.Comment, error) {
	c, err := discussion.ByID(ctx, r, m.Comment)
	if models.KindOf(err) == models.NotFound || err == nil && (c.State != discussion.Approved || c.Email == "") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	address, err := people.AddressOf(ctx, r, c.Email)
	if err != nil || !address.TakesMail() || !address.Corrections {
		return nil, err
	}
	return c, nil
}
