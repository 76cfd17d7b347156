package people

import (
	"context"
	"unicode/utf8"

	"broadsheet/models"

	"github.com/alexedwards/argon2id"
)

// MinPasswordRunes is the shortest password taken, in characters; longest
// MaxPasswordBytes, so that hashing stays cheap to bound.
const (
	MinPasswordRunes = 10
	MaxPasswordBytes = 1024
)

// hashParams are the second recommended choice of OWASP's password storage
// cheat sheet for argon2id: 19 MiB, two passes, one lane.
var hashParams = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword returns the argon2id hash of a password in PHC string format.
func HashPassword(password string) (string, error) {
	if utf8.RuneCountInString(password) < MinPasswordRunes {
		return "", models.Errorf(models.Invalid, "a password needs at least %d characters", MinPasswordRunes)
	}
	if len(password) > MaxPasswordBytes || !utf8.ValidString(password) {
		return "", models.Errorf(models.Invalid, "a password is UTF-8 text of at most %d bytes", MaxPasswordBytes)
	}
	return argon2id.CreateHash(password, &hashParams)
}

// CheckPassword reports whether the password is the user's. An account
// without a password has none that is right.
func (u *User) CheckPassword(password string) (bool, error) {
	if u.PasswordHash == "" {
		return false, nil
	}
	return argon2id.ComparePasswordAndHash(password, u.PasswordHash)
}

// SetPassword stores a new password's hash, and ends the account's sessions.
func SetPassword(ctx context.Context, db *models.DB, email, password string) error {
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		u, err := ByEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		if err := tx.Query(ctx).Model(u).Updates(User{PasswordHash: hash, UpdatedAt: models.At(tx.Now)}).Error; err != nil {
			return err
		}
		return SignOutEverywhere(ctx, tx, u.ID, "")
	})
}
