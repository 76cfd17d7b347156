package discussion_test

import (
	"errors"
	"testing"
	"time"

	"broadsheet/models"
)

// TestNoWaitIsLongerThanItsWindow imports a comment with a date in the future,
// sets the clock back, and then looks at each wait.
func TestNoWaitIsLongerThanItsWindow(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.flood", "15")
		a := d.Article()
		in := d.Submission(a.ID)
		c := d.MustPost(in)
		for name, ahead := range map[string]time.Duration{"a month ahead": 35 * 24 * time.Hour, "ten seconds ahead": 10 * time.Second} {
			if err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
				return tx.Query(d.Context()).Exec("UPDATE comments SET created_at = ? WHERE id = ?", models.At(d.Clock.Now().Add(ahead)), c.ID).Error
			}); err != nil {
				d.Fatal(err)
			}
			again := in
			again.Text += name
			_, err := d.Post(again)
			refusal, refused := errors.AsType[*models.Error](err)
			switch {
			case err != nil && !refused:
				d.Fatal(err)
			case refused && refusal.RetryAfter > d.Site().CommentFloodWindow:
				d.Errorf("%s: wait %v", name, refusal.RetryAfter)
			case refused == (ahead > time.Hour):
				d.Errorf("%s: refused is %v (%v)", name, refused, err)
			}
			d.Clock.Advance(time.Hour)
		}
	})
}
