package discussion_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

// An article takes its comments into the trash and back out again, each to
// the state it had; counts are right all the way, and nobody can comment.
func TestCommentsGoToTheTrashWithTheirArticleAndComeBack(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		a, other := d.article(), d.article()
		public := d.mustPost(d.submission(a.ID))
		reply := d.submission(a.ID)
		reply.ParentID = public.ID
		answer := d.mustPost(reply)
		held, spam, binned, elsewhere := d.mustPost(d.submission(a.ID)), d.mustPost(d.submission(a.ID)), d.mustPost(d.submission(a.ID)), d.mustPost(d.submission(other.ID))
		d.decide(discussion.DoHold, held.ID)
		d.decide(discussion.DoSpam, spam.ID)
		d.decide(discussion.DoTrash, binned.ID)
		move := func(to newsroom.Status) {
			d.Helper()
			if err := discussion.SetArticleStatus(d.Context(), d.db, models.Actor{Name: "test"}, a.ID, to, ""); err != nil {
				d.Fatal(err)
			}
			d.recount()
		}
		states := func(want ...discussion.State) {
			d.Helper()
			for i, c := range []*discussion.Comment{public, answer, held, spam, binned, elsewhere} {
				if got := d.reread(c.ID).State; got != want[i] {
					d.Errorf("comment %d is %s, want %s", i, got, want[i])
				}
			}
		}
		for range 2 {
			move(newsroom.Trashed)
			states(discussion.ArticleTrashed, discussion.ArticleTrashed, discussion.ArticleTrashed, discussion.Spam, discussion.Trashed, discussion.Approved)
			if _, err := d.post(d.submission(a.ID)); models.KindOf(err) != models.NotFound {
				d.Errorf("a comment on it: %v", err)
			}
			if got := d.decide(discussion.DoApprove, public.ID); !got[0].Refused {
				d.Errorf("a moderator approved one: %+v", got)
			}
			if totals, err := discussion.Totals(d.Context(), d.db); err != nil || totals[discussion.ArticleTrashed] != 3 || totals[discussion.Held] != 0 {
				d.Errorf("totals %v (%v)", totals, err)
			}
			move(newsroom.Published)
			states(discussion.Approved, discussion.Approved, discussion.Held, discussion.Spam, discussion.Trashed, discussion.Approved)
			if got := d.reload(a.ID); got.CommentsApprove != 2 || got.Threads != 1 {
				d.Errorf("%d comments in %d threads", got.CommentsApprove, got.Threads)
			}
		}
		move(newsroom.Withdrawn)
		states(discussion.Approved, discussion.Approved, discussion.Held, discussion.Spam, discussion.Trashed, discussion.Approved)
		if err := discussion.SetArticleStatus(d.Context(), d.db, models.Actor{Name: "test"}, a.ID, newsroom.Scheduled, ""); models.KindOf(err) != models.Conflict {
			d.Errorf("a move that is not allowed: %v", err)
		}
	})
}
