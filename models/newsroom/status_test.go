package newsroom_test

import (
	"fmt"
	"sync"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// A save does not change the comment counts that discussion writes at the same
// time.
func TestSavingKeepsTheCountsOfOthers(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		a := save(t, db, newsroom.Manuscript{Title: "Harbour tunnel opens", Body: "Text."})
		const comments = 60
		var all sync.WaitGroup
		all.Go(func() {
			for range comments {
				err := db.Write(t.Context(), func(tx *models.Tx) error {
					_, err := newsroom.AddComments(t.Context(), tx, a.ID, newsroom.CommentCounts{Approve: 1})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for i := range comments {
				if _, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{ID: a.ID, Title: fmt.Sprint("Harbour tunnel opens ", i), Body: "Text."}); err != nil {
					t.Error(err)
				}
			}
		})
		all.Wait()
		after, err := newsroom.ByID(t.Context(), db, a.ID)
		if err != nil || after.CommentsApprove != comments {
			t.Errorf("%d comments are counted, of %d (%v)", after.CommentsApprove, comments, err)
		}
	})
}
