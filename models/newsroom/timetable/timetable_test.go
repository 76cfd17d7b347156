package timetable_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

var edith = models.Actor{UserID: new(int64(7)), Name: "Edith"}

func TestParseTime(t *testing.T) {
	for _, test := range []struct{ zone, text, want string }{
		{"America/Los_Angeles", "2027-03-16T07:30", "2027-03-16T14:30:00Z"},
		{"America/Los_Angeles", "2027-03-14T02:30", "time-skipped"},
		{"America/Los_Angeles", "2027-11-07T01:30", "2027-11-07T08:30:00Z"}, // comes twice: the first
		{"America/New_York", "2027-01-14T23:30", "2027-01-15T04:30:00Z"},
		{"Europe/Berlin", "2027-03-28T02:30", "time-skipped"},
		{"Europe/Berlin", "2027-10-31T02:30", "2027-10-31T00:30:00Z"},
		{"Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00:00Z"},
		{"Australia/Lord_Howe", "2027-10-03T02:15", "time-skipped"},
		{"Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45:00Z"},
		{"UTC", "2027-01-14T23:30:15", "2027-01-14T23:30:15Z"},
		{"UTC", "2027-02-29T12:00", "time-invalid"},
		{"UTC", "tomorrow", "time-invalid"},
		{"UTC", "2027-01-14T9:30", "time-invalid"}, // package time reads an hour of one digit
		{"UTC", "2027-01-14T9:30:15", "time-invalid"},
		{"UTC", "", "time-invalid"},
	} {
		zone, err := time.LoadLocation(test.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := timetable.ParseTime(test.text, zone)
		got := at.UTC().Format(time.RFC3339)
		if e, ok := err.(*models.Error); ok {
			got = e.Code
		}
		if got != test.want {
			t.Errorf("%s in %s: %s, want %s", test.text, test.zone, got, test.want)
		}
	}
}

// paper is a database with helpers for the tests.
type paper struct {
	*testing.T
	db    *models.DB
	clock *modeltest.Clock
}

func each(t *testing.T, test func(p *paper)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) { test(&paper{t, db, clock}) })
}

func (p *paper) check(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func body(paragraphs ...string) string { return "<p>" + strings.Join(paragraphs, "</p>\n<p>") + "</p>" }

func (p *paper) live(title string, paragraphs ...string) int64 {
	p.Helper()
	m := newsroom.Manuscript{Title: title, Format: richtext.HTML, Body: body(paragraphs...), Status: newsroom.Published}
	a, _, err := newsroom.Save(p.Context(), p.db, edith, newsroom.AnyVersion, m)
	p.check(err)
	return a.ID
}

func (p *paper) scheduled(title string, at time.Time) int64 {
	p.Helper()
	m := newsroom.Manuscript{Title: title, Format: richtext.HTML, Body: body("Text."), Status: newsroom.Scheduled, PublishedAt: at}
	a, _, err := newsroom.Save(p.Context(), p.db, edith, newsroom.AnyVersion, m)
	p.check(err)
	return a.ID
}

func (p *paper) run(want int) {
	p.Helper()
	if n, err := timetable.Run(p.Context(), p.db); n != want || err != nil {
		p.Errorf("%d acts were carried out (%v), want %d", n, err, want)
	}
}

func (p *paper) article(id int64) *newsroom.Article {
	p.Helper()
	d, err := drafts.Open(p.Context(), p.db, id)
	p.check(err)
	return d.Article
}

func (p *paper) shown(id int64) string {
	p.Helper()
	var b newsroom.ArticleBody
	p.check(p.db.Query(p.Context()).Where("article_id = ?", id).Take(&b).Error)
	return b.Source
}

// plan sets a timed edit of a live article.
func (p *paper) plan(id int64, at time.Time, paragraphs ...string) {
	p.Helper()
	d, err := drafts.Open(p.Context(), p.db, id)
	p.check(err)
	text := d.Text
	text.Body = body(paragraphs...)
	stored, err := drafts.Save(p.Context(), p.db, edith, id, d.Number, text, nil)
	p.check(err)
	base := d.Number
	if base == 0 {
		base = 1
	}
	p.check(timetable.Set(p.Context(), p.db, edith, timetable.Plan{
		ArticleID: id, Act: timetable.Update, At: models.At(at), Number: stored.Number, Base: base,
	}))
}

// TestATimedEditKeepsALaterCorrection: the old text stays until the time, and what was
// corrected in between stays corrected.
func TestATimedEditKeepsALaterCorrection(t *testing.T) {
	each(t, func(p *paper) {
		id := p.live("Budget", "One", "Two", "Five alpha")
		p.plan(id, p.db.Now().Add(5*time.Minute), "One", "Two", "Five bravo")
		p.run(0)
		if got := p.shown(id); got != body("One", "Two", "Five alpha") {
			t.Errorf("before its time: %s", got)
		}
		m, err := newsroom.ManuscriptOf(p.Context(), p.db, id, 1)
		p.check(err)
		m.Body = body("One, corrected", "Two", "Five alpha")
		_, _, err = newsroom.Save(p.Context(), p.db, models.ActorCommand, newsroom.AnyVersion, m)
		p.check(err)
		if next, _, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10); err != nil || len(next) != 1 || next[0].Clash {
			t.Errorf("next: %+v (%v)", next, err)
		}
		p.clock.Advance(5 * time.Minute)
		p.run(1)
		p.run(0)
		if got := p.shown(id); got != body("One, corrected", "Two", "Five bravo") {
			t.Errorf("after its time: %s", got)
		}
	})
}

// TestATimedEditThatOverlapsIsNotForced: it stops with its reason, and the list said so
// before.
func TestATimedEditThatOverlapsIsNotForced(t *testing.T) {
	each(t, func(p *paper) {
		id, other := p.live("Budget", "One", "Two"), p.live("Other", "One")
		p.plan(id, p.db.Now().Add(5*time.Minute), "One bravo", "Two")
		p.plan(other, p.db.Now().Add(5*time.Minute), "One bravo")
		m, err := newsroom.ManuscriptOf(p.Context(), p.db, id, 1)
		p.check(err)
		m.Body = body("One, corrected", "Two")
		_, _, err = newsroom.Save(p.Context(), p.db, models.ActorCommand, newsroom.AnyVersion, m)
		p.check(err)
		next, _, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10)
		p.check(err)
		if len(next) != 2 || next[0].Clash == next[1].Clash {
			t.Errorf("next: %+v", next)
		}
		p.clock.Advance(6 * time.Minute)
		p.run(1)
		if got := p.shown(id); got != body("One, corrected", "Two") {
			t.Errorf("the correction was overwritten: %s", got)
		}
		if got := p.shown(other); got != body("One bravo") {
			t.Errorf("the other article: %s", got)
		}
		_, failed, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10)
		if err != nil || len(failed) != 1 || failed[0].Article.ID != id || failed[0].Failed != "text-overlap" {
			t.Errorf("failed: %+v (%v)", failed, err)
		}
	})
}

// TestOneImpossibleArticleStopsNoOther: three for the same minute; the database refuses to
// list the first.
func TestOneImpossibleArticleStopsNoOther(t *testing.T) {
	each(t, func(p *paper) {
		at := p.db.Now().Add(time.Minute)
		ids := []int64{p.scheduled("First", at), p.scheduled("Second", at), p.scheduled("Third", at)}
		// A row that is in the way: the same article cannot be listed twice at one time.
		p.check(p.db.Write(p.Context(), func(tx *models.Tx) error {
			return models.Exec(p.Context(), tx, "INSERT INTO listings (kind, ref, published_at, article_id) VALUES (0, 0, ?, ?)",
				models.At(at), ids[0])
		}))
		p.clock.Advance(time.Minute)
		p.run(2)
		for _, id := range ids[1:] {
			if a := p.article(id); a.Status != newsroom.Published {
				p.Errorf("%s is %s", a.Title, a.Status)
			}
		}
		if a := p.article(ids[0]); a.Status != newsroom.Draft {
			p.Errorf("the impossible one is %s", a.Status)
		}
		_, failed, err := timetable.Upcoming(p.Context(), p.db, p.db.Now(), 10)
		if err != nil || len(failed) != 1 || failed[0].Article.ID != ids[0] || failed[0].Act != timetable.Publish || failed[0].Failed == "" {
			p.Errorf("failed: %+v (%v)", failed, err)
		}
		p.run(0)
	})
}

// TestMovedThereAndBack: set for ten, moved to five past, moved back: one publication, at
// the last time set; a trashed one is dropped.
func TestMovedThereAndBack(t *testing.T) {
	each(t, func(p *paper) {
		ten := p.db.Now().Add(10 * time.Minute)
		id, dropped := p.scheduled("Once", ten), p.scheduled("Never", ten)
		for _, at := range []time.Time{ten.Add(5 * time.Minute), ten, ten.Add(2 * time.Minute)} {
			_, err := drafts.Show(p.Context(), p.db, edith, id, drafts.Move{To: newsroom.Scheduled, At: at})
			p.check(err)
		}
		p.check(p.db.Write(p.Context(), func(tx *models.Tx) error {
			none := func(context.Context, *models.Tx, models.Actor, int64, bool) error { return nil }
			return newsroom.MoveStatus(p.Context(), tx, edith, dropped, newsroom.Trashed, "", none)
		}))
		p.clock.Advance(10 * time.Minute)
		p.run(0)
		p.clock.Advance(2 * time.Minute)
		p.run(1)
		p.run(0)
		if a := p.article(id); !a.PublishedAt.Equal(ten.Add(2 * time.Minute)) {
			t.Errorf("published at %v", a.PublishedAt)
		}
		trail, err := models.AuditTrail(p.Context(), p.db, models.Subject{Kind: models.ArticleSubject, ID: id}, 10)
		p.check(err)
		published := 0
		for _, e := range trail {
			if e.After == string(newsroom.Published) {
				published++
			}
		}
		if published != 1 {
			t.Errorf("published %d times", published)
		}
	})
}

// TestManyInstancesCarryOutOnce: instances that look at the same second share the acts.
func TestManyInstancesCarryOutOnce(t *testing.T) {
	each(t, func(p *paper) {
		const each = 5
		at := p.db.Now().Add(time.Minute)
		for i := range each {
			p.scheduled("Article "+string(rune('A'+i)), at)
			p.plan(p.live("Live "+string(rune('A'+i)), "alpha"), at, "bravo")
			id := p.live("Leaving "+string(rune('A'+i)), "alpha")
			p.check(timetable.Set(p.Context(), p.db, edith, timetable.Plan{ArticleID: id, Act: timetable.Withdraw, At: models.At(at), Note: "Wrong."}))
		}
		p.clock.Advance(61 * time.Minute) // nobody ran for an hour
		var all sync.WaitGroup
		counts, errs := make([]int, 4), make([]error, 4)
		for i := range counts {
			all.Go(func() { counts[i], errs[i] = timetable.Run(p.Context(), p.db) })
		}
		all.Wait()
		sum := 0
		for i := range counts {
			p.check(errs[i])
			sum += counts[i]
		}
		if sum != 3*each {
			t.Errorf("%d acts were carried out, want %d", sum, 3*each)
		}
		var withdrawn, published int
		_, err := models.QueryRow(p.Context(), p.db, []any{&withdrawn, &published}, `SELECT
			(SELECT COUNT(*) FROM articles WHERE status = 'withdrawn' AND status_note = 'Wrong.'),
			(SELECT COUNT(*) FROM articles WHERE status = 'published')`)
		if err != nil || withdrawn != each || published != 2*each {
			t.Errorf("%d withdrawn, %d published (%v)", withdrawn, published, err)
		}
	})
}

func TestPlansAreRefusedInWords(t *testing.T) {
	each(t, func(p *paper) {
		id := p.live("Live", "alpha")
		draft, _, err := drafts.Create(p.Context(), p.db, edith, newsroom.Manuscript{Title: "Draft"})
		p.check(err)
		soon := models.At(p.db.Now().Add(time.Minute))
		for code, plan := range map[string]timetable.Plan{
			"time-past": {ArticleID: id, Act: timetable.Withdraw, At: models.At(p.db.Now())},
			"not-live":  {ArticleID: draft, Act: timetable.Withdraw, At: soon},
		} {
			err := timetable.Set(p.Context(), p.db, edith, plan)
			if e, ok := err.(*models.Error); !ok || e.Code != code {
				t.Errorf("%s: %v", code, err)
			}
		}
		if err := timetable.Set(p.Context(), p.db, edith, timetable.Plan{ArticleID: 4711, Act: timetable.Update, At: soon}); models.KindOf(err) != models.NotFound {
			t.Errorf("an article that does not exist: %v", err)
		}
		p.check(timetable.Set(p.Context(), p.db, edith, timetable.Plan{ArticleID: id, Act: timetable.Withdraw, At: soon}))
		p.check(timetable.CallOff(p.Context(), p.db, edith, id, timetable.Withdraw))
		p.clock.Advance(time.Hour)
		p.run(0)
		if a := p.article(id); a.Status != newsroom.Published {
			t.Errorf("a plan that was called off made it %s", a.Status)
		}
	})
}

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, timetable.Plan{})
	})
}

// Several writers publish an article at the same time, by hand and because it is due.
// One of them succeeds, the others by hand get a Conflict, and each list has the article
// once.
func TestConcurrentWritersPublishAnArticleOnce(t *testing.T) {
	each(t, func(p *paper) {
		id := p.live("Harbour tunnel opens", "Text.")
		move := func(to newsroom.Status) error {
			return p.db.Write(p.Context(), func(tx *models.Tx) error {
				return newsroom.MoveStatus(p.Context(), tx, models.ActorCommand, id, to, "", nil)
			})
		}
		for round := range 15 {
			p.check(move(newsroom.Draft))
			p.check(move(newsroom.Scheduled))
			p.clock.Advance(time.Minute)
			errs := make([]error, 6)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() {
					if i%2 == 0 {
						_, errs[i] = timetable.Run(p.Context(), p.db)
					} else {
						errs[i] = move(newsroom.Published)
					}
				})
			}
			all.Wait()
			for i, err := range errs {
				if err != nil && (i%2 == 0 || models.KindOf(err) != models.Conflict) {
					p.Fatalf("round %d, %d: %v", round, i, err)
				}
			}
			page, err := newsroom.List{Kind: newsroom.AllArticles}.Page(p.Context(), p.db, 1, 10)
			if err != nil || len(page.Teasers) != 1 || page.Teasers[0].ID != id {
				p.Fatalf("round %d: %d articles are listed (%v)", round, len(page.Teasers), err)
			}
		}
	})
}
