package queue

import (
	"context"

	"broadsheet/models"
)

// Stuck describes the jobs that have failed.
type Stuck struct {
	Retried int         // failed at least once and will be tried again
	Dead    int         // will not be tried again
	Oldest  models.Time // when the oldest of them was added
	Error   string      // of the last failure, "" for none
}

// StuckJobs returns the number, age and last error of the failed jobs.
func StuckJobs(ctx context.Context, r models.Queryer) (Stuck, error) {
	var s Stuck
	err := r.Query(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN dead THEN 0 ELSE 1 END), 0) AS retried,
		COALESCE(SUM(CASE WHEN dead THEN 1 ELSE 0 END), 0) AS dead, MIN(created_at) AS oldest
		FROM jobs WHERE dead OR attempts > 0`).Scan(&s).Error
	if err != nil || s.Retried+s.Dead == 0 {
		return s, err
	}
	var errors []string
	err = r.Query(ctx).Raw(`SELECT error FROM jobs WHERE error <> '' AND (dead OR attempts > 0)
		ORDER BY run_at DESC LIMIT 1`).Scan(&errors).Error
	if len(errors) > 0 {
		s.Error = errors[0]
	}
	return s, err
}
