package jobs_test

import (
	"context"
	"log/slog"
	"os"
	"testing"

	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/queue"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// A server that never answers holds up its own lane alone: a dead hub no mail, and a
// dead mail server no call of a hub.
func TestALaneDoesNotWaitForAnother(t *testing.T) {
	for _, c := range []struct{ dead, alive string }{{"hub", "mail"}, {"mail", "hub"}} {
		t.Run("dead "+c.dead, func(t *testing.T) {
			t.Parallel()
			db := modeltest.SQLite(t, modeltest.NewClock())
			err := db.Write(t.Context(), func(tx *models.Tx) error {
				if err := queue.Add(t.Context(), tx, c.dead, "1", nil, tx.Now); err != nil {
					return err
				}
				return queue.Add(t.Context(), tx, c.alive, "1", nil, tx.Now)
			})
			if err != nil {
				t.Fatal(err)
			}
			waits, done := make(chan bool), make(chan bool)
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan bool)
			go func() {
				defer close(ended)
				jobs.Run(ctx, db, slog.New(slog.DiscardHandler), nil,
					jobs.Lane{Name: c.dead, Kinds: queue.Kinds{c.dead: func(ctx context.Context, _ *queue.Job) error {
						close(waits)
						<-ctx.Done()
						return ctx.Err()
					}}},
					jobs.Lane{Name: c.alive, Kinds: queue.Kinds{c.alive: func(context.Context, *queue.Job) error {
						<-waits // the other lane is at work
						close(done)
						return nil
					}}})
			}()
			<-done
			stop()
			<-ended
		})
	}
}
