package subscription

import (
	"context"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/people"

	"gorm.io/gorm/clause"
)

// countLimit is the number up to which subscribers are counted.
const countLimit = 100_000

// Counts are the numbers of subscriptions, each at most 100,000.
type Counts struct {
	Daily, Weekly int // confirmed
	Open          int // not confirmed
	Bounced       int
}

// Count counts the subscriptions.
func Count(ctx context.Context, r models.Queryer) (c Counts, err error) {
	for _, q := range []struct {
		into  *int
		where string
	}{
		{&c.Daily, "frequency = 'daily' AND confirmed_at IS NOT NULL"},
		{&c.Weekly, "frequency = 'weekly' AND confirmed_at IS NOT NULL"},
		{&c.Open, "confirmed_at IS NULL AND bounced_at IS NULL"},
		{&c.Bounced, "bounced_at IS NOT NULL"},
	} {
		_, err := models.QueryRow(ctx, r, []any{q.into},
			"SELECT COUNT(*) FROM (SELECT 1 FROM digest_subscriptions WHERE "+q.where+" LIMIT ?) counted", countLimit)
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// BouncedList returns the addresses that were given up last, newest first.
func BouncedList(ctx context.Context, r models.Queryer, limit int) (list []Subscription, err error) {
	return list, r.Query(ctx).Where("bounced_at IS NOT NULL").Order("bounced_at DESC").Limit(limit).Find(&list).Error
}

// After returns the subscriptions with numbers after the given one, in order.
func After(ctx context.Context, r models.Queryer, id int64, limit int) (list []Subscription, err error) {
	return list, r.Query(ctx).Where("id > ?", id).Order("id").Limit(limit).Find(&list).Error
}

// Imported is a subscriber from another system that has a proof of consent.
type Imported struct {
	Email string
	Choice
	ConfirmedAt time.Time // when the reader agreed, zero for now
}

// Import stores a subscriber as confirmed. It returns false for an address that has
// a subscription already, was given up, or wants no mail.
func Import(ctx context.Context, tx *models.Tx, known func(int64) bool, in Imported) (stored bool, err error) {
	email, err := people.NormalizeEmail(in.Email)
	if err != nil {
		return false, err
	}
	wanted, err := in.check(known)
	if err != nil {
		return false, err
	}
	address, err := people.AddressOf(ctx, tx, email)
	if err != nil || !address.StoppedAt.IsZero() {
		return false, err
	}
	at := models.At(in.ConfirmedAt)
	if at.IsZero() || at.After(tx.Now) {
		at = models.At(tx.Now)
	}
	s := Subscription{Email: email, Frequency: wanted.Frequency, CreatedAt: models.At(tx.Now), ConfirmedAt: at}
	done := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&s)
	if done.Error != nil || done.RowsAffected == 0 {
		return false, done.Error
	}
	return true, setLists(ctx, tx, s.ID, wanted.Lists)
}

// auditSubject is the kind of audit entries about subscriptions.
const auditSubject models.SubjectKind = "digest"

// AuditImport records in the audit that subscribers were imported, and how they
// agreed to the mail.
func AuditImport(ctx context.Context, tx *models.Tx, by models.Actor, added int, consent string) error {
	return models.Audit(ctx, tx, by, models.Subject{Kind: auditSubject}, "import", "", strconv.Itoa(added)+" subscribers: "+consent)
}
