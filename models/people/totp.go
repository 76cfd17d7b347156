package people

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/terms"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

// One-time passwords follow RFC 6238 in the form that all authenticator apps
// know: SHA-1, six digits, thirty seconds. A code is accepted from one step
// before to one after, for clocks that are a little off, and once.
const (
	totpPeriod = 30
	totpSkew   = 1
	// recoveryCodeCount is how many recovery codes an account gets, for the
	// day when the telephone is lost.
	recoveryCodeCount = 10
)

var totpOptions = totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// recoveryCode is the hash of a code that works once instead of a one-time
// password.
type recoveryCode struct {
	UserID int64  `gorm:"primaryKey"`
	Hash   string `gorm:"primaryKey"`
}

// NewTOTP returns a new secret for one-time passwords of an account, or the
// secret before if it is not "". The secret has an effect once [EnableTOTP]
// gets a code made with it. address is its otpauth: address.
func NewTOTP(site string, u *User, before string) (secret, address string, err error) {
	o := totp.GenerateOpts{Issuer: strings.ReplaceAll(site, ":", " "), AccountName: u.Email, Period: totpPeriod}
	if o.Issuer == "" {
		o.Issuer = "Broadsheet"
	}
	if before != "" {
		if o.Secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(before); err != nil {
			return "", "", err
		}
	}
	key, err := totp.Generate(o)
	if err != nil {
		return "", "", err
	}
	return key.Secret(), key.URL(), nil
}

// stepOf returns the time step that a code belongs to, 0 for a wrong one.
// Without a secret every code is wrong; otherwise a code made with an empty
// key would be right.
func stepOf(secret, code string, now time.Time) (step int64) {
	if secret == "" {
		return 0
	}
	code = normalizeCode(code)
	for skew := int64(-totpSkew); skew <= totpSkew; skew++ {
		at := now.Add(time.Duration(skew*totpPeriod) * time.Second)
		right, err := totp.ValidateCustom(code, secret, at, totpOptions)
		if err == nil && right {
			step = at.Unix() / totpPeriod
		}
	}
	return step
}

// EnableTOTP stores a secret if the code was made with it, and ends the
// account's other sessions, which were begun without a code. It returns the
// recovery codes, which cannot be shown again.
func EnableTOTP(ctx context.Context, db *models.DB, u *User, secret, code, keep string) (codes []string, err error) {
	step := stepOf(secret, code, db.Now())
	if step == 0 {
		return nil, errWrongCode
	}
	sealed, err := db.Keys().Seal(totpPurpose, u.totpRow(), secret)
	if err != nil {
		return nil, err
	}
	codes = newRecoveryCodes()
	err = db.Write(ctx, func(tx *models.Tx) error {
		on := tx.Query(ctx).Model(&User{}).Where("id = ? AND totp_secret = ''", u.ID).
			UpdateColumns(map[string]any{"totp_secret": sealed, "totp_step": step})
		if on.Error == nil && on.RowsAffected == 0 {
			return models.Errorf(models.Conflict, "one-time passwords are in use already")
		}
		if on.Error != nil {
			return on.Error
		}
		if err := u.storeRecoveryCodes(ctx, tx, codes); err != nil {
			return err
		}
		if err := u.tellOwner(ctx, tx, TOTPEnabled, "", ""); err != nil {
			return err
		}
		return renewCredentials(ctx, tx, u.ID, keep)
	})
	return codes, err
}

// ReplaceRecoveryCodes makes new recovery codes in place of the old ones.
func ReplaceRecoveryCodes(ctx context.Context, db *models.DB, u *User) (codes []string, err error) {
	codes = newRecoveryCodes()
	return codes, db.Write(ctx, func(tx *models.Tx) error {
		if err := u.storeRecoveryCodes(ctx, tx, codes); err != nil {
			return err
		}
		if err := u.tellOwner(ctx, tx, CodesReplaced, "", ""); err != nil {
			return err
		}
		return endMailedLinks(ctx, tx, u.ID)
	})
}

func newRecoveryCodes() (codes []string) {
	for range recoveryCodeCount {
		text := strings.ToLower(rand.Text())
		codes = append(codes, text[:5]+"-"+text[5:10]+"-"+text[10:15])
	}
	return codes
}

func (u *User) storeRecoveryCodes(ctx context.Context, tx *models.Tx, codes []string) error {
	if err := tx.Query(ctx).Where("user_id = ?", u.ID).Delete(&recoveryCode{}).Error; err != nil {
		return err
	}
	var rows []recoveryCode
	for _, c := range codes {
		rows = append(rows, recoveryCode{u.ID, hashCode(c)})
	}
	return tx.Query(ctx).Create(rows).Error
}

// normalizeCode returns a one-time password or a recovery code in the form in
// which it was made. It accepts spaces, dashes, dots or quotes in or around
// the code, capitals, full-width letters, and the digits of any script.
func normalizeCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Z, unicode.P, unicode.Cc) || r == '\u2212' || terms.Invisible(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, models.PlainDigits(norm.NFKC.String(typed)))
}

// hashCode returns the stored form of a recovery code.
func hashCode(code string) string { return hashToken(normalizeCode(code)) }

// CountRecoveryCodes returns how many recovery codes an account has.
func CountRecoveryCodes(ctx context.Context, r models.Queryer, u *User) (n int64, err error) {
	err = r.Query(ctx).Model(&recoveryCode{}).Where("user_id = ?", u.ID).Count(&n).Error
	return n, err
}

// DisableTOTP removes the one-time passwords of an account. Mailed links end.
func DisableTOTP(ctx context.Context, db *models.DB, u *User) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := u.removeTOTP(ctx, tx); err != nil {
			return err
		}
		if err := u.tellOwner(ctx, tx, TOTPDisabled, "", ""); err != nil {
			return err
		}
		return endMailedLinks(ctx, tx, u.ID)
	})
}

func (u *User) removeTOTP(ctx context.Context, tx *models.Tx) error {
	err := tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumns(map[string]any{"totp_secret": "", "totp_step": 0}).Error
	if err == nil {
		err = tx.Query(ctx).Where("user_id = ?", u.ID).Delete(&recoveryCode{}).Error
	}
	return err
}

// totpPurpose is the purpose under which secrets of one-time passwords are
// sealed.
const totpPurpose = "secret of one-time passwords"

// totpRow names the row to which a sealed secret is bound.
func (u *User) totpRow() string { return "user " + strconv.FormatInt(u.ID, 10) }

// SealTOTPSecrets seals the secrets of one-time passwords that are stored
// plain or sealed with an older session key. It returns how many no key on the
// ring opens: those accounts sign in with a recovery code, or set up one-time
// passwords again.
func SealTOTPSecrets(ctx context.Context, db *models.DB) (lost int, err error) {
	var list []*User
	if err := db.Query(ctx).Where("totp_secret <> ''").Find(&list).Error; err != nil {
		return 0, err
	}
	for _, u := range list {
		secret, fresh, err := db.Keys().Unseal(totpPurpose, u.totpRow(), u.TOTPSecret)
		if errors.Is(err, models.ErrSealed) {
			lost++
			continue
		}
		if err != nil {
			return lost, err
		}
		if fresh {
			continue
		}
		sealed, err := db.Keys().Seal(totpPurpose, u.totpRow(), secret)
		if err == nil {
			err = db.Write(ctx, func(tx *models.Tx) error {
				return tx.Query(ctx).Model(&User{}).Where("id = ? AND totp_secret = ?", u.ID, u.TOTPSecret).
					UpdateColumn("totp_secret", sealed).Error
			})
		}
		if err != nil {
			return lost, err
		}
	}
	return lost, nil
}

// UsesTOTP reports whether the account signs in with one-time passwords.
func (u *User) UsesTOTP() bool { return u.TOTPSecret != "" }

// maxStepsAhead is how far ahead the last used step may lie. A step further
// ahead comes from a wrong clock that was put right, and does not count.
const maxStepsAhead = 120 // an hour

// CheckCode checks a one-time password or a recovery code of an account whose
// password was right. Each code works once. It is limited like a sign-in, and
// harder.
func CheckCode(ctx context.Context, db *models.DB, u *User, code, network string) error {
	counted, err := countAttempt(ctx, db, u.Email, network, u, true)
	if err != nil {
		return err
	}
	secret, _, err := db.Keys().Unseal(totpPurpose, u.totpRow(), u.TOTPSecret)
	if err != nil && !errors.Is(err, models.ErrSealed) {
		return err
	}
	// If no key opens the secret, only recovery codes work.
	step := stepOf(secret, code, db.Now())
	return db.Write(ctx, func(tx *models.Tx) error {
		var used *gorm.DB
		if step != 0 {
			used = tx.Query(ctx).Model(&User{}).
				Where("id = ? AND totp_secret = ? AND (totp_step < ? OR totp_step > ?)", u.ID, u.TOTPSecret, step, step+maxStepsAhead).
				UpdateColumn("totp_step", step)
		} else {
			used = tx.Query(ctx).Where("user_id = ? AND hash = ?", u.ID, hashCode(code)).Delete(&recoveryCode{})
		}
		if used.Error == nil && used.RowsAffected == 0 {
			return errWrongCode
		}
		if used.Error != nil {
			return used.Error
		}
		return counted.undo(ctx, tx)
	})
}
