package thread

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// HeldOf returns held comments of an article, the oldest ones, and of the comments
// also those that belong to the article, in any state, at most most of each. The staff
// see them on the page of the article.
func HeldOf(ctx context.Context, r models.Queryer, articleID int64, also []int64, most int) ([]discussion.Comment, error) {
	var list []discussion.Comment
	err := r.Query(ctx).Where("article_id = ? AND state = ?", articleID, discussion.Held).
		Order("created_at, id").Limit(most).Find(&list).Error
	if err != nil || len(also) == 0 {
		return list, err
	}
	var more []discussion.Comment
	err = r.Query(ctx).Where("id IN ? AND article_id = ? AND state <> ?", also, articleID, discussion.Held).
		Order("created_at, id").Limit(most).Find(&more).Error
	return append(list, more...), err
}
