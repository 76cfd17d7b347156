package jobs

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/heat"
	"broadsheet/models/discussion/heatscores"
	"broadsheet/models/discussion/learn"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/rerender"
	"broadsheet/models/discussion/targets"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/presence"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/queue"
	"broadsheet/models/robots/fetches"
)

// Task is a periodic task.
type Task struct {
	Name  string
	Every time.Duration
	// OneInstance tasks run on one instance at a time: the one that has the lease.
	OneInstance bool
	Run         func(context.Context, *models.DB) error
}

// Tasks lists the periodic tasks of every site. The names are stored: they are the
// names of the leases.
func Tasks() []Task {
	return []Task{
		{Name: "publish scheduled articles", Every: time.Second, Run: publishDue},
		{Name: "hide pictures without a licence", Every: time.Second, Run: library.KeepLicences},
		{Name: "keep the index of the search", Every: 2 * time.Second, Run: search.Keep},
		{Name: "weigh sections and tags", Every: 24 * time.Hour, OneInstance: true, Run: related.RecomputeWeights},
		{Name: "teach the spam model", Every: 10 * time.Second, OneInstance: true, Run: learn.Decisions},
		{Name: "set the site's spam mark", Every: time.Minute, OneInstance: true, Run: learn.Site},
		{Name: "learn what is heated", Every: time.Hour, OneInstance: true, Run: heatscores.Learn},
		{Name: "score how heated comments are", Every: 15 * time.Second, OneInstance: true, Run: heatscores.Keep},
		{Name: "index comments for the desk", Every: 2 * time.Second, Run: discussion.IndexComments},
		{Name: "forget who looked at which comment", Every: time.Hour, OneInstance: true, Run: moderation.PruneClaims},
		{Name: "forget where comments came from", Every: time.Hour, OneInstance: true, Run: privacy.ExpireAddresses},
		{Name: "render old comments anew", Every: time.Minute, OneInstance: true, Run: rerender.Comments},
		{Name: "render old articles anew", Every: time.Minute, OneInstance: true, Run: newsroom.RefreshRendered},
		{Name: "forget sessions that have run out", Every: time.Hour, OneInstance: true, Run: people.PruneSessions},
		{Name: "empty spam and trash", Every: time.Hour, OneInstance: true, Run: privacy.Clean},
		{Name: "remove what erased comments left in the files", Every: 10 * time.Minute, OneInstance: true, Run: privacy.Purge},
		{Name: "forget unanswered addresses", Every: time.Hour, OneInstance: true, Run: people.PruneAddresses},
		{Name: "prune decisions that can be undone", Every: 10 * time.Minute, OneInstance: true, Run: discussion.PruneOperations},
		{Name: "check the log of decisions", Every: 10 * time.Minute, OneInstance: true, Run: decisionlog.KeepChecked},
		{Name: "count figures", Every: 30 * time.Second, OneInstance: true, Run: moderation.CountFigures},
		{Name: "compare the queue with its targets", Every: time.Minute, OneInstance: true, Run: targets.Check},
		{Name: "prune figures", Every: 24 * time.Hour, OneInstance: true, Run: moderation.PruneFigures},
		{Name: "close the list of bans that are over", Every: time.Hour, OneInstance: true, Run: bans.Expire},
		{Name: "forget mailed sets of held comments", Every: time.Hour, OneInstance: true, Run: moderation.PruneHeldSets},
		{Name: "prune figures of robots", Every: 24 * time.Hour, OneInstance: true, Run: fetches.Prune},
		{Name: "rank the most read articles", Every: time.Minute, OneInstance: true, Run: reads.Rank},
		{Name: "rank the most discussed articles of a day", Every: time.Minute, OneInstance: true, Run: heat.RankDay},
		{Name: "rank the most discussed articles of a week", Every: 10 * time.Minute, OneInstance: true, Run: heat.RankWeek},
		{Name: "add up old reads", Every: 6 * time.Hour, OneInstance: true, Run: reads.Prune},
		{Name: "forget how to undo old changes of terms", Every: time.Hour, OneInstance: true, Run: termchanges.PruneChanges},
		{Name: "forget who wrote where", Every: time.Hour, OneInstance: true, Run: presence.Prune},
		{Name: "prune autosaves of drafts", Every: time.Hour, OneInstance: true, Run: drafts.Prune},
		{Name: "prune the change log", Every: time.Hour, OneInstance: true, Run: func(ctx context.Context, db *models.DB) error {
			return db.Write(ctx, func(tx *models.Tx) error { return models.PruneChanges(ctx, tx) })
		}},
	}
}

func publishDue(ctx context.Context, db *models.DB) error {
	_, err := timetable.Run(ctx, db)
	return err
}

// queueInterval is how often the queue is polled.
const queueInterval = time.Second

// Lane is a set of kinds of jobs with a worker of their own, so that they wait for
// each other but not for the jobs of other lanes.
type Lane struct {
	Name  string // for the log
	Kinds queue.Kinds
	Tasks []Task // the periodic work that adds jobs to the lane; a lane without kinds has tasks alone
}

// Run runs the tasks and the lanes of the queue until ctx ends. It logs a failed
// task and runs it again after the usual interval. mailer is nil when the site
// sends no mail; the jobs of mail then stay in the queue.
func Run(ctx context.Context, db *models.DB, log *slog.Logger, mailer *Mailer, lanes ...Lane) {
	holder := rand.Text()
	var running sync.WaitGroup
	tasks := append(Tasks(), NewLinkChecker(nil).Task())
	if mailer != nil {
		tasks = append(tasks, MailTasks()...)
		lanes = append(lanes, mailer.Lanes()...)
	}
	for _, lane := range lanes {
		tasks = append(tasks, lane.Tasks...)
		if len(lane.Kinds) > 0 {
			running.Go(func() { lane.work(ctx, db, log) })
		}
	}
	for _, task := range tasks {
		running.Go(func() { task.repeat(ctx, db, log, holder) })
	}
	running.Wait()
}

// repeat runs the task at its interval until ctx ends.
func (t Task) repeat(ctx context.Context, db *models.DB, log *slog.Logger, holder string) {
	ticker := time.NewTicker(t.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := runOnce(ctx, db, t, holder); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "task failed", "task", t.Name, "error", err)
		}
	}
}

// work runs the jobs of the lane that are due.
func (l Lane) work(ctx context.Context, db *models.DB, log *slog.Logger) {
	ticker := time.NewTicker(queueInterval)
	defer ticker.Stop()
	for {
		done, err := queue.WorkDue(ctx, db, l.Kinds)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "jobs failed", "lane", l.Name, "error", err)
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

// runOnce runs a task, unless another instance has its lease.
func runOnce(ctx context.Context, db *models.DB, task Task, holder string) error {
	if task.OneInstance {
		// The lease is longer than the interval, so that the same instance keeps it.
		held, err := models.AcquireLease(ctx, db, task.Name, holder, task.Every+task.Every/2)
		if err != nil || !held {
			return err
		}
	}
	return task.Run(ctx, db)
}
