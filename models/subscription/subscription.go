package subscription

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// Frequency is how often a reader gets a digest.
type Frequency string

// The frequencies.
const (
	Daily  Frequency = "daily"
	Weekly Frequency = "weekly"
)

// Frequencies lists the frequencies.
var Frequencies = []Frequency{Daily, Weekly}

// Paper is the list of the whole paper. Every other list is a category, named by
// its id.
const Paper int64 = 0

// MaxLists is how many lists one reader may subscribe to.
const MaxLists = 50

// JobAsk is the kind of the job that sends the first mail to an address. Its key
// is the subscription's id.
const JobAsk = "digest-ask"

// Subscription is the row of a reader. It is a request until ConfirmedAt is set.
type Subscription struct {
	ID          int64
	Email       string
	Frequency   Frequency
	TokenHash   string      // of the browser that asked; "" once the address is confirmed
	Network     string      // that asked; "" once the address is confirmed
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	AskedAt     models.Time // when its owner was last asked for consent
	Asks        int         // how often
	ConfirmedAt models.Time
	LinkedAt    models.Time // when a link to change the choices was last requested
	Failures    int         // issues that could not be delivered, see [Bounced]
	FailedAt    models.Time // when the last of them failed
	LastFailed  int64       // the newest of them
	BouncedAt   models.Time // when the address was given up
	Bounce      string      // the status of that refusal, such as 5.1.1
	LastIssue   int64       // the newest issue that was sent to the reader
}

// TableName names the table for GORM.
func (Subscription) TableName() string { return "digest_subscriptions" }

// choice is a list that a reader subscribes to.
type choice struct {
	SubscriptionID int64 `gorm:"primaryKey;autoIncrement:false"`
	CategoryID     int64 `gorm:"primaryKey;autoIncrement:false"`
}

func (choice) TableName() string { return "digest_choices" }

// Confirmed reports whether the owner of the address agreed to digests.
func (s *Subscription) Confirmed() bool { return !s.ConfirmedAt.IsZero() }

// Choice has the wishes of a reader: the lists, and how often.
type Choice struct {
	Lists     []int64 // categories, or [Paper]
	Frequency Frequency
}

// check returns the choice in its stored form: sorted and each list once. known
// reports whether a category exists. A choice of nothing, and an unknown list or
// frequency, is an Invalid error of its field.
func (c Choice) check(known func(int64) bool) (Choice, error) {
	lists := slices.Clone(c.Lists)
	slices.Sort(lists)
	lists = slices.Compact(lists)
	var wrong []models.FieldError
	switch unknown := func(id int64) bool { return id != Paper && !known(id) }; {
	case len(lists) == 0:
		wrong = append(wrong, models.FieldError{Field: "list", Code: "list-none"})
	case len(lists) > MaxLists:
		wrong = append(wrong, models.FieldError{Field: "list", Code: "list-many", Limit: MaxLists})
	case slices.ContainsFunc(lists, unknown):
		wrong = append(wrong, models.FieldError{Field: "list", Code: "list-unknown"})
	}
	if !slices.Contains(Frequencies, c.Frequency) {
		wrong = append(wrong, models.FieldError{Field: "when", Code: "invalid"})
	}
	if len(wrong) > 0 {
		return c, models.InvalidFields(wrong...)
	}
	return Choice{lists, c.Frequency}, nil
}

// Request is a form that subscribes an address.
type Request struct {
	Email string
	Choice
	TokenHash string // of the browser, "" for none
	Network   string
}

// Ask stores a request and queues a mail to the address. The caller does not learn
// whether the address subscribed before or wants no mail. The choices of a
// confirmed subscription do not change: its owner gets a link to change them. It
// returns an Invalid error that names the wrong fields.
func Ask(ctx context.Context, db *models.DB, known func(int64) bool, in Request) error {
	email, emailErr := people.NormalizeEmail(in.Email)
	wanted, err := in.check(known)
	if emailErr != nil {
		var fields []models.FieldError
		if refusal, ok := err.(*models.Error); ok {
			fields = refusal.Fields
		}
		return models.InvalidFields(append([]models.FieldError{{Field: "email", Code: "invalid"}}, fields...)...)
	}
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "address "+email); err != nil {
			return err
		}
		address, err := people.AddressOf(ctx, tx, email)
		if err != nil || !address.StoppedAt.IsZero() {
			return err
		}
		s, err := byEmail(ctx, tx, email)
		if err != nil {
			return err
		}
		if s == nil {
			s = &Subscription{Email: email, CreatedAt: models.At(tx.Now)}
		}
		if !s.Confirmed() {
			s.Frequency, s.TokenHash, s.Network = wanted.Frequency, in.TokenHash, in.Network
			if err := tx.Query(ctx).Save(s).Error; err != nil {
				return err
			}
			if err := setLists(ctx, tx, s.ID, wanted.Lists); err != nil {
				return err
			}
		}
		if !s.MayMail(models.At(tx.Now)) {
			return nil
		}
		return queue.Add(ctx, tx, JobAsk, jobKey(s.ID), struct{}{}, tx.Now)
	})
}

// setLists replaces the lists of a subscription.
func setLists(ctx context.Context, tx *models.Tx, id int64, lists []int64) error {
	if err := tx.Query(ctx).Where("subscription_id = ?", id).Delete(&choice{}).Error; err != nil {
		return err
	}
	rows := make([]choice, len(lists))
	for i, list := range lists {
		rows[i] = choice{id, list}
	}
	return tx.Query(ctx).Create(&rows).Error
}

func byEmail(ctx context.Context, r models.Queryer, email string) (*Subscription, error) {
	return models.First[Subscription](r.Query(ctx).Where("email = ?", email))
}

// ByID returns a subscription, nil if it has ended or there never was one.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Subscription, error) {
	return models.First[Subscription](r.Query(ctx).Where("id = ?", id))
}

// ListsOf returns the lists of a subscription in order of their ids.
func ListsOf(ctx context.Context, r models.Queryer, id int64) (lists []int64, err error) {
	err = r.Query(ctx).Model(&choice{}).Where("subscription_id = ?", id).Order("category_id").Pluck("category_id", &lists).Error
	return lists, err
}

// errEnded is the error for a subscription that is gone.
var errEnded = models.Refusal(models.Gone, "digest-ended", "this subscription has ended")

// errConsent is the refusal of a link that cannot confirm the subscription.
var errConsent = models.Refusal(models.Forbidden, "digest-old", "this link is too old to confirm the subscription")

// Set stores the choices of the owner of an address. With consent it also confirms
// a request: the owner opened the mailed link while it is good for that. It returns
// a Gone error for an ended subscription, Forbidden for a request without consent,
// and an Invalid error that names the wrong fields.
func Set(ctx context.Context, db *models.DB, known func(int64) bool, id int64, wanted Choice, consent bool) error {
	wanted, err := wanted.check(known)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		s, err := models.First[Subscription](tx.Lock(ctx).Where("id = ?", id))
		switch {
		case err != nil:
			return err
		case s == nil:
			return errEnded
		case !s.Confirmed() && !consent:
			return errConsent
		}
		s.Frequency = wanted.Frequency
		if !s.Confirmed() {
			s.ConfirmedAt, s.TokenHash, s.Network = models.At(tx.Now), "", ""
			s.Failures, s.BouncedAt, s.Bounce = 0, models.Time{}, ""
		}
		if err := tx.Query(ctx).Save(s).Error; err != nil {
			return err
		}
		return setLists(ctx, tx, id, wanted.Lists)
	})
}

// End deletes a subscription. It returns no error if it has ended already.
func End(ctx context.Context, db *models.DB, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error { return remove(ctx, tx, []int64{id}) })
}

// remove deletes subscriptions and their waiting mails.
func remove(ctx context.Context, tx *models.Tx, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = jobKey(id)
	}
	if err := queue.Remove(ctx, tx, []string{JobAsk}, keys); err != nil {
		return err
	}
	return tx.Query(ctx).Where("id IN ?", ids).Delete(&Subscription{}).Error
}
