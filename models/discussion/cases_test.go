package discussion_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

// These tests cover mistakes that are known from other comment systems.

// A comment on an article that is not public gets the same refusal in each case.
func TestRefusalDoesNotTellThatAnArticleExists(t *testing.T) {
	each(t, func(d *desk) {
		_, missing := d.Post(d.Submission(1 << 40))
		for _, status := range []newsroom.Status{newsroom.Draft, newsroom.Scheduled, newsroom.Withdrawn, newsroom.Trashed} {
			a := d.Article()
			if status == newsroom.Scheduled {
				if err := discussion.SetArticleStatus(d.Context(), d.DB, models.ActorCommand, a.ID, newsroom.Draft, ""); err != nil {
					d.Fatal(err)
				}
			}
			if err := discussion.SetArticleStatus(d.Context(), d.DB, models.ActorCommand, a.ID, status, ""); err != nil {
				d.Fatal(err)
			}
			_, err := d.Post(d.Submission(a.ID))
			if models.KindOf(err) != models.NotFound || models.SafeText(err) != "" && models.SafeText(missing) != "" && models.SafeText(err) != models.SafeText(missing) {
				d.Errorf("%s: %v, want what a missing one says: %v", status, err, missing)
			}
		}
	})
}

// Comments close by age and at a set time, also after the form was shown.
func TestCommentsCloseByAgeAndTime(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		closed := func(what string, want bool) {
			d.Helper()
			if _, err := d.Post(d.Submission(a.ID)); (models.KindOf(err) == models.Forbidden) != want {
				d.Errorf("%s: %v", what, err)
			}
		}
		d.Set("comment.close-after", "2")
		d.Clock.Advance(48*time.Hour - time.Second)
		closed("a second before two days", false)
		d.Clock.Advance(time.Second)
		closed("after two days", true)
		d.Set("comment.close-after", "0")
		closed("without a limit", false)
		err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
			return tx.Query(d.Context()).Exec("UPDATE articles SET comments_close = ? WHERE id = ?", models.At(tx.Now.Add(time.Hour)), a.ID).Error
		})
		if err != nil {
			d.Fatal(err)
		}
		closed("before its own time", false)
		d.Clock.Advance(time.Hour)
		closed("at its own time", true)
	})
}

// A parent takes replies only while it is public.
func TestOnlyPublicCommentsTakeReplies(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		for _, action := range []discussion.Action{discussion.DoHold, discussion.DoSpam, discussion.DoTrash} {
			parent := d.MustPost(d.Submission(a.ID))
			d.Decide(action, parent.ID)
			in := d.Submission(a.ID)
			in.ParentID = parent.ID
			if _, err := d.Post(in); models.KindOf(err) != models.Forbidden {
				d.Errorf("a parent after %s: %v", action, err)
			}
		}
		d.CheckCounts()
	})
}

// The same text on another article, or below another comment, is no repeat.
func TestSameTextElsewhereIsNoRepeat(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.spam-score", "false")
		a, b := d.Article(), d.Article()
		in := d.Submission(a.ID)
		first := d.MustPost(in)
		in.ParentID = first.ID
		d.MustPost(in)
		in.ArticleID, in.ParentID = b.ID, 0
		d.MustPost(in)
		in.ArticleID = a.ID
		d.Clock.Advance(11 * time.Minute)
		for _, action := range []discussion.Action{discussion.DoHold, discussion.DoSpam} {
			d.Decide(action, first.ID)
			if _, err := d.Post(in); models.KindOf(err) != models.Conflict {
				d.Errorf("the first one after %s: %v", action, err)
			}
		}
	})
}

// Only an approved comment makes its commenter known.
func TestOnlyApprovedCommentsMakeKnown(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		a := d.Article()
		for _, action := range []discussion.Action{discussion.DoHold, discussion.DoSpam, discussion.DoTrash} {
			in := d.Submission(a.ID)
			d.Decide(action, d.MustPost(in).ID)
			in.Text += " And more."
			if c := d.MustPost(in); c.State != discussion.Held {
				d.Errorf("after %s the next one is %s", action, c.State)
			}
		}
	})
}

// A rule that fails holds the comment.
func TestFailedRuleHoldsTheComment(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		d.Set("comment.hold-words", "turnip")
		err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
			return tx.Query(d.Context()).Exec("ALTER TABLE spam_features RENAME TO spam_features_away").Error
		})
		if err != nil {
			d.Fatal(err)
		}
		c := d.MustPost(d.Saying(a.ID, "The lamps on the quay were dark for eleven hours, and nobody can say why."))
		if c.State != discussion.Held || len(c.Reasons) != 1 || c.Reasons[0].Detail != "the check failed" {
			d.Errorf("%s because of %+v", c.State, c.Reasons)
		}
	})
}

// Ten edits leave the source of a comment exactly as it was typed.
func TestSourceSurvivesTenEdits(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.max-links", "0")
		a := d.Article()
		text := `Back\slash \\ "quoted" 'single' & &amp; &lt;b&gt; <b>bold</b> 👩‍👩‍👧 a<b>c 100% $1 {{.}} ` + "\n\n  indented\ttab"
		c := d.MustPost(d.Saying(a.ID, text))
		html := c.HTML
		for round := range 10 {
			if c.Text != text {
				d.Fatalf("round %d: %q", round, c.Text)
			}
			other, err := d.Edit(c.ID, c.Version, text+" "+fmt.Sprint(round))
			if err != nil {
				d.Fatal(err)
			}
			if c, err = d.Edit(c.ID, other.Version, other.Text[:len(text)]); err != nil {
				d.Fatal(err)
			}
		}
		if c.HTML != html || !strings.Contains(html, "&amp;amp; ") && !strings.Contains(html, `Back\slash \\`) {
			d.Errorf("rendered as %q, first as %q", c.HTML, html)
		}
	})
}

func TestCleanURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"example.org": "https://example.org", " http://example.org/a ": "http://example.org/a", "www.example.org/?a=b": "https://www.example.org/?a=b",
		"javascript:alert(1)": "", "JAVASCRIPT://x.example/%0aalert(1)": "", "data:text/html,x": "", "ftp://example.org": "", "nonsense": "", "//example.org": "",
		"http://user:pw@example.org/": "", "http://": "", "": "", "mailto:a@example.org": "", "https://exa mple.org": "",
	} {
		if got := discussion.CleanURL(in); got != want {
			t.Errorf("CleanURL(%q) = %q, want %q", in, got, want)
		}
	}
}

// The rules hold a commenter while most of the recent comments were declined.
// Comments that the commenter removed do not count, and neither do comments of
// others that typed the same address.
func TestMostlyDeclinedCommentersAreHeld(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.spam-score", "false")
		a := d.Article()
		browser := d.Submission(a.ID)
		say := func() *discussion.Comment {
			d.Clock.Advance(time.Minute)
			in := d.Submission(a.ID)
			in.Token, in.Author, in.Email = browser.Token, browser.Author, browser.Email
			return d.MustPost(in)
		}
		held := func(c *discussion.Comment) bool {
			return c.State == discussion.Held && len(c.Reasons) == 1 && c.Reasons[0].Rule == "often-declined"
		}
		// Comments that the commenter removed leave no record.
		for range 4 {
			if err := discussion.RemoveOwn(d.Context(), d.DB, d.Site(), say().ID); err != nil {
				d.Fatal(err)
			}
		}
		for n, action := range []discussion.Action{discussion.DoTrash, discussion.DoSpam, discussion.DoTrash} {
			c := say()
			if c.State != discussion.Approved {
				d.Fatalf("after %d declined: %s %+v", n, c.State, c.Reasons)
			}
			d.Decide(action, c.ID)
		}
		c := say()
		if !held(c) || c.Reasons[0].Detail != "3 of the writer’s last 3 comments were declined" {
			d.Fatalf("after three declined: %s %+v", c.State, c.Reasons)
		}
		// The record does not apply to another browser.
		other := d.Submission(a.ID)
		other.Email = browser.Email
		if c := d.MustPost(other); c.State != discussion.Approved {
			d.Errorf("somebody else: %s %+v", c.State, c.Reasons)
		}
		// Each approved comment lowers the share: 3 of 6 is too much, 3 of 7 is not.
		for n := range 4 {
			if !held(c) {
				d.Fatalf("with %d approved: %s %+v", n, c.State, c.Reasons)
			}
			d.Decide(discussion.DoApprove, c.ID)
			c = say()
		}
		if c.State != discussion.Approved {
			d.Errorf("with four approved: %s %+v", c.State, c.Reasons)
		}
		// The rule can be switched off, and it forgets old comments.
		for range 3 {
			d.Decide(discussion.DoTrash, c.ID)
			c = say()
		}
		if !held(c) {
			d.Errorf("6 of 10: %s %+v", c.State, c.Reasons)
		}
		d.Set("comment.declined-share", "0")
		if c := say(); c.State != discussion.Approved {
			d.Errorf("switched off: %s %+v", c.State, c.Reasons)
		}
		d.Set("comment.declined-share", "50")
		d.Clock.Advance(31 * 24 * time.Hour)
		if c := say(); c.State != discussion.Approved {
			d.Errorf("a month later: %s %+v", c.State, c.Reasons)
		}
		d.CheckCounts()
	})
}

// The record belongs to the account or to the verified address, in every browser.
func TestDeclinedRecordOfAccountsAndVerifiedAddresses(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		writers := d.writers()
		for _, who := range []string{"verified", "subscriber"} {
			say := func() *discussion.Comment {
				in := d.Submission(a.ID) // another browser each time
				in.Email = "anna@example.org"
				writers[who](&in)
				return d.MustPost(in)
			}
			for range 3 {
				d.Decide(discussion.DoTrash, say().ID)
			}
			if c := say(); c.State != discussion.Held || c.Reasons[0].Rule != "often-declined" {
				d.Errorf("%s: %s %+v", who, c.State, c.Reasons)
			}
			typed := d.Submission(a.ID)
			typed.Email = "anna@example.org"
			if c := d.MustPost(typed); c.State != discussion.Approved {
				d.Errorf("somebody who typed the address: %s %+v", c.State, c.Reasons)
			}
		}
	})
}
