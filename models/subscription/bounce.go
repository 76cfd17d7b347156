package subscription

import (
	"context"
	"time"

	"broadsheet/models"
)

const (
	// maxFailures is how many issues may fail within failureWindow before an address
	// is given up.
	maxFailures   = 5
	failureWindow = 45 * 24 * time.Hour
)

// Bounced records that a mail server refused an issue for a subscriber. It counts an
// issue once. final means that the address does not exist: it gets no more mail at
// once. Any other address is given up after five issues within 45 days. status is
// the enhanced status code, such as 5.1.1, or the reply code. given reports whether
// the address was given up by this call.
func Bounced(ctx context.Context, tx *models.Tx, id, issue int64, final bool, status string) (given bool, err error) {
	s, err := models.First[Subscription](tx.Lock(ctx).Where("id = ?", id))
	if err != nil || s == nil || !s.BouncedAt.IsZero() || !final && issue <= s.LastFailed {
		return false, err
	}
	now := models.At(tx.Now)
	if models.Wait(s.FailedAt, failureWindow, now) == 0 {
		s.Failures = 0
	}
	s.Failures++
	s.FailedAt, s.LastFailed = now, max(issue, s.LastFailed)
	if final || s.Failures >= maxFailures {
		// The subscription is a request again. Its owner may confirm it anew.
		if s.Confirmed() {
			s.ConfirmedAt, s.AskedAt, s.Asks = models.Time{}, models.Time{}, 0
		}
		s.BouncedAt, s.Bounce, given = now, status, true
	}
	return given, tx.Query(ctx).Save(s).Error
}

// Refused records that a mail server knows no such address: the mail that asks its
// owner for consent could not be sent.
func Refused(ctx context.Context, db *models.DB, id int64, status string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		_, err := Bounced(ctx, tx, id, 0, true, status)
		return err
	})
}

// Delivered records that an issue was accepted for a subscriber.
func Delivered(ctx context.Context, tx *models.Tx, id, issue int64) error {
	return tx.Query(ctx).Model(&Subscription{}).Where("id = ?", id).UpdateColumn("last_issue", issue).Error
}
