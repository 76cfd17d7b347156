package embargo

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Refusals of an embargo. Their codes name the error at the form's field.
var (
	errPast  = models.InvalidFields(models.FieldError{Field: "embargo", Code: "time-past"})
	errLive  = models.InvalidFields(models.FieldError{Field: "embargo", Code: "embargo-live"})
	errEarly = models.InvalidFields(models.FieldError{Field: "embargo", Code: "embargo-scheduled"})
)

// Set puts an article under an embargo until a time, moves the embargo, or lifts it with a
// zero time. It refuses with NotFound, and with Invalid at the field embargo: time-past,
// embargo-live for a published or withdrawn article, and embargo-scheduled for an article
// that is scheduled for an earlier time.
func Set(ctx context.Context, db *models.DB, by models.Actor, article int64, until models.Time) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		a, err := models.First[newsroom.Article](tx.Lock(ctx).Where("id = ?", article))
		switch {
		case err != nil:
			return err
		case a == nil:
			return models.Errorf(models.NotFound, "there is no article %d", article)
		case until.Equal(a.EmbargoUntil.Time):
			return nil
		case until.IsZero():
		case !until.After(tx.Now):
			return errPast
		case a.Status == newsroom.Published, a.Status == newsroom.Withdrawn:
			return errLive
		case a.Status == newsroom.Scheduled && a.PublishedAt.Before(until.Time):
			return errEarly
		}
		err = models.Exec(ctx, tx, "UPDATE articles SET embargo_until = ? WHERE id = ?", until, article)
		if err != nil {
			return err
		}
		subject := models.Subject{Kind: models.ArticleSubject, ID: article}
		return models.Audit(ctx, tx, by, subject, "embargo", text(a.EmbargoUntil), text(until))
	})
}

func text(t models.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
