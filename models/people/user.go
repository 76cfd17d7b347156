package people

import (
	"context"
	"net/mail"
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
	TOTPSecret   string      `gorm:"column:totp_secret"` // base32; "" without one-time passwords
	TOTPStep     int64       `gorm:"column:totp_step"`   // last used
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

// ByID returns an account; a NotFound error if there is none.
func ByID(ctx context.Context, r models.Reader, id int64) (*User, error) {
	var list []*User
	if err := r.Query(ctx).Where("id = ?", id).Limit(1).Find(&list).Error; err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.Errorf(models.NotFound, "there is no such account")
	}
	return list[0], nil
}

// SetRole gives an account another role. The last administrator keeps
// theirs: nobody could give it back.
func SetRole(ctx context.Context, db *models.DB, id int64, role Role) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "roles"); err != nil {
			return err
		}
		u, err := ByID(ctx, tx, id)
		if err != nil || u.Role == role {
			return err
		}
		if u.Role == Administrator {
			others, err := administrators(ctx, tx)
			if err != nil {
				return err
			}
			if others < 2 {
				return models.Refuse(models.Conflict, "last-administrator", "the last administrator stays one")
			}
		}
		tx.Touch("people")
		return tx.Query(ctx).Model(u).Select("role", "updated_at").Updates(User{Role: role, UpdatedAt: models.At(tx.Now)}).Error
	})
}

func administrators(ctx context.Context, r models.Reader) (n int64, err error) {
	err = r.Query(ctx).Model(&User{}).Where("role = ?", Administrator).Count(&n).Error
	return n, err
}

// HasAdministrator reports whether somebody can manage the site.
func HasAdministrator(ctx context.Context, r models.Reader) (bool, error) {
	n, err := administrators(ctx, r)
	return n > 0, err
}

// AddFirst makes the first administrator. It refuses with Gone once there is
// one: the link that leads here works once.
func AddFirst(ctx context.Context, db *models.DB, name, email, password string) (*User, error) {
	if has, err := HasAdministrator(ctx, db); err != nil || has {
		if err == nil {
			err = models.Refuse(models.Gone, "first-gone", "this site has its administrator")
		}
		return nil, err
	}
	return Add(ctx, db, name, email, Administrator, password)
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

// HasEmail reports whether an account has that address.
func HasEmail(ctx context.Context, r models.Reader, email string) (bool, error) {
	var id int64
	return models.Take(ctx, r, []any{&id}, "SELECT id FROM users WHERE email = ?", strings.ToLower(strings.TrimSpace(email)))
}

// Staffed reports whether somebody who works here has this name or one that
// looks the same: in other case or spacing, with accents, or with letters of
// another script. A guest may not borrow it.
func Staffed(ctx context.Context, r models.Reader, name string) (bool, error) {
	look := looks(name)
	if look == "" {
		return false, nil
	}
	rows, err := models.Rows(ctx, r, "SELECT name FROM users WHERE role <> ?", Subscriber)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return false, err
		}
		if looks(name) == look {
			return true, nil
		}
	}
	return false, rows.Err()
}

// looks returns what is left of a name for a hurried eye.
func looks(name string) string { return strings.Join(terms.Words(terms.Skeleton(name)), "") }
