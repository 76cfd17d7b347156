package models_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

func TestFirstReturnsNilWithoutARow(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		if n, err := models.First[models.Notice](db.Query(t.Context())); n != nil || err != nil {
			t.Fatalf("%+v, %v", n, err)
		}
		for _, kind := range []string{"b", "a"} {
			if err := models.SaveNotice(t.Context(), db, kind, ""); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := models.First[models.Notice](db.Query(t.Context()).Order("kind")); err != nil || n == nil || n.Kind != "a" {
			t.Errorf("%+v, %v", n, err)
		}
		if _, err := models.First[models.Notice](db.Query(t.Context()).Where("no_column = 1")); err == nil {
			t.Error("no error for an unknown column")
		}
	})
}

// Concurrent transactions read a row, add to it and write it back. Without the
// lock PostgreSQL would lose some of the additions.
func TestLockSerialisesChangesOfARow(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		if err := models.SaveNotice(t.Context(), db, "count", "0"); err != nil {
			t.Fatal(err)
		}
		const writers = 8
		var group sync.WaitGroup
		for range writers {
			group.Go(func() {
				if err := db.Write(t.Context(), func(tx *models.Tx) error { return increment(t.Context(), tx) }); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n, err := models.First[models.Notice](db.Query(t.Context())); err != nil || n.Detail != fmt.Sprint(writers) {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

func increment(ctx context.Context, tx *models.Tx) error {
	n, err := models.First[models.Notice](tx.Lock(ctx).Where("kind = ?", "count"))
	if err != nil {
		return err
	}
	var count int
	if _, err := fmt.Sscan(n.Detail, &count); err != nil {
		return err
	}
	n.Detail = fmt.Sprint(count + 1)
	return tx.Query(ctx).Save(n).Error
}
