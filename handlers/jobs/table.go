package jobs

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

// Task is a row of the table of periodic work.
type Task struct {
	Name  string
	Every time.Duration
	// Alone tasks run on one instance at a time, whoever gets the lease.
	Alone bool
	Run   func(context.Context, *models.DB) error
}

// Tasks lists the periodic work.
func Tasks() []Task {
	return []Task{
		{"publish scheduled articles", time.Second, false, func(ctx context.Context, db *models.DB) error {
			_, err := newsroom.PublishDue(ctx, db)
			return err
		}},
		{"weigh sections and tags", 24 * time.Hour, true, newsroom.RecomputeWeights},
		{"teach the spam model", 10 * time.Second, true, discussion.LearnDecisions},
		{"forget where comments came from", time.Hour, true, discussion.ExpireAddresses},
		{"prune the change log", time.Hour, true, func(ctx context.Context, db *models.DB) error {
			return db.Write(ctx, func(tx *models.Tx) error { return models.PruneChanges(ctx, tx) })
		}},
	}
}

// Run does the tasks until ctx ends. A failed task is logged and tried again
// when it is next due.
func Run(ctx context.Context, db *models.DB, log *slog.Logger) {
	holder := rand.Text()
	var running sync.WaitGroup
	for _, task := range Tasks() {
		running.Go(func() {
			ticker := time.NewTicker(task.Every)
			defer ticker.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-ticker.C:
				}
				if err := runOnce(ctx, db, task, holder); err != nil && ctx.Err() == nil {
					log.ErrorContext(ctx, "task failed", "task", task.Name, "error", err)
				}
			}
		})
	}
	running.Wait()
}

func runOnce(ctx context.Context, db *models.DB, task Task, holder string) error {
	if task.Alone {
		// The lease outlives the period, so that one instance keeps the task.
		held, err := models.AcquireLease(ctx, db, task.Name, holder, task.Every+task.Every/2)
		if err != nil || !held {
			return err
		}
	}
	return task.Run(ctx, db)
}
