package queue_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/queue"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, queue.Job{})
	})
}

func add(t *testing.T, db *models.DB, kind, key string, after time.Duration) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *models.Tx) error {
		return queue.Add(t.Context(), tx, kind, key, map[string]string{"of": key}, tx.Now.Add(after))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// work does all due jobs and returns the joined errors.
func work(t *testing.T, db *models.DB, kinds queue.Kinds) (done int, err error) {
	t.Helper()
	for {
		n, failed := queue.WorkDue(t.Context(), db, kinds)
		done, err = done+n, errors.Join(err, failed)
		if n == 0 {
			return done, err
		}
	}
}

func count(t *testing.T, db *models.DB) queue.Counts {
	t.Helper()
	c, err := queue.Count(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAJobIsDoneOnceWhenItIsDue(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		var seen []string
		kinds := queue.Kinds{"mail": func(_ context.Context, j *queue.Job) error {
			var p map[string]string
			if err := j.Read(&p); err != nil {
				return err
			}
			seen = append(seen, p["of"])
			return nil
		}}
		add(t, db, "mail", "later", 2*time.Minute)
		add(t, db, "mail", "now", 0)
		add(t, db, "mail", "now", 0) // one for each key
		if n, err := work(t, db, kinds); n != 1 || err != nil || fmt.Sprint(seen) != "[now]" {
			t.Fatalf("did %d (%v): %v", n, err, seen)
		}
		clock.Advance(2 * time.Minute)
		if n, err := work(t, db, kinds); n != 1 || err != nil || fmt.Sprint(seen) != "[now later]" {
			t.Fatalf("did %d (%v): %v", n, err, seen)
		}
		if c := count(t, db); c != (queue.Counts{}) {
			t.Errorf("jobs left: %+v", c)
		}
	})
}

func TestAFailedJobIsTriedAgainUntilItIsDead(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		tries := 0
		kinds := queue.Kinds{
			"weak": func(context.Context, *queue.Job) error {
				tries++
				return errors.New("not today")
			},
			"bad": func(context.Context, *queue.Job) error { return queue.Permanent(errors.New("never")) },
		}
		add(t, db, "bad", "1", 0)
		add(t, db, "odd", "1", 0) // no worker does this kind
		if _, err := work(t, db, kinds); err == nil {
			t.Error("no error for the failed jobs")
		}
		if c := count(t, db); c.Dead != 1 || c.Waiting != 1 {
			t.Errorf("a permanent error is tried again: %+v", c)
		}
		add(t, db, "weak", "1", 0)
		begin := clock.Now()
		for range 100_000 {
			if _, err := work(t, db, kinds); err != nil && count(t, db).Dead == 2 {
				break
			}
			clock.Advance(time.Minute)
		}
		if tries != queue.MaxAttempts || clock.Now().Sub(begin) < 24*time.Hour {
			t.Errorf("tried %d times within %v", tries, clock.Now().Sub(begin))
		}
		add(t, db, "bad", "1", 0)
		if c := count(t, db); c.Dead != 1 || c.Waiting != 2 {
			t.Errorf("a dead job was not brought back: %+v", c)
		}
	})
}

// A worker dies during a job: another worker claims it after the lease.
func TestAnotherWorkerDoesTheJobOfADeadOne(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		add(t, db, "mail", "1", 0)
		ctx, die := context.WithCancel(t.Context())
		_, err := queue.WorkDue(ctx, db, queue.Kinds{"mail": func(context.Context, *queue.Job) error {
			die()
			return ctx.Err()
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		done := func(context.Context, *queue.Job) error { return nil }
		if n, err := work(t, db, queue.Kinds{"mail": done}); n != 0 || err != nil {
			t.Fatalf("did %d jobs that another worker had claimed (%v)", n, err)
		}
		clock.Advance(queue.Lease)
		if n, err := work(t, db, queue.Kinds{"mail": done}); n != 1 || err != nil {
			t.Fatalf("did %d (%v)", n, err)
		}
	})
}

// Concurrent workers do each job once.
func TestConcurrentWorkersDoEachJobOnce(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		const jobs = 60
		var done [jobs]atomic.Int32
		for i := range jobs {
			add(t, db, "mail", fmt.Sprint(i), 0)
		}
		kinds := queue.Kinds{"mail": func(_ context.Context, j *queue.Job) error {
			var i int
			_, err := fmt.Sscan(j.Key, &i)
			done[i].Add(1)
			return err
		}}
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				if _, err := work(t, db, kinds); err != nil {
					t.Error(err)
				}
			})
		}
		workers.Wait()
		if _, err := work(t, db, kinds); err != nil {
			t.Error(err)
		}
		for i := range done {
			if n := done[i].Load(); n != 1 {
				t.Errorf("job %d was done %d times", i, n)
			}
		}
	})
}

// A worker claims the jobs of its own kinds only, the oldest first, however many
// jobs of other kinds wait.
func TestAWorkerDoesItsOwnKinds(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for i := range 20 {
			add(t, db, "mail", fmt.Sprint(i), 0)
		}
		clock.Advance(time.Second)
		add(t, db, "hub", "2", 0)
		add(t, db, "index", "1", -time.Second)
		var seen []string
		see := func(_ context.Context, j *queue.Job) error {
			seen = append(seen, j.Kind)
			return nil
		}
		if n, err := work(t, db, queue.Kinds{"hub": see, "index": see}); n != 2 || err != nil || fmt.Sprint(seen) != "[index hub]" {
			t.Errorf("did %d (%v): %v", n, err, seen)
		}
		if n, err := queue.WorkDue(t.Context(), db, nil); n != 0 || err != nil {
			t.Errorf("a worker without kinds did %d (%v)", n, err)
		}
		if c := count(t, db); c.Waiting != 20 {
			t.Errorf("jobs of another worker: %+v", c)
		}
	})
}

// A job gets a context that ends before its lease does.
func TestAJobHasADeadline(t *testing.T) {
	db := modeltest.SQLite(t, modeltest.NewClock())
	add(t, db, "hub", "1", 0)
	begin := time.Now()
	_, err := work(t, db, queue.Kinds{"hub": func(ctx context.Context, _ *queue.Job) error {
		if end, ok := ctx.Deadline(); !ok || end.After(begin.Add(queue.Lease)) {
			t.Errorf("the context ends at %v (%v), the lease at %v", end, ok, begin.Add(queue.Lease))
		}
		return nil
	}})
	if err != nil {
		t.Error(err)
	}
}

// The errors of a mail server quote the address of the reader. They are logged.
func TestFailuresNameNoAddress(t *testing.T) {
	db := modeltest.SQLite(t, modeltest.NewClock())
	refused := errors.New("450 4.2.0 <reader@example.org>: greylisted, affected recipient(s): reader@example.org")
	add(t, db, "mail", "1", 0)
	_, err := queue.WorkDue(t.Context(), db, queue.Kinds{"mail": func(context.Context, *queue.Job) error { return refused }})
	if err == nil || strings.Contains(err.Error(), "reader") || !strings.Contains(err.Error(), "mail 1: 450 4.2.0 <(address)>") {
		t.Errorf("the error is %q", err)
	}
	if !errors.Is(err, refused) {
		t.Error("the error has lost its cause")
	}
}
