package models_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

// CatchUp does not announce a change that Write has announced.
func TestOwnChangesAreAnnouncedOnce(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		heard := map[string]int{}
		db.OnChange(func(c models.Change) { heard[c.Tags]++ })
		for _, tag := range []models.CacheTag{"a", "b"} {
			if err := db.Write(t.Context(), func(tx *models.Tx) error { tx.Touch(tag); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		last, err := models.LastChangeID(t.Context(), db)
		if err != nil || db.Seen() >= last {
			t.Fatal(db.Seen(), last, err)
		}
		if err := db.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if heard["a"] != 1 || heard["b"] != 1 || db.Seen() != last {
			t.Errorf("heard %v, seen %d of %d", heard, db.Seen(), last)
		}
	})
}

func TestTheTagEverythingTouchesEachTag(t *testing.T) {
	t.Parallel()
	if c := (models.Change{Tags: "a " + string(models.EverythingTag)}); !c.Touches("settings") || !c.Touches("article:") {
		t.Error("everything is not everything")
	}
}

// A process without a watcher is never behind.
func TestCatchUpIfBehindReadsTheLogOnlyWhenTheWatcherIsLate(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	path := filepath.Join(t.TempDir(), "two.db")
	one, two := mustOpen(t, path, clock), mustOpen(t, path, clock)
	heard := make(chan string, 9)
	two.OnChange(func(c models.Change) { heard <- c.Tags })
	if two.Behind(clock.Now().Add(time.Hour), time.Second) {
		t.Error("behind without a watcher")
	}
	ctx, stop := context.WithCancel(t.Context())
	watched := make(chan struct{})
	go func() { defer close(watched); two.Watch(ctx, time.Hour) }() // looks once, and then not for long
	for began := time.Now(); !two.Behind(clock.Now().Add(time.Hour), time.Second); {
		if time.Since(began) > time.Minute {
			t.Fatal("it never looks")
		}
		time.Sleep(time.Millisecond) // until the first look is over
	}
	if err := one.Write(t.Context(), func(tx *models.Tx) error { tx.Touch("a"); return nil }); err != nil {
		t.Fatal(err)
	}
	if two.CatchUpIfBehind(t.Context(), time.Second); len(heard) != 0 {
		t.Error("it looked though it is not behind")
	}
	clock.Advance(2 * time.Second)
	if two.CatchUpIfBehind(t.Context(), time.Second); len(heard) != 1 || two.Behind(clock.Now(), time.Second) {
		t.Errorf("heard %d changes", len(heard))
	}
	stop()
	if <-watched; two.Behind(clock.Now().Add(time.Hour), time.Second) {
		t.Error("behind after the watcher has stopped")
	}
}

func TestFirstStartKeepsTheFirstTime(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for _, c := range []struct {
			build string
			want  time.Time
		}{{"one", modeltest.Start}, {"one", modeltest.Start}, {"two", modeltest.Start.Add(2 * time.Hour)}, {"one", modeltest.Start}} {
			if at, err := models.FirstStart(t.Context(), db, c.build); err != nil || !at.Equal(c.want) {
				t.Errorf("%s first ran at %v, want %v (%v)", c.build, at, c.want, err)
			}
			clock.Advance(time.Hour)
		}
	})
}
