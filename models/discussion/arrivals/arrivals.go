package arrivals

import (
	"context"

	"broadsheet/models"
)

// Most is how many arrivals [Held] lists.
const Most = 100

// Newest returns the largest number of a comment, 0 where there is none.
func Newest(ctx context.Context, r models.Queryer) (id int64, err error) {
	return id, r.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM comments").Scan(&id).Error
}

// Held returns the held comments that are newer than a comment, oldest first.
func Held(ctx context.Context, r models.Queryer, since int64) (ids []int64, err error) {
	return ids, r.Query(ctx).Raw("SELECT id FROM comments WHERE id > ? AND state || '' = 'hold' ORDER BY id LIMIT ?", since, Most).
		Scan(&ids).Error
}
