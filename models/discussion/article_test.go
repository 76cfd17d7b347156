package discussion_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

// The comments of an article go to the trash with it. A restore gives each its
// former state. The counts are right after each step, and an article in the trash
// takes no comments.
func TestCommentsFollowTheirArticleIntoTheTrash(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a, other := d.Article(), d.Article()
		public := d.MustPost(d.Submission(a.ID))
		reply := d.Submission(a.ID)
		reply.ParentID = public.ID
		answer := d.MustPost(reply)
		held, spam, binned, elsewhere := d.MustPost(d.Submission(a.ID)), d.MustPost(d.Submission(a.ID)), d.MustPost(d.Submission(a.ID)), d.MustPost(d.Submission(other.ID))
		d.Decide(discussion.DoHold, held.ID)
		d.Decide(discussion.DoSpam, spam.ID)
		d.Decide(discussion.DoTrash, binned.ID)
		move := func(to newsroom.Status) {
			d.Helper()
			if err := discussion.SetArticleStatus(d.Context(), d.DB, models.Actor{Name: "test"}, a.ID, to, ""); err != nil {
				d.Fatal(err)
			}
			d.CheckCounts()
		}
		states := func(want ...discussion.State) {
			d.Helper()
			for i, c := range []*discussion.Comment{public, answer, held, spam, binned, elsewhere} {
				if got := d.Comment(c.ID).State; got != want[i] {
					d.Errorf("comment %d is %s, want %s", i, got, want[i])
				}
			}
		}
		for range 2 {
			move(newsroom.Trashed)
			states(discussion.ArticleTrashed, discussion.ArticleTrashed, discussion.ArticleTrashed, discussion.Spam, discussion.Trashed, discussion.Approved)
			if _, err := d.Post(d.Submission(a.ID)); models.KindOf(err) != models.NotFound {
				d.Errorf("a comment on it: %v", err)
			}
			if got := d.Decide(discussion.DoApprove, public.ID); !got[0].Refused {
				d.Errorf("a moderator approved one: %+v", got)
			}
			if totals, err := discussion.Totals(d.Context(), d.DB); err != nil || totals[discussion.ArticleTrashed] != 3 || totals[discussion.Held] != 0 {
				d.Errorf("totals %v (%v)", totals, err)
			}
			move(newsroom.Published)
			states(discussion.Approved, discussion.Approved, discussion.Held, discussion.Spam, discussion.Trashed, discussion.Approved)
			if got := d.Reload(a.ID); got.CommentsApprove != 2 || got.Threads != 1 {
				d.Errorf("%d comments in %d threads", got.CommentsApprove, got.Threads)
			}
		}
		move(newsroom.Withdrawn)
		states(discussion.Approved, discussion.Approved, discussion.Held, discussion.Spam, discussion.Trashed, discussion.Approved)
		if err := discussion.SetArticleStatus(d.Context(), d.DB, models.Actor{Name: "test"}, a.ID, newsroom.Scheduled, ""); models.KindOf(err) != models.Conflict {
			d.Errorf("a move that is not allowed: %v", err)
		}
	})
}
