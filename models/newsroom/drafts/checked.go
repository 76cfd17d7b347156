package drafts

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/checklist"
)

// check returns the required checks that a text which goes public does not pass. It refuses
// with Invalid if there are some and the move has no reason to leave them out.
func (m Move) check(
	ctx context.Context, db *models.DB, by models.Actor, a *newsroom.Article, text newsroom.Manuscript,
) (checklist.List, error) {
	if m.Unchecked || text.Status != newsroom.Published && text.Status != newsroom.Scheduled {
		return nil, nil
	}
	missing, err := lacking(ctx, db, by, a, text)
	if err == nil && m.Anyway == "" {
		err = missing.Refusal()
	}
	return missing, err
}

// lacking returns the required checks that a text does not pass. What readers of a live article
// see already does not count: nobody shall be kept from correcting an old story because it lacks
// something that only a new one must have.
func lacking(
	ctx context.Context, r *models.DB, by models.Actor, a *newsroom.Article, text newsroom.Manuscript,
) (checklist.List, error) {
	site, err := newsroom.LoadSite(ctx, r)
	if err != nil {
		return nil, err
	}
	in := checklist.Input{Site: site, Article: a, Text: text, By: by, Now: r.Now()}
	list, err := checklist.Of(ctx, r, in)
	missing := list.Missing()
	if err != nil || len(missing) == 0 || a.Status != newsroom.Published {
		return missing, err
	}
	if in.Text, err = newsroom.StoredManuscript(ctx, r, a); err != nil {
		return nil, err
	}
	before, err := checklist.Of(ctx, r, in)
	return missing.Without(before.Missing()), err
}

// Checked refuses a version of an article that lacks something required before publication, with
// Invalid; with a reason it lets the version pass and writes the reason to the audit. It is for
// a planned text, which [Show] does not check again.
func Checked(ctx context.Context, db *models.DB, by models.Actor, article int64, number int, reason string) error {
	d, err := Open(ctx, db, article)
	if err != nil {
		return err
	}
	text, err := textOf(ctx, db, d.Article, number)
	if err != nil {
		return err
	}
	missing, err := lacking(ctx, db, by, d.Article, text)
	if err != nil || len(missing) == 0 {
		return err
	}
	if reason == "" {
		return missing.Refusal()
	}
	return db.Write(ctx, func(tx *models.Tx) error { return auditAnyway(ctx, tx, by, article, missing, reason) })
}

func auditAnyway(ctx context.Context, tx *models.Tx, by models.Actor, article int64, missing checklist.List, reason string) error {
	subject := models.Subject{Kind: models.ArticleSubject, ID: article}
	return models.Audit(ctx, tx, by, subject, "publish-anyway", strings.Join(missing.Names(), " "), reason)
}
