package people

import (
	"context"
	"slices"

	"broadsheet/models"
)

// recordChange adds a change of an account to the audit. verb is one of added, role,
// sections, out, others, session, factors, ended, returned, renamed, email, theft and password, or a [SecurityEvent] of [Announce].
func recordChange(ctx context.Context, tx *models.Tx, by models.Actor, u *User, verb, detail string) error {
	return models.Audit(ctx, tx, by, models.Subject{Kind: models.AccountSubject, ID: u.ID, Name: u.Name}, verb, "", detail)
}

// ListChanges returns the newest changes of an account, or of all accounts if
// account is 0.
func ListChanges(ctx context.Context, r models.Queryer, account int64, most int) ([]models.AuditEntry, error) {
	return models.AuditTrail(ctx, r, models.Subject{Kind: models.AccountSubject, ID: account}, most)
}

// rolesLock is held while roles change, so that two changes cannot remove the
// last two administrators.
const rolesLock = "roles"

// errLastAdministrator refuses a change after which the site would have no
// administrator.
var errLastAdministrator = models.Refusal(models.Conflict, "last-administrator", "the last administrator stays one")

// changeAccount changes an account under [rolesLock], and notes the change in the
// log. fn returns an empty verb if there was nothing to change.
func changeAccount(
	ctx context.Context, db *models.DB, by models.Actor, id int64,
	fn func(tx *models.Tx, u *User) (what, detail string, err error),
) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, rolesLock); err != nil {
			return err
		}
		u, err := ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		what, detail, err := fn(tx, u)
		if err != nil || what == "" {
			return err
		}
		tx.Touch(PeopleTag)
		return recordChange(ctx, tx, by, u, what, detail)
	})
}

// keepAdministrator returns an error if the account is the last administrator.
func keepAdministrator(ctx context.Context, tx *models.Tx, u *User) error {
	if u.Role != Administrator || u.Closed() {
		return nil
	}
	n, err := countAdministrators(ctx, tx)
	if err == nil && n < 2 {
		err = errLastAdministrator
	}
	return err
}

// PeopleTag is touched when an account changes.
const PeopleTag models.CacheTag = "people"

// RolesTag is touched when an account becomes or ceases to be staff: comments
// show the badge of their author.
const RolesTag models.CacheTag = "roles"

// StaffIDs returns the numbers of all accounts but those of subscribers.
// Closed accounts are included.
func StaffIDs(ctx context.Context, r models.Queryer) (map[int64]bool, error) {
	rows, err := models.QueryRows(ctx, r, "SELECT id FROM users WHERE role <> ?", string(Subscriber))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	staff := map[int64]bool{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		staff[id] = true
	}
	return staff, rows.Err()
}

// SetRole gives an account another role. It refuses to take the role from the
// last administrator. Sessions continue, with a new token and the new rights
// from the next request on. Application passwords end if the new role has a right that the
// old one lacks, or may not write any more.
func SetRole(ctx context.Context, db *models.DB, by models.Actor, id int64, role Role) error {
	return changeAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		if u.Role == role {
			return "", "", nil
		}
		if err := keepAdministrator(ctx, tx, u); err != nil {
			return "", "", err
		}
		tx.Touch(RolesTag)
		if err := u.tellOwner(ctx, tx, RoleChanged, string(role), by.Name); err != nil {
			return "", "", err
		}
		if !u.Role.includes(role) || !role.May(Writing) && !role.May(Moderating) {
			if err := endAppPasswords(ctx, tx, u.ID); err != nil {
				return "", "", err
			}
		}
		changed := User{Role: role, UpdatedAt: models.At(tx.Now)}
		return "role", string(role), tx.Query(ctx).Model(u).Select("role", "updated_at").Updates(changed).Error
	})
}

// CloseAccount closes an account. It ends the account's sessions and mailed
// links, removes its claims and queued mail, and refuses each later sign-in.
// The comments and decisions of the account keep its name.
func CloseAccount(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return changeAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		if u.Closed() {
			return "", "", nil
		}
		if err := keepAdministrator(ctx, tx, u); err != nil {
			return "", "", err
		}
		err := tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumn("ended_at", models.At(tx.Now)).Error
		if err == nil {
			err = renewCredentials(ctx, tx, u.ID, "")
		}
		for _, table := range deletedOnClose {
			if err == nil {
				err = models.Exec(ctx, tx, "DELETE FROM "+table+" WHERE user_id = ?", u.ID)
			}
		}
		return "ended", "", err
	})
}

// deletedOnClose are the tables of the desk whose rows are deleted with an
// account: its claims on comments, and the sets of held comments that were
// mailed to it.
var deletedOnClose = []string{"claims", "held_sets"}

// ReopenAccount opens an account that was closed.
func ReopenAccount(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return changeAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		if !u.Closed() {
			return "", "", nil
		}
		return "returned", "", tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumn("ended_at", nil).Error
	})
}

// SignOutUser ends all sessions of an account. The owner gets a mail if somebody else
// has ended them.
func SignOutUser(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return changeAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		err := renewCredentials(ctx, tx, u.ID, "")
		if err == nil {
			err = u.tellOfSignOut(ctx, tx, SignedOut, by)
		}
		return "out", "", err
	})
}

// RemoveSecondFactors removes one-time passwords and passkeys from an account
// whose owner has lost them. It ends all sessions, because a finder may have
// opened them. The password stays.
func RemoveSecondFactors(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return changeAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		err := u.removeTOTP(ctx, tx)
		if err == nil {
			err = tx.Query(ctx).Where("user_id = ?", u.ID).Delete(&Passkey{}).Error
		}
		if err == nil {
			err = renewCredentials(ctx, tx, u.ID, "")
		}
		if err == nil {
			err = u.tellOwner(ctx, tx, FactorsRemoved, "", by.Name)
		}
		return "factors", "", err
	})
}

// Rename gives an account another name. It refuses a name that is taken or
// reserved, see [CheckGuestName], with Conflict (name-taken) or Invalid
// (name-reserved).
func Rename(ctx context.Context, db *models.DB, u *User, name string) error {
	name, err := cleanName(name)
	if err != nil || name == u.Name {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, rolesLock); err != nil { // two accounts must not take one name at once
			return err
		}
		if err := checkAccountName(ctx, tx, name, u.Role, u.ID); err != nil {
			return err
		}
		tx.Touch(PeopleTag)
		if err := recordChange(ctx, tx, u.Actor(), u, "renamed", name); err != nil {
			return err
		}
		return tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).
			UpdateColumns(map[string]any{"name": name, "updated_at": models.At(tx.Now)}).Error
	})
}

// userCategory is a category to which a moderator is limited. When a category
// is removed its row stays, with a NULL: the limit must not end with it.
type userCategory struct {
	UserID     int64
	CategoryID *int64
}

// TableName names the table for GORM.
func (userCategory) TableName() string { return "user_sections" }

// ActiveCategoryLimit returns the categories to which a moderator is limited,
// nil for no limit. A category includes those below it. If every category of a
// limit was removed, the list holds only 0, which is no category's number. The
// limit has an effect only while the account has the role of a moderator.
func ActiveCategoryLimit(ctx context.Context, r models.Queryer, user int64) ([]int64, error) {
	var limited []int64
	err := r.Query(ctx).Model(&User{}).Where("id = ? AND role = ? AND limited", user, Moderator).Pluck("id", &limited).Error
	if err != nil || len(limited) == 0 {
		return nil, err
	}
	categories, err := loadCategoryLimit(ctx, r, user)
	if len(categories) == 0 && err == nil {
		categories = []int64{0}
	}
	return categories, err
}

// loadCategoryLimit returns the categories of a stored limit.
func loadCategoryLimit(ctx context.Context, r models.Queryer, user int64) (categories []int64, err error) {
	err = r.Query(ctx).Model(&userCategory{}).Where("user_id = ? AND category_id IS NOT NULL", user).
		Order("category_id").Pluck("category_id", &categories).Error
	return categories, err
}

// CategoryLimit returns the categories of a moderator's limit, also while
// another role leaves the limit without effect.
func CategoryLimit(ctx context.Context, r models.Queryer, u *User) (categories []int64, err error) {
	if !u.Limited {
		return nil, nil
	}
	return loadCategoryLimit(ctx, r, u.ID)
}

// SetCategoryLimit limits a moderator to categories. An empty list removes the
// limit. detail is the text of the log.
func SetCategoryLimit(ctx context.Context, db *models.DB, by models.Actor, id int64, categories []int64, detail string) error {
	categories = slices.Compact(slices.Sorted(slices.Values(categories)))
	rows := make([]*int64, len(categories))
	for i := range categories {
		rows[i] = &categories[i]
	}
	return changeAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		return "sections", detail, u.storeLimit(ctx, tx, rows)
	})
}

// LimitHired is [SetCategoryLimit] for an account of [Hire], in its transaction. A nil
// category is one that was removed since it was chosen.
func LimitHired(ctx context.Context, tx *models.Tx, by models.Actor, u *User, categories []*int64, detail string) error {
	err := u.storeLimit(ctx, tx, categories)
	if err == nil {
		err = recordChange(ctx, tx, by, u, "sections", detail)
	}
	return err
}

func (u *User) storeLimit(ctx context.Context, tx *models.Tx, categories []*int64) error {
	if err := tx.Query(ctx).Where("user_id = ?", u.ID).Delete(&userCategory{}).Error; err != nil {
		return err
	}
	rows := make([]userCategory, len(categories))
	for i := range categories {
		rows[i] = userCategory{u.ID, categories[i]}
	}
	if len(rows) > 0 {
		if err := tx.Query(ctx).Create(rows).Error; err != nil {
			return err
		}
	}
	return tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumn("limited", len(rows) > 0).Error
}
