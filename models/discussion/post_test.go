package discussion_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

func TestRefusalsOfPost(t *testing.T) {
	each(t, func(d *desk) {
		open, closed := d.Article(), d.Article()
		d.Set("comment.flood", "0")
		held := d.MustPost(d.Submission(open.ID))
		approved := d.MustPost(d.Submission(open.ID))
		d.Decide(discussion.DoApprove, approved.ID)
		draft, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Draft", Status: newsroom.Draft})
		if err != nil {
			d.Fatal(err)
		}
		if _, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{ID: closed.ID, Title: "Closed", Comments: newsroom.CommentsClosed}); err != nil {
			d.Fatal(err)
		}
		long := func(n int) string { return strings.Repeat("x", n) }
		for name, c := range map[string]struct {
			change func(*discussion.Submission)
			kind   models.Kind
			code   string // or the field
		}{
			"parent missing":          {func(s *discussion.Submission) { s.ParentID = 1 << 40 }, models.Forbidden, "parent-gone"},
			"parent held":             {func(s *discussion.Submission) { s.ParentID = held.ID }, models.Forbidden, "parent-gone"},
			"parent elsewhere":        {func(s *discussion.Submission) { s.ParentID, s.ArticleID = approved.ID, closed.ID }, models.Forbidden, "parent-gone"},
			"article unknown":         {func(s *discussion.Submission) { s.ArticleID = 1 << 40 }, models.NotFound, ""},
			"article a draft":         {func(s *discussion.Submission) { s.ArticleID = draft.ID }, models.NotFound, ""},
			"closed, and empty too":   {func(s *discussion.Submission) { s.ArticleID, s.Text = closed.ID, "" }, models.Forbidden, "closed"},
			"name missing":            {func(s *discussion.Submission) { s.Author = " \u200b " }, models.Invalid, "author"},
			"email missing":           {func(s *discussion.Submission) { s.Email = "" }, models.Invalid, "email"},
			"email wrong":             {func(s *discussion.Submission) { s.Email = "nobody@nowhere" }, models.Invalid, "email"},
			"text blank":              {func(s *discussion.Submission) { s.Text = " \n\u200b\u00a0" }, models.Invalid, "comment"},
			"text one byte too long":  {func(s *discussion.Submission) { s.Text = long(discussion.MaxTextBytes + 1) }, models.Invalid, "comment"},
			"name one too long":       {func(s *discussion.Submission) { s.Author = long(discussion.MaxAuthor + 1) }, models.Invalid, "author"},
			"Thai name one too long":  {func(s *discussion.Submission) { s.Author = strings.Repeat("ก", discussion.MaxAuthor+1) }, models.Invalid, "author"},
			"name of fillers":         {func(s *discussion.Submission) { s.Author = "\u3164\u2800" }, models.Invalid, "author"},
			"text of tags alone":      {func(s *discussion.Submission) { s.Text = "<b></b><script>alert(1)</script><br>" }, models.Invalid, "comment"},
			"text of fillers":         {func(s *discussion.Submission) { s.Text = "\u3164 \u115f\n<i>\u2800</i>" }, models.Invalid, "comment"},
			"website of markup":       {func(s *discussion.Submission) { s.URL = "<script>alert(1)</script>" }, models.Invalid, "url"},
			"website of one word":     {func(s *discussion.Submission) { s.URL = "none" }, models.Invalid, "url"},
			"website of a script":     {func(s *discussion.Submission) { s.URL = "javascript:alert(1)" }, models.Invalid, "url"},
			"website of an email":     {func(s *discussion.Submission) { s.URL = "me@mail.example" }, models.Invalid, "url"},
			"url one byte too long":   {func(s *discussion.Submission) { s.URL = "http://e.org/" + long(discussion.MaxURLBytes) }, models.Invalid, "url"},
			"email one byte too long": {func(s *discussion.Submission) { s.Email = long(discussion.MaxEmailBytes-11) + "@example.org" }, models.Invalid, "email"},
		} {
			in := d.Submission(open.ID)
			c.change(&in)
			_, err := d.Post(in)
			e, _ := err.(*models.Error)
			if models.KindOf(err) != c.kind {
				d.Errorf("%s: %v", name, err)
				continue
			}
			if c.kind == models.Invalid && (len(e.Fields) != 1 || e.Fields[0].Field != c.code) || c.kind == models.Forbidden && e.Code != c.code {
				d.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		thai := d.Submission(open.ID)
		thai.Author, thai.URL, thai.Text = strings.Repeat("ก", discussion.MaxAuthor), "http://", "If x<y then all is lost"
		if c, err := d.Post(thai); err != nil || c.Author != thai.Author || c.URL != "" || c.HTML != "<p>If x&lt;y then all is lost</p>" {
			d.Errorf("%+v: %v", c, err)
		}
		at := d.Submission(open.ID)
		at.Text, at.Author, at.Email = long(discussion.MaxTextBytes), long(discussion.MaxAuthor), long(discussion.MaxEmailBytes-12)+"@example.org"
		if _, err := d.Post(at); err != nil {
			d.Errorf("at the limits: %v", err)
		}
		d.CheckCounts()
	})
}

func TestDoubleClickMakesOneComment(t *testing.T) {
	each(t, func(d *desk) {
		a := d.Article()
		in := d.Submission(a.ID)
		var wg sync.WaitGroup
		ids := make([]int64, 8)
		for i := range ids {
			wg.Go(func() {
				if c, err := d.Post(in); err != nil {
					d.Error(err)
				} else {
					ids[i] = c.ID
				}
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				d.Fatalf("parallel posts of one comment made %v", ids)
			}
		}
		d.Clock.Advance(11 * time.Minute)
		if _, err := d.Post(in); models.KindOf(err) != models.Conflict {
			d.Errorf("the same again after eleven minutes: %v", err)
		}
		d.Decide(discussion.DoTrash, ids[0])
		if c, err := d.Post(in); err != nil || c.ID == ids[0] {
			d.Errorf("the same again once the first is in the trash: %v", err)
		}
		d.CheckCounts()
	})
}

func TestFloodRefusalNamesTheWait(t *testing.T) {
	each(t, func(d *desk) {
		a := d.Article()
		first := d.Submission(a.ID)
		d.MustPost(first)
		d.Clock.Advance(5 * time.Second)
		second := d.Submission(a.ID)
		second.IP = first.IP
		_, err := d.Post(second)
		e, ok := err.(*models.Error)
		if !ok || e.Kind != models.TooMany || e.RetryAfter != 10*time.Second {
			d.Fatalf("%v", err)
		}
		third := d.Submission(a.ID)
		third.Email = first.Email
		if _, err := d.Post(third); models.KindOf(err) != models.TooMany {
			d.Errorf("same email, other address: %v", err)
		}
		d.Clock.Advance(10 * time.Second)
		d.MustPost(second)
	})
}

// One machine has all addresses of a /64, so the flood limit counts them together.
// It does not count other networks of the /48, or other IPv4 addresses.
func TestFloodCountsByCustomerNetwork(t *testing.T) {
	each(t, func(d *desk) {
		a := d.Article()
		for _, c := range []struct {
			what, first, second string
			waits               bool
		}{
			{"the same /64", "2001:db8:1:2::7", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", true},
			{"the same /64, from its beginning", "2001:db8:7::", "2001:db8:7::1", true},
			{"another /64 of the /48", "2001:db8:4:2::7", "2001:db8:4:3::7", false},
			{"an IPv4 address and its mapped form", "192.0.2.7", "::ffff:192.0.2.7", true},
			{"an IPv4 address beside", "198.51.100.7", "198.51.100.8", false},
		} {
			d.Clock.Advance(time.Minute)
			in := d.Submission(a.ID)
			in.IP = netip.MustParseAddr(c.first)
			d.MustPost(in)
			in = d.Submission(a.ID)
			in.IP = netip.MustParseAddr(c.second)
			_, err := d.Post(in)
			if c.waits != (models.KindOf(err) == models.TooMany) || !c.waits && err != nil {
				d.Errorf("%s: %v", c.what, err)
			}
		}
	})
}

// The last comment has a date in the future, as after the clock was set back. The
// wait is never longer than the flood window.
func TestFloodWaitIsAtMostTheWindow(t *testing.T) {
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

// The rules trust the browser with an approved comment. Another browser with the
// same name and email is not trusted.
func TestTrustBelongsToTheBrowser(t *testing.T) {
	each(t, func(d *desk) {
		a := d.Article()
		in := d.Submission(a.ID)
		first := d.MustPost(in)
		if first.State != discussion.Held || first.Reasons[0].Rule != "first-comment" {
			d.Fatalf("first comment: %s %v", first.State, first.Reasons)
		}
		d.Decide(discussion.DoApprove, first.ID)
		d.Clock.Advance(time.Minute)
		in.Text = "Again"
		if c := d.MustPost(in); c.State != discussion.Approved {
			d.Errorf("the same browser: %s %v", c.State, c.Reasons)
		}
		d.Clock.Advance(time.Minute)
		in.Text, in.Token = "Me too", "another browser"
		if c := d.MustPost(in); c.State != discussion.Held {
			d.Errorf("another browser with the same name and email: %s", c.State)
		}
		d.Clock.Advance(time.Minute)
		in = d.Submission(a.ID)
		in.Text = "See https://a.example and https://b.example"
		if c := d.MustPost(in); c.State != discussion.Held || c.Reasons[0].Rule != "links" {
			d.Errorf("two links: %s %v", c.State, c.Reasons)
		}
	})
}
