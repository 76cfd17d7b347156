package people

import (
	"context"
	"slices"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// MailWish is how somebody wants to hear of comments that are held.
type MailWish string

// The wishes. Nobody who has said nothing hears at once: a digest is the
// default of those who may decide.
const (
	MailAtOnce MailWish = "now"
	MailDigest MailWish = "digest"
	MailNever  MailWish = "off"
)

// MailWishes lists the wishes.
var MailWishes = []MailWish{MailAtOnce, MailDigest, MailNever}

// HeldWish is somebody's wish, and how far they were told.
type HeldWish struct {
	UserID int64 `gorm:"primaryKey;autoIncrement:false"`
	Wish   MailWish
	LastID int64 // the last held comment that they were told of
	SentAt models.Time
}

// TableName names the table for GORM.
func (HeldWish) TableName() string { return "held_mail" }

// WishOf returns how an account wants to hear of held comments.
func WishOf(ctx context.Context, r models.Reader, user int64) (MailWish, error) {
	var found []HeldWish
	err := r.Query(ctx).Where("user_id = ?", user).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 || found[0].Wish == "" {
		return MailDigest, err
	}
	return found[0].Wish, nil
}

// SetWish notes how an account wants to hear of held comments.
func SetWish(ctx context.Context, db *models.DB, user int64, wish MailWish) error {
	if !slices.Contains(MailWishes, wish) {
		return models.Errorf(models.Invalid, "mail about held comments comes now, as a digest, or is off")
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"wish"}),
		}).Create(&HeldWish{UserID: user, Wish: wish}).Error
	})
}

// Listener is an account that may decide comments, with its wish.
type Listener struct {
	User
	HeldWish
}

// Listeners returns the accounts that may decide comments and want mail about
// held ones. Closed accounts get none.
func Listeners(ctx context.Context, r models.Reader) ([]Listener, error) {
	var roles []Role
	for _, role := range Roles {
		if role.May(Moderating) {
			roles = append(roles, role)
		}
	}
	var users []User
	if err := r.Query(ctx).Where("role IN ? AND ended_at IS NULL", roles).Order("id").Find(&users).Error; err != nil {
		return nil, err
	}
	var wishes []HeldWish
	if err := r.Query(ctx).Find(&wishes).Error; err != nil {
		return nil, err
	}
	var list []Listener
	for _, u := range users {
		l := Listener{u, HeldWish{UserID: u.ID, Wish: MailDigest}}
		for _, w := range wishes {
			if w.UserID == u.ID {
				l.HeldWish = w
			}
		}
		if l.Wish == "" {
			l.Wish = MailDigest
		}
		if l.Wish != MailNever {
			list = append(list, l)
		}
	}
	return list, nil
}
