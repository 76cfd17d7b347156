package newsroom_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// Several writers publish an article at the same time, by hand and because it is
// due. One of them succeeds, the others get a Conflict, and each list has the
// article once.
func TestConcurrentWritersPublishAnArticleOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		a := save(t, db, newsroom.Manuscript{Title: "Harbour tunnel opens", Body: "Text.", Categories: section("world-news"), PublishedAt: clock.Now()})
		for round := range 15 {
			if err := setStatus(t, db, a.ID, newsroom.Draft, ""); err != nil {
				t.Fatal(err)
			}
			if err := setStatus(t, db, a.ID, newsroom.Scheduled, ""); err != nil {
				t.Fatal(err)
			}
			clock.Advance(time.Minute)
			errs := make([]error, 6)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					if i%2 == 0 {
						_, errs[i] = newsroom.PublishDue(t.Context(), db)
					} else {
						errs[i] = setStatus(t, db, a.ID, newsroom.Published, "")
					}
				})
			}
			all.Wait()
			for i, err := range errs {
				if err != nil && (i%2 == 0 || models.KindOf(err) != models.Conflict) {
					t.Fatalf("round %d, %d: %v", round, i, err)
				}
			}
			page, err := newsroom.List{Kind: newsroom.AllArticles}.Page(t.Context(), db, 1, 10)
			if err != nil || len(page.Teasers) != 1 || page.Teasers[0].ID != a.ID {
				t.Fatalf("round %d: %d articles are listed (%v)", round, len(page.Teasers), err)
			}
		}
	})
}

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
