package digest

import (
	"context"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/richtext"
	"broadsheet/models/subscription"
)

// MaxOpening is the length of an editor's opening words, in bytes.
const MaxOpening = 4000

// Opening is an editor's words at the head of the next issue of a frequency.
type Opening struct {
	Frequency subscription.Frequency `gorm:"primaryKey"`
	Text      string
	Version   int // for the optimistic lock; 0 before the first words
	Actor     string
	At        models.Time
}

// TableName names the table for GORM.
func (Opening) TableName() string { return "digest_openings" }

// OpeningOf returns the words for the next issue, an empty Opening for none.
func OpeningOf(ctx context.Context, r models.Queryer, f subscription.Frequency) (Opening, error) {
	o, err := models.First[Opening](r.Query(ctx).Where("frequency = ?", f))
	if o == nil {
		return Opening{Frequency: f}, err
	}
	return *o, nil
}

// errOpening is the refusal of a change that is based on older words.
var errOpening = models.Refusal(models.Conflict, "digest-opening", "a colleague changed the opening words, or they were sent")

// SetOpening stores the words for the next issue; "" removes them. version is that of
// the words that the editor saw. It returns a Conflict error if they changed since,
// and an Invalid error for a text that is too long.
func SetOpening(ctx context.Context, db *models.DB, by models.Actor, f subscription.Frequency, text string, version int) error {
	text = richtext.Normalize(text)
	if len(text) > MaxOpening || !utf8.ValidString(text) {
		return models.InvalidFields(models.FieldError{Field: "text", Code: "too-long", Limit: MaxOpening})
	}
	if richtext.Blank(text) {
		text = ""
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := models.LockKey(ctx, tx, "digest opening "+string(f)); err != nil {
			return err
		}
		now, err := OpeningOf(ctx, tx, f)
		switch {
		case err != nil:
			return err
		case now.Version != version:
			return errOpening
		case text == now.Text:
			return nil
		}
		now.Text, now.Actor, now.At = text, by.Name, models.At(tx.Now)
		now.Version++
		return tx.Query(ctx).Save(&now).Error
	})
}

// takeOpening moves the words into an issue.
func takeOpening(ctx context.Context, tx *models.Tx, issue *Issue) error {
	if err := models.LockKey(ctx, tx, "digest opening "+string(issue.Frequency)); err != nil {
		return err
	}
	o, err := OpeningOf(ctx, tx, issue.Frequency)
	if err != nil || o.Text == "" {
		return err
	}
	issue.Opening = o.Text
	if err := tx.Query(ctx).Model(issue).UpdateColumn("opening", o.Text).Error; err != nil {
		return err
	}
	o.Text, o.At = "", models.At(tx.Now)
	o.Version++
	return tx.Query(ctx).Save(&o).Error
}
