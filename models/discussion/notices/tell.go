package notices

import (
	"context"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/queue"
)

// Job is the kind of the jobs that tell senders of notices what became of them. The key
// of a job is the number of the report.
const Job = "notice-ended"

const (
	// tellFor is for how long after a notice its sender is told of a decision.
	tellFor = 180 * 24 * time.Hour
	// tellAtOnce is how many reports one transaction reads at most.
	tellAtOnce = 500
)

// Tell queues mail to the senders of notices that have ended, once a decision cannot
// be undone unnoticed.
func Tell(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		const due = "p.id IN (SELECT id FROM reports WHERE email <> '' AND proven AND told_at IS NULL AND at > ? ORDER BY id LIMIT ?)"
		list, err := load(ctx, tx, due,
			models.At(tx.Now.Add(-tellFor)), tellAtOnce)
		if err != nil {
			return err
		}
		for i := range list {
			n := &list[i]
			if n.Outcome() == Open || n.EndedAt().Add(discussion.MailPause).After(tx.Now) {
				continue
			}
			if err := tx.Query(ctx).Exec("UPDATE reports SET told_at = ? WHERE id = ?", models.At(tx.Now), n.ID).Error; err != nil {
				return err
			}
			if err := queue.Add(ctx, tx, Job, strconv.FormatInt(n.ID, 10), struct{}{}, tx.Now); err != nil {
				return err
			}
		}
		return nil
	})
}

// OfJob returns the report that a job is about, nil when its sender is not to be told
// any more.
func OfJob(ctx context.Context, r models.Queryer, job *queue.Job) (*Notice, error) {
	id, _ := strconv.ParseInt(job.Key, 10, 64)
	list, err := load(ctx, r, "p.id = ?", id)
	if err != nil || len(list) == 0 || !list[0].TakesMail() || list[0].Outcome() == Open {
		return nil, err
	}
	return &list[0], nil
}
