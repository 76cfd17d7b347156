package followup

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Set chooses the article to which readers of an old one are sent, nil for none. It
// refuses with NotFound if there is no such article.
func Set(ctx context.Context, db *models.DB, by models.Actor, article int64, target *int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		to := ""
		if target != nil {
			if a, err := models.First[newsroom.Article](tx.Query(ctx).Where("id = ?", *target)); err != nil || a == nil || a.ID == article {
				return models.Errorf(models.NotFound, "article %d cannot follow article %d (%v)", *target, article, err)
			}
			to = strconv.FormatInt(*target, 10)
		}
		if err := models.Exec(ctx, tx, "UPDATE articles SET follow_up_id = ? WHERE id = ?", target, article); err != nil {
			return err
		}
		tx.Touch(newsroom.ArticleTag(article))
		return models.Audit(ctx, tx, by, models.Subject{Kind: models.ArticleSubject, ID: article}, "follow-up", "", to)
	})
}

// Of returns the chosen follow-up of an article, nil if there is none or it is not public.
func Of(ctx context.Context, r models.Queryer, a *newsroom.Article) (*newsroom.Teaser, error) {
	if a.FollowUpID == nil {
		return nil, nil
	}
	list, err := newsroom.ReadTeasers(ctx, r, `SELECT `+newsroom.TeaserColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.id = ? AND a.status = 'published'`, *a.FollowUpID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// DependsOn returns the cache tags of the chosen follow-up: it may become public later.
func DependsOn(a *newsroom.Article) []models.CacheTag {
	if a.FollowUpID == nil {
		return nil
	}
	return []models.CacheTag{newsroom.TeaserTag(*a.FollowUpID)}
}
