package privacy_test

import (
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/react"
	"broadsheet/models/people/bans"
)

func TestAddressesExpire(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		in := d.Submission(a.ID)
		in.Agent = "Lynx/2.9"
		c := d.MustPost(in)
		if _, err := react.Recommend(d.Context(), d.DB, d.Site(), c.ID, react.Visitor{IP: discussiontest.IP(1)}); err != nil {
			d.Fatal(err)
		}
		if _, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, react.Visitor{IP: discussiontest.IP(1)}, react.Complaint{Reason: "spam"}); err != nil {
			d.Fatal(err)
		}
		for _, step := range []struct {
			after                   time.Duration
			address, network, voice bool
		}{
			{privacy.KeepAddress - time.Second, true, true, true},
			{time.Second, false, true, true},
			{privacy.KeepNetwork - privacy.KeepAddress - time.Second, false, true, true},
			{time.Second, false, false, false},
		} {
			d.Clock.Advance(step.after)
			if err := privacy.ExpireAddresses(d.Context(), d.DB); err != nil {
				d.Fatal(err)
			}
			got := d.Comment(c.ID)
			if (got.IP != "") != step.address || (got.Network != "") != step.network || (got.Agent != "") != step.network {
				d.Errorf("%v after: address %q, network %q, browser %q", d.Clock.Now().Sub(c.CreatedAt.Time), got.IP, got.Network, got.Agent)
			}
			for _, table := range []string{"recommendations", "reports"} {
				var network string
				if err := d.DB.Query(d.Context()).Raw("SELECT network FROM " + table).Scan(&network).Error; err != nil || (network == "172.16.1.0/24") != step.voice {
					d.Errorf("%v after: %s keep %q (%v)", d.Clock.Now().Sub(c.CreatedAt.Time), table, network, err)
				}
			}
		}
	})
}

// A ban on a network lasts longer than the addresses of the comments.
func TestBanOutlivesExpiredAddresses(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		in := f.Submission(f.ArticleID)
		f.MustPost(in)
		b := bans.Ban{Kind: bans.Banned, Target: bans.TargetNetwork, Value: in.IP.String() + "/24", Reason: "abuse"}
		if _, err := bans.Add(d.Context(), d.DB, models.Actor{Name: "Mona"}, bans.Guard{}, b, true); err != nil {
			d.Fatal(err)
		}
		d.Clock.Advance(privacy.KeepNetwork + time.Hour)
		if err := privacy.ExpireAddresses(d.Context(), d.DB); err != nil {
			d.Fatal(err)
		}
		in.Text, in.Token = "From a new browser.", ""
		if _, err := d.Post(in); discussiontest.CodeOf(err) != "banned" {
			d.Errorf("%v", err)
		}
	})
}
