package react_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/react"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
)

// A banned reader cannot post, edit, recommend or report.
func TestBannedReadersAreRefused(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		f := d.Forum()
		other := f.Say("Somebody else's.")
		f.Decide(discussion.DoApprove, other.ID)
		in := f.Submission(f.ArticleID)
		own := f.MustPost(in)
		f.Decide(discussion.DoApprove, own.ID)
		ban := d.Ban(bans.Suspended, bans.TargetBrowser, discussion.HashToken(in.Token))
		site := d.Site()
		reader := react.Visitor{IP: netip.MustParseAddr("10.200.0.1"), Token: in.Token}
		in.Text = "Again."
		_, post := discussion.Post(d.Context(), d.DB, site, in)
		// The commenter has only the key to the comment, no cookie.
		_, edit := discussion.Edit(d.Context(), d.DB, site, own.ID, d.Comment(own.ID).Version, "Changed.", discussion.Submission{})
		_, recommend := react.Recommend(d.Context(), d.DB, site, other.ID, reader)
		_, report := react.Report(d.Context(), d.DB, site, other.ID, reader, react.Complaint{Reason: "abuse"})
		for name, err := range map[string]error{"post": post, "edit": edit, "recommend": recommend, "report": report} {
			e, ok := errors.AsType[*models.Error](err)
			if !ok || e.Code != "suspended" || e.Kind != models.Forbidden || e.RetryAfter <= 0 {
				d.Errorf("%s: %v", name, err)
			}
		}
		in.User = d.Moderator()
		if _, err := discussion.Post(d.Context(), d.DB, site, in); err != nil {
			d.Errorf("somebody who works here: %v", err)
		}
		in.User, in.Text = nil, "Once more."
		d.Clock.Advance(24 * time.Hour) // it ends by itself, in the very same snapshot
		if _, err := discussion.Post(d.Context(), d.DB, site, in); err != nil {
			d.Errorf("after the end: %v", err)
		}
		if ban.EndsAt.After(d.Clock.Now()) {
			d.Error("the ban should be over")
		}
	})
}

func TestBanOnATypedAddressHolds(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.Set("comment.previously-approved", "false")
		f := d.Forum()
		d.Ban(bans.Banned, bans.TargetEmail, "victim@example.org")
		in := f.Submission(f.ArticleID)
		in.Email = "victim@example.org"
		c := f.MustPost(in)
		if c.State != discussion.Held || len(c.Reasons) == 0 || c.Reasons[0].Rule != "banned" {
			d.Errorf("%s %+v", c.State, c.Reasons)
		}
		in.Text, in.VerifiedEmail = "It is I.", in.Email
		d.Clock.Advance(time.Hour)
		if _, err := d.Post(in); discussiontest.CodeOf(err) != "banned" {
			d.Errorf("%v", err)
		}
		// The address comes from the account.
		var err error
		in = f.Submission(f.ArticleID)
		in.User, err = people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: "Vic Reader", Email: "victim@example.org", Role: people.Subscriber})
		if err != nil {
			d.Fatal(err)
		}
		for _, value := range []struct {
			mark  bans.Target
			value string
		}{{bans.TargetEmail, "victim@example.org"}, {bans.TargetDomain, "example.org"}} {
			d.Ban(bans.Banned, value.mark, value.value)
			if _, err := d.Post(in); discussiontest.CodeOf(err) != "banned" {
				d.Errorf("the account's own %s is banned: %v", value.mark, err)
			}
			reader := react.Visitor{Account: in.User.Email, IP: in.IP}
			if _, err := react.Recommend(d.Context(), d.DB, d.Site(), c.ID, reader); discussiontest.CodeOf(err) != "banned" {
				d.Errorf("recommending from a banned account: %v", err)
			}
			if _, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, reader, react.Complaint{Reason: "abuse"}); discussiontest.CodeOf(err) != "banned" {
				d.Errorf("reporting from a banned account: %v", err)
			}
		}
	})
}
