package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Limits of a job.
const (
	// Lease is how long a worker may work on the jobs that it has claimed.
	Lease = 2 * time.Minute
	// MaxWork is how long one job may take. Then its context ends and it has failed.
	MaxWork = Lease / 2
	// MaxAttempts is how often a job is tried before it is dead, which takes a
	// little more than a day.
	MaxAttempts = 12
	firstPause  = time.Minute
	longPause   = 12 * time.Hour
	maxError    = 500 // bytes stored of the last error
)

// Job is a row of the queue.
type Job struct {
	ID        int64
	Kind      string
	Key       string // one job of a kind for each key
	Payload   string // JSON
	RunAt     models.Time
	Attempts  int
	HeldUntil models.Time
	Error     string // of the last try
	Dead      bool
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
}

// TableName names the table for GORM.
func (Job) TableName() string { return "jobs" }

// Add adds a job that is due at an instant. A kind has one job for a key: Add
// changes nothing while that job waits, and revives it if it is dead.
func Add(ctx context.Context, tx *models.Tx, kind, key string, payload any, due time.Time) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	job := Job{Kind: kind, Key: key, Payload: string(data), RunAt: models.At(due), CreatedAt: models.At(tx.Now)}
	return tx.Query(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "kind"}, {Name: "key"}},
		DoUpdates: clause.Assignments(map[string]any{"dead": false, "attempts": 0, "run_at": job.RunAt, "payload": job.Payload}),
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "jobs.dead"}}},
	}).Create(&job).Error
}

// Remove deletes the jobs of some kinds and keys, also dead jobs and claimed ones.
// The worker of a claimed job finishes it.
func Remove(ctx context.Context, tx *models.Tx, kinds, keys []string) error {
	return tx.Query(ctx).Where("kind IN ? AND key IN ?", kinds, keys).Delete(&Job{}).Error
}

// Read unmarshals the payload. Its error is [Permanent].
func (j *Job) Read(into any) error {
	if err := json.Unmarshal([]byte(j.Payload), into); err != nil {
		return Permanent(fmt.Errorf("payload of job %d: %w", j.ID, err))
	}
	return nil
}

// permanent is an error that another try would repeat.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks an error so that the job is not tried again.
func Permanent(err error) error { return permanent{err} }

// postponed is the error of a job that is not due yet.
type postponed struct{ until time.Time }

func (p postponed) Error() string { return "postponed until " + p.until.Format(time.RFC3339) }

// Postpone returns an error that puts a job back until an instant. It does not count
// as a try, and it is not a failure.
func Postpone(until time.Time) error { return postponed{until} }

// Kinds maps each kind of job to the function that does it. A worker does the
// jobs of its kinds only, so kinds that must not wait for each other, such as mail
// and the calls of another service, belong to different workers.
type Kinds map[string]func(context.Context, *Job) error

// batch is the number of jobs that a worker claims at once. It does them one by one,
// within one lease.
const batch = 8

// due returns up to n jobs that are due, the oldest first. It reads the index once
// for each kind, so many waiting jobs of other kinds cost nothing.
func due(ctx context.Context, db *models.DB, kinds Kinds, n int) (ids []int64, err error) {
	now := models.At(db.Now())
	var parts []string
	var args []any
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		parts = append(parts, `SELECT * FROM (SELECT id, run_at FROM jobs WHERE kind = ? AND NOT dead AND run_at <= ?
			ORDER BY run_at, id LIMIT ?) AS of_kind`)
		args = append(args, kind, now, n)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	query := "SELECT id FROM (" + strings.Join(parts, " UNION ALL ") + ") AS due_jobs ORDER BY run_at, id LIMIT ?"
	err = db.Query(ctx).Raw(query, append(args, n)...).Scan(&ids).Error
	return ids, err
}

// claim claims up to n jobs of some kinds that are due. It returns none when other
// workers were quicker.
func claim(ctx context.Context, db *models.DB, kinds Kinds, n int) (jobs []Job, err error) {
	ids, err := due(ctx, db, kinds, n)
	if err != nil || len(ids) == 0 {
		return nil, err // without a write, other writers need not wait
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		jobs = nil
		// A claimed job is due again when its lease ends.
		return tx.Query(ctx).Raw(`UPDATE jobs SET held_until = ?, run_at = ? WHERE id IN (
			SELECT id FROM jobs WHERE id IN ? AND NOT dead AND run_at <= ?`+tx.Dialect().SkipLocked()+`) RETURNING *`,
			models.At(tx.Now.Add(Lease)), models.At(tx.Now.Add(Lease)), ids, models.At(tx.Now)).Scan(&jobs).Error
	})
	// RETURNING has no order. The ids are in the order in which the jobs were due.
	slices.SortFunc(jobs, func(a, b Job) int { return cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID)) })
	return jobs, err
}

// WorkDue does a batch of the jobs of some kinds that are due, each within
// [MaxWork], and returns how many succeeded. Failed jobs go back to the queue; err
// joins their errors. Jobs of other kinds are left for their own workers.
func WorkDue(ctx context.Context, db *models.DB, kinds Kinds) (done int, err error) {
	jobs, err := claim(ctx, db, kinds, batch)
	if err != nil {
		return 0, err
	}
	var failed []error
	for i := range jobs {
		job := &jobs[i]
		if db.Now().After(job.HeldUntil.Add(-MaxWork)) {
			break // the lease may end during the work; the job will be due again
		}
		jobErr := work(ctx, kinds, job)
		if ctx.Err() != nil && jobErr != nil {
			return done, ctx.Err() // another worker claims it after the lease
		}
		if err := settle(ctx, db, job, jobErr); err != nil {
			return done, err
		}
		if _, later := errors.AsType[postponed](jobErr); later {
			continue
		}
		if jobErr != nil {
			failed = append(failed, quiet{fmt.Errorf("%s %s: %w", job.Kind, job.Key, jobErr)})
			continue
		}
		done++
	}
	return done, errors.Join(failed...)
}

// work does one job. Its context ends after MaxWork.
func work(ctx context.Context, kinds Kinds, job *Job) error {
	ctx, cancel := context.WithTimeout(ctx, MaxWork)
	defer cancel()
	return kinds[job.Kind](ctx, job)
}

// addresses matches the email addresses that mail servers quote in their answers.
// They must be neither stored nor logged: a dead job's error stays in the table, and
// logs are read by people who need not know the readers.
var addresses = regexp.MustCompile(`[^\s<>"',;:()]+@[^\s<>"',;:()]+`)

// quiet is an error whose text names no email address.
type quiet struct{ error }

func (q quiet) Error() string { return addresses.ReplaceAllString(q.error.Error(), "(address)") }

func (q quiet) Unwrap() error { return q.error }

// settle removes a finished job, or puts a failed one back for another try. It does
// nothing if another worker has claimed the job since.
func settle(ctx context.Context, db *models.DB, job *Job, failure error) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		claimed := tx.Query(ctx).Model(&Job{}).Where("id = ? AND held_until = ?", job.ID, job.HeldUntil)
		if failure == nil {
			return claimed.Delete(&Job{}).Error
		}
		if later, ok := errors.AsType[postponed](failure); ok {
			return claimed.UpdateColumns(map[string]any{"held_until": nil, "run_at": models.At(later.until)}).Error
		}
		attempts := job.Attempts + 1
		_, forGood := errors.AsType[permanent](failure)
		text := quiet{failure}.Error()
		return claimed.UpdateColumns(map[string]any{
			"attempts": attempts, "error": text[:min(len(text), maxError)], "held_until": nil,
			"run_at": models.At(tx.Now.Add(pause(attempts))), "dead": forGood || attempts >= MaxAttempts,
		}).Error
	})
}

// pause returns the time to wait after the nth try. It doubles up to longPause.
func pause(n int) time.Duration {
	p := firstPause
	for range n - 1 {
		if p *= 2; p > longPause {
			return longPause
		}
	}
	return p
}
