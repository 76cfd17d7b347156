package appeals

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
)

const (
	// PageSize is how many open appeals [Waiting] returns at most.
	PageSize = 50
	// endedShown is how many ended appeals [Ended] returns at most.
	endedShown = 20
	// mostRead is how many rows are read for one page. A moderator of some sections
	// sees those of them that are in scope.
	mostRead = 500
)

// Item is an appeal with its comment.
type Item struct {
	Appeal
	Comment discussion.Comment
}

// Waiting returns the open appeals in scope, the oldest first.
func Waiting(ctx context.Context, r models.Queryer, scope moderation.Scope) ([]Item, error) {
	var rows []Appeal
	if err := r.Query(ctx).Where("outcome = ''").Order("at, id").Limit(mostRead).Find(&rows).Error; err != nil {
		return nil, err
	}
	return withComments(ctx, r, scope, rows, PageSize)
}

// Ended returns the appeals in scope that ended last, the latest first.
func Ended(ctx context.Context, r models.Queryer, scope moderation.Scope) ([]Item, error) {
	var rows []Appeal
	err := r.Query(ctx).Where("outcome <> '' AND decided_at IS NOT NULL").Order("decided_at DESC, id DESC").
		Limit(mostRead).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return withComments(ctx, r, scope, rows, endedShown)
}

// withComments returns the first appeals with a comment in scope.
func withComments(ctx context.Context, r models.Queryer, scope moderation.Scope, rows []Appeal, most int) ([]Item, error) {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].CommentID
	}
	ids, err := scope.Filter(ctx, r, ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var comments []discussion.Comment
	if err := r.Query(ctx).Where("id IN ?", ids).Find(&comments).Error; err != nil {
		return nil, err
	}
	byID := map[int64]*discussion.Comment{}
	for i := range comments {
		byID[comments[i].ID] = &comments[i]
	}
	var list []Item
	for _, row := range rows {
		if c := byID[row.CommentID]; c != nil && len(list) < most {
			list = append(list, Item{row, *c})
		}
	}
	return list, nil
}
