package digest

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/queue"
	"broadsheet/models/subscription"

	"gorm.io/gorm"
)

// JobIssue is the kind of the job that sends an issue to a subscriber. Its key is
// the ids of both, see [ParseKey].
const JobIssue = "digest"

// JobTest is the kind of the job that mails the next issue to an editor. Its key is
// the frequency and the id of the account.
const JobTest = "digest-test"

const (
	// queueBatch is how many subscribers get their job in one transaction.
	queueBatch = 200
	// maxRefusals is how many mails in a row a server may refuse for reasons that are
	// not about the address, before the issue is stopped. From holdFrom on the issue
	// waits between two tries.
	maxRefusals = 12
	holdFrom    = 3
	holdTime    = 10 * time.Minute
	// pause is how long an issue waits while the mail server does not answer.
	pause = time.Minute
	// maxError bounds the stored text of a refusal.
	maxError = 300
)

// key returns the key of a job.
func key(issue, subscriber int64) string { return fmt.Sprintf("%d-%d", issue, subscriber) }

// ParseKey returns the issue and the subscription in the key of a job.
func ParseKey(key string) (issue, subscriber int64, err error) {
	_, err = fmt.Sscanf(key, "%d-%d", &issue, &subscriber)
	return issue, subscriber, err
}

// Queue gives the subscribers of the open issues their jobs, in batches.
func Queue(ctx context.Context, db *models.DB) error {
	for more := true; more; {
		open, err := models.First[Issue](db.Query(ctx).Where("queued_at IS NULL").Order("id"))
		if err != nil || open == nil {
			return err
		}
		if err := db.Write(ctx, func(tx *models.Tx) error { return queueSome(ctx, tx, open.ID) }); err != nil {
			return err
		}
		more = ctx.Err() == nil
	}
	return ctx.Err()
}

// queueSome adds the jobs of one batch of subscribers: of those that agreed before
// the issue was built, and have a list with articles in it.
func queueSome(ctx context.Context, tx *models.Tx, id int64) error {
	issue, err := models.First[Issue](tx.Lock(ctx).Where("id = ? AND queued_at IS NULL", id))
	if err != nil || issue == nil {
		return err
	}
	var next []int64
	if issue.StoppedAt.IsZero() {
		err = tx.Query(ctx).Raw(`SELECT s.id FROM digest_subscriptions s WHERE s.frequency = ? AND s.id > ? AND s.confirmed_at <= ?
			AND EXISTS (SELECT 1 FROM digest_choices c JOIN digest_stories d ON d.category_id = c.category_id
				WHERE c.subscription_id = s.id AND d.issue_id = ? AND d.position = 0)
			ORDER BY s.id LIMIT ?`, issue.Frequency, issue.QueuedTo, issue.Until, issue.ID, queueBatch).Scan(&next).Error
		if err != nil {
			return err
		}
	}
	for _, subscriber := range next {
		if err := queue.Add(ctx, tx, JobIssue, key(issue.ID, subscriber), struct{}{}, tx.Now); err != nil {
			return err
		}
		issue.QueuedTo = subscriber
	}
	issue.Recipients += len(next)
	if len(next) < queueBatch {
		issue.QueuedAt = models.At(tx.Now)
	}
	return tx.Query(ctx).Model(issue).Select("queued_to", "queued_at", "recipients").Updates(issue).Error
}

// Outcome is the end of one delivery.
type Outcome string

// The outcomes, as the columns that count them.
const (
	Sent    Outcome = "sent"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// Record counts the end of a delivery. A sent one ends a series of refusals.
func Record(ctx context.Context, db *models.DB, issue, subscriber int64, outcome Outcome) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if outcome == Sent {
			if err := subscription.Delivered(ctx, tx, subscriber, issue); err != nil {
				return err
			}
		}
		return count(ctx, tx, issue, outcome)
	})
}

func count(ctx context.Context, tx *models.Tx, issue int64, outcome Outcome) error {
	column := string(outcome)
	changes := map[string]any{column: gorm.Expr(column + " + 1")}
	if outcome == Sent {
		changes["refusals"], changes["held_until"] = 0, nil
	}
	return tx.Query(ctx).Model(&Issue{}).Where("id = ?", issue).UpdateColumns(changes).Error
}

// RecordBounce counts a delivery that a mail server refused for good, and what it
// means for the address: see [subscription.Bounced].
func RecordBounce(ctx context.Context, db *models.DB, issue, subscriber int64, dead bool, status string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if _, err := subscription.Bounced(ctx, tx, subscriber, issue, dead, status); err != nil {
			return err
		}
		return count(ctx, tx, issue, Failed)
	})
}

// CameBack records that a mail server reported later that it could not deliver an
// issue, and what it means for the address: see [subscription.Bounced].
func CameBack(ctx context.Context, db *models.DB, issue, subscriber int64, dead bool, status string) (given bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		given, err = subscription.Bounced(ctx, tx, subscriber, issue, dead, status)
		return err
	})
	return given, err
}

// Stop sends no further mail of an issue. It returns a NotFound error if there is
// none.
func Stop(ctx context.Context, db *models.DB, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		done := tx.Query(ctx).Model(&Issue{}).Where("id = ?", id).UpdateColumn("stopped_at", models.At(tx.Now))
		if done.Error == nil && done.RowsAffected == 0 {
			return models.Errorf(models.NotFound, "there is no digest %d", id)
		}
		return done.Error
	})
}

// RecordRefusal records that the mail server refuses the issue, not the address. The
// issue waits after three refusals in a row, for ten minutes and longer each time,
// and is stopped after twelve. text is the server's answer.
func RecordRefusal(ctx context.Context, db *models.DB, issue int64, text string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		i, err := models.First[Issue](tx.Lock(ctx).Where("id = ?", issue))
		if err != nil || i == nil {
			return err
		}
		i.Refusals++
		i.Error = text[:min(len(text), maxError)]
		if n := i.Refusals - holdFrom; n >= 0 {
			i.HeldUntil = models.At(tx.Now.Add(holdTime * time.Duration(n+1)))
		}
		if i.Refusals >= maxRefusals {
			i.StoppedAt = models.At(tx.Now)
		}
		return tx.Query(ctx).Model(i).Select("refusals", "error", "held_until", "stopped_at").Updates(i).Error
	})
}

// RecordSilence records that the mail server did not answer. The other mails of the
// issue wait a minute, so that they do not wait for the server one by one.
func RecordSilence(ctx context.Context, db *models.DB, issue int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		until := models.At(tx.Now.Add(pause))
		return tx.Query(ctx).Model(&Issue{}).Where("id = ? AND (held_until IS NULL OR held_until < ?)", issue, until).
			UpdateColumn("held_until", until).Error
	})
}

// kept is how long issues are kept, so that an article is not sent twice.
const kept = 400 * 24 * time.Hour

// Prune deletes issues that are older than 400 days, and requests without an answer.
func Prune(ctx context.Context, db *models.DB) error {
	err := db.Write(ctx, func(tx *models.Tx) error {
		var old []int64
		err := tx.Query(ctx).Model(&Issue{}).Where("until < ?", models.At(tx.Now.Add(-kept))).Order("id").Limit(10).Pluck("id", &old).Error
		if err != nil || len(old) == 0 {
			return err
		}
		return tx.Query(ctx).Where("id IN ?", old).Delete(&Issue{}).Error
	})
	if err != nil {
		return err
	}
	return subscription.Prune(ctx, db)
}
