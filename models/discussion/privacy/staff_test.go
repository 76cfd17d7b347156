package privacy_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/modeltest"
)

// The staff acts for a person on the telephone: everything of the person goes, the
// comments of others stay, and the log names the member of the staff only.
func TestTheStaffDeletesOrMakesAnonymousForAPerson(t *testing.T) {
	edda := models.Actor{Name: "Edda"}
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.flood", "0")
		other := d.MustPost(d.Submission(d.Article().ID))
		first := d.leave(other)
		in := d.Submission(other.ArticleID)
		in.ParentID, in.Text = first.ID, "An answer to it that stays."
		reply := d.MustPost(in)
		who := privacy.Commenter{TokenHash: first.TokenHash}
		if n, err := privacy.CountBy(d.Context(), d.DB, who); n != 1 || err != nil {
			d.Fatalf("%d comments (%v)", n, err)
		}
		if n, err := privacy.AnonymiseBy(d.Context(), d.DB, edda, who); n != 1 || err != nil {
			d.Fatalf("%d made anonymous (%v)", n, err)
		}
		got, err := discussion.ByID(d.Context(), d.DB, first.ID)
		if err != nil || got.Author != discussion.Anonymous || got.Text == "" || got.State != discussion.Approved {
			d.Errorf("made anonymous: %+v (%v)", got, err)
		}
		log, err := decisionlog.List(d.Context(), d.DB, first.ID, 0)
		if err != nil || log[0].Reason != privacy.Anonymised || log[0].Actor != "Edda" {
			d.Errorf("the log has %+v (%v)", log, err)
		}
		for _, mark := range []string{markName, markAddress, markAgent, markIP} {
			if left := modeltest.FindText(t, d.DB, mark); len(left) > 0 {
				d.Errorf("%s is left in %v", mark, left)
			}
		}

		// Deletion of everything under an address, in every state.
		f := d.Forum()
		in = d.Submission(other.ArticleID)
		in.Email, in.Token, in.Author = "zoe@telephone.example", "", "Zoe Telephone"
		var ids []int64
		for i, do := range []discussion.Action{discussion.DoApprove, discussion.DoHold, discussion.DoSpam, discussion.DoTrash} {
			in.Text = []string{"A kettle sings.", "The harbour froze.", "Buy one lamp.", "Nobody came."}[i]
			c := d.MustPost(in)
			f.Decide(do, c.ID)
			ids = append(ids, c.ID)
		}
		in = d.Submission(other.ArticleID)
		in.ParentID, in.Text = ids[0], "An answer to that."
		answer := d.MustPost(in)
		n, err := privacy.DeleteBy(d.Context(), d.DB, edda, privacy.Commenter{Typed: "zoe@telephone.example"})
		if n != len(ids) || err != nil {
			d.Fatalf("%d deleted (%v)", n, err)
		}
		for i, id := range ids {
			c, err := discussion.ByID(d.Context(), d.DB, id)
			if i == 0 {
				if err != nil || c.Text != "" || c.Email != "" || c.State == discussion.Approved {
					d.Errorf("the one with an answer: %+v (%v)", c, err)
				}
			} else if models.KindOf(err) != models.NotFound {
				d.Errorf("%d is still there (%v)", id, err)
			}
			log, err := decisionlog.List(d.Context(), d.DB, id, 0)
			if err != nil || log[0].Reason != privacy.DeletedForGood || log[0].Actor != "Edda" || len(log) > 1 && log[1].Reason == privacy.DeletedForGood {
				d.Errorf("the log of %d has %+v (%v)", id, log, err)
			}
		}
		for _, mark := range []string{"Zoe Telephone", "zoe@telephone.example", "kettle sings"} {
			if left := modeltest.FindText(t, d.DB, mark); len(left) > 0 {
				d.Errorf("%s is left in %v", mark, left)
			}
		}
		for _, id := range []int64{other.ID, reply.ID, answer.ID} {
			if c, err := discussion.ByID(d.Context(), d.DB, id); err != nil || c.Text == "" {
				d.Errorf("the comment of another went too: %+v (%v)", c, err)
			}
		}
		d.CheckCounts()
	})
}
