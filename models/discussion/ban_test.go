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
	"broadsheet/models/discussion/learn"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/react"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

func codeOf(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

func (d *desk) ban(kind people.BanKind, mark people.BanTarget, value string) *people.Ban {
	d.Helper()
	b := people.Ban{Kind: kind, Target: mark, Value: value, Reason: "abuse", EndsAt: models.At(d.clock.Now().Add(24 * time.Hour))}
	added, err := people.AddBan(d.Context(), d.db, models.Actor{Name: "Mona"}, people.BanGuard{}, b, false)
	if err != nil {
		d.Fatal(err)
	}
	return added
}

func (d *desk) discussable(article int64, how newsroom.CommentPolicy) {
	d.Helper()
	if err := newsroom.SetCommentPolicy(d.Context(), d.db, models.Actor{Name: "Mona"}, article, how); err != nil {
		d.Fatal(err)
	}
}

// Whoever is banned can do none of the things that readers do.
func TestBannedReadersDoNothing(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		other := f.post("Somebody else's.")
		f.decide(discussion.DoApprove, other.ID)
		in := f.submission(f.article)
		own := f.mustPost(in)
		f.decide(discussion.DoApprove, own.ID)
		ban := d.ban(people.Suspended, people.TargetBrowser, discussion.HashToken(in.Token))
		site := d.site()
		reader := react.Visitor{IP: netip.MustParseAddr("10.200.0.1"), Token: in.Token}
		in.Text = "Again."
		_, post := discussion.Post(d.Context(), d.db, site, in)
		// The writer has only the key to the comment, no cookie.
		_, edit := discussion.Edit(d.Context(), d.db, site, own.ID, d.reread(own.ID).Version, "Changed.", discussion.Submission{})
		_, recommend := react.Recommend(d.Context(), d.db, site, other.ID, reader)
		_, report := react.Report(d.Context(), d.db, site, other.ID, reader, "abuse", "")
		for name, err := range map[string]error{"post": post, "edit": edit, "recommend": recommend, "report": report} {
			e, ok := errors.AsType[*models.Error](err)
			if !ok || e.Code != "suspended" || e.Kind != models.Forbidden || e.RetryAfter <= 0 {
				d.Errorf("%s: %v", name, err)
			}
		}
		in.User = d.moderator()
		if _, err := discussion.Post(d.Context(), d.db, site, in); err != nil {
			d.Errorf("somebody who works here: %v", err)
		}
		in.User, in.Text = nil, "Once more."
		d.clock.Advance(24 * time.Hour) // it ends by itself, in the very same snapshot
		if _, err := discussion.Post(d.Context(), d.db, site, in); err != nil {
			d.Errorf("after the end: %v", err)
		}
		if ban.EndsAt.After(d.clock.Now()) {
			d.Error("the ban should be over")
		}
	})
}

// Where a comment came from is forgotten; a ban lasts as long as it says.
func TestABanOutlivesForgottenAddresses(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		in := f.submission(f.article)
		f.mustPost(in)
		b := people.Ban{Kind: people.Banned, Target: people.TargetNetwork, Value: in.IP.String() + "/24", Reason: "abuse"}
		if _, err := people.AddBan(d.Context(), d.db, models.Actor{Name: "Mona"}, people.BanGuard{}, b, true); err != nil {
			d.Fatal(err)
		}
		d.clock.Advance(privacy.KeepNetwork + time.Hour)
		if err := privacy.ExpireAddresses(d.Context(), d.db); err != nil {
			d.Fatal(err)
		}
		in.Text, in.Token = "From a new browser.", ""
		if _, err := d.post(in); codeOf(err) != "banned" {
			d.Errorf("%v", err)
		}
	})
}

func TestABanOnATypedAddressOnlyHolds(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.previously-approved", "false")
		f := d.forum()
		d.ban(people.Banned, people.TargetEmail, "victim@example.org")
		in := f.submission(f.article)
		in.Email = "victim@example.org"
		c := f.mustPost(in)
		if c.State != discussion.Held || len(c.Reasons) == 0 || c.Reasons[0].Rule != "banned" {
			d.Errorf("%s %+v", c.State, c.Reasons)
		}
		in.Text, in.VerifiedEmail = "It is I.", in.Email
		d.clock.Advance(time.Hour)
		if _, err := d.post(in); codeOf(err) != "banned" {
			d.Errorf("%v", err)
		}
		// The person types no address: it comes from the account.
		var err error
		in = f.submission(f.article)
		in.User, err = people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: "Vic Reader", Email: "victim@example.org", Role: people.Subscriber})
		if err != nil {
			d.Fatal(err)
		}
		for _, value := range []struct {
			mark  people.BanTarget
			value string
		}{{people.TargetEmail, "victim@example.org"}, {people.TargetDomain, "example.org"}} {
			d.ban(people.Banned, value.mark, value.value)
			if _, err := d.post(in); codeOf(err) != "banned" {
				d.Errorf("the account's own %s is banned: %v", value.mark, err)
			}
			reader := react.Visitor{Account: in.User.Email, IP: in.IP}
			if _, err := react.Recommend(d.Context(), d.db, d.site(), c.ID, reader); codeOf(err) != "banned" {
				d.Errorf("recommending from a banned account: %v", err)
			}
			if _, err := react.Report(d.Context(), d.db, d.site(), c.ID, reader, "abuse", ""); codeOf(err) != "banned" {
				d.Errorf("reporting from a banned account: %v", err)
			}
		}
	})
}

// A ban is set while many post: whoever posts after it was set is refused.
func TestABanCountsFromTheMomentItIsSet(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		f := d.forum()
		snapshot := newsroom.NewSiteSnapshot(d.db)
		in := f.submission(f.article)
		var set sync.WaitGroup
		begun := make(chan struct{})
		var mu sync.Mutex
		banned := false
		set.Go(func() {
			<-begun
			d.ban(people.Banned, people.TargetBrowser, discussion.HashToken(in.Token))
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
					_, err = discussion.Post(d.Context(), d.db, site, mine)
					if late && codeOf(err) != "banned" || err != nil && codeOf(err) != "banned" {
						d.Errorf("late %v: %v", late, err)
					}
				}
			})
		}
		writers.Wait()
		set.Wait()
		d.recount()
	})
}

func TestSlowMode(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		f := d.forum()
		elsewhere := d.article().ID
		d.discussable(f.article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 10})
		in := f.submission(f.article)
		f.mustPost(in)
		d.clock.Advance(4 * time.Minute)
		again := in
		again.Text = "I have more to say."
		_, err := d.post(again)
		e, ok := errors.AsType[*models.Error](err)
		if !ok || e.Code != "slow" || e.Kind != models.TooMany || e.RetryAfter != 6*time.Minute {
			d.Errorf("%v", err)
		}
		// A click that was sent twice is one comment still.
		if c, err := d.post(in); err != nil || c.ID == 0 {
			d.Errorf("the same click: %v", err)
		}
		// Without the cookie, under another name: the network counts.
		shed := f.submission(f.article)
		shed.IP, shed.Token, shed.NewToken = in.IP, "", "fresh"
		if _, err := d.post(shed); codeOf(err) != "slow" {
			d.Errorf("without the cookie: %v", err)
		}
		// A browser that has an approved comment elsewhere, at the same address.
		neighbour := f.submission(elsewhere)
		neighbour.IP = in.IP
		d.decide(discussion.DoApprove, f.mustPost(neighbour).ID)
		neighbour.ArticleID, neighbour.Text = f.article, "I live next door."
		f.mustPost(neighbour)
		// Elsewhere, and for those who work here, nothing is slow.
		other := again
		other.ArticleID = elsewhere
		f.mustPost(other)
		staff := again
		staff.User, staff.Text = d.moderator(), "A word from the desk."
		f.mustPost(staff)
		d.clock.Advance(10 * time.Minute)
		f.mustPost(again)
	})
}

// A person cannot avoid slow mode with cookies that were collected beforehand:
// a browser without an approved comment counts by its IPv4 address or /64. A
// known browser counts by itself, up to a limit for each network.
func TestCollectedCookiesDoNotOutrunSlowMode(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		d.set("comment.previously-approved", "false")
		f := d.forum()
		elsewhere := d.article().ID
		d.discussable(f.article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 10})
		count := func(what string, want int, from func(i int) discussion.Submission) {
			d.Helper()
			d.clock.Advance(time.Hour)
			taken := 0
			for i := range 8 {
				in := from(i)
				if _, err := d.post(in); err == nil {
					taken++
				} else if codeOf(err) != "slow" {
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
			in := f.submission(f.article)
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
			in := f.submission(elsewhere)
			f.mustPost(in) // approved
			in.ArticleID, in.IP = f.article, netip.MustParseAddr("192.0.2.9")
			return in
		})
	})
}

// Two posts by one person at once: one is taken.
func TestSlowModeTakesOneOfTwo(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		f := d.forum()
		d.discussable(f.article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 10})
		site := d.site()
		var taken sync.WaitGroup
		errs := make([]error, 6)
		base := f.submission(f.article)
		for i := range errs {
			in := base
			in.Text, in.IP, in.Email = fmt.Sprint("Text ", i), netip.AddrFrom4([4]byte{10, 99, byte(i), 1}), fmt.Sprintf("x%d@example.org", i)
			taken.Go(func() { _, errs[i] = discussion.Post(d.Context(), d.db, site, in) })
		}
		taken.Wait()
		n := 0
		for _, err := range errs {
			if err == nil {
				n++
			} else if codeOf(err) != "slow" {
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
		d.set("comment.previously-approved", "false")
		d.set("comment.close-after", "14")
		f := d.forum()
		d.clock.Advance(15 * 24 * time.Hour)
		in := f.submission(f.article)
		if _, err := d.post(in); codeOf(err) != "closed" {
			d.Errorf("closed by age: %v", err)
		}
		// A manual open beats the age for good.
		d.discussable(f.article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, ByHand: true})
		d.clock.Advance(100 * 24 * time.Hour)
		if c := f.mustPost(f.submission(f.article)); c.State != discussion.Approved {
			d.Errorf("%s: %+v", c.State, c.Reasons)
		}
		d.discussable(f.article, newsroom.CommentPolicy{Status: newsroom.CommentsPremoderate, ByHand: true})
		if c := f.mustPost(f.submission(f.article)); c.State != discussion.Held || c.Reasons[0].Rule != "premoderated" {
			d.Errorf("%s: %+v", c.State, c.Reasons)
		}
		d.discussable(f.article, newsroom.CommentPolicy{Status: newsroom.CommentsClosed, ByHand: true})
		if _, err := d.post(f.submission(f.article)); codeOf(err) != "closed" {
			d.Errorf("closed by hand: %v", err)
		}
		d.discussable(f.article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, ByHand: true})
		d.set("comment.hold-until", d.clock.Now().Add(time.Hour).Format(time.RFC3339))
		if c := f.mustPost(f.submission(f.article)); c.State != discussion.Held || c.Reasons[0].Rule != "hold-all" {
			d.Errorf("%s: %+v", c.State, c.Reasons)
		}
		d.clock.Advance(time.Hour)
		if c := f.mustPost(f.submission(f.article)); c.State != discussion.Approved {
			d.Errorf("after the hour: %s: %+v", c.State, c.Reasons)
		}
		changes, err := newsroom.CommentPolicyChanges(d.Context(), d.db, f.article)
		if err != nil || len(changes) != 4 || changes[0].Actor != "Mona" || changes[3].Before != "open" || changes[3].After != "open, by hand" {
			d.Errorf("%+v (%v)", changes, err)
		}
	})
}

// Every change of a rule gives decisions a new number of rules.
func TestDecisionsCarryTheRulesInForce(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		a, b := f.post("The first."), f.post("The second.")
		d.set("comment.max-links", "3")
		f.decide(discussion.DoApprove, a.ID)
		d.set("comment.max-links", "3") // nothing changes
		d.set("comment.max-links", "4")
		f.decide(discussion.DoApprove, b.ID)
		log, err := decisionlog.List(d.Context(), d.db, 0, 0)
		if err != nil || len(log) != 2 || log[1].RulesVersion == 0 || log[0].RulesVersion != log[1].RulesVersion+1 {
			d.Fatalf("%+v (%v)", log, err)
		}
		if _, broken, err := d.checkChain(d.db); broken != 0 || err != nil {
			d.Errorf("broken at %d (%v)", broken, err)
		}
		err = d.db.Write(d.Context(), func(tx *models.Tx) error {
			if err := tx.Query(d.Context()).Exec("UPDATE comment_log SET rules_version = 0 WHERE id = ?", log[1].ID).Error; err != nil {
				return err
			}
			if _, broken, err := d.checkChain(tx); broken != log[1].ID || err != nil {
				d.Errorf("broken at %d (%v)", broken, err)
			}
			return errBack
		})
		if !errors.Is(err, errBack) {
			d.Error(err)
		}
	})
}

// Cleaning goes in small steps: nobody who writes waits for more than one.
func TestCleaningGoesInBatches(t *testing.T) {
	each(t, func(d *desk) {
		f := d.forum()
		const spam = 450
		in := f.submission(f.article)
		first := f.mustPost(in)
		f.decide(discussion.DoSpam, first.ID)
		err := d.db.Write(d.Context(), func(tx *models.Tx) error {
			for i := range spam - 1 {
				err := tx.Query(d.Context()).Exec(`INSERT INTO comments (article_id, author, text, html, policy, state, state_at, created_at, email)
					SELECT article_id, author, 'Buy this', '', policy, state, state_at, created_at, ? FROM comments WHERE id = ?`, fmt.Sprint("s", i), first.ID).Error
				if err != nil {
					return err
				}
			}
			if err := tx.Query(d.Context()).Exec("UPDATE articles SET comments_spam = ? WHERE id = ?", spam, f.article).Error; err != nil {
				return err
			}
			return tx.Query(d.Context()).Exec("UPDATE comment_totals SET comments = ? WHERE state = 'spam'", spam).Error
		})
		if err != nil {
			d.Fatal(err)
		}
		d.clock.Advance(privacy.KeepRefused + time.Hour)
		if err := learn.Decisions(d.Context(), d.db); err != nil {
			d.Fatal(err)
		}
		before, err := models.LastChangeID(d.Context(), d.db)
		if err != nil {
			d.Fatal(err)
		}
		if err := privacy.Clean(d.Context(), d.db); err != nil {
			d.Fatal(err)
		}
		after, err := models.LastChangeID(d.Context(), d.db)
		if err != nil || after-before != 3 { // of 200, 200 and 50
			d.Errorf("%d transactions (%v)", after-before, err)
		}
		if totals, err := discussion.Totals(d.Context(), d.db); err != nil || totals[discussion.Spam] != 0 {
			d.Errorf("%v (%v)", totals, err)
		}
	})
}
