package moderation_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/settings"

	"gorm.io/gorm"
)

// plans records the queries on a database's read handle.
type plans struct {
	*desk
	mu      sync.Mutex
	off     bool
	queries []string
	args    [][]any
}

func watchPlans(d *desk) *plans {
	p := &plans{desk: d}
	note := func(tx *gorm.DB) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.off {
			query, vars := tx.Statement.SQL.String(), tx.Statement.Vars
			if n := strings.Count(query, "?"); n < len(vars) {
				vars = vars[len(vars)-n:] // a query in another has its variables too
			}
			p.queries, p.args = append(p.queries, query), append(p.args, append([]any{}, vars...))
		}
	}
	callbacks := d.db.Query(d.Context()).Callback()
	d.check(callbacks.Query().After("gorm:query").Register("plans", note))
	d.check(callbacks.Row().After("gorm:row").Register("plans", note))
	return p
}

// bounded fails for each query that scans a whole table. stops are the beginnings of
// queries that scan along a key and stop early.
func (p *plans) bounded(what string, stops ...string) {
	p.Helper()
	for _, problem := range p.problems(what, stops...) {
		p.Error(problem)
	}
}

func (p *plans) problems(what string, stops ...string) (found []string) {
	p.Helper()
	p.mu.Lock()
	queries, args := p.queries, p.args
	p.queries, p.args, p.off = nil, nil, true
	p.mu.Unlock()
	if len(queries) == 0 {
		p.Errorf("%s makes no query", what)
	}
	for i, query := range queries {
		var steps []struct{ Detail string }
		p.check(p.db.Query(p.Context()).Raw("EXPLAIN QUERY PLAN "+query, args[i]...).Scan(&steps).Error)
		for _, step := range steps {
			table, _, _ := strings.Cut(strings.TrimPrefix(step.Detail, "SCAN "), " ")
			// The plan of a subquery has its own steps.
			whole := strings.HasPrefix(step.Detail, "SCAN ") && !strings.HasPrefix(table, "(subquery") && !strings.Contains(" CONSTANT users held_mail comment_totals settings categories bans some recent near cursors leases held few counted scan similar_a similar_b search_languages comment_words ", " "+table+" ")
			allowed := strings.Contains(step.Detail, " INDEX comments_reported") // it has few comments
			for _, stop := range stops {
				allowed = allowed || strings.HasPrefix(query, stop)
			}
			if whole && !allowed {
				found = append(found, what+": "+step.Detail+"\n"+query)
			}
		}
	}
	p.mu.Lock()
	p.off = false
	p.mu.Unlock()
	return found
}

// The desk's figures and background tasks do not scan all comments or the whole log.
func TestFiguresAndTasksDoNotScanWholeTables(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	d := newDesk(t, db, clock)
	d.hire("Mona", people.Moderator)
	c := d.post("10.3.1.7", "A thought.")
	d.post("10.3.1.8", "Another one.")
	d.rule("Mona", 1, discussion.DoApprove, c.ID)
	clock.Advance(time.Minute)
	p := watchPlans(d)

	_, err := moderation.FiguresOf(d.Context(), db, lastMonth(clock.Now(), time.UTC))
	d.check(err)
	p.bounded("figures")
	_, err = moderation.SurgeAt(d.Context(), db, clock.Now())
	d.check(err)
	p.bounded("surge")
	d.check(moderation.CountFigures(d.Context(), db))
	p.bounded("counting figures")
	for target, value := range map[bans.Target]string{
		bans.TargetEmail: c.Email, bans.TargetBrowser: c.TokenHash, bans.TargetNetwork: "10.3.1.0/24", bans.TargetDomain: "example.org",
	} {
		_, err = moderation.ReachOf(d.Context(), db, target, value, c, clock.Now())
		d.check(err)
		p.bounded("reach by " + string(target))
		_, err = moderation.CommentsUnderBan(d.Context(), db, target, value, nil)
		d.check(err)
		p.bounded("comments under a ban by " + string(target))
	}
	_, err = moderation.ReachOf(d.Context(), db, bans.TargetNetwork, "10.3.0.0/16", c, clock.Now())
	d.check(err)
	p.bounded("reach by a large network")
	_, err = moderation.DryRunSettings(d.Context(), db, "news.example", d.site(), d.site())
	d.check(err)
	p.bounded("dry run")
	// The scan from the newest comment stops at the first that is old enough.
	newest := "SELECT id FROM comments WHERE created_at <="
	d.check(moderation.MailHeld(d.Context(), db))
	p.bounded("held mail, the first time", newest)
	d.post("10.3.1.9", "A third one.")
	clock.Advance(time.Hour)
	d.check(moderation.MailHeld(d.Context(), db))
	p.bounded("held mail", newest)
	d.check(privacy.Clean(d.Context(), db))
	p.bounded("cleaning")

	var n int64
	d.check(db.Query(d.Context()).Raw("SELECT COUNT(*) FROM comments WHERE text LIKE 'A%'").Scan(&n).Error)
	if found := p.problems("a count"); len(found) != 1 {
		d.Errorf("a scan of all comments is not detected: %q", found)
	}
}

// No filter of the queue makes a list or its number scan all comments.
func TestFiltersDoNotScanWholeTables(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	d := newDesk(t, db, clock)
	mona := d.hire("Mona", people.Moderator)
	c := d.post("10.3.1.7", "A thought about the harbour and the council, which is long enough to be found again by its words.")
	p := watchPlans(d)
	for name, f := range map[string]moderation.Filter{
		"no filter": {}, "a section": {Categories: []int64{1}}, "a scope": {Within: moderation.InCategories([]int64{1})},
		"a section in a scope": {Categories: []int64{1}, Within: moderation.InCategories([]int64{1})},
		"a section and days":   {Categories: []int64{1}, From: clock.Now().AddDate(0, 0, -2)},
		"words":                {Text: "harbour council"}, "a name": {Author: "Reader"}, "an address": {Author: c.Email},
		"an article": {Article: c.ArticleID}, "a network": {Network: c.Network}, "a host": {Host: "harbour.example"},
		"a rule": {Rule: "links"}, "the first day": {To: clock.Now()}, "the last day": {From: clock.Now()}, "alike": {SimilarTo: c.ID},
		"a later page": {After: c.ID},
	} {
		for _, f.Queue = range append([]moderation.QueueName{moderation.Any}, moderation.QueueNames...) {
			f.UserID = mona.ID
			_, err := moderation.NextPage(d.Context(), db, f)
			d.check(err)
			_, err = moderation.Count(d.Context(), db, f)
			d.check(err)
			_, err = moderation.Matching(d.Context(), db, f)
			d.check(err)
			p.bounded(name + " in " + string(f.Queue))
		}
	}
	f := moderation.Filter{Queue: moderation.Approved, Categories: []int64{1}}
	_, err := moderation.Count(d.Context(), db, f)
	d.check(err)
	if plan := p.plan(); !strings.Contains(plan, "article_categories_category (category_id=?)") ||
		!strings.Contains(plan, "COVERING INDEX comments_article_state (article_id=? AND state=?)") {
		t.Errorf("the number of comments of a section is not counted by its articles:\n%s", plan)
	}
	// A section with more comments than are sorted.
	d.check(db.Write(d.Context(), func(tx *models.Tx) error {
		return models.Exec(d.Context(), tx, "UPDATE articles SET comments_approve = 1000000")
	}))
	_, err = moderation.NextPage(d.Context(), db, f)
	d.check(err)
	// The scan ends after some comments, also where few of them are in the section.
	plan := p.plan()
	if !strings.Contains(plan, "COVERING INDEX comments_queue (state=?)") || strings.Contains(plan, " USING INDEX comments_queue") {
		t.Errorf("a scan for a large section reads more than the index:\n%s", plan)
	}
}

// plan returns the plans of the recorded queries.
func (p *plans) plan() string {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var all strings.Builder
	p.off = true
	for i, query := range p.queries {
		var steps []struct{ Detail string }
		p.mu.Unlock()
		p.check(p.db.Query(p.Context()).Raw("EXPLAIN QUERY PLAN "+query, p.args[i]...).Scan(&steps).Error)
		p.mu.Lock()
		for _, step := range steps {
			all.WriteString(step.Detail + "\n")
		}
	}
	p.queries, p.args, p.off = nil, nil, false
	return all.String()
}

// BenchmarkFigures compares a short table with a long one: the times should be alike.
func BenchmarkFigures(b *testing.B) {
	for _, n := range []int{1_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			clock := modeltest.NewClock()
			db := modeltest.SQLite(b, clock)
			article := fill(b, db, n)
			if article == 0 {
				b.Fatal("no article")
			}
			for b.Loop() {
				if _, err := moderation.FiguresOf(b.Context(), db, lastMonth(clock.Now(), time.UTC)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fill inserts n comments of the last week, a tenth of them held. It returns the ID
// of their article.
func fill(tb testing.TB, db *models.DB, n int) int64 {
	d := newDesk(tb, db, nil)
	err := db.Write(tb.Context(), func(tx *models.Tx) error {
		return tx.Query(tb.Context()).Exec(`WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ?)
			INSERT INTO comments (article_id, author, email, ip, network, text, html, policy, state, state_at, created_at, token_hash)
			SELECT ?, 'Reader ' || i, 'r' || i || '@example.org', '10.' || (i % 200) || '.1.7', '10.' || (i % 200) || '.1.0/24', 'A thought of the kind number ' || i || ' about the strait', '<p>A thought</p>', 1,
				CASE WHEN i % 10 = 0 THEN 'hold' ELSE 'approve' END, ?, ? - i * CAST(600000000000 / ? AS INTEGER), 't' || i FROM k`,
			n, d.article, models.At(tx.Now), models.At(tx.Now), n).Error
	})
	if err == nil {
		err = db.Write(tb.Context(), func(tx *models.Tx) error {
			return tx.Query(tb.Context()).Exec("UPDATE comment_totals SET comments = (SELECT COUNT(*) FROM comments c WHERE c.state = comment_totals.state)").Error
		})
	}
	d.check(err)
	return d.article
}

// BenchmarkDryRun measures a dry run over MostDryRun comments.
func BenchmarkDryRun(b *testing.B) {
	db := modeltest.SQLite(b, modeltest.NewClock())
	fill(b, db, 50_000)
	d := &desk{TB: b, db: db}
	d.set("comment.previously-approved", "false")
	site := d.site()
	settings, err := settings.Check(site.Settings, map[string]string{"comment.hold-words": "strait"})
	d.check(err)
	for b.Loop() {
		run, err := moderation.DryRunSettings(b.Context(), db, "news.example", site, site.With(settings))
		if err != nil || run.Judged != moderation.MostDryRun || run.Shifts == nil {
			b.Fatal(run, err)
		}
	}
}
