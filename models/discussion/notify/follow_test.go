package notify_test

import (
	"net/netip"
	"testing"
	"time"

	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/notify"
)

func TestFirstMailsToUnconfirmedAddressesAreBounded(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		d.Set("comment.flood", "0")
		a := d.Article()
		ask := func(token, ip string) bool {
			in := d.Submission(a.ID)
			in.Token, in.IP, in.Follow = token, netip.MustParseAddr(ip), true
			c := d.MustPost(in)
			f, err := notify.FollowOf(d.Context(), d.DB, c.ID)
			if err != nil {
				d.Fatal(err)
			}
			yes, err := notify.AllowConsentMail(d.Context(), d.DB, f)
			if err != nil {
				d.Fatal(err)
			}
			return yes
		}
		count := func(n int, token func(int) string) (sent int) {
			for i := range n {
				if ask(token(i), "203.0.113.9") {
					sent++
				}
			}
			return sent
		}
		if n := count(6, func(int) string { return "one browser" }); n != 3 {
			d.Errorf("one browser caused %d mails", n)
		}
		if n := count(12, func(i int) string { return "browser " + string(rune('a'+i)) }); n != 7 {
			d.Errorf("one network caused %d more mails", n)
		}
		if !ask("elsewhere", "192.0.2.1") {
			d.Error("another network was refused")
		}
		d.Clock.Advance(time.Hour + time.Minute)
		if !ask("one browser", "203.0.113.9") {
			d.Error("refused after an hour")
		}
	})
}
