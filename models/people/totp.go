package people

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"broadsheet/models"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// One-time passwords are those of RFC 6238 in the form that all programs for
// telephones know: SHA-1, six digits, thirty seconds. A code is taken from
// one step before to one after, for clocks that are a little off, and once.
const (
	totpPeriod = 30
	totpSkew   = 1
	// recoveryCodes is how many codes there are for the day when the telephone
	// is lost.
	recoveryCodes = 10
)

// recoveryCode is the hash of a code that works once instead of a one-time
// password.
type recoveryCode struct {
	UserID int64  `gorm:"primaryKey"`
	Hash   string `gorm:"primaryKey"`
}

// NewTOTP makes a secret for an account that wants one-time passwords. It is
// in force once [EnableTOTP] was given a code made with it. address is the
// otpauth: form of it.
func NewTOTP(site string, u *User) (secret, address string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: strings.ReplaceAll(site, ":", " "), AccountName: u.Email, Period: totpPeriod})
	if err != nil {
		return "", "", err
	}
	return key.Secret(), key.URL(), nil
}

// stepOf returns the step that a code belongs to, 0 for a wrong one.
func stepOf(secret, code string, now time.Time) (step int64) {
	code = strings.Join(strings.Fields(code), "")
	for skew := int64(-totpSkew); skew <= totpSkew; skew++ {
		at := now.Add(time.Duration(skew*totpPeriod) * time.Second)
		right, err := totp.ValidateCustom(code, secret, at, totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && right {
			step = at.Unix() / totpPeriod
		}
	}
	return step
}

// EnableTOTP puts a secret in force if the code was made with it. It returns
// the recovery codes, which are shown this once.
func EnableTOTP(ctx context.Context, db *models.DB, u *User, secret, code string) (codes []string, err error) {
	step := stepOf(secret, code, db.Now())
	if step == 0 {
		return nil, errWrongCode
	}
	for range recoveryCodes {
		text := strings.ToLower(rand.Text())
		codes = append(codes, text[:5]+"-"+text[5:10]+"-"+text[10:15])
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		err := tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumns(map[string]any{"totp_secret": secret, "totp_step": step}).Error
		if err == nil {
			err = tx.Query(ctx).Where("user_id = ?", u.ID).Delete(&recoveryCode{}).Error
		}
		for _, c := range codes {
			if err == nil {
				err = tx.Query(ctx).Create(&recoveryCode{u.ID, hashToken(c)}).Error
			}
		}
		return err
	})
	return codes, err
}

// DisableTOTP takes one-time passwords out of force.
func DisableTOTP(ctx context.Context, db *models.DB, u *User) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		err := tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumns(map[string]any{"totp_secret": "", "totp_step": 0}).Error
		if err == nil {
			err = tx.Query(ctx).Where("user_id = ?", u.ID).Delete(&recoveryCode{}).Error
		}
		return err
	})
}

// UsesTOTP reports whether the account signs in with one-time passwords.
func (u *User) UsesTOTP() bool { return u.TOTPSecret != "" }

// CheckCode takes a one-time password or a recovery code of an account whose
// password was right. Each works once. It is throttled as sign-ins are.
func CheckCode(ctx context.Context, db *models.DB, u *User, code, network string) error {
	if err := tryDoor(ctx, db, u.Email, network, u); err != nil {
		return err
	}
	step := stepOf(u.TOTPSecret, code, db.Now())
	return db.Write(ctx, func(tx *models.Tx) error {
		if step != 0 {
			used := tx.Query(ctx).Model(&User{}).Where("id = ? AND totp_step < ?", u.ID, step).UpdateColumn("totp_step", step)
			if used.Error == nil && used.RowsAffected == 0 {
				return errWrongCode
			}
			return used.Error
		}
		used := tx.Query(ctx).Where("user_id = ? AND hash = ?", u.ID, hashToken(strings.ToLower(strings.TrimSpace(code)))).Delete(&recoveryCode{})
		if used.Error == nil && used.RowsAffected == 0 {
			return errWrongCode
		}
		return used.Error
	})
}
