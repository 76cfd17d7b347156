package drafts

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/checklist"
)

// check returns the required checks that a text does not pass when it goes public. It refuses
// with Invalid if there are any and the move gives no reason to publish anyway.
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

// lacking returns the required checks that a text does not pass. For a live article it leaves out
// those that the public text does not pass either, so that a new requirement does not block the
// correction of an old article.
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

// Checked refuses a version of an article that does not pass its required checks, with Invalid.
// With a reason it accepts the version and writes the reason to the audit. It is for a planned
// text, because [Show] does not check that text again. It also refuses with NotFound.
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
