package react_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/react"
	"broadsheet/models/newsroom"
)

// visitor returns a visitor in the n-th network, without a token.
func visitor(n int) react.Visitor { return react.Visitor{IP: discussiontest.IP(n)} }

func TestRecommendationsCountOnce(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		in := d.Submission(d.Article().ID)
		c := d.MustPost(in)
		site := d.Site()
		recommend := func(r react.Visitor) error {
			_, err := react.Recommend(d.Context(), d.DB, site, c.ID, r)
			return err
		}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if err := recommend(visitor(1)); err != nil {
					d.Error(err)
				}
			})
		}
		wg.Wait()
		same := visitor(2)
		same.Token = "a browser that moves"
		for n := 2; n <= 3; n++ {
			same.IP = visitor(n).IP
			if err := recommend(same); err != nil {
				d.Error(err)
			}
		}
		if got := d.Comment(c.ID).Recommends; got != 2 {
			d.Errorf("%d recommendations, want 2", got)
		}
		// Nine came from a network that was counted, one from a counted browser.
		if got := d.Comment(c.ID).RecommendsAgain; got != 10 {
			d.Errorf("%d are noted as not counted, want 10", got)
		}
		for what, r := range map[string]react.Visitor{"browser": {Token: in.Token, IP: visitor(9).IP}, "address": {IP: in.IP}} {
			if err := recommend(r); models.KindOf(err) != models.Forbidden {
				d.Errorf("recommended from the writer's own %s: %v", what, err)
			}
		}
		d.Decide(discussion.DoHold, c.ID)
		if err := recommend(visitor(8)); models.KindOf(err) != models.NotFound {
			d.Errorf("a held comment was recommended: %v", err)
		}
		d.Set("comment.recommend", "false")
		site = d.Site()
		d.Decide(discussion.DoApprove, c.ID)
		if err := recommend(visitor(8)); models.KindOf(err) != models.Forbidden {
			d.Errorf("recommended where it is switched off: %v", err)
		}
	})
}

func TestOnlyTheSameBrowserTakesBackARecommendation(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		c := d.MustPost(d.Submission(d.Article().ID))
		site := d.Site()
		mine, other := visitor(1), visitor(2)
		mine.Token, other.Token = "one browser", "another browser"
		for _, r := range []react.Visitor{mine, other} {
			if _, err := react.Recommend(d.Context(), d.DB, site, c.ID, r); err != nil {
				d.Fatal(err)
			}
		}
		takeBack := func(r react.Visitor, want bool, left int) {
			d.Helper()
			var wg sync.WaitGroup
			var taken atomic.Int64
			for range 4 {
				wg.Go(func() {
					done, err := react.TakeBack(d.Context(), d.DB, c.ID, r)
					if err != nil {
						d.Error(err)
					}
					if done {
						taken.Add(1)
					}
				})
			}
			wg.Wait()
			if taken.Load() == 1 != want || d.Comment(c.ID).Recommends != left {
				d.Errorf("taken back %d times, want %v; %d recommendations are left, want %d", taken.Load(), want, d.Comment(c.ID).Recommends, left)
			}
		}
		takeBack(visitor(1), false, 2) // the same network, without the token
		stranger := visitor(3)
		stranger.Token = "a third browser"
		takeBack(stranger, false, 2)
		if found, err := react.Recommended(d.Context(), d.DB, mine.Token, []int64{c.ID, c.ID + 1}); err != nil || len(found) != 1 || found[0].ID != c.ID || found[0].Author != c.Author {
			d.Errorf("recommended are %v, %v; want the comment", found, err)
		}
		takeBack(mine, true, 1)
		if found, err := react.Recommended(d.Context(), d.DB, mine.Token, []int64{c.ID}); err != nil || len(found) != 0 {
			d.Errorf("after it was taken back recommended are %v, %v", found, err)
		}
		if _, err := react.Recommend(d.Context(), d.DB, site, c.ID, mine); err != nil || d.Comment(c.ID).Recommends != 2 {
			d.Errorf("again: %v, %d recommendations, want 2", err, d.Comment(c.ID).Recommends)
		}
	})
}

// The site and the article can each switch recommending off.
func TestRecommendingCanBeSwitchedOff(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		d.Set("comment.flood", "0")
		article := d.Article().ID
		c := d.MustPost(d.Submission(article))
		n := 0
		recommend := func() error {
			n++
			_, err := react.Recommend(d.Context(), d.DB, d.Site(), c.ID, visitor(n))
			return err
		}
		for _, off := range []struct{ site, article bool }{{false, true}, {true, false}, {true, true}} {
			d.Set("comment.recommend", map[bool]string{true: "false", false: "true"}[off.site])
			d.SetPolicy(article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, RecommendsOff: off.article})
			if err := recommend(); models.KindOf(err) != models.Forbidden || discussiontest.CodeOf(err) != "recommend-off" {
				d.Errorf("%+v: %v", off, err)
			}
		}
		d.Set("comment.recommend", "true")
		d.SetPolicy(article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen})
		if err := recommend(); err != nil {
			d.Error(err)
		}
		if got := d.Comment(c.ID).Recommends; got != 1 {
			d.Errorf("%d recommendations, want 1", got)
		}
	})
}

func TestReportsFromThreeNetworksHoldAComment(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		c := d.MustPost(d.Submission(d.Article().ID))
		say := func(id int64, n int) (int64, error) {
			return react.Report(d.Context(), d.DB, d.Site(), id, visitor(n), react.Complaint{Reason: "abuse", Note: " It is <b>rude</b>. "})
		}
		first, err := say(c.ID, 1)
		if err != nil {
			d.Fatal(err)
		}
		if again, err := say(c.ID, 1); err != nil || again != first {
			d.Errorf("the same network again: report %d, %v; want %d", again, err, first)
		}
		if _, err := say(c.ID, 2); err != nil {
			d.Error(err)
		}
		if got := d.Comment(c.ID); got.State != discussion.Approved || got.Reports != 2 {
			d.Errorf("after two networks: %s with %d", got.State, got.Reports)
		}
		if _, err := say(c.ID, 3); err != nil {
			d.Error(err)
		}
		if got := d.Comment(c.ID); got.State != discussion.Held || got.Reports != 3 {
			d.Errorf("after three networks: %s with %d", got.State, got.Reports)
		}
		// After a moderator approved it, the same networks cannot hold it again.
		d.Decide(discussion.DoApprove, c.ID)
		for n := 1; n <= 3; n++ {
			if _, err := say(c.ID, n); err != nil {
				d.Error(err)
			}
		}
		if got := d.Comment(c.ID); got.State != discussion.Approved || got.Reports != 0 || got.ReportsSeen.IsZero() {
			d.Errorf("after a moderator: %s with %d reports", got.State, got.Reports)
		}
		// Approving a public comment clears its reports.
		if _, err := say(c.ID, 4); err != nil {
			d.Error(err)
		}
		d.Decide(discussion.DoApprove, c.ID)
		if got := d.Comment(c.ID); got.Reports != 0 {
			d.Errorf("approved again it has %d reports", got.Reports)
		}
		d.CheckCounts()
	})
}

func TestRefusedReports(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		a := d.Article()
		c := d.MustPost(d.Submission(a.ID))
		for name, r := range map[string][2]string{"no reason": {"", ""}, "not a reason": {"boredom", ""}, "long note": {"other", strings.Repeat("x", react.MaxReportNoteBytes+1)}} {
			if _, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, visitor(1), react.Complaint{Reason: r[0], Note: r[1]}); models.KindOf(err) != models.Invalid {
				d.Errorf("%s: %v", name, err)
			}
		}
		for i := range 6 {
			other := d.MustPost(d.Submission(a.ID))
			_, err := react.Report(d.Context(), d.DB, d.Site(), other.ID, visitor(1), react.Complaint{Reason: "spam"})
			refusal, _ := err.(*models.Error)
			if (i == 5) != (models.KindOf(err) == models.TooMany) || i == 5 && refusal.RetryAfter != time.Hour {
				d.Errorf("report %d in the hour: %v", i+1, err)
			}
		}
		d.Clock.Advance(time.Hour)
		if _, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, visitor(1), react.Complaint{Reason: "spam"}); err != nil {
			d.Errorf("an hour later: %v", err)
		}
		d.Decide(discussion.DoSpam, c.ID)
		if _, err := react.Report(d.Context(), d.DB, d.Site(), c.ID, visitor(2), react.Complaint{Reason: "spam"}); models.KindOf(err) != models.NotFound {
			d.Errorf("reported what is not public: %v", err)
		}
	})
}
