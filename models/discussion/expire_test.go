package discussion_test

import (
	"testing"
	"time"

	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/react"
)

func TestAddressesExpire(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		a := d.article()
		in := d.submission(a.ID)
		in.Agent = "Lynx/2.9"
		c := d.mustPost(in)
		if _, err := react.Recommend(d.Context(), d.db, d.site(), c.ID, reader(1)); err != nil {
			d.Fatal(err)
		}
		if _, err := react.Report(d.Context(), d.db, d.site(), c.ID, reader(1), "spam", ""); err != nil {
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
			d.clock.Advance(step.after)
			if err := privacy.ExpireAddresses(d.Context(), d.db); err != nil {
				d.Fatal(err)
			}
			got := d.reread(c.ID)
			if (got.IP != "") != step.address || (got.Network != "") != step.network || (got.Agent != "") != step.network {
				d.Errorf("%v after: address %q, network %q, browser %q", d.clock.Now().Sub(c.CreatedAt.Time), got.IP, got.Network, got.Agent)
			}
			for _, table := range []string{"recommendations", "reports"} {
				var network string
				if err := d.db.Query(d.Context()).Raw("SELECT network FROM " + table).Scan(&network).Error; err != nil || (network == "172.16.1.0/24") != step.voice {
					d.Errorf("%v after: %s keep %q (%v)", d.clock.Now().Sub(c.CreatedAt.Time), table, network, err)
				}
			}
		}
	})
}
