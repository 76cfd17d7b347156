package people

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/terms"
)

// Limits of an account's fields, in bytes.
const (
	MaxNameBytes  = 245
	MaxEmailBytes = 100
)

// User is an account.
type User struct {
	ID           int64
	Email        string // lower case; unique
	Name         string
	Slug         string
	Role         Role
	PasswordHash string
	WPID         *int64      `gorm:"column:wp_id"`
	CreatedAt    models.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    models.Time `gorm:"autoUpdateTime:false"`
}

// TableName names the table for GORM.
func (User) TableName() string { return "users" }

// NormalizeEmail returns an address in the form accounts are found by, or an
// Invalid error. The form is the addr-spec of RFC 5322 without comments or
// quoting, lower-cased.
func NormalizeEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	_, domain, _ := strings.Cut(s, "@")
	if err != nil || a.Address != s || len(s) > MaxEmailBytes || !strings.Contains(domain, ".") || strings.ContainsAny(s, "\"<>() ") {
		return "", models.Errorf(models.Invalid, "%q is not an email address such as name@example.org", s)
	}
	return s, nil
}

// Add makes an account. password may be empty: nobody can sign in with it
// until one is set.
func Add(ctx context.Context, db *models.DB, name, email string, role Role, password string) (*User, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len(name) > MaxNameBytes || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return nil, models.Errorf(models.Invalid, "a name is one line of 1 to %d bytes", MaxNameBytes)
	}
	email, err := NormalizeEmail(email)
	if err != nil {
		return nil, err
	}
	u := &User{Email: email, Name: name, Role: role}
	if password != "" {
		if u.PasswordHash, err = HashPassword(password); err != nil {
			return nil, err
		}
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		u.ID = 0
		u.CreatedAt, u.UpdatedAt = models.At(tx.Now), models.At(tx.Now)
		// The address is unique, so a slug made from it is too.
		u.Slug = strings.NewReplacer("@", "-at-", ".", "-", "+", "-plus-").Replace(email)
		tx.Touch("people")
		return tx.Query(ctx).Create(u).Error
	})
	if models.IsDuplicate(err) {
		return nil, models.Errorf(models.Conflict, "there is an account for %s already", email)
	}
	return u, err
}

// List returns every account by name.
func List(ctx context.Context, r models.Reader) ([]User, error) {
	var users []User
	err := r.Query(ctx).Order("name, id").Find(&users).Error
	return users, err
}

// ByEmail returns the account with that address; a NotFound error if there
// is none.
func ByEmail(ctx context.Context, r models.Reader, email string) (*User, error) {
	email, err := NormalizeEmail(email)
	if err != nil {
		return nil, err
	}
	var list []*User
	if err := r.Query(ctx).Where("email = ?", email).Limit(1).Find(&list).Error; err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.Errorf(models.NotFound, "there is no account for %s; 'broadsheet people list' shows them", email)
	}
	return list[0], nil
}

// Staffed reports whether somebody who works here has this name or one that
// looks the same: in other case or spacing, with accents, or with letters of
// another script. A guest may not borrow it.
func Staffed(ctx context.Context, r models.Reader, name string) (bool, error) {
	var names []string
	err := r.Query(ctx).Model(&User{}).Where("role <> ?", Subscriber).Pluck("name", &names).Error
	look := looks(name)
	return look != "" && slices.ContainsFunc(names, func(n string) bool { return looks(n) == look }), err
}

// looks returns what is left of a name for a hurried eye.
func looks(name string) string { return strings.Join(terms.Words(terms.Skeleton(name)), "") }
