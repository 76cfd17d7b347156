package apppasswords

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// Limits of application passwords.
const (
	Letters      = 24  // of a password, in groups of four
	MaxName      = 100 // characters of a name
	MaxPasswords = 50  // of one account
)

// Password is an application password. The secret itself is not stored.
type Password struct {
	ID        int64
	UserID    int64
	Hash      string
	Name      string      // of the program, as its owner calls it
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
	UsedAt    models.Time // zero if it was not used; to the hour
	Network   string      // of its last use
	AppID     string      // a UUID that the program has on all devices, "" for none
	MadeBy    *int64      // the password by which a program made this one, nil for a person
}

// TableName names the table for GORM.
func (Password) TableName() string { return "app_passwords" }

// Refusals of a new password.
var (
	errName = models.Refusal(models.Invalid, "app-password-name",
		fmt.Sprintf("the name of a program is one line of 1 to %d characters", MaxName))
	errMany = models.Refusal(models.Conflict, "app-passwords-many",
		fmt.Sprintf("an account has at most %d application passwords", MaxPasswords))
	errApp  = models.Refusal(models.Invalid, "app-password-app", "the number of a program is a UUID")
	errRole = models.Refusal(models.Forbidden, "no-right", "this account neither writes nor moderates")
)

// Allowed reports whether an account may have application passwords: whether it may write
// or decide comments.
func Allowed(u *people.User) bool {
	return u.May(people.Writing) || u.May(people.Moderating) || u.May(people.ModeratingOwn)
}

// Request asks for a new password.
type Request struct {
	Name   string // of the program
	AppID  string // see [Password]
	MadeBy int64  // the password of the program that asks, 0 for a person
}

// Make makes a password for a program by its name alone, see [MakeFor].
func Make(ctx context.Context, db *models.DB, u *people.User, name string) (secret string, err error) {
	secret, _, err = MakeFor(ctx, db, u, Request{Name: name})
	return secret, err
}

// MakeFor makes a password for a program that the account's owner names, and tells the owner
// by mail. It returns the password in its groups, as it is shown once. The caller has just
// checked the account's own password, or else the password MadeBy, with which the new one
// ends. It refuses with
//
//	Invalid   app-password-name   the name is empty, too long or not one line
//	Invalid   app-password-app    the AppID is no UUID
//	Conflict  app-passwords-many  the account has [MaxPasswords] of them
//	Forbidden no-right            see [Allowed]
func MakeFor(ctx context.Context, db *models.DB, u *people.User, ask Request) (secret string, made *Password, err error) {
	if !Allowed(u) {
		return "", nil, errRole
	}
	name, err := cleanName(ask.Name)
	if err != nil {
		return "", nil, err
	}
	ask.AppID = strings.ToLower(ask.AppID)
	if err := CheckApp(ask.AppID); err != nil {
		return "", nil, err
	}
	letters := rand.Text()[:Letters]
	err = db.Write(ctx, func(tx *models.Tx) error {
		now, err := people.AuthorizeLink(ctx, tx, u.ID, u.Stamp(), "")
		if err != nil {
			return err
		}
		if !Allowed(now) {
			return errRole
		}
		var n int
		if _, err := models.QueryRow(ctx, tx, []any{&n}, "SELECT COUNT(*) FROM app_passwords WHERE user_id = ?", u.ID); err != nil {
			return err
		}
		if n >= MaxPasswords {
			return errMany
		}
		made = &Password{UserID: u.ID, Hash: hash(letters), Name: name, CreatedAt: models.At(tx.Now), AppID: ask.AppID}
		if ask.MadeBy != 0 {
			made.MadeBy = &ask.MadeBy
		}
		if err := tx.Query(ctx).Create(made).Error; err != nil {
			return err
		}
		return people.Announce(ctx, tx, u.Actor(), now, people.AppPasswordAdded, name)
	})
	return grouped(letters), made, err
}

// cleanName returns the name of a program, or refuses it.
func cleanName(name string) (string, error) {
	wrong := strings.ContainsAny(strings.TrimSpace(name), "\r\n")
	if name = richtext.PlainLine(name); wrong || richtext.Blank(name) || richtext.TooLong(name, MaxName) {
		return "", errName
	}
	return name, nil
}

// uuidForm is the form of a UUID, in lower case.
var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// CheckApp refuses, with Invalid (app-password-app), the number of a program that is no
// UUID. "" is no number.
func CheckApp(id string) error {
	if id != "" && !uuidForm.MatchString(strings.ToLower(id)) {
		return errApp
	}
	return nil
}

// UUID names the password to programs. It follows from the stored hash and tells nothing
// about the password. It has the form of a UUID of version 8 (RFC 9562).
func (p *Password) UUID() string {
	id := hash("application password " + p.Hash)
	return id[:8] + "-" + id[8:12] + "-8" + id[13:16] + "-8" + id[17:20] + "-" + id[20:32]
}

// Rename gives a password of an account another name. It refuses with Invalid
// (app-password-name), and with NotFound if the account has no such password.
func Rename(ctx context.Context, db *models.DB, user, id int64, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		changed := tx.Query(ctx).Model(&Password{}).Where("id = ? AND user_id = ?", id, user).UpdateColumn("name", name)
		if changed.Error == nil && changed.RowsAffected == 0 {
			return models.Errorf(models.NotFound, "the account has no application password %d", id)
		}
		return changed.Error
	})
}

// grouped returns the letters as people copy them.
func grouped(letters string) string {
	var groups []string
	for i := 0; i < len(letters); i += 4 {
		groups = append(groups, letters[i:i+4])
	}
	return strings.Join(groups, " ")
}

func hash(letters string) string {
	sum := sha256.Sum256([]byte(letters))
	return hex.EncodeToString(sum[:])
}

// Of returns the passwords of an account, oldest first.
func Of(ctx context.Context, r models.Queryer, user int64) (list []Password, err error) {
	return list, r.Query(ctx).Where("user_id = ?", user).Order("id").Find(&list).Error
}

// End ends one password of an account, and tells the owner by mail. It changes nothing if
// the account has no such password.
func End(ctx context.Context, db *models.DB, by models.Actor, user, id int64) error {
	return end(ctx, db, by, user, func(p Password) bool { return p.ID == id })
}

// EndAll ends all passwords of an account.
func EndAll(ctx context.Context, db *models.DB, by models.Actor, user int64) error {
	return end(ctx, db, by, user, func(Password) bool { return true })
}

func end(ctx context.Context, db *models.DB, by models.Actor, user int64, chosen func(Password) bool) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		list, err := Of(ctx, tx, user)
		if err != nil {
			return err
		}
		var ids []int64
		var names []string
		for _, p := range list {
			if chosen(p) {
				ids, names = append(ids, p.ID), append(names, p.Name)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		if err := tx.Query(ctx).Where("id IN ?", ids).Delete(&Password{}).Error; err != nil {
			return err
		}
		u, err := people.ByID(ctx, tx, user)
		if err != nil {
			return err
		}
		return people.Announce(ctx, tx, by, u, people.AppPasswordEnded, strings.Join(names, ", "))
	})
}
