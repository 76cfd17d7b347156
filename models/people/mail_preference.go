package people

import (
	"context"
	"slices"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// MailPreference is how an account wants to hear of held comments.
type MailPreference string

// The preferences. An account that has chosen none gets a digest if it may
// decide comments.
const (
	MailAtOnce MailPreference = "now"
	MailDigest MailPreference = "digest"
	MailNever  MailPreference = "off"
)

// MailPreferences lists the preferences.
var MailPreferences = []MailPreference{MailAtOnce, MailDigest, MailNever}

// HeldMailPreference is the stored preference of an account, with its
// progress.
type HeldMailPreference struct {
	UserID     int64          `gorm:"primaryKey;autoIncrement:false"`
	Preference MailPreference `gorm:"column:wish"`
	LastID     int64          // the last held comment in a mail to the account
	SentAt     models.Time
}

// TableName names the table for GORM.
func (HeldMailPreference) TableName() string { return "held_mail" }

// MailPreferenceOf returns how an account wants to hear of held comments.
func MailPreferenceOf(ctx context.Context, r models.Queryer, user int64) (MailPreference, error) {
	stored, err := models.First[HeldMailPreference](r.Query(ctx).Where("user_id = ?", user))
	if err != nil || stored == nil || stored.Preference == "" {
		return MailDigest, err
	}
	return stored.Preference, nil
}

// SetMailPreference stores how an account wants to hear of held comments.
func SetMailPreference(ctx context.Context, db *models.DB, user int64, preference MailPreference) error {
	if !slices.Contains(MailPreferences, preference) {
		return models.Errorf(models.Invalid, "mail about held comments comes now, as a digest, or is off")
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"wish"}),
		}).Create(&HeldMailPreference{UserID: user, Preference: preference}).Error
	})
}

// HeldMailRecipient is an account that may decide comments, with its
// preference.
type HeldMailRecipient struct {
	User
	HeldMailPreference
}

// HeldMailRecipients returns the accounts that may decide comments and want
// mail about held ones. Closed accounts are left out.
func HeldMailRecipients(ctx context.Context, r models.Queryer) ([]HeldMailRecipient, error) {
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
	var stored []HeldMailPreference
	if err := r.Query(ctx).Find(&stored).Error; err != nil {
		return nil, err
	}
	var list []HeldMailRecipient
	for _, u := range users {
		l := HeldMailRecipient{u, HeldMailPreference{UserID: u.ID, Preference: MailDigest}}
		for _, p := range stored {
			if p.UserID == u.ID {
				l.HeldMailPreference = p
			}
		}
		if l.Preference == "" {
			l.Preference = MailDigest
		}
		if l.Preference != MailNever {
			list = append(list, l)
		}
	}
	return list, nil
}
