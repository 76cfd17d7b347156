package queue

import (
	"context"

	"broadsheet/models"
)

// Counts are the numbers of jobs in the queue.
type Counts struct {
	Waiting int
	Dead    int
	Oldest  models.Time // when the oldest waiting job was due
}

// Count returns how many jobs wait and how many are dead.
func Count(ctx context.Context, r models.Queryer) (Counts, error) {
	var c Counts
	err := r.Query(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN dead THEN 0 ELSE 1 END), 0) AS waiting,
		COALESCE(SUM(CASE WHEN dead THEN 1 ELSE 0 END), 0) AS dead,
		MIN(CASE WHEN dead THEN NULL ELSE run_at END) AS oldest FROM jobs`).Scan(&c).Error
	return c, err
}
