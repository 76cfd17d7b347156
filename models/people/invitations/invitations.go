package invitations

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// Lifetime is how long an invitation is open.
const Lifetime = 7 * 24 * time.Hour

// JobInvite is the kind of job that mails an invitation. Its key is [Invitation.Subject].
const JobInvite = "invitation"

// Invitation is a row of an invitation.
type Invitation struct {
	ID        int64
	Email     string
	Name      string
	Role      people.Role
	Version   int64 // of the link: only the newest one works
	InvitedBy string
	At        models.Time
	ExpiresAt models.Time
	EndedAt   models.Time // when it was accepted or revoked
}

// TableName names the table for GORM.
func (Invitation) TableName() string { return "invitations" }

// Category is a category to which the invited moderator is to be limited. Its category is
// nil when it was removed.
type Category struct {
	InvitationID int64
	CategoryID   *int64
}

// TableName names the table for GORM.
func (Category) TableName() string { return "invitation_sections" }

// Categories returns the categories of an invitation, nil for no limit.
func (i *Invitation) Categories(ctx context.Context, r models.Queryer) (list []Category, err error) {
	err = r.Query(ctx).Where("invitation_id = ?", i.ID).Order("category_id").Find(&list).Error
	return list, err
}

// Subject is what the signed link to the invitation carries.
func (i *Invitation) Subject() string { return fmt.Sprint(i.ID, " ", i.Version) }

// OpenAt reports whether the invitation can be accepted at an instant.
func (i *Invitation) OpenAt(now time.Time) bool {
	return i.EndedAt.IsZero() && now.Before(i.ExpiresAt.Time)
}

// ErrGone refuses a link that was used, replaced, revoked or is too old.
var ErrGone = models.Refusal(models.Gone, "invitation-gone", "this invitation was used or revoked, or is too old: ask for another one")

// errNoModerator refuses sections for a role that no section limits.
var errNoModerator = models.Refusal(models.Invalid, "invitation-sections", "only a moderator is limited to sections")

// errOpen refuses a second invitation of an address.
var errOpen = models.Refusal(models.Conflict, "invitation-open", "there is an open invitation for this address: send it again or revoke it")

// List returns the invitations that were neither accepted nor revoked, newest first.
func List(ctx context.Context, r models.Queryer) (list []Invitation, err error) {
	err = r.Query(ctx).Where("ended_at IS NULL").Order("id DESC").Find(&list).Error
	return list, err
}

// Invite stores an invitation and queues its mail. categories limit a moderator, see
// [people.SetCategoryLimit]. It refuses like [people.CreateAccount], and with
//
//	Invalid  invitation-sections  another role is limited to categories
//	Conflict invitation-open      the address has an open invitation
func Invite(
	ctx context.Context, db *models.DB, by models.Actor, a people.NewAccount, categories ...int64,
) (i *Invitation, err error) {
	if len(categories) > 0 && a.Role != people.Moderator {
		return nil, errNoModerator
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		u, err := a.Check(ctx, tx)
		if err != nil {
			return err
		}
		open, err := models.First[Invitation](tx.Query(ctx).Where("email = ? AND ended_at IS NULL", u.Email))
		if err == nil && open != nil {
			err = errOpen
		}
		if err != nil {
			return err
		}
		i = &Invitation{
			Email: u.Email, Name: u.Name, Role: u.Role, Version: 1, InvitedBy: by.Name, At: models.At(tx.Now),
			ExpiresAt: models.At(tx.Now.Add(Lifetime)),
		}
		if err := tx.Query(ctx).Create(i).Error; err != nil {
			return err
		}
		for _, category := range categories {
			if err := tx.Query(ctx).Create(&Category{i.ID, &category}).Error; err != nil {
				return err
			}
		}
		return i.send(ctx, tx, by, "invited")
	})
	if models.IsDuplicate(err) {
		err = errOpen
	}
	return i, err
}

// send queues the mail and notes the act in the audit.
func (i *Invitation) send(ctx context.Context, tx *models.Tx, by models.Actor, verb string) error {
	if err := queue.Add(ctx, tx, JobInvite, i.Subject(), struct{}{}, tx.Now); err != nil {
		return err
	}
	return i.record(ctx, tx, by, verb)
}

func (i *Invitation) record(ctx context.Context, tx *models.Tx, by models.Actor, verb string) error {
	tx.Touch(people.PeopleTag)
	return models.Audit(ctx, tx, by, models.Subject{Kind: models.AccountSubject, Name: i.Name}, verb, "", i.Email)
}

// Again opens an invitation for another [Lifetime] with a new link.
func Again(ctx context.Context, db *models.DB, by models.Actor, id int64) (i *Invitation, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		if i, err = lock(ctx, tx, id); err != nil {
			return err
		}
		i.Version++
		i.ExpiresAt = models.At(tx.Now.Add(Lifetime))
		if err := tx.Query(ctx).Save(i).Error; err != nil {
			return err
		}
		return i.send(ctx, tx, by, "invited-again")
	})
	return i, err
}

// Revoke ends an invitation.
func Revoke(ctx context.Context, db *models.DB, by models.Actor, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		i, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		i.EndedAt = models.At(tx.Now)
		if err := tx.Query(ctx).Save(i).Error; err != nil {
			return err
		}
		return i.record(ctx, tx, by, "invitation-revoked")
	})
}

// lock returns an invitation that was neither accepted nor revoked.
func lock(ctx context.Context, tx *models.Tx, id int64) (*Invitation, error) {
	i, err := models.First[Invitation](tx.Lock(ctx).Where("id = ? AND ended_at IS NULL", id))
	if err == nil && i == nil {
		err = ErrGone
	}
	return i, err
}

// BySubject returns the invitation of a link's subject that is open now, or [ErrGone].
func BySubject(ctx context.Context, r models.Queryer, subject string, now time.Time) (*Invitation, error) {
	number, version, _ := strings.Cut(subject, " ")
	id, _ := strconv.ParseInt(number, 10, 64)
	i, err := models.First[Invitation](r.Query(ctx).Where("id = ?", id))
	if err == nil && (i == nil || strconv.FormatInt(i.Version, 10) != version || !i.OpenAt(now)) {
		err = ErrGone
	}
	return i, err
}

// Accept makes the account of an invitation with the password that its owner chose. Of
// two clicks at once, one gets the account and the other [ErrGone].
func Accept(ctx context.Context, db *models.DB, subject, name, password string) (*people.User, error) {
	if password == "" {
		password = " " // an account made here must have one
	}
	i, err := BySubject(ctx, db, subject, db.Now())
	if err != nil {
		return nil, err
	}
	u, err := people.Prepare(ctx, db, people.NewAccount{Name: name, Email: i.Email, Role: i.Role, Password: password})
	if err != nil {
		return nil, err
	}
	return u, db.Write(ctx, func(tx *models.Tx) error {
		i, err := lock(ctx, tx, i.ID)
		if err == nil && (i.Subject() != subject || !i.OpenAt(tx.Now)) {
			err = ErrGone // sent again since
		}
		if err != nil {
			return err
		}
		by := models.Actor{Name: i.InvitedBy}
		if err := people.Hire(ctx, tx, by, u); err != nil {
			return err
		}
		if err := i.limit(ctx, tx, by, u); err != nil {
			return err
		}
		i.EndedAt = models.At(tx.Now)
		return tx.Query(ctx).Save(i).Error
	})
}

// limit limits the new account to the categories of its invitation.
func (i *Invitation) limit(ctx context.Context, tx *models.Tx, by models.Actor, u *people.User) error {
	chosen, err := i.Categories(ctx, tx)
	if err != nil || len(chosen) == 0 {
		return err
	}
	tree, err := taxonomy.LoadCategories(ctx, tx)
	if err != nil {
		return err
	}
	var categories []*int64
	var paths []string
	for _, c := range chosen {
		categories = append(categories, c.CategoryID)
		if c.CategoryID != nil && tree.ByID(*c.CategoryID) != nil {
			paths = append(paths, tree.ByID(*c.CategoryID).Path)
		}
	}
	return people.LimitHired(ctx, tx, by, u, categories, strings.Join(paths, ", "))
}
