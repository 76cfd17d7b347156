package privacy_test

import (
	"fmt"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/learn"
	"broadsheet/models/discussion/privacy"
)

func TestCleanRemovesRefusedComments(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		parent := f.Say("A parent.")
		f.Decide(discussion.DoApprove, parent.ID)
		reply := f.Reply(parent.ID, "An answer that stays.")
		f.Decide(discussion.DoApprove, reply.ID)
		spam, kept := f.Say("Some spam."), f.Say("Some trash of yesterday.")
		f.Decide(discussion.DoSpam, spam.ID)
		f.Decide(discussion.DoTrash, parent.ID)
		d.Clock.Advance(privacy.KeepRefused)
		f.Decide(discussion.DoTrash, kept.ID)
		d.Clock.Advance(time.Hour)
		clean := func() {
			d.Helper()
			if err := privacy.Clean(d.Context(), d.DB); err != nil {
				d.Fatal(err)
			}
		}
		clean()
		if f.State(spam.ID) != discussion.Spam {
			d.Error("cleaned before the spam model has learned from it")
		}
		if err := learn.Decisions(d.Context(), d.DB); err != nil {
			d.Fatal(err)
		}
		clean()
		if _, err := discussion.ByID(d.Context(), d.DB, spam.ID); models.KindOf(err) != models.NotFound {
			d.Errorf("the spam is still there (%v)", err)
		}
		emptied, err := discussion.ByID(d.Context(), d.DB, parent.ID)
		if err != nil || emptied.Text != "" || emptied.Email != "" || f.State(reply.ID) != discussion.Approved {
			d.Errorf("%+v (%v)", emptied, err)
		}
		if f.State(kept.ID) != discussion.Trashed {
			d.Error("yesterday's trash is gone")
		}
		var wrong int
		err = d.DB.Query(d.Context()).Raw(`SELECT COUNT(*) FROM comment_totals t WHERE state <> 'log' AND comments <> (SELECT COUNT(*) FROM comments c WHERE c.state = t.state)`).Scan(&wrong).Error
		if err != nil || wrong != 0 {
			d.Errorf("%d counts are wrong (%v)", wrong, err)
		}
		if _, broken, err := d.CheckChain(d.DB); broken != 0 || err != nil {
			d.Errorf("the log lost something at %d (%v)", broken, err)
		}
	})
}

// Cleaning uses short transactions, so that writers wait for one at most.
func TestCleanUsesShortTransactions(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		const spam = 450
		in := f.Submission(f.ArticleID)
		first := f.MustPost(in)
		f.Decide(discussion.DoSpam, first.ID)
		err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
			for i := range spam - 1 {
				err := tx.Query(d.Context()).Exec(`INSERT INTO comments (article_id, author, text, html, policy, state, state_at, created_at, email)
					SELECT article_id, author, 'Buy this', '', policy, state, state_at, created_at, ? FROM comments WHERE id = ?`, fmt.Sprint("s", i), first.ID).Error
				if err != nil {
					return err
				}
			}
			if err := tx.Query(d.Context()).Exec("UPDATE articles SET comments_spam = ? WHERE id = ?", spam, f.ArticleID).Error; err != nil {
				return err
			}
			return tx.Query(d.Context()).Exec("UPDATE comment_totals SET comments = ? WHERE state = 'spam'", spam).Error
		})
		if err != nil {
			d.Fatal(err)
		}
		d.Clock.Advance(privacy.KeepRefused + time.Hour)
		if err := learn.Decisions(d.Context(), d.DB); err != nil {
			d.Fatal(err)
		}
		before, err := models.LastChangeID(d.Context(), d.DB)
		if err != nil {
			d.Fatal(err)
		}
		if err := privacy.Clean(d.Context(), d.DB); err != nil {
			d.Fatal(err)
		}
		after, err := models.LastChangeID(d.Context(), d.DB)
		if err != nil || after-before != 3 { // of 200, 200 and 50
			d.Errorf("%d transactions (%v)", after-before, err)
		}
		if totals, err := discussion.Totals(d.Context(), d.DB); err != nil || totals[discussion.Spam] != 0 {
			d.Errorf("%v (%v)", totals, err)
		}
	})
}

// What the staff deletes is gone at once with its earlier texts; the log keeps the
// fact, and the counts stay right.
func TestTheStaffDeletesSpamAndTrashForGood(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		spam, parent, waiting := f.Say("Buy this."), f.Say("A rude word."), f.Say("Wait for me.")
		f.Decide(discussion.DoApprove, parent.ID)
		reply := f.Reply(parent.ID, "A fair answer to it.")
		f.Decide(discussion.DoSpam, spam.ID)
		f.Decide(discussion.DoTrash, parent.ID)
		err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
			return tx.Query(d.Context()).Exec("INSERT INTO comment_versions (comment_id, version, at, text) VALUES (?, 9, 0, 'ruder')", parent.ID).Error
		})
		if err != nil {
			d.Fatal(err)
		}
		chosen := []discussion.Versioned{{ID: spam.ID}, {ID: parent.ID}, {ID: waiting.ID}, {ID: 999}}
		n, err := privacy.DeleteChosen(d.Context(), d.DB, models.Actor{Name: "Edda"}, chosen)
		if err != nil || n != 2 {
			d.Fatalf("%d deleted (%v)", n, err)
		}
		if _, err := discussion.ByID(d.Context(), d.DB, spam.ID); models.KindOf(err) != models.NotFound {
			d.Errorf("the spam is still there (%v)", err)
		}
		emptied, err := discussion.ByID(d.Context(), d.DB, parent.ID)
		if err != nil || emptied.Text != "" || f.State(reply.ID) == discussion.Trashed || f.State(waiting.ID) != discussion.Held {
			d.Errorf("%+v (%v)", emptied, err)
		}
		if versions, err := discussion.Versions(d.Context(), d.DB, parent.ID); err != nil || len(versions) > 0 {
			d.Errorf("earlier texts stay: %v (%v)", versions, err)
		}
		var logged, wrong int
		err = d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM comment_log WHERE reason = ? AND actor = 'Edda'", privacy.DeletedForGood).Scan(&logged).Error
		if err != nil || logged != 2 {
			d.Errorf("%d entries in the log (%v)", logged, err)
		}
		err = d.DB.Query(d.Context()).Raw(`SELECT COUNT(*) FROM comment_totals t WHERE state <> 'log' AND comments <> (SELECT COUNT(*) FROM comments c WHERE c.state = t.state)`).Scan(&wrong).Error
		if err != nil || wrong != 0 {
			d.Errorf("%d counts are wrong (%v)", wrong, err)
		}
		if _, broken, err := d.CheckChain(d.DB); broken != 0 || err != nil {
			d.Errorf("the log lost something at %d (%v)", broken, err)
		}
	})
}
