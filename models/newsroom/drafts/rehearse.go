package drafts

import (
	"context"
	"errors"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// errRehearsed undoes a rehearsal.
var errRehearsed = errors.New("drafts: rehearsed")

// Rehearse returns the page that readers would see if the newest text were public now.
// It publishes the article in a transaction, reads the page, and undoes everything, so
// the page is the same as after a publication, cards and links included. Nothing is
// stored and no cache is touched. It refuses with NotFound and Invalid.
func Rehearse(ctx context.Context, db *models.DB, site *newsroom.Site, article int64) (page *newsroom.Page, err error) {
	d, err := Open(ctx, db, article)
	if err != nil {
		return nil, err
	}
	text := d.Text
	if text.Title == "" {
		text.Title = "…"
	}
	text.Status = newsroom.Published
	if d.Article.PublishedAt.IsZero() || d.Article.PublishedAt.After(db.Now()) {
		text.PublishedAt = db.Now()
	}
	text.Corrections, err = dated(ctx, db, article, text.Corrections, models.At(db.Now()))
	if err != nil {
		return nil, err
	}
	p, err := newsroom.Prepare(text)
	if err != nil {
		return nil, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		// An embargo forbids a publication, but not a preview.
		if err := models.Exec(ctx, tx, "UPDATE articles SET embargo_until = NULL WHERE id = ?", article); err != nil {
			return err
		}
		if _, err := show(ctx, tx, models.ActorSchedule, d.Article, p, Shown); err != nil {
			return err
		}
		a, err := models.First[newsroom.Article](tx.Query(ctx).Where("id = ?", article))
		if err == nil && a == nil {
			err = models.Errorf(models.NotFound, "there is no article %d", article)
		}
		if err != nil {
			return err
		}
		if page, err = newsroom.LoadPage(ctx, tx, site, site.ArticlePath(a)); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		err = nil
	}
	return page, err
}
