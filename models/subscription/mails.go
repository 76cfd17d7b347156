package subscription

import (
	"context"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/models/people/asks"
)

const (
	// askPause is how long an address without an answer waits for another mail that
	// asks for consent. A mail can be lost, and its owner tries again.
	askPause = 24 * time.Hour
	// maxAsks is how many such mails an address gets until it answers. Then it waits
	// until its row is forgotten.
	maxAsks = 3
	// linkPause is how long a subscriber waits for another link, so that strangers
	// cannot fill a mailbox.
	linkPause = time.Hour
	// forgetAfter is how long a request without an answer is kept.
	forgetAfter = 30 * 24 * time.Hour
)

func jobKey(id int64) string { return strconv.FormatInt(id, 10) }

// MayMail reports whether the address may get another mail because of a form.
func (s *Subscription) MayMail(now models.Time) bool {
	if s.Confirmed() {
		return models.Wait(s.LinkedAt, linkPause, now) == 0
	}
	return s.Asks < maxAsks && models.Wait(s.AskedAt, askPause, now) == 0
}

// AllowMail records that a mail with a link is about to be sent because of a form:
// it asks for consent, or it lets a subscriber change the choices. It returns nil
// if there is no mail to send: the subscription is gone, its owner wants no mail
// at all, or the mails to the address or from the origin of the request are used
// up. It returns a TooMany error if the whole site sent too many.
func AllowMail(ctx context.Context, db *models.DB, id int64) (allowed *Subscription, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		allowed = nil
		s, err := models.First[Subscription](tx.Lock(ctx).Where("id = ?", id))
		now := models.At(tx.Now)
		if err != nil || s == nil || !s.MayMail(now) {
			return err
		}
		address, err := people.AddressOf(ctx, tx, s.Email)
		if err != nil || !address.StoppedAt.IsZero() {
			return err
		}
		if s.Confirmed() {
			s.LinkedAt = now
		} else {
			within, err := asks.Within(ctx, tx, s.TokenHash, s.Network)
			if err != nil || !within {
				return err
			}
			s.AskedAt = now
			s.Asks++
		}
		allowed = s
		return tx.Query(ctx).Save(s).Error
	})
	return allowed, err
}

// TakesMail reports whether an issue may be sent to a subscriber: the owner agreed,
// has not said since that no mail is welcome, and has not taken the proof of the
// address back.
func TakesMail(ctx context.Context, r models.Queryer, s *Subscription) (bool, error) {
	if s == nil || !s.Confirmed() || !s.BouncedAt.IsZero() {
		return false, nil
	}
	address, err := people.AddressOf(ctx, r, s.Email)
	if err != nil || !address.StoppedAt.IsZero() {
		return false, err
	}
	return address.RevokedAt.IsZero() || s.ConfirmedAt.After(address.RevokedAt.Time), nil
}

// pruneBatch is how many rows [Prune] deletes in one transaction.
const pruneBatch = 200

// Prune forgets requests without an answer after thirty days. It forgets requests
// for which no mail was sent, because of the limit, after two days.
func Prune(ctx context.Context, db *models.DB) error {
	for {
		var old []int64
		err := db.Write(ctx, func(tx *models.Tx) error {
			old = nil
			err := tx.Query(ctx).Model(&Subscription{}).Where(`confirmed_at IS NULL AND created_at < ?
				AND (asked_at IS NULL OR asked_at < ?) AND (bounced_at IS NULL OR bounced_at < ?)`,
				models.At(tx.Now.Add(-2*askPause)), models.At(tx.Now.Add(-forgetAfter)), models.At(tx.Now.Add(-forgetAfter))).
				Order("created_at").Limit(pruneBatch).Pluck("id", &old).Error
			if err != nil {
				return err
			}
			return remove(ctx, tx, old)
		})
		if err != nil || len(old) < pruneBatch {
			return err
		}
	}
}
