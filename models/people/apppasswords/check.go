package apppasswords

import (
	"context"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/people"
)

// The least time between two notes of a use: of one from the same network, and of one
// from another.
const (
	seenInterval    = time.Hour
	networkInterval = time.Minute
)

// Check returns the account for which a program acts that sends a user name and a
// password, and that password, nil if they are not right or the account may not have
// passwords any more.
// The user name is the account's email or its name, because programs ask for a user
// name. Letters of the password count in both cases, and all but letters and digits
// is ignored, as in WordPress.
//
// It looks the password up by its hash, so an unknown account takes as long as a known
// one. There is no count of failures that could lock an owner out.
func Check(ctx context.Context, db *models.DB, user, password, network string) (*people.User, *Password, error) {
	letters := lettersOf(password)
	if len(letters) != Letters {
		return nil, nil, nil
	}
	p, err := models.First[Password](db.Query(ctx).Where("hash = ?", hash(letters)))
	if err != nil || p == nil {
		return nil, nil, err
	}
	u, err := people.ByID(ctx, db, p.UserID)
	if err != nil || !named(u, user) || !Allowed(u) {
		return nil, nil, err
	}
	return u, p, p.note(ctx, db, network)
}

// lettersOf returns the letters and digits of a password, in upper case.
func lettersOf(password string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, password)
}

// named reports whether a user name is one of an account.
func named(u *people.User, user string) bool {
	return people.EmailForm(user) == u.Email || strings.EqualFold(strings.TrimSpace(user), u.Name)
}

// note notes the use of a password.
func (p *Password) note(ctx context.Context, db *models.DB, network string) error {
	age := db.Now().Sub(p.UsedAt.Time)
	if age <= networkInterval || age <= seenInterval && p.Network == network {
		return nil
	}
	p.UsedAt, p.Network = models.At(db.Now()), network
	return db.Write(ctx, func(tx *models.Tx) error {
		err := models.Exec(ctx, tx, "UPDATE app_passwords SET used_at = ?, network = ? WHERE id = ?", models.At(tx.Now), network, p.ID)
		if err == nil {
			err = models.Exec(ctx, tx, "UPDATE users SET seen_at = ? WHERE id = ?", models.At(tx.Now), p.UserID)
		}
		return err
	})
}
