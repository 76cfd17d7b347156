package people

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/people/commonpassword"
	"broadsheet/models/people/hashcost"
	"broadsheet/models/queue"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// MinPasswordRunes is the length of the shortest password, in characters.
// MaxPasswordBytes is the length of the longest typed password; it limits the
// cost of hashing.
const (
	MinPasswordRunes = 10
	MaxPasswordBytes = 1024
)

// passwordForms returns the forms of a typed password that a stored hash may
// be made of, without duplicates. The first is the form of new hashes:
// Unicode's NFKC, which NIST SP 800-63B asks for before hashing, so that the
// same password from another keyboard is equal. (The profile OpaqueString of
// RFC 8265 would refuse emoji that are joined from several.) The others are
// the forms of older hashes: as typed, and decomposed. The number of forms
// depends only on the typed text, never on the account.
func passwordForms(typed string) []string {
	forms := []string{norm.NFKC.String(typed)}
	for _, form := range []string{typed, norm.NFD.String(typed)} {
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return forms
}

// errPasswordCommon refuses a password that is guessed first.
var errPasswordCommon = models.Refusal(
	models.Invalid, "password-common", "this password is guessed too easily: take more words, or other ones",
)

// HashPassword returns the argon2id hash of a password in PHC string format. It
// refuses with Invalid a password that is shorter than [MinPasswordRunes] or longer
// than [MaxPasswordBytes] (password-weak), and one that is guessed first
// (password-common). own are the names and the address that a guesser tries first: those
// of the account and of the site.
func HashPassword(password string, own ...string) (string, error) {
	stored := passwordForms(password)[0]
	if min(utf8.RuneCountInString(password), utf8.RuneCountInString(stored)) < MinPasswordRunes {
		text := fmt.Sprintf("a password needs at least %d characters", MinPasswordRunes)
		return "", models.Refusal(models.Invalid, "password-weak", text)
	}
	if len(password) > MaxPasswordBytes || !utf8.ValidString(password) {
		text := fmt.Sprintf("a password is UTF-8 text of at most %d bytes", MaxPasswordBytes)
		return "", models.Refusal(models.Invalid, "password-weak", text)
	}
	if commonpassword.Common(stored, own...) {
		return "", errPasswordCommon
	}
	return argon2id.CreateHash(stored, hashcost.Params())
}

// CheckPassword reports whether the password is the user's, in any of its
// forms. It returns false for an account without a password.
func (u *User) CheckPassword(password string) (bool, error) {
	c, err := u.comparePassword(password)
	return c.right, err
}

// comparison is the result of comparing a password with a stored hash.
type comparison struct {
	right   bool
	renewed string // the hash to store instead of one of an older form; "" for none
	hashes  int64  // how many forms were compared
}

// comparePassword compares the forms of a password with the user's hash, one
// after the other, until one is right.
func (u *User) comparePassword(password string) (c comparison, err error) {
	if u.PasswordHash == "" {
		return c, nil
	}
	forms := passwordForms(password)
	for i, form := range forms {
		c.hashes++
		if c.right, err = argon2id.ComparePasswordAndHash(form, u.PasswordHash); err != nil || !c.right {
			continue
		}
		if i > 0 {
			c.renewed, err = argon2id.CreateHash(forms[0], hashcost.Params())
		}
		return c, err
	}
	return c, err
}

// replaceHash replaces the hash that the password was just compared with by
// the hash of the password's present form. It changes nothing if the password
// was changed in between.
func (u *User) replaceHash(ctx context.Context, tx *models.Tx, hash string) error {
	return tx.Query(ctx).Model(&User{}).Where("id = ? AND password_hash = ?", u.ID, u.PasswordHash).
		UpdateColumn("password_hash", hash).Error
}

// SetPassword stores a new password for the account with that address, on
// behalf of the command line, and ends its sessions.
func SetPassword(ctx context.Context, db *models.DB, email, password string) error {
	return changePasswordOf(ctx, db, password, "", models.ActorShell.Name, func(tx *models.Tx) (*User, error) {
		u, err := ByEmail(ctx, tx, email)
		if err == nil {
			err = recordChange(ctx, tx, models.ActorShell, u, "password", "")
		}
		return u, err
	})
}

// ChangePassword stores a new password for an account and ends its sessions,
// except the one with the hash keep, which may be "".
func ChangePassword(ctx context.Context, db *models.DB, u *User, password, keep string) error {
	return changePasswordOf(ctx, db, password, keep, "", func(*models.Tx) (*User, error) { return u, nil })
}

// ErrResetGone refuses a link that is invalid or too old, was used, or was replaced
// by a later one.
var ErrResetGone = models.Refusal(models.Gone, "reset-gone", "this link was used already or is too old: ask for another one")

// ByResetLink returns the account of a mailed link to a new password. It
// refuses with Gone (reset-gone) if the account's [User.Stamp] differs from
// the link's, and for a closed account.
func ByResetLink(ctx context.Context, r models.Queryer, email, stamp string) (*User, error) {
	u, err := ByEmail(ctx, r, email)
	if err == nil {
		u, err = AuthorizeLink(ctx, r, u.ID, stamp, "")
	}
	switch models.KindOf(err) {
	case models.NotFound, models.Forbidden, models.Gone:
		return nil, ErrResetGone
	}
	return u, err
}

// ResetPassword stores a new password for an account by a mailed link, which
// carries the account's stamp. All sessions and mailed links end, this one
// included.
func ResetPassword(ctx context.Context, db *models.DB, email, stamp, password string) (*User, error) {
	var u *User
	err := changePasswordOf(ctx, db, password, "", "", func(tx *models.Tx) (_ *User, err error) {
		if err = models.LockKey(ctx, tx, "password "+email); err == nil {
			u, err = ByResetLink(ctx, tx, email, stamp)
		}
		return u, err
	})
	return u, err
}

// changePasswordOf stores a new password for the account that find returns. by is the
// actor, "" for the owner.
func changePasswordOf(ctx context.Context, db *models.DB, password, keep, by string, find func(*models.Tx) (*User, error)) error {
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		u, err := find(tx)
		var paper string
		if err == nil {
			paper, err = siteName(ctx, tx)
		}
		if err == nil && commonpassword.Common(password, u.Name, u.Email, paper) {
			err = errPasswordCommon
		}
		if err != nil {
			return err
		}
		u.PasswordHash, u.UpdatedAt = hash, models.At(tx.Now)
		changes := map[string]any{"password_hash": hash, "updated_at": u.UpdatedAt}
		if err := tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumns(changes).Error; err != nil {
			return err
		}
		if err := renewCredentials(ctx, tx, u.ID, keep); err != nil {
			return err
		}
		if err := u.tellOwner(ctx, tx, PasswordChanged, "", by); err != nil {
			return err
		}
		fresh, err := ByID(ctx, tx, u.ID)
		if err == nil {
			u.Generation = fresh.Generation
		}
		return err
	})
}

// JobPassword is the kind of job that mails a link to a new password. Its key is
// the typed address as [NormalizeEmail] returns it; it may have no account.
const JobPassword = "password link"

// RequestPasswordReset queues a mail with a link to a new password for an
// address. The job looks up later whether the address has an account, so that
// the answer and its time are the same for all addresses.
func RequestPasswordReset(ctx context.Context, db *models.DB, email string) error {
	email, err := NormalizeEmail(email)
	if err != nil {
		return nil // the answer is the same as for an account's address
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return queue.Add(ctx, tx, JobPassword, email, struct{}{}, tx.Now)
	})
}

// AllowResetMail returns the account of an address if a link to a new password
// may be mailed to it now, otherwise nil. A mailbox gets three an hour.
func AllowResetMail(ctx context.Context, db *models.DB, email string) (*User, error) {
	u, err := ByEmail(ctx, db, email)
	if models.KindOf(err) == models.NotFound || err == nil && u.Closed() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var sent int
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		_, sent, err = incrementCounter(ctx, tx, "reset "+email, resetMailsPerAddress.window)
		return err
	})
	if err != nil || sent > resetMailsPerAddress.most {
		return nil, err
	}
	return u, nil
}
