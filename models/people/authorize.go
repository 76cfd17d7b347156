package people

import (
	"context"
	"fmt"

	"broadsheet/models"
)

// errClosed refuses an act on behalf of a closed account.
var errClosed = models.Refusal(models.Forbidden, "account-ended", "this account was closed")

// errLinkEnded refuses a signed link, or a sign-in in progress, that is older
// than the last sign-out everywhere, password change or change of a second
// factor.
var errLinkEnded = models.Refusal(models.Gone, "link-ended",
	"this link ended with a sign-out everywhere, a new password or a change of the account's second factor")

// errNoRight refuses an act for which the account's role lacks the right.
var errNoRight = models.Refusal(models.Forbidden, "no-right", "this account may no longer do that")

// May reports whether an account has a right now. A closed account has none.
func (u *User) May(right Right) bool { return u != nil && !u.Closed() && u.Role.May(right) }

// Authorize returns the account on behalf of which the caller is about to act:
// by a session, by a mailed link, or by a queued job. Each such entry point
// calls it with the right that the act needs, "" for none. It refuses with
//
//	NotFound                 there is no such account
//	Forbidden account-ended  the account was closed
//	Forbidden no-right       its role lacks the right
func Authorize(ctx context.Context, r models.Queryer, id int64, right Right) (*User, error) {
	u, err := ByID(ctx, r, id)
	switch {
	case err != nil:
		return nil, err
	case u.Closed():
		return nil, errClosed
	case right != "" && !u.May(right):
		return nil, errNoRight
	}
	return u, nil
}

// AuthorizeLink is [Authorize] for a signed link, which carries the account's
// [User.Stamp] of the time when it was made. It also refuses with
//
//	Gone link-ended  the account's credentials have changed since
func AuthorizeLink(ctx context.Context, r models.Queryer, id int64, stamp string, right Right) (*User, error) {
	u, err := Authorize(ctx, r, id, right)
	if err == nil && u.Stamp() != stamp {
		return nil, errLinkEnded
	}
	return u, err
}

// Stamp returns a mark of the account's credentials, 32 hexadecimal digits. It
// changes with the password and with the account's generation. A link that
// carries it ends with a sign-out everywhere, a new password, a change of a
// second factor and the closing of the account.
func (u *User) Stamp() string {
	return hashToken(fmt.Sprintf("%d %s %d %s", u.ID, u.Email, u.Generation, u.PasswordHash))[:32]
}

// renewCredentials begins a new generation of an account's credentials. All
// links that were mailed before end, and all application passwords. All sessions end,
// except the one with the hash kept, which may be "".
func renewCredentials(ctx context.Context, tx *models.Tx, user int64, kept string) error {
	if err := tx.Query(ctx).Where("user_id = ? AND hash <> ?", user, kept).Delete(&Session{}).Error; err != nil {
		return err
	}
	if err := endAppPasswords(ctx, tx, user); err != nil {
		return err
	}
	return endMailedLinks(ctx, tx, user)
}

// endAppPasswords ends all application passwords of an account, see package apppasswords.
func endAppPasswords(ctx context.Context, tx *models.Tx, user int64) error {
	return models.Exec(ctx, tx, "DELETE FROM app_passwords WHERE user_id = ?", user)
}

// endMailedLinks ends all links that were mailed to an account, by a new
// generation of its credentials (see [User.Stamp]). Its sessions get the new
// generation too and stay signed in.
func endMailedLinks(ctx context.Context, tx *models.Tx, user int64) error {
	err := models.Exec(ctx, tx, "UPDATE users SET generation = generation + 1 WHERE id = ?", user)
	if err == nil {
		err = models.Exec(ctx, tx,
			"UPDATE sessions SET generation = (SELECT generation FROM users WHERE id = sessions.user_id) WHERE user_id = ?", user)
	}
	return err
}

// checkUnchanged refuses if the account was closed or its credentials have
// changed since u was read. On PostgreSQL it locks the account's row.
func (u *User) checkUnchanged(ctx context.Context, tx *models.Tx) error {
	current, err := models.First[User](tx.Lock(ctx).Where("id = ?", u.ID))
	if err != nil {
		return err
	}
	switch {
	case current == nil || current.Closed():
		return errClosed
	case current.Stamp() != u.Stamp():
		return errLinkEnded
	}
	return nil
}
