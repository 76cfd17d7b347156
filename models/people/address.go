package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Address is the row of an email address that was typed into a form. The site
// sends it one mail at most until its owner has agreed to mail.
type Address struct {
	Email       string      `gorm:"primaryKey"`
	AskedAt     models.Time // when its owner was asked; the site asks once
	AskedFor    *int64      // the comment about which it asked
	ConfirmedAt models.Time // when the owner agreed to mail
	StoppedAt   models.Time // when the owner declined further mail
	LinkedAt    models.Time // when a link to own data was last sent
	ProofAt     models.Time // when a link that verifies a browser was last sent
	RevokedAt   models.Time // when proofs of the address were last revoked
	Daily       bool        // one mail a day instead of one for each answer
	Corrections bool        // mail when a story that the owner commented on is corrected

	suppressed bool // loaded from the row of a forgotten address
}

// TableName names the table for GORM.
func (Address) TableName() string { return "addresses" }

// Confirmed reports whether the owner has answered by a mailed link.
func (a *Address) Confirmed() bool { return !a.ConfirmedAt.IsZero() }

// TakesMail reports whether the owner wants mail.
func (a *Address) TakesMail() bool { return a.Confirmed() && a.StoppedAt.IsZero() }

// suppressionKey returns the key under which a forgotten address is still
// recognised. The address cannot be read from it: it is a SHA-256 hash, cut to
// 128 bits. It holds no "@", so it never equals an address.
func suppressionKey(email string) string {
	sum := sha256.Sum256([]byte("forgotten address\n" + email))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// AddressOf returns the row of an address. An address without a row gets an
// empty one. A forgotten address has only the facts that [ForgetAddress] keeps.
func AddressOf(ctx context.Context, r models.Queryer, email string) (*Address, error) {
	var found []*Address
	err := r.Query(ctx).Where("email IN ?", []string{email, suppressionKey(email)}).Find(&found).Error
	if err != nil {
		return nil, err
	}
	a := &Address{Email: email}
	for _, row := range found {
		switch {
		case row.Email == email:
			return row, nil
		default:
			*a = *row
			a.Email, a.suppressed = email, true
		}
	}
	return a, nil
}

// changeAddress loads an address, lets fn change it, and stores it if fn
// returns true.
func changeAddress(ctx context.Context, db *models.DB, email string, fn func(a *Address, now models.Time) bool) (changed bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		changed, err = ChangeAddress(ctx, tx, email, fn)
		return err
	})
	return changed, err
}

// ChangeAddress loads an address within a transaction, lets fn change it, and
// stores it if fn returns true. It returns the result of fn.
func ChangeAddress(ctx context.Context, tx *models.Tx, email string, fn func(a *Address, now models.Time) bool) (bool, error) {
	if err := models.LockKey(ctx, tx, "address "+email); err != nil {
		return false, err
	}
	a, err := AddressOf(ctx, tx, email)
	if err != nil || !fn(a, models.At(tx.Now)) {
		return false, err
	}
	if a.suppressed {
		if err := tx.Query(ctx).Where("email = ?", suppressionKey(email)).Delete(&Address{}).Error; err != nil {
			return false, err
		}
	}
	return true, tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(a).Error
}

// AllowConsentMail notes that a mail is about to ask the owner whether mail
// about a comment is welcome. It returns true if that mail may be sent: for
// one comment only, and not after the owner has answered.
func (a *Address) AllowConsentMail(comment int64, now models.Time) bool {
	if a.AskedFor != nil && *a.AskedFor != comment || a.Confirmed() || !a.StoppedAt.IsZero() {
		return false
	}
	a.AskedAt, a.AskedFor = now, &comment
	return true
}

// AllowDataLink notes that a link to the comments written with the address is
// about to be sent. It returns true if that may be done: once an hour.
func (a *Address) AllowDataLink(now models.Time) bool {
	if models.Wait(a.LinkedAt, linkPause, now) > 0 {
		return false
	}
	a.LinkedAt = now
	return true
}

// ConfirmMail notes that the owner of an address wants mail, at once or daily.
func ConfirmMail(ctx context.Context, db *models.DB, email string, daily bool) error {
	_, err := changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		if !a.Confirmed() {
			a.ConfirmedAt = now
		}
		a.StoppedAt, a.Daily = models.Time{}, daily
		return true
	})
	return err
}

// CorrectionMail stands for the mails about corrections in the links of mails, in place of
// the number of a comment.
const CorrectionMail = "corrections"

// ChooseCorrections notes whether the owner of an address wants mail when a story that they
// commented on is corrected. Such a mail also needs what [Address.TakesMail] asks.
func ChooseCorrections(ctx context.Context, db *models.DB, email string, wanted bool) error {
	_, err := changeAddress(ctx, db, email, func(a *Address, _ models.Time) bool {
		changed := a.Corrections != wanted
		a.Corrections = wanted
		return changed
	})
	return err
}

// ProofHolds reports whether a proof of an address, given at an instant, is still
// valid: the proofs were not revoked since. It does not ask whether the address
// was confirmed.
func ProofHolds(ctx context.Context, r models.Queryer, email string, given time.Time) (bool, error) {
	a, err := AddressOf(ctx, r, email)
	return err == nil && (a.RevokedAt.IsZero() || given.After(a.RevokedAt.Time)), err
}

// RevokeProofs revokes all proofs of the address: earlier cookies and links
// prove nothing, and no mail is sent until the owner has confirmed the address
// again.
func (a *Address) RevokeProofs(now models.Time) {
	a.RevokedAt, a.ConfirmedAt, a.AskedAt, a.AskedFor, a.Corrections = now, models.Time{}, models.Time{}, nil, false
}

// StopMail notes that the owner of an address wants no more mail.
func StopMail(ctx context.Context, db *models.DB, email string) error {
	_, err := changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		a.StoppedAt = now
		return true
	})
	return err
}

// linkPause is how long an address waits for another link of the same kind, so
// that strangers cannot fill its mailbox.
const linkPause = time.Hour

// AllowVerifyLink notes that a link is about to be sent by which a browser
// shows that the address is its own. It reports whether that may be done.
func AllowVerifyLink(ctx context.Context, db *models.DB, email string) (bool, error) {
	return changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		if models.Wait(a.ProofAt, linkPause, now) > 0 {
			return false
		}
		a.ProofAt = now
		return true
	})
}

// ForgetAddress removes an address. Two facts stay, under a hash from which
// the address cannot be read: that its owner wants no mail, and that its owner
// was asked. Without them a stranger could type the address again after each
// erasure, and cause another mail each time. proven means that the owner asks
// for the removal; then only the refusal of mail stays.
func ForgetAddress(ctx context.Context, tx *models.Tx, email string, proven bool) error {
	if err := models.LockKey(ctx, tx, "address "+email); err != nil {
		return err
	}
	a, err := AddressOf(ctx, tx, email)
	if err != nil {
		return err
	}
	if err := tx.Query(ctx).Where("email IN ?", []string{email, suppressionKey(email)}).Delete(&Address{}).Error; err != nil {
		return err
	}
	kept := Address{Email: suppressionKey(email), StoppedAt: a.StoppedAt, RevokedAt: a.RevokedAt}
	if !proven {
		kept.LinkedAt, kept.ProofAt = a.LinkedAt, a.ProofAt
		if !a.Confirmed() {
			kept.AskedAt, kept.AskedFor = a.AskedAt, a.AskedFor
		}
	}
	if kept == (Address{Email: kept.Email}) {
		return nil
	}
	return tx.Query(ctx).Create(&kept).Error
}

// unansweredRetention is how long an address stays readable after its owner
// was asked and gave no answer.
const unansweredRetention = 30 * 24 * time.Hour

// pruneBatch is how many addresses [PruneAddresses] forgets in one transaction.
const pruneBatch = 200

// PruneAddresses forgets addresses that are not needed any more: one hour
// after the last link if the address has no other entry, and thirty days after
// the question if its owner did not answer.
func PruneAddresses(ctx context.Context, db *models.DB) error {
	for {
		var old []string
		err := db.Write(ctx, func(tx *models.Tx) error {
			old = nil
			linked, asked := models.At(tx.Now.Add(-linkPause)), models.At(tx.Now.Add(-unansweredRetention))
			err := tx.Query(ctx).Model(&Address{}).Where(`email LIKE '%@%' AND confirmed_at IS NULL AND stopped_at IS NULL
				AND (asked_at IS NULL AND COALESCE(linked_at, 0) < ? AND COALESCE(proof_at, 0) < ? OR asked_at < ?)`,
				linked, linked, asked).
				Order("email").Limit(pruneBatch).Pluck("email", &old).Error
			if err != nil {
				return err
			}
			for _, email := range old {
				if err := ForgetAddress(ctx, tx, email, false); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(old) < pruneBatch {
			return err
		}
	}
}
