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

// TestTheTrashFreesTheSlug: a new article gets the address of one in the trash, and the
// old one gets another when it comes back. Without a new article it gets its own back.
func TestTheTrashFreesTheSlug(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		slugOf := func(id int64) string {
			t.Helper()
			var a newsroom.Article
			if err := db.Query(t.Context()).Where("id = ?", id).Take(&a).Error; err != nil {
				t.Fatal(err)
			}
			return a.Slug
		}
		move := func(id int64, to newsroom.Status) {
			t.Helper()
			if err := setStatus(t, db, id, to, ""); err != nil {
				t.Fatal(err)
			}
		}
		first := save(t, db, newsroom.Manuscript{Title: "Privacy", Body: "One."})
		move(first.ID, newsroom.Trashed)
		if slug := slugOf(first.ID); slug == "privacy" {
			t.Error("the trash keeps the slug")
		}
		move(first.ID, newsroom.Published)
		if slug := slugOf(first.ID); slug != "privacy" {
			t.Errorf("it came back as %s", slug)
		}
		move(first.ID, newsroom.Trashed)
		second := save(t, db, newsroom.Manuscript{Title: "Privacy", Body: "Two."})
		move(first.ID, newsroom.Published)
		if a, b := slugOf(second.ID), slugOf(first.ID); a != "privacy" || b != "privacy-2" {
			t.Errorf("the new one is %s, the old one %s", a, b)
		}
	})
}
