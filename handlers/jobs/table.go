package jobs

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/people"
	"broadsheet/models/queue"
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
		{"weigh sections and tags", 24 * time.Hour, true, related.RecomputeWeights},
		{"teach the spam model", 10 * time.Second, true, discussion.LearnDecisions},
		{"set the site's spam mark", time.Minute, true, discussion.LearnSite},
		{"index comments for the desk", 2 * time.Second, false, discussion.IndexComments},
		{"forget who looked at which comment", time.Hour, true, moderation.PruneClaims},
		{"forget where comments came from", time.Hour, true, discussion.ExpireAddresses},
		{"render old comments anew", time.Minute, true, discussion.RefreshRendered},
		{"render old articles anew", time.Minute, true, newsroom.RefreshRendered},
		{"forget sessions that have run out", time.Hour, true, people.PruneSessions},
		{"empty spam and trash", time.Hour, true, discussion.Clean},
		{"remove what erased comments left in the files", 10 * time.Minute, true, discussion.Purge},
		{"forget unanswered addresses", time.Hour, true, people.PruneAddresses},
		{"prune decisions that can be undone", 10 * time.Minute, true, discussion.PruneOperations},
		{"count figures", 30 * time.Second, true, moderation.CountFigures},
		{"prune figures", 24 * time.Hour, true, moderation.PruneFigures},
		{"close the list of bans that are over", time.Hour, true, people.ExpireBans},
		{"forget mailed sets of held comments", time.Hour, true, moderation.PruneHeldSets},
		{"prune the change log", time.Hour, true, func(ctx context.Context, db *models.DB) error {
			return db.Write(ctx, func(tx *models.Tx) error { return models.PruneChanges(ctx, tx) })
		}},
	}
}

// queueEvery is how often the queue is asked for work that is due.
const queueEvery = time.Second

// Run does the tasks until ctx ends, and what is in the queue. A failed task
// is logged and tried again when it is next due. post is nil where the site
// sends no mail.
func Run(ctx context.Context, db *models.DB, log *slog.Logger, post *Post) {
	holder := rand.Text()
	var running sync.WaitGroup
	tasks := Tasks()
	if post != nil {
		tasks = append(tasks, MailTasks()...)
		running.Go(func() { workQueue(ctx, db, log, post.Kinds()) })
	}
	for _, task := range tasks {
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

// workQueue does the jobs of the queue as they fall due.
func workQueue(ctx context.Context, db *models.DB, log *slog.Logger, kinds queue.Kinds) {
	ticker := time.NewTicker(queueEvery)
	defer ticker.Stop()
	for {
		done, err := queue.WorkDue(ctx, db, kinds)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "jobs failed", "error", err)
		}
		if done > 0 && ctx.Err() == nil {
			continue // there may be more
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
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
