package bystate

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Queue selects comments to list, for commands.
type Queue struct {
	State     discussion.State // "" for all
	ArticleID int64            // 0 for all
	// After is the last comment of the page before; nil for the first page.
	After *discussion.Comment
	Limit int
}

// List returns comments, newest first.
func (q Queue) List(ctx context.Context, r models.Queryer) ([]discussion.Comment, error) {
	query := r.Query(ctx).Order("created_at DESC, id DESC").Limit(q.Limit)
	if q.State != "" {
		query = query.Where("state = ?", q.State)
	}
	if q.ArticleID != 0 {
		query = query.Where("article_id = ?", q.ArticleID)
	}
	if q.After != nil {
		query = query.Where("created_at < ? OR created_at = ? AND id < ?", q.After.CreatedAt, q.After.CreatedAt, q.After.ID)
	}
	var list []discussion.Comment
	return list, query.Find(&list).Error
}
