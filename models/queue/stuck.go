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

// Call is how the kinds of jobs begin that call another service, such as a WebSub
// hub. All other jobs send mail.
const Call = "call-"

// StuckMail returns the number, age and last error of the mails that failed.
func StuckMail(ctx context.Context, r models.Queryer) (Stuck, error) {
	return stuck(ctx, r, "kind NOT LIKE ?", Call+"%")
}

// StuckCalls returns the number, age and last error of the failed jobs of a kind.
func StuckCalls(ctx context.Context, r models.Queryer, kind string) (Stuck, error) {
	return stuck(ctx, r, "kind = ?", kind)
}

func stuck(ctx context.Context, r models.Queryer, which, kind string) (Stuck, error) {
	var s Stuck
	err := r.Query(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN dead THEN 0 ELSE 1 END), 0) AS retried,
		COALESCE(SUM(CASE WHEN dead THEN 1 ELSE 0 END), 0) AS dead, MIN(created_at) AS oldest
		FROM jobs WHERE (dead OR attempts > 0) AND `+which, kind).Scan(&s).Error
	if err != nil || s.Retried+s.Dead == 0 {
		return s, err
	}
	var errors []string
	err = r.Query(ctx).Raw(`SELECT error FROM jobs WHERE error <> '' AND (dead OR attempts > 0) AND `+which+`
		ORDER BY run_at DESC LIMIT 1`, kind).Scan(&errors).Error
	if len(errors) > 0 {
		s.Error = errors[0]
	}
	return s, err
}
