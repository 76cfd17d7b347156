package arrivals_test

import (
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion/arrivals"
	"broadsheet/models/modeltest"
)

func TestThereAreNoArrivalsOnAnEmptySite(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		newest, err := arrivals.Newest(t.Context(), db)
		if err != nil || newest != 0 {
			t.Errorf("newest %d (%v)", newest, err)
		}
		if ids, err := arrivals.Held(t.Context(), db, 0); err != nil || !slices.Equal(ids, nil) {
			t.Errorf("%v (%v)", ids, err)
		}
	})
}
