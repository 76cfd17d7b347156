package discussion_test

import (
	"testing"
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/privacy"
)

func TestWritersTakeTheirOwnAway(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		a := d.article()
		mine := d.submission(a.ID)
		mine.URL, mine.Agent = "https://me.example/", "Lynx"
		first := d.mustPost(mine)
		second := mine
		second.Text = "And another thing, said at some length so that it has a fingerprint."
		own := d.mustPost(second)
		if _, err := d.edit(own.ID, own.Version, "And another thing, said at even greater length, so that it has a fingerprint."); err != nil {
			d.Fatal(err)
		}
		answer := d.submission(a.ID)
		answer.ParentID = own.ID
		other := d.mustPost(answer)
		d.decide(discussion.DoHold, first.ID)
		d.clock.Advance(time.Minute)

		if list, err := privacy.CommentsBy(d.Context(), d.db, privacy.Commenter{}, 0); err != nil || len(list) != 0 {
			d.Errorf("nobody wrote %d comments (%v)", len(list), err)
		}
		if list, err := privacy.CommentsBy(d.Context(), d.db, privacy.Commenter{Token: "another"}, 0); err != nil || len(list) != 0 {
			d.Errorf("another browser wrote %d comments (%v)", len(list), err)
		}
		for _, w := range []privacy.Commenter{{Token: mine.Token}, {Email: mine.Email}} {
			if list, err := privacy.CommentsBy(d.Context(), d.db, w, 0); err != nil || len(list) != 2 {
				d.Errorf("%+v wrote %d comments (%v)", w, len(list), err)
			}
		}

		if n, err := privacy.Anonymise(d.Context(), d.db, privacy.Commenter{Token: mine.Token}); n != 2 || err != nil {
			d.Fatalf("%d anonymised, %v", n, err)
		}
		got := d.reread(own.ID)
		if got.Author != discussion.Anonymous || got.Email+got.URL+got.IP+got.Network+got.Agent+got.TokenHash != "" || got.DuplicateKey != nil {
			d.Errorf("left: %+v", got)
		}
		if got.State != discussion.Approved || got.Text == "" {
			d.Errorf("the text did not stay: %+v", got)
		}
		if left := d.reread(other.ID); left.Author != answer.Author || left.Email == "" {
			d.Errorf("somebody else was anonymised: %+v", left)
		}

		third := mine
		third.Text = "Once more, with feeling, and with enough words to be remembered by."
		again := d.mustPost(third)
		if n, err := privacy.Erase(d.Context(), d.db, privacy.Commenter{Email: mine.Email}); n != 1 || err != nil {
			d.Fatalf("%d erased, %v", n, err)
		}
		got = d.reread(again.ID)
		if got.State != discussion.Trashed || got.Text+got.HTML+got.Email+got.TokenHash != "" || got.SimilarA != nil {
			d.Errorf("left: %+v", got)
		}
		d.recount()
	})
}
