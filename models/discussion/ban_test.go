package discussion_test

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people/bans"
)

// A ban is added during many posts. It refuses every post that begins later.
func TestBanAppliesAtOnce(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		f := d.Forum()
		snapshot := newsroom.NewSiteSnapshot(d.DB)
		in := f.Submission(f.ArticleID)
		var set sync.WaitGroup
		begun := make(chan struct{})
		var mu sync.Mutex
		banned := false
		set.Go(func() {
			<-begun
			d.Ban(bans.Banned, bans.TargetBrowser, discussion.HashToken(in.Token))
			mu.Lock()
			banned = true
			mu.Unlock()
		})
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				for i := range 10 {
					if w == 0 && i == 3 {
						close(begun)
					}
					mu.Lock()
					late := banned
					mu.Unlock()
					site, err := snapshot.Get(d.Context())
					if err != nil {
						d.Error(err)
						return
					}
					mine := in
					mine.Text = fmt.Sprint("Comment ", w, " ", i)
					_, err = discussion.Post(d.Context(), d.DB, site, mine)
					if late && discussiontest.CodeOf(err) != "banned" || err != nil && discussiontest.CodeOf(err) != "banned" {
						d.Errorf("late %v: %v", late, err)
					}
				}
			})
		}
		writers.Wait()
		set.Wait()
		d.CheckCounts()
	})
}

func TestSlowMode(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		f := d.Forum()
		elsewhere := d.Article().ID
		d.SetPolicy(f.ArticleID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 10})
		in := f.Submission(f.ArticleID)
		f.MustPost(in)
		d.Clock.Advance(4 * time.Minute)
		again := in
		again.Text = "I have more to say."
		_, err := d.Post(again)
		e, ok := errors.AsType[*models.Error](err)
		if !ok || e.Code != "slow" || e.Kind != models.TooMany || e.RetryAfter != 6*time.Minute {
			d.Errorf("%v", err)
		}
		// A double click makes one comment.
		if c, err := d.Post(in); err != nil || c.ID == 0 {
			d.Errorf("the same click: %v", err)
		}
		// Without the cookie and with another name, the network counts.
		shed := f.Submission(f.ArticleID)
		shed.IP, shed.Token, shed.NewToken = in.IP, "", "fresh"
		if _, err := d.Post(shed); discussiontest.CodeOf(err) != "slow" {
			d.Errorf("without the cookie: %v", err)
		}
		// A browser at the same address has an approved comment on another article.
		neighbour := f.Submission(elsewhere)
		neighbour.IP = in.IP
		d.Decide(discussion.DoApprove, f.MustPost(neighbour).ID)
		neighbour.ArticleID, neighbour.Text = f.ArticleID, "I live next door."
		f.MustPost(neighbour)
		// Slow mode does not apply to other articles or to the staff.
		other := again
		other.ArticleID = elsewhere
		f.MustPost(other)
		staff := again
		staff.User, staff.Text = d.Moderator(), "A word from the desk."
		f.MustPost(staff)
		d.Clock.Advance(10 * time.Minute)
		f.MustPost(again)
	})
}

// A person cannot avoid slow mode with cookies that were collected beforehand:
// a browser without an approved comment counts by its IPv4 address or /64. A
// known browser counts by itself, up to a limit for each network.
func TestCollectedCookiesDoNotAvoidSlowMode(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		d.Set("comment.previously-approved", "false")
		f := d.Forum()
		elsewhere := d.Article().ID
		d.SetPolicy(f.ArticleID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 10})
		count := func(what string, want int, from func(i int) discussion.Submission) {
			d.Helper()
			d.Clock.Advance(time.Hour)
			taken := 0
			for i := range 8 {
				in := from(i)
				if _, err := d.Post(in); err == nil {
					taken++
				} else if discussiontest.CodeOf(err) != "slow" {
					d.Errorf("%s: %v", what, err)
				} else if e, _ := errors.AsType[*models.Error](err); e.RetryAfter <= 0 || e.RetryAfter > 10*time.Minute {
					d.Errorf("%s: wait %v", what, e.RetryAfter)
				}
			}
			if taken != want {
				d.Errorf("%s: %d comments were taken, want %d", what, taken, want)
			}
		}
		at := func(ip string, i int) discussion.Submission {
			in := f.Submission(f.ArticleID)
			in.IP = netip.MustParseAddr(fmt.Sprintf(ip, i))
			return in
		}
		count("new cookies at one address", 1, func(int) discussion.Submission { return at("192.0.2.%d", 8) })
		count("new cookies in one /64", 1, func(i int) discussion.Submission { return at("2001:db8:1:2::%x", i+1) })
		count("no cookies in one /48", 1, func(i int) discussion.Submission {
			in := at("2001:db8:2:%x::1", i+1)
			in.Token, in.NewToken = "", in.Token
			return in
		})
		count("new cookies in one /48", 3, func(i int) discussion.Submission { return at("2001:db8:3:%x::1", i+1) })
		count("new cookies in one /24", 3, func(i int) discussion.Submission { return at("198.51.100.%d", i+1) })
		count("readers elsewhere", 8, func(i int) discussion.Submission { return at("203.0.%d.1", i+1) })
		count("known browsers at one address", 3, func(int) discussion.Submission {
			in := f.Submission(elsewhere)
			f.MustPost(in) // approved
			in.ArticleID, in.IP = f.ArticleID, netip.MustParseAddr("192.0.2.9")
			return in
		})
	})
}

// One commenter sends several comments at once. One is taken.
func TestSlowModeTakesOneOfParallelPosts(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		f := d.Forum()
		d.SetPolicy(f.ArticleID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 10})
		site := d.Site()
		var taken sync.WaitGroup
		errs := make([]error, 6)
		base := f.Submission(f.ArticleID)
		for i := range errs {
			in := base
			in.Text, in.IP, in.Email = fmt.Sprint("Text ", i), netip.AddrFrom4([4]byte{10, 99, byte(i), 1}), fmt.Sprintf("x%d@example.org", i)
			taken.Go(func() { _, errs[i] = discussion.Post(d.Context(), d.DB, site, in) })
		}
		taken.Wait()
		n := 0
		for _, err := range errs {
			if err == nil {
				n++
			} else if discussiontest.CodeOf(err) != "slow" {
				d.Error(err)
			}
		}
		if n != 1 {
			d.Errorf("%d were taken: %v", n, errs)
		}
	})
}

func TestClosingOpeningAndHolding(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.previously-approved", "false")
		d.Set("comment.close-after", "14")
		f := d.Forum()
		d.Clock.Advance(15 * 24 * time.Hour)
		in := f.Submission(f.ArticleID)
		if _, err := d.Post(in); discussiontest.CodeOf(err) != "closed" {
			d.Errorf("closed by age: %v", err)
		}
		// Comments that a moderator opened stay open at any age.
		d.SetPolicy(f.ArticleID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, ByHand: true})
		d.Clock.Advance(100 * 24 * time.Hour)
		if c := f.MustPost(f.Submission(f.ArticleID)); c.State != discussion.Approved {
			d.Errorf("%s: %+v", c.State, c.Reasons)
		}
		d.SetPolicy(f.ArticleID, newsroom.CommentPolicy{Status: newsroom.CommentsPremoderate, ByHand: true})
		if c := f.MustPost(f.Submission(f.ArticleID)); c.State != discussion.Held || c.Reasons[0].Rule != "premoderated" {
			d.Errorf("%s: %+v", c.State, c.Reasons)
		}
		d.SetPolicy(f.ArticleID, newsroom.CommentPolicy{Status: newsroom.CommentsClosed, ByHand: true})
		if _, err := d.Post(f.Submission(f.ArticleID)); discussiontest.CodeOf(err) != "closed" {
			d.Errorf("closed by hand: %v", err)
		}
		d.SetPolicy(f.ArticleID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, ByHand: true})
		d.Set("comment.hold-until", d.Clock.Now().Add(time.Hour).Format(time.RFC3339))
		if c := f.MustPost(f.Submission(f.ArticleID)); c.State != discussion.Held || c.Reasons[0].Rule != "hold-all" {
			d.Errorf("%s: %+v", c.State, c.Reasons)
		}
		d.Clock.Advance(time.Hour)
		if c := f.MustPost(f.Submission(f.ArticleID)); c.State != discussion.Approved {
			d.Errorf("after the hour: %s: %+v", c.State, c.Reasons)
		}
		changes, err := d.PolicyChanges(f.ArticleID)
		if err != nil || len(changes) != 4 || changes[0].Actor != "Mona" || changes[3].Before != "open" || changes[3].After != "open, by hand" {
			d.Errorf("%+v (%v)", changes, err)
		}
	})
}

// Each change of a rule gives later decisions a new version of the rules.
func TestDecisionsNameTheVersionOfTheRules(t *testing.T) {
	each(t, func(d *desk) {
		f := d.Forum()
		a, b := f.Say("The first."), f.Say("The second.")
		d.Set("comment.max-links", "3")
		f.Decide(discussion.DoApprove, a.ID)
		d.Set("comment.max-links", "3") // nothing changes
		d.Set("comment.max-links", "4")
		f.Decide(discussion.DoApprove, b.ID)
		log, err := decisionlog.List(d.Context(), d.DB, 0, 0)
		if err != nil || len(log) != 2 || log[1].RulesVersion == 0 || log[0].RulesVersion != log[1].RulesVersion+1 {
			d.Fatalf("%+v (%v)", log, err)
		}
		if _, broken, err := d.CheckChain(d.DB); broken != 0 || err != nil {
			d.Errorf("broken at %d (%v)", broken, err)
		}
		err = d.DB.Write(d.Context(), func(tx *models.Tx) error {
			if err := tx.Query(d.Context()).Exec("UPDATE comment_log SET rules_version = 0 WHERE id = ?", log[1].ID).Error; err != nil {
				return err
			}
			if _, broken, err := d.CheckChain(tx); broken != log[1].ID || err != nil {
				d.Errorf("broken at %d (%v)", broken, err)
			}
			return errBack
		})
		if !errors.Is(err, errBack) {
			d.Error(err)
		}
	})
}
