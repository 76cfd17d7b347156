package discussion_test

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/react"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
)

// reader is a reader in the n-th network.
func reader(n int) react.Visitor {
	return react.Visitor{IP: netip.AddrFrom4([4]byte{172, 16, byte(n), 9})}
}

func (d *desk) site() *newsroom.Site {
	d.Helper()
	site, err := newsroom.LoadSite(d.Context(), d.db)
	if err != nil {
		d.Fatal(err)
	}
	return site
}

func (d *desk) reread(id int64) *discussion.Comment {
	d.Helper()
	c, err := discussion.ByID(d.Context(), d.db, id)
	if err != nil {
		d.Fatal(err)
	}
	return c
}

func TestRecommendationsCountOnce(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		in := d.submission(d.article().ID)
		c := d.mustPost(in)
		site := d.site()
		recommend := func(r react.Visitor) error {
			_, err := react.Recommend(d.Context(), d.db, site, c.ID, r)
			return err
		}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if err := recommend(reader(1)); err != nil {
					d.Error(err)
				}
			})
		}
		wg.Wait()
		same := reader(2)
		same.Token = "a browser that moves"
		for n := 2; n <= 3; n++ {
			same.IP = reader(n).IP
			if err := recommend(same); err != nil {
				d.Error(err)
			}
		}
		if got := d.reread(c.ID).Recommends; got != 2 {
			d.Errorf("%d recommendations, want 2", got)
		}
		// Nine from a network that was counted, one from a browser that was.
		if got := d.reread(c.ID).RecommendsAgain; got != 10 {
			d.Errorf("%d are noted as not counted, want 10", got)
		}
		for what, r := range map[string]react.Visitor{"browser": {Token: in.Token, IP: reader(9).IP}, "address": {IP: in.IP}} {
			if err := recommend(r); models.KindOf(err) != models.Forbidden {
				d.Errorf("recommended from the writer's own %s: %v", what, err)
			}
		}
		d.decide(discussion.DoHold, c.ID)
		if err := recommend(reader(8)); models.KindOf(err) != models.NotFound {
			d.Errorf("a held comment was recommended: %v", err)
		}
		d.set("comment.recommend", "false")
		site = d.site()
		d.decide(discussion.DoApprove, c.ID)
		if err := recommend(reader(8)); models.KindOf(err) != models.Forbidden {
			d.Errorf("recommended where it is switched off: %v", err)
		}
	})
}

func TestARecommendationIsTakenBackByItsBrowserAlone(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		c := d.mustPost(d.submission(d.article().ID))
		site := d.site()
		mine, other := reader(1), reader(2)
		mine.Token, other.Token = "one browser", "another browser"
		for _, r := range []react.Visitor{mine, other} {
			if _, err := react.Recommend(d.Context(), d.db, site, c.ID, r); err != nil {
				d.Fatal(err)
			}
		}
		takeBack := func(r react.Visitor, want bool, left int) {
			d.Helper()
			var wg sync.WaitGroup
			var taken atomic.Int64
			for range 4 {
				wg.Go(func() {
					done, err := react.TakeBack(d.Context(), d.db, c.ID, r)
					if err != nil {
						d.Error(err)
					}
					if done {
						taken.Add(1)
					}
				})
			}
			wg.Wait()
			if taken.Load() == 1 != want || d.reread(c.ID).Recommends != left {
				d.Errorf("taken back %d times, want %v; %d recommendations are left, want %d", taken.Load(), want, d.reread(c.ID).Recommends, left)
			}
		}
		takeBack(reader(1), false, 2) // the same network, without the token
		stranger := reader(3)
		stranger.Token = "a third browser"
		takeBack(stranger, false, 2)
		if found, err := react.Recommended(d.Context(), d.db, mine.Token, []int64{c.ID, c.ID + 1}); err != nil || len(found) != 1 || found[0].ID != c.ID || found[0].Author != c.Author {
			d.Errorf("recommended are %v, %v; want the comment", found, err)
		}
		takeBack(mine, true, 1)
		if found, err := react.Recommended(d.Context(), d.db, mine.Token, []int64{c.ID}); err != nil || len(found) != 0 {
			d.Errorf("after it was taken back recommended are %v, %v", found, err)
		}
		if _, err := react.Recommend(d.Context(), d.db, site, c.ID, mine); err != nil || d.reread(c.ID).Recommends != 2 {
			d.Errorf("again: %v, %d recommendations, want 2", err, d.reread(c.ID).Recommends)
		}
	})
}

func TestMostRecommendedComeFirst(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		a := d.article()
		var ids []int64
		for range 4 {
			d.clock.Advance(time.Minute)
			ids = append(ids, d.mustPost(d.submission(a.ID)).ID)
		}
		for i, n := range []int{0, 2, 1, 2} {
			for k := range n {
				if _, err := react.Recommend(d.Context(), d.db, d.site(), ids[i], reader(k)); err != nil {
					d.Fatal(err)
				}
			}
		}
		got := idsOf(d.threads(pageOf(d.reload(a.ID), 1, thread.MostRecommended)).Threads)
		if want := []int64{ids[1], ids[3], ids[2], ids[0]}; fmt.Sprint(got) != fmt.Sprint(want) {
			d.Errorf("order %v, want %v", got, want)
		}
	})
}

func TestReportsFromThreeNetworksHideAComment(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		c := d.mustPost(d.submission(d.article().ID))
		say := func(id int64, n int) (int64, error) {
			return react.Report(d.Context(), d.db, d.site(), id, reader(n), "abuse", " It is <b>rude</b>. ")
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
		if got := d.reread(c.ID); got.State != discussion.Approved || got.Reports != 2 {
			d.Errorf("after two networks: %s with %d", got.State, got.Reports)
		}
		if _, err := say(c.ID, 3); err != nil {
			d.Error(err)
		}
		if got := d.reread(c.ID); got.State != discussion.Held || got.Reports != 3 {
			d.Errorf("after three networks: %s with %d", got.State, got.Reports)
		}
		// Looked at and approved, the same networks do not hide it again.
		d.decide(discussion.DoApprove, c.ID)
		for n := 1; n <= 3; n++ {
			if _, err := say(c.ID, n); err != nil {
				d.Error(err)
			}
		}
		if got := d.reread(c.ID); got.State != discussion.Approved || got.Reports != 0 || got.ReportsSeen.IsZero() {
			d.Errorf("after a moderator: %s with %d reports", got.State, got.Reports)
		}
		// Approving what is public settles its reports too.
		if _, err := say(c.ID, 4); err != nil {
			d.Error(err)
		}
		d.decide(discussion.DoApprove, c.ID)
		if got := d.reread(c.ID); got.Reports != 0 {
			d.Errorf("approved again it has %d reports", got.Reports)
		}
		d.recount()
	})
}

func TestReportsAreRefusedWithAReason(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		a := d.article()
		c := d.mustPost(d.submission(a.ID))
		for name, r := range map[string][2]string{"no reason": {"", ""}, "not a reason": {"boredom", ""}, "long note": {"other", strings.Repeat("x", react.MaxReportNoteBytes+1)}} {
			if _, err := react.Report(d.Context(), d.db, d.site(), c.ID, reader(1), r[0], r[1]); models.KindOf(err) != models.Invalid {
				d.Errorf("%s: %v", name, err)
			}
		}
		for i := range 6 {
			other := d.mustPost(d.submission(a.ID))
			_, err := react.Report(d.Context(), d.db, d.site(), other.ID, reader(1), "spam", "")
			refusal, _ := err.(*models.Error)
			if (i == 5) != (models.KindOf(err) == models.TooMany) || i == 5 && refusal.RetryAfter != time.Hour {
				d.Errorf("report %d in the hour: %v", i+1, err)
			}
		}
		d.clock.Advance(time.Hour)
		if _, err := react.Report(d.Context(), d.db, d.site(), c.ID, reader(1), "spam", ""); err != nil {
			d.Errorf("an hour later: %v", err)
		}
		d.decide(discussion.DoSpam, c.ID)
		if _, err := react.Report(d.Context(), d.db, d.site(), c.ID, reader(2), "spam", ""); models.KindOf(err) != models.NotFound {
			d.Errorf("reported what is not public: %v", err)
		}
	})
}
