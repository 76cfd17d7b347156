package notices_test

import (
	"os"
	"testing"
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/discussion/react"
	"broadsheet/models/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// Only reports that no moderator had settled before led to a decision.
func TestTheCauseOfADecision(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		c := d.MustPost(d.Submission(d.Article().ID))
		n := 0
		report := func(reason string) {
			n++
			_, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, react.Visitor{IP: discussiontest.IP(n)}, reason, "")
			d.Check(err)
			d.Clock.Advance(time.Minute)
		}
		want := func(what string, want notices.Cause) {
			d.Helper()
			d.Decide(discussion.DoTrash, c.ID)
			now := d.Comment(c.ID)
			got, err := notices.CauseOf(d.Context(), d.DB, now, now.StateAt)
			if err != nil || got != want {
				d.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
			}
			d.Clock.Advance(time.Minute)
			d.Decide(discussion.DoApprove, c.ID)
			d.Clock.Advance(time.Minute)
		}
		want("nobody reported it", notices.Cause{})
		report("abuse")
		want("a report", notices.Cause{Reported: true})
		want("the report was settled", notices.Cause{})
		report("spam")
		report("illegal")
		want("a notice", notices.Cause{Reported: true, Notice: true})
		want("the notice was settled", notices.Cause{})
	})
}
