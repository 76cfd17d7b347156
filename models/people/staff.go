package people

import (
	"context"
	"slices"

	"broadsheet/models"
)

// record adds a change of an account to the audit. verb is one of added, role,
// sections, out, factors, ended, returned, renamed and password.
func record(ctx context.Context, tx *models.Tx, by models.Actor, u *User, verb, detail string) error {
	return models.Audit(ctx, tx, by, models.Subject{Kind: models.AccountSubject, ID: u.ID, Name: u.Name}, verb, "", detail)
}

// Changes returns the newest changes of an account, or of all accounts if
// account is 0.
func Changes(ctx context.Context, r models.Queryer, account int64, most int) ([]models.AuditEntry, error) {
	return models.AuditTrail(ctx, r, models.Subject{Kind: models.AccountSubject, ID: account}, most)
}

// rolesLock keeps two from taking the last two administrators' roles away at
// once.
const rolesLock = "roles"

// errLastAdministrator protects the one who could give the role back.
var errLastAdministrator = models.Refuse(models.Conflict, "last-administrator", "the last administrator stays one")

// onAccount changes an account under the lock of roles, and notes it. fn
// reports whether there was anything to change.
func onAccount(ctx context.Context, db *models.DB, by models.Actor, id int64, fn func(tx *models.Tx, u *User) (what, detail string, err error)) error {
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
		return record(ctx, tx, by, u, what, detail)
	})
}

// keepAdministrator reports an error if a change would leave the site without an
// administrator.
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

// RolesTag is touched where somebody begins or ends to be staff, which the
// comments that they have written show.
const RolesTag models.CacheTag = "roles"

// StaffIDs returns the numbers of all who work here or have: every account
// but those of subscribers.
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

// SetRole gives an account another role. The last administrator keeps
// theirs: nobody could give it back. Sessions go on, with a new token and the
// new rights from the next request.
func SetRole(ctx context.Context, db *models.DB, by models.Actor, id int64, role Role) error {
	return onAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		if u.Role == role {
			return "", "", nil
		}
		if err := keepAdministrator(ctx, tx, u); err != nil {
			return "", "", err
		}
		tx.Touch(RolesTag)
		return "role", string(role), tx.Query(ctx).Model(u).Select("role", "updated_at").Updates(User{Role: role, UpdatedAt: models.At(tx.Now)}).Error
	})
}

// CloseAccount closes an account. Its sessions, its mailed links, its claims and the
// mail that was queued for it end, and no sign-in works. Its comments and
// decisions keep its name.
func CloseAccount(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return onAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
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
	return onAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		if !u.Closed() {
			return "", "", nil
		}
		return "returned", "", tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumn("ended_at", nil).Error
	})
}

// SignOutUser ends all sessions of an account.
func SignOutUser(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return onAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		return "out", "", renewCredentials(ctx, tx, u.ID, "")
	})
}

// RemoveSecondFactors takes one-time passwords and passkeys away from somebody who
// has lost them, and ends all sessions, which may be the finder's. The
// password stays.
func RemoveSecondFactors(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return onAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		err := u.removeTOTP(ctx, tx)
		if err == nil {
			err = tx.Query(ctx).Where("user_id = ?", u.ID).Delete(&Passkey{}).Error
		}
		if err == nil {
			err = renewCredentials(ctx, tx, u.ID, "")
		}
		return "factors", "", err
	})
}

// Rename gives an account another name. It refuses names that are taken or
// reserved, see [CheckGuestName], with Conflict (name-taken) or Invalid
// (name-reserved).
func Rename(ctx context.Context, db *models.DB, u *User, name string) error {
	name, err := cleanName(name)
	if err != nil || name == u.Name {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, rolesLock); err != nil { // two must not take one name at once
			return err
		}
		if err := checkAccountName(ctx, tx, name, u.Role, u.ID); err != nil {
			return err
		}
		tx.Touch(PeopleTag)
		if err := record(ctx, tx, u.Actor(), u, "renamed", name); err != nil {
			return err
		}
		return tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).UpdateColumns(map[string]any{"name": name, "updated_at": models.At(tx.Now)}).Error
	})
}

// userCategory is a section to which a moderator is limited. One that was
// removed leaves a row without it: the limit stays.
type userCategory struct {
	UserID     int64
	CategoryID *int64
}

// TableName names the table for GORM.
func (userCategory) TableName() string { return "user_sections" }

// ActiveCategoryLimit returns the sections to which a moderator is limited, nil for
// who is not. A section stands for all below it, too. Where every section of
// a limit has been removed, the list holds 0 alone, which is no section's
// number. Only the role of a moderator can be limited: with another one the
// limit sleeps.
func ActiveCategoryLimit(ctx context.Context, r models.Queryer, user int64) ([]int64, error) {
	var limited []int64
	err := r.Query(ctx).Model(&User{}).Where("id = ? AND role = ? AND limited", user, Moderator).Pluck("id", &limited).Error
	if err != nil || len(limited) == 0 {
		return nil, err
	}
	sections, err := loadCategoryLimit(ctx, r, user)
	if len(sections) == 0 && err == nil {
		sections = []int64{0}
	}
	return sections, err
}

// loadCategoryLimit returns the sections of a limit, in force or not.
func loadCategoryLimit(ctx context.Context, r models.Queryer, user int64) (sections []int64, err error) {
	err = r.Query(ctx).Model(&userCategory{}).Where("user_id = ? AND category_id IS NOT NULL", user).Order("category_id").Pluck("category_id", &sections).Error
	return sections, err
}

// CategoryLimit returns what a moderator is limited to, also while another role
// lets the limit sleep.
func CategoryLimit(ctx context.Context, r models.Queryer, u *User) (sections []int64, err error) {
	if !u.Limited {
		return nil, nil
	}
	return loadCategoryLimit(ctx, r, u.ID)
}

// SetCategoryLimit limits a moderator to sections; none lifts the limit. detail is
// how the log names them.
func SetCategoryLimit(ctx context.Context, db *models.DB, by models.Actor, id int64, sections []int64, detail string) error {
	sections = slices.Compact(slices.Sorted(slices.Values(sections)))
	return onAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		if err := tx.Query(ctx).Where("user_id = ?", id).Delete(&userCategory{}).Error; err != nil {
			return "", "", err
		}
		rows := make([]userCategory, len(sections))
		for i := range sections {
			rows[i] = userCategory{id, &sections[i]}
		}
		if len(rows) > 0 {
			if err := tx.Query(ctx).Create(rows).Error; err != nil {
				return "", "", err
			}
		}
		return "sections", detail, tx.Query(ctx).Model(&User{}).Where("id = ?", id).UpdateColumn("limited", len(rows) > 0).Error
	})
}
