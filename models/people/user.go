package people

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/richtext"
)

// MaxName is the longest name of an account, in characters, see
// [richtext.TooLong].
const MaxName = 245

// User is an account.
type User struct {
	ID           int64
	Email        string // in the form of [NormalizeEmail]; unique
	Name         string
	Slug         string
	Role         Role
	PasswordHash string
	TOTPSecret   string      `gorm:"column:totp_secret"` // base32, sealed; "" without one-time passwords
	TOTPStep     int64       `gorm:"column:totp_step"`   // last used
	Limited      bool        // a moderator of some categories only
	ClosedAt     models.Time `gorm:"column:ended_at"` // when the account was closed
	SeenAt       models.Time // when it was last used, to the hour
	Generation   int64       // of the credentials, see [User.Stamp]
	WPID         *int64      `gorm:"column:wp_id"`
	CreatedAt    models.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    models.Time `gorm:"autoUpdateTime:false"`
}

// TableName names the table for GORM.
func (User) TableName() string { return "users" }

// Actor returns the account as the logs record it.
func (u *User) Actor() models.Actor {
	id := u.ID
	return models.Actor{UserID: &id, Name: u.Name}
}

// Closed reports whether the account was closed: it cannot sign in.
func (u *User) Closed() bool { return !u.ClosedAt.IsZero() }

// NewAccount describes an account to create.
type NewAccount struct {
	Name     string
	Email    string
	Role     Role
	Password string // "" for none: the account cannot sign in until one is set
}

// CreateAccount stores a new account and notes in the log that by created it.
// It refuses with
//
//	Invalid  name-wrong, email-wrong, password-weak, password-common, name-reserved
//	Conflict email-taken, name-taken
func CreateAccount(ctx context.Context, db *models.DB, by models.Actor, a NewAccount) (*User, error) {
	u, err := Prepare(ctx, db, a)
	if err != nil {
		return nil, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, rolesLock); err != nil { // two accounts must not take one name at once
			return err
		}
		return insertAccount(ctx, tx, by, u)
	})
	return u, explainDuplicate(err, u.Email)
}

// Check returns the account that would be made, with name and address in their stored
// form. It refuses like [CreateAccount].
func (a NewAccount) Check(ctx context.Context, tx *models.Tx) (*User, error) {
	u, err := a.newUser("")
	if err != nil {
		return nil, err
	}
	known, err := HasEmail(ctx, tx, u.Email)
	if err == nil && known {
		err = errEmailTaken(u.Email)
	}
	if err == nil {
		err = checkAccountName(ctx, tx, u.Name, u.Role, 0)
	}
	return u, err
}

// Prepare checks the fields of an account and hashes its password, for [Hire]. It stores
// nothing: hashing would hold up a transaction.
func Prepare(ctx context.Context, r models.Queryer, a NewAccount) (*User, error) {
	paper, err := siteName(ctx, r)
	if err != nil {
		return nil, err
	}
	return a.newUser(paper)
}

// Hire stores an account of [Prepare] within a transaction. It refuses like
// [CreateAccount].
func Hire(ctx context.Context, tx *models.Tx, by models.Actor, u *User) error {
	err := models.LockKey(ctx, tx, rolesLock)
	if err == nil {
		err = insertAccount(ctx, tx, by, u)
	}
	return err
}

// explainDuplicate replaces the error of a unique index by a refusal.
func explainDuplicate(err error, email string) error {
	if models.IsDuplicate(err) {
		return errEmailTaken(email)
	}
	return err
}

func errEmailTaken(email string) error {
	return models.Refusal(models.Conflict, "email-taken", "there is an account for "+email+" already")
}

// cleanName returns the stored form of a name, or an Invalid error.
func cleanName(name string) (string, error) {
	wrong := !utf8.ValidString(name) || strings.ContainsFunc(strings.Join(strings.Fields(name), " "), unicode.IsControl)
	name = richtext.PlainLine(name)
	if wrong || richtext.Blank(name) || richtext.TooLong(name, MaxName) {
		return "", models.Refusal(models.Invalid, "name-wrong", fmt.Sprintf("a name is one line of 1 to %d characters", MaxName))
	}
	return name, nil
}

// newUser checks the fields and returns the row. It does not store it. paper is the name
// of the site.
func (a NewAccount) newUser(paper string) (u *User, err error) {
	u = &User{Role: a.Role}
	if u.Name, err = cleanName(a.Name); err != nil {
		return nil, err
	}
	if u.Email, err = NormalizeEmail(a.Email); err != nil {
		return nil, err
	}
	if a.Password != "" {
		u.PasswordHash, err = HashPassword(a.Password, u.Name, u.Email, paper)
	}
	return u, err
}

// insertAccount stores a new account with a line in the log.
func insertAccount(ctx context.Context, tx *models.Tx, by models.Actor, u *User) error {
	known, err := HasEmail(ctx, tx, u.Email)
	if err == nil && known {
		err = errEmailTaken(u.Email)
	}
	if err == nil {
		err = checkAccountName(ctx, tx, u.Name, u.Role, 0)
	}
	if err != nil {
		return err
	}
	u.ID = 0
	u.CreatedAt, u.UpdatedAt = models.At(tx.Now), models.At(tx.Now)
	// The address is unique, so a slug made from it is too.
	u.Slug = strings.NewReplacer("@", "-at-", ".", "-", "+", "-plus-").Replace(u.Email)
	tx.Touch(PeopleTag, RolesTag)
	if err := tx.Query(ctx).Create(u).Error; err != nil {
		return err
	}
	return recordChange(ctx, tx, by, u, "added", string(u.Role))
}

// ListAccounts returns all accounts, closed ones too, sorted by name.
func ListAccounts(ctx context.Context, r models.Queryer) ([]User, error) {
	var users []User
	err := r.Query(ctx).Order("name, id").Find(&users).Error
	return users, err
}

// ByID returns the account with a number, or a NotFound error.
func ByID(ctx context.Context, r models.Queryer, id int64) (*User, error) {
	u, err := models.First[User](r.Query(ctx).Where("id = ?", id))
	if err == nil && u == nil {
		err = models.Errorf(models.NotFound, "there is no such account")
	}
	return u, err
}

// countAdministrators counts the administrators whose accounts are not closed.
func countAdministrators(ctx context.Context, r models.Queryer) (n int64, err error) {
	err = r.Query(ctx).Model(&User{}).Where("role = ? AND ended_at IS NULL", Administrator).Count(&n).Error
	return n, err
}

// HasAdministrator reports whether the site has an administrator.
func HasAdministrator(ctx context.Context, r models.Queryer) (bool, error) {
	n, err := countAdministrators(ctx, r)
	return n > 0, err
}

// ErrFirstGone refuses the link to the first administrator once there is one.
var ErrFirstGone = models.Refusal(models.Gone, "first-gone", "this site has its administrator")

// CreateFirstAdministrator stores the site's first administrator, by the link
// that the first start prints. It takes the role and the actor of the log from
// the account itself, and needs a password. It refuses with Gone (first-gone)
// once there is an administrator, also when two browsers open the link at once.
func CreateFirstAdministrator(ctx context.Context, db *models.DB, a NewAccount) (*User, error) {
	a.Role = Administrator
	u, err := Prepare(ctx, db, a)
	if err == nil && u.PasswordHash == "" {
		_, err = HashPassword("") // the refusal says how long a password must be
	}
	if err != nil {
		return nil, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, rolesLock); err != nil {
			return err
		}
		if has, err := HasAdministrator(ctx, tx); err != nil || has {
			if err == nil {
				err = ErrFirstGone
			}
			return err
		}
		return insertAccount(ctx, tx, models.Actor{Name: u.Name}, u)
	})
	return u, explainDuplicate(err, u.Email)
}

// ByEmail returns the account with an address, or a NotFound error.
func ByEmail(ctx context.Context, r models.Queryer, email string) (*User, error) {
	email, err := NormalizeEmail(email)
	if err != nil {
		return nil, err
	}
	u, err := models.First[User](r.Query(ctx).Where("email = ?", email))
	if err == nil && u == nil {
		err = models.Errorf(models.NotFound, "there is no account for %s; 'broadsheet people list' shows them", email)
	}
	return u, err
}

// HasEmail reports whether an account has that address.
func HasEmail(ctx context.Context, r models.Queryer, email string) (bool, error) {
	var id int64
	return models.QueryRow(ctx, r, []any{&id}, "SELECT id FROM users WHERE email = ?", EmailForm(email))
}

// IsStaff reports whether the account is one of the staff: any role but that
// of a subscriber.
func (u *User) IsStaff() bool { return u.Role != Subscriber }
