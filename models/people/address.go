package people

import (
	"context"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Address is what is known of an email address that somebody typed. Nobody
// gets more than one mail before saying that it is welcome.
type Address struct {
	Email       string      `gorm:"primaryKey"`
	AskedAt     models.Time // when its owner was asked, once and for all
	AskedFor    *int64      // the comment that was the occasion
	ConfirmedAt models.Time // when the owner said yes
	StoppedAt   models.Time // when the owner wanted no more mail
	LinkedAt    models.Time // when a link to own data was last sent
	ProofAt     models.Time // when a link was last sent to show that it is a browser's own
	RevokedAt   models.Time // when proofs of the address were last taken back
	Daily       bool        // one mail a day instead of one for each answer
}

// TableName names the table for GORM.
func (Address) TableName() string { return "addresses" }

// Confirmed reports whether the owner has shown that the address is theirs.
func (a *Address) Confirmed() bool { return !a.ConfirmedAt.IsZero() }

// TakesMail reports whether mail is welcome.
func (a *Address) TakesMail() bool { return a.Confirmed() && a.StoppedAt.IsZero() }

// AddressOf returns what is known of an address, which may be nothing.
func AddressOf(ctx context.Context, r models.Reader, email string) (*Address, error) {
	var found []*Address
	if err := r.Query(ctx).Where("email = ?", email).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return &Address{Email: email}, nil
	}
	return found[0], nil
}

// changeAddress loads an address, lets fn change it, and stores it if fn says so.
func changeAddress(ctx context.Context, db *models.DB, email string, fn func(a *Address, now models.Time) bool) (changed bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "address "+email); err != nil {
			return err
		}
		a, err := AddressOf(ctx, tx, email)
		if err != nil {
			return err
		}
		if changed = fn(a, models.At(tx.Now)); !changed {
			return nil
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(a).Error
	})
	return changed, err
}

// Ask notes that an address is about to be asked whether it wants mail. It
// reports whether that may be done: for one comment only, and not after the
// owner has said yes or no.
func Ask(ctx context.Context, db *models.DB, email string, comment int64) (bool, error) {
	return changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		if a.AskedFor != nil && *a.AskedFor != comment || a.Confirmed() || !a.StoppedAt.IsZero() {
			return false
		}
		a.AskedAt, a.AskedFor = now, &comment
		return true
	})
}

// Confirm notes that the owner of an address wants mail, at once or daily.
func Confirm(ctx context.Context, db *models.DB, email string, daily bool) error {
	_, err := changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		if !a.Confirmed() {
			a.ConfirmedAt = now
		}
		a.StoppedAt, a.Daily = models.Time{}, daily
		return true
	})
	return err
}

// Stop notes that the owner of an address wants no more mail.
func Stop(ctx context.Context, db *models.DB, email string) error {
	_, err := changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		a.StoppedAt = now
		return true
	})
	return err
}

// linkPause is how long one address waits for another link of a kind, so that
// nobody can fill somebody else's mailbox.
const linkPause = time.Hour

// AskLink notes that a link to own data is about to be sent. It reports
// whether that may be done.
func AskLink(ctx context.Context, db *models.DB, email string) (bool, error) {
	return changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		if !a.LinkedAt.IsZero() && now.Sub(a.LinkedAt.Time) < linkPause {
			return false
		}
		a.LinkedAt = now
		return true
	})
}

// AskProof notes that a link is about to be sent by which a browser shows that
// the address is its own. It reports whether that may be done.
func AskProof(ctx context.Context, db *models.DB, email string) (bool, error) {
	return changeAddress(ctx, db, email, func(a *Address, now models.Time) bool {
		if !a.ProofAt.IsZero() && now.Sub(a.ProofAt.Time) < linkPause {
			return false
		}
		a.ProofAt = now
		return true
	})
}

// ForgetAddress removes what is known of an address.
func ForgetAddress(ctx context.Context, tx *models.Tx, email string) error {
	return tx.Query(ctx).Where("email = ?", email).Delete(&Address{}).Error
}
