package privacy_test

import (
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/writernotes"
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

// Everything under an address goes, from every browser. The traces of a browser go with
// it only if the browser had verified the address or has no comment under another one.
func TestEverythingUnderAnAddressGoes(t *testing.T) {
	edda := models.Actor{Name: "Edda"}
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.flood", "0")
		article := d.Article()
		post := func(token, email, author string) *discussion.Comment {
			in := d.Submission(article.ID)
			in.Token, in.Email, in.Author = token, email, author
			return d.MustPost(in)
		}
		const rosa = "rosa@mail.example"
		home := post("home", rosa, "Rosa Winter")
		post("home", rosa, "Rosa Winter")
		work := post("work", rosa, "R. Winter")
		shared := post("shared", rosa, "R. Winter")
		post("shared", "ben@mail.example", "Ben")
		other := post("other", "zoe@mail.example", "Zoe")
		tokens := map[string]string{"home": home.TokenHash, "work": work.TokenHash, "shared": shared.TokenHash, "other": other.TokenHash}
		for _, token := range tokens {
			d.Check(writernotes.Add(d.Context(), d.DB, edda, writernotes.Browser, token, "A note."))
		}
		p, err := privacy.PersonOf(d.Context(), d.DB, privacy.Commenter{TokenHash: home.TokenHash})
		if err != nil || p.Comments != 2 || p.Browsers != 1 || p.Unproven != 2 || p.Elsewhere != 2 || p.Email != rosa || !slices.Equal(p.Names, []string{"Rosa Winter"}) {
			d.Errorf("the browser is %+v (%v)", p, err)
		}
		who := privacy.Commenter{Email: rosa, Everywhere: true}
		p, err = privacy.PersonOf(d.Context(), d.DB, who)
		if err != nil || p.Comments != 4 || p.Browsers != 3 || p.Elsewhere != 0 || !slices.Equal(p.Names, []string{"R. Winter", "Rosa Winter"}) {
			d.Errorf("the person is %+v (%v)", p, err)
		}
		if n, err := privacy.DeleteBy(d.Context(), d.DB, edda, who); n != 4 || err != nil {
			d.Fatalf("%d deleted (%v)", n, err)
		}
		if _, err := privacy.PersonOf(d.Context(), d.DB, who); models.KindOf(err) != models.NotFound {
			d.Errorf("after the deletion: %v", err)
		}
		for name, want := range map[string]int{"home": 0, "work": 0, "shared": 1, "other": 1} {
			if list, err := writernotes.Of(d.Context(), d.DB, writernotes.Browser, tokens[name]); err != nil || len(list) != want {
				d.Errorf("%s has %d notes, want %d (%v)", name, len(list), want, err)
			}
		}
		for _, mark := range []string{rosa, "R. Winter", "Rosa Winter"} {
			if left := modeltest.FindText(t, d.DB, mark); len(left) > 0 {
				d.Errorf("%s is left in %v", mark, left)
			}
		}
	})
}
