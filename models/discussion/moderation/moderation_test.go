package moderation_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/settings"
)

func TestMain(m *testing.M) {
	moderation.LimitScan(7) // so that a list limited to categories takes several queries
	os.Exit(modeltest.Main(m))
}

func TestRowsMatchTheirTables(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, moderation.Rows...)
	})
}

type desk struct {
	testing.TB
	db      *models.DB
	clock   *modeltest.Clock
	article int64
	n       int
}

func each(t *testing.T, test func(d *desk)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		test(newDesk(t, db, clock))
	})
}

func newDesk(tb testing.TB, db *models.DB, clock *modeltest.Clock) *desk {
	tb.Helper()
	d := &desk{TB: tb, db: db, clock: clock}
	a, _, err := newsroom.Save(tb.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
		Title: "Strait opens again", Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: "world", Names: []string{"World"}}},
	})
	d.check(err)
	d.article = a.ID
	d.set("comment.flood", "0")
	return d
}

func (d *desk) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) set(key, value string) {
	d.Helper()
	d.check(d.db.Write(d.Context(), func(tx *models.Tx) error { return settings.Set(d.Context(), tx, key, value) }))
}

func (d *desk) site() *newsroom.Site {
	d.Helper()
	site, err := newsroom.LoadSite(d.Context(), d.db)
	d.check(err)
	return site
}

// post posts a comment of a new commenter from an IP address.
func (d *desk) post(ip, text string) *discussion.Comment {
	d.Helper()
	d.n++
	c, err := discussion.Post(d.Context(), d.db, d.site(), discussion.Submission{
		ArticleID: d.article, Author: "Marguerite", Email: fmt.Sprintf("m%d@sub%d.example.org", d.n, d.n%2), Text: text,
		IP: netip.MustParseAddr(ip), Token: fmt.Sprint("token", d.n),
	})
	d.check(err)
	return c
}

func (d *desk) rule(name string, user int64, action discussion.Action, ids ...int64) string {
	d.Helper()
	var seen []discussion.Versioned
	for _, id := range ids {
		seen = append(seen, discussion.Versioned{ID: id})
	}
	op, _, err := discussion.Decide(d.Context(), d.db, models.Actor{Name: name, UserID: &user}, seen, discussion.Verdict{Undoable: true, Action: action})
	d.check(err)
	return op
}

func (d *desk) state(id int64) discussion.State {
	d.Helper()
	c, err := discussion.ByID(d.Context(), d.db, id)
	d.check(err)
	return c.State
}

func (d *desk) hire(name string, role people.Role) *people.User {
	d.Helper()
	u, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: name, Email: strings.ToLower(name) + "@courier.example", Role: role})
	d.check(err)
	return u
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

func TestReachCountsTheCommentsUnderABan(t *testing.T) {
	each(t, func(d *desk) {
		troll := d.post("10.3.1.7", "Rubbish.")
		var good []int64
		for i, ip := range []string{"10.3.1.8", "10.3.1.7", "10.3.2.8", "10.4.0.1", "2001:db8:1:5::1", "2001:db8:2:5::1"} {
			good = append(good, d.post(ip, fmt.Sprint("A thought of the kind number ", i)).ID)
		}
		d.rule("Mona", 1, discussion.DoApprove, good...)
		d.post("10.3.1.9", "Not decided yet.")
		for value, want := range map[string]int{
			"10.3.1.7/32": 1, "10.3.1.0/24": 2, "10.3.1.8/31": 1, "10.3.0.0/16": 3, "10.3.2.0/23": 1, "2001:db8:1::/48": 1, "2001:db8::/32": 2, "10.9.0.0/16": 0,
		} {
			reach, err := moderation.ReachOf(d.Context(), d.db, bans.TargetNetwork, value, troll, d.clock.Now())
			if err != nil || reach.ByOthers != want || reach.Others != want || len(reach.Examples) != min(want, 5) || reach.Cut {
				d.Errorf("%s: %+v, want %d (%v)", value, reach, want, err)
			}
		}
		reach, err := moderation.ReachOf(d.Context(), d.db, bans.TargetDomain, "example.org", troll, d.clock.Now())
		if err != nil || reach.ByOthers != 6 || reach.ByTarget != 1 {
			d.Errorf("%+v (%v)", reach, err)
		}
		reach, err = moderation.ReachOf(d.Context(), d.db, bans.TargetBrowser, troll.TokenHash, troll, d.clock.Now())
		if err != nil || reach.ByOthers != 0 || reach.ByTarget != 1 {
			d.Errorf("%+v (%v)", reach, err)
		}
		d.clock.Advance(moderation.ReachWindow)
		if reach, err := moderation.ReachOf(d.Context(), d.db, bans.TargetNetwork, "10.3.0.0/16", troll, d.clock.Now()); err != nil || reach.ByOthers != 0 {
			d.Errorf("%+v (%v)", reach, err)
		}
	})
}

func TestCommentsUnderABan(t *testing.T) {
	each(t, func(d *desk) {
		troll := d.post("10.3.1.7", "Rubbish.")
		bystander := d.post("10.3.1.8", "A thought.")
		waiting := d.post("10.3.1.9", "Another one.")
		d.rule("Mona", 1, discussion.DoApprove, troll.ID, bystander.ID)
		under := func(target bans.Target, value string, occasion *discussion.Comment) (ids []int64) {
			d.Helper()
			seen, err := moderation.CommentsUnderBan(d.Context(), d.db, target, value, occasion)
			d.check(err)
			for _, s := range seen {
				if s.Version == 0 {
					d.Errorf("%d has no version", s.ID)
				}
				ids = append(ids, s.ID)
			}
			return ids
		}
		if got := under(bans.TargetBrowser, troll.TokenHash, nil); fmt.Sprint(got) != fmt.Sprint([]int64{troll.ID}) {
			d.Error(got)
		}
		if got := under(bans.TargetNetwork, "10.3.1.0/24", troll); fmt.Sprint(got) != fmt.Sprint([]int64{troll.ID}) {
			d.Error(got)
		}
		if got := under(bans.TargetNetwork, "10.3.1.0/24", nil); fmt.Sprint(got) != fmt.Sprint([]int64{waiting.ID}) {
			d.Error(got)
		}
		// Another person may have typed the address: an approved comment stays.
		if got := under(bans.TargetEmail, bystander.Email, nil); len(got) != 0 {
			d.Error(got)
		}
		if got := under(bans.TargetEmail, waiting.Email, nil); fmt.Sprint(got) != fmt.Sprint([]int64{waiting.ID}) {
			d.Error(got)
		}
	})
}

func TestADryRunReportsTheChanges(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.previously-approved", "false")
		d.set("comment.spam-score", "false")
		plain := d.post("10.3.1.7", "I think the pilots were right to leave.")
		d.post("10.3.2.7", "Nobody asked the aardvark about it.")
		d.post("10.3.3.7", "See https://one.example/ and https://two.example/ for it.")
		site := d.site()
		settings, err := settings.Check(site.Settings, map[string]string{"comment.hold-words": "aardvark", "comment.max-links": "0"})
		d.check(err)
		before, err := models.LastChangeID(d.Context(), d.db)
		d.check(err)
		run, err := moderation.DryRunSettings(d.Context(), d.db, "news.example", site, site.With(settings))
		d.check(err)
		if run.Judged != 3 || run.Cut || len(run.Shifts) != 2 {
			d.Fatalf("%+v", run)
		}
		for _, s := range run.Shifts {
			why := s.Examples[0].Reasons
			switch {
			case s.Comments != 1 || len(why) == 0:
				d.Errorf("%+v", s)
			case s.From == discussion.Approved && (s.To != discussion.Held || why[0].Rule != "hold-words"):
				d.Errorf("%+v", s)
			case s.From == discussion.Held && (s.To != discussion.Approved || why[0].Rule != "links"):
				d.Errorf("%+v", s)
			}
		}
		if run.Before[discussion.Held] != 1 || run.After[discussion.Held] != 1 || run.After[discussion.Approved] != 2 {
			d.Errorf("%+v", run)
		}
		// Nothing was stored.
		if after, err := models.LastChangeID(d.Context(), d.db); err != nil || after != before || d.state(plain.ID) != discussion.Approved {
			d.Errorf("%d changes (%v)", after-before, err)
		}
		same, err := moderation.DryRunSettings(d.Context(), d.db, "news.example", site, site)
		if err != nil || len(same.Shifts) != 0 {
			d.Errorf("%+v (%v)", same, err)
		}
		d.clock.Advance(moderation.DryRunWindow)
		if later, err := moderation.DryRunSettings(d.Context(), d.db, "news.example", site, site.With(settings)); err != nil || later.Judged != 0 {
			d.Errorf("%+v (%v)", later, err)
		}
	})
}

func TestFiguresAreCountedOnceAndPruned(t *testing.T) {
	each(t, func(d *desk) {
		var ids []int64
		for i := range 4 {
			d.clock.Advance(time.Minute)
			ids = append(ids, d.post("10.3.1.7", fmt.Sprint("A thought of the kind number ", i)).ID)
		}
		d.clock.Advance(time.Hour)
		op := d.rule("Mona", 1, discussion.DoApprove, ids[0], ids[1])
		d.rule("Otto", 2, discussion.DoSpam, ids[2])
		_, err := discussion.Undo(d.Context(), d.db, models.Actor{Name: "Mona", UserID: new(int64(1))}, op)
		d.check(err)
		d.clock.Advance(8 * 24 * time.Hour)
		d.rule("Mona", 1, discussion.DoApprove, ids[2]) // too late to be a reversal
		d.clock.Advance(time.Minute)
		for range 2 { // the second run counts nothing
			d.check(moderation.CountFigures(d.Context(), d.db))
		}
		f, err := moderation.FiguresOf(d.Context(), d.db, lastMonth(d.clock.Now(), time.UTC))
		d.check(err)
		var sum moderation.DayFigure
		for _, day := range f.Days {
			sum.Arrived, sum.Held, sum.Decided, sum.Reversed = sum.Arrived+day.Arrived, sum.Held+day.Held, sum.Decided+day.Decided, sum.Reversed+day.Reversed
		}
		if sum.Arrived != 4 || sum.Held != 4 || sum.Decided != 4 || sum.Reversed != 2 {
			d.Errorf("%+v", sum)
		}
		first := f.Days[len(f.Days)-9]
		if first.Arrived != 4 || first.Decided != 3 || first.HeldShare() != 100 || first.ReversedShare() != 67 {
			d.Errorf("%+v", f.Days)
		}
		if len(f.Categories) != 1 || f.Categories[0].Category == 0 || f.Categories[0].Arrived != 4 {
			d.Errorf("%+v", f.Categories)
		}
		if len(f.Moderators) != 2 || f.Moderators[0] != (moderation.ModeratorFigure{ActorID: 1, Actor: "Mona", Decided: 3, Reversed: 2}) {
			d.Errorf("%+v", f.Moderators)
		}
		if last := f.Hours[len(f.Hours)-1]; last.Decided != 1 {
			d.Errorf("%+v", f.Hours)
		}
		if f.Waiting.Comments != 3 || !f.Waiting.Known || f.Waiting.Oldest < f.Waiting.P90 || f.Waiting.P90 < f.Waiting.P50 || f.Waiting.P50 < 8*24*time.Hour {
			d.Errorf("%+v", f.Waiting)
		}
		d.clock.Advance(500 * 24 * time.Hour)
		d.check(moderation.PruneFigures(d.Context(), d.db))
		var left int64
		d.check(d.db.Query(d.Context()).Raw("SELECT (SELECT COUNT(*) FROM figures) + (SELECT COUNT(*) FROM figure_days) + (SELECT COUNT(*) FROM decision_days) + (SELECT COUNT(*) FROM wait_days) + (SELECT COUNT(*) FROM wait_figures) + (SELECT COUNT(*) FROM arrivals)").Scan(&left).Error)
		if left != 0 {
			d.Errorf("%d figures are left", left)
		}
	})
}

func TestASurgeIsDetected(t *testing.T) {
	each(t, func(d *desk) {
		surge := func() moderation.Surge {
			d.Helper()
			d.clock.Advance(time.Minute)
			d.check(moderation.CountFigures(d.Context(), d.db))
			s, err := moderation.SurgeAt(d.Context(), d.db, d.clock.Now())
			d.check(err)
			return s
		}
		if s := surge(); s.On {
			d.Errorf("without comments: %+v", s)
		}
		// A usual day: four comments an hour.
		for range 24 * 4 {
			d.clock.Advance(15 * time.Minute)
			d.post("10.3.1.7", fmt.Sprint("A thought of the kind number ", d.n))
		}
		if s := surge(); s.On || s.Usual < 0.5 || s.Usual > 1.5 {
			d.Errorf("a usual day: %+v", s)
		}
		for range 25 {
			d.post("10.3.1.7", fmt.Sprint("A shout of the kind number ", d.n))
		}
		if s := surge(); !s.On {
			d.Errorf("twenty-five at once: %+v", s)
		}
		d.clock.Advance(time.Hour)
		if s := surge(); s.On {
			d.Errorf("an hour later: %+v", s)
		}
	})
}

func (d *desk) sets() (ids []string) {
	d.Helper()
	d.check(d.db.Query(d.Context()).Raw("SELECT key FROM jobs WHERE kind = 'held' ORDER BY id").Scan(&ids).Error)
	return ids
}

// A moderator that asks for mail before the first comment of the site gets mail
// about it.
func TestTheFirstHeldCommentIsMailed(t *testing.T) {
	each(t, func(d *desk) {
		mona := d.hire("Mona", people.Moderator)
		d.check(people.SetMailPreference(d.Context(), d.db, mona.ID, people.MailAtOnce))
		for range 2 {
			d.check(moderation.MailHeld(d.Context(), d.db))
		}
		first := d.post("10.3.1.7", "The first of all.")
		for range 2 {
			d.clock.Advance(11 * time.Second)
			d.check(moderation.MailHeld(d.Context(), d.db))
		}
		ids := d.sets()
		if len(ids) != 1 {
			d.Fatalf("%v", ids)
		}
		set, err := moderation.LoadHeldSet(d.Context(), d.db, ids[0])
		d.check(err)
		if len(set.Items) != 1 || set.Items[0].Comment.ID != first.ID {
			d.Errorf("%+v", set.Items)
		}
	})
}

func TestEachHeldCommentIsMailedOnce(t *testing.T) {
	each(t, func(d *desk) {
		mona, otto, never := d.hire("Mona", people.Moderator), d.hire("Otto", people.Editor), d.hire("Never", people.Administrator)
		d.hire("Paul", people.AuthorRole)
		d.check(people.SetMailPreference(d.Context(), d.db, mona.ID, people.MailAtOnce))
		d.check(people.SetMailPreference(d.Context(), d.db, never.ID, people.MailNever))
		run := func() {
			d.Helper()
			d.clock.Advance(11 * time.Second)
			d.check(moderation.MailHeld(d.Context(), d.db))
		}
		d.post("10.3.1.7", "From before the first mail.")
		run()
		if got := d.sets(); len(got) != 0 {
			d.Fatalf("%v", got)
		}
		a, b := d.post("10.3.1.7", "The first."), d.post("10.3.1.7", "The second.")
		run()
		run()
		ids := d.sets()
		if len(ids) != 3 { // two to Mona at once, one digest to Otto
			d.Fatalf("%v", ids)
		}
		of := map[int64][]int64{}
		for _, id := range ids {
			set, err := moderation.LoadHeldSet(d.Context(), d.db, id)
			d.check(err)
			for _, item := range set.Items {
				of[set.User.ID] = append(of[set.User.ID], item.Comment.ID)
			}
		}
		want := fmt.Sprint([]int64{a.ID, b.ID})
		if fmt.Sprint(of[mona.ID]) != want || fmt.Sprint(of[otto.ID]) != want || len(of) != 2 {
			d.Errorf("%v", of)
		}
		// A digest is due every quarter of an hour. Many comments share one mail.
		for i := range 60 {
			d.post("10.3.1.7", fmt.Sprint("A shout of the kind number ", i))
		}
		run()
		if got := len(d.sets()); got != 4 {
			d.Errorf("%d sets", got)
		}
		run() // the ten beyond the limit of a set
		if got := len(d.sets()); got != 5 {
			d.Errorf("%d sets", got)
		}
		d.clock.Advance(moderation.DigestEvery)
		run()
		if got := len(d.sets()); got != 6 {
			d.Errorf("%d sets", got)
		}
	})
}

func TestALinkDecidesEachCommentOnce(t *testing.T) {
	each(t, func(d *desk) {
		mona := d.hire("Mona", people.Moderator)
		d.clock.Advance(time.Minute)
		d.post("10.3.1.7", "From before.")
		d.clock.Advance(time.Minute)
		d.check(moderation.MailHeld(d.Context(), d.db))
		a, b, c := d.post("10.3.1.7", "The first."), d.post("10.3.1.7", "The second."), d.post("10.3.1.7", "The third.")
		d.clock.Advance(moderation.DigestEvery)
		d.check(moderation.MailHeld(d.Context(), d.db))
		id := d.sets()[0]
		d.rule("Otto", 99, discussion.DoTrash, b.ID) // another moderator is faster
		choose := func(action discussion.Action, ids ...int64) ([]moderation.HeldDecision, error) {
			choices := map[int64]discussion.Action{}
			for _, id := range ids {
				choices[id] = action
			}
			set, err := moderation.LoadHeldSet(d.Context(), d.db, id)
			if err != nil {
				return nil, err
			}
			return moderation.DecideSet(d.Context(), d.db, set, choices)
		}
		done, err := choose(discussion.DoApprove, a.ID, b.ID, 1, 999) // two are not of this set
		d.check(err)
		if len(done) != 1 || done[0].Action != discussion.DoApprove || done[0].Operation == "" {
			d.Fatalf("%+v", done)
		}
		if results := done[0].Results; len(results) != 2 || results[0].Conflict || !results[1].Conflict || results[1].To != discussion.Trashed {
			d.Errorf("%+v", results)
		}
		if d.state(a.ID) != discussion.Approved || d.state(b.ID) != discussion.Trashed || d.state(1) != discussion.Held {
			d.Error("the wrong comments were decided")
		}
		// The link decides each comment once.
		if _, err := choose(discussion.DoTrash, a.ID, b.ID); codeOf(err) != "held-used" || d.state(a.ID) != discussion.Approved {
			d.Errorf("replayed: %v", err)
		}
		log, err := decisionlog.List(d.Context(), d.db, a.ID, 0)
		if err != nil || len(log) != 1 || log[0].Actor != "Mona" || log[0].Note != "by mail" {
			d.Errorf("%+v (%v)", log, err)
		}
		// A demoted account cannot decide by the link.
		d.check(people.SetRole(d.Context(), d.db, models.ActorShell, mona.ID, people.Subscriber))
		if _, err := choose(discussion.DoApprove, c.ID); codeOf(err) != "held-role" || d.state(c.ID) != discussion.Held {
			d.Errorf("demoted: %v", err)
		}
		d.check(people.SetRole(d.Context(), d.db, models.ActorShell, mona.ID, people.Moderator))
		d.clock.Advance(moderation.HeldLinkAge + time.Second)
		if _, err := choose(discussion.DoApprove, c.ID); codeOf(err) != "held-old" || d.state(c.ID) != discussion.Held {
			d.Errorf("too late: %v", err)
		}
		d.clock.Advance(2 * moderation.HeldLinkAge)
		d.check(moderation.PruneHeldSets(d.Context(), d.db))
		if _, err := choose(discussion.DoApprove, c.ID); models.KindOf(err) != models.NotFound {
			d.Errorf("long past: %v", err)
		}
	})
}

func TestWrongCountsAreFoundAndRepaired(t *testing.T) {
	each(t, func(d *desk) {
		var ids []int64
		for i := range 6 {
			ids = append(ids, d.post("10.3.1.7", fmt.Sprint("A thought of the kind number ", i)).ID)
		}
		d.rule("Mona", 1, discussion.DoApprove, ids[:3]...)
		d.rule("Mona", 1, discussion.DoSpam, ids[3])
		if drifts, err := moderation.Recount(d.Context(), d.db); err != nil || len(drifts) != 0 {
			d.Fatalf("%+v (%v)", drifts, err)
		}
		for what, spoil := range map[string]string{
			"comments in each state, site-wide":  "UPDATE comment_totals SET comments = comments + 1 WHERE state = 'hold'",
			"comments of articles in each state": "UPDATE articles SET comments_spam = 7",
			"comments shown in threads":          fmt.Sprint("UPDATE comments SET thread_shown = 2 WHERE id = ", ids[0]),
			"threads of articles":                "UPDATE articles SET threads = 9",
			"recommendations of comments":        fmt.Sprint("UPDATE comments SET recommends = 4 WHERE id = ", ids[1]),
			"stretches of long discussions":      fmt.Sprint("INSERT INTO thread_blocks (article_id, first_at, first_id, threads) VALUES (", d.article, ", 0, 0, 5)"),
		} {
			d.check(d.db.Write(d.Context(), func(tx *models.Tx) error { return tx.Query(d.Context()).Exec(spoil).Error }))
			drifts, err := moderation.Recount(d.Context(), d.db)
			if err != nil || len(drifts) != 1 || drifts[0] != (moderation.Drift{What: what, Rows: 1}) {
				d.Errorf("%s: %+v (%v)", what, drifts, err)
			}
			if repaired, err := moderation.Repair(d.Context(), d.db); err != nil || len(repaired) != 1 {
				d.Errorf("%s: %+v (%v)", what, repaired, err)
			}
			if last, err := models.LastChange(d.Context(), d.db); err != nil || !last.Touches(newsroom.ArticleTag(d.article)) {
				d.Errorf("%s: cached pages of the article are not invalidated: %q (%v)", what, last.Tags, err)
			}
			if drifts, err := moderation.Recount(d.Context(), d.db); err != nil || len(drifts) != 0 {
				d.Errorf("%s is not repaired: %+v (%v)", what, drifts, err)
			}
		}
	})
}
