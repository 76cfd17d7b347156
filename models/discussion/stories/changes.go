package stories

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
)

// PolicyChanges returns the last changes of an article's settings for comments, newest
// first.
func PolicyChanges(ctx context.Context, r models.Queryer, id int64) ([]models.AuditEntry, error) {
	article := models.Subject{Kind: models.ArticleSubject, ID: id}
	return models.AuditTrail(ctx, r, article, settings.MaxChanges, newsroom.VerbComments)
}
