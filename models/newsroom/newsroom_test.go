package newsroom_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// moveComments replaces discussion.MoveCommentsWithArticle: articles have no comments
// here.
func moveComments(context.Context, *models.Tx, models.Actor, int64, bool) error { return nil }

func setStatus(t *testing.T, db *models.DB, id int64, to newsroom.Status, note string) error {
	t.Helper()
	return db.Write(t.Context(), func(tx *models.Tx) error {
		return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, id, to, note, moveComments)
	})
}

// save saves a manuscript. It fails the test on an error.
func save(t *testing.T, db *models.DB, d newsroom.Manuscript) *newsroom.Article {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, d)
	if err != nil {
		t.Fatalf("saving %q: %v", d.Title, err)
	}
	return a
}

func site(t *testing.T, db *models.DB) *newsroom.Site {
	t.Helper()
	s, err := newsroom.LoadSite(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func set(t *testing.T, db *models.DB, key, value string) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *models.Tx) error { return settings.Set(t.Context(), tx, key, value) })
	if err != nil {
		t.Fatal(err)
	}
}

func section(path string) []taxonomy.CategoryRef { return []taxonomy.CategoryRef{{Path: path}} }

func TestRepeatedSlugGetsANumber(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for _, want := range []string{"same-words", "same-words-2", "same-words-3"} {
			if a := save(t, db, newsroom.Manuscript{Title: "Same words"}); a.Slug != want {
				t.Errorf("slug %q, want %q", a.Slug, want)
			}
		}
	})
}

func TestAddressesOfEachPatternLeadBack(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	a := save(t, db, newsroom.Manuscript{
		Title: "Œuvre of the day", Body: "Text.", Categories: section("world-news/middle-east"),
		Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}}, PublishedAt: time.Date(2026, 11, 20, 8, 5, 9, 0, time.UTC),
	})
	for pattern, want := range map[string]string{
		"/%year%/%monthnum%/%day%/%postname%/":               "/2026/11/20/oeuvre-of-the-day/",
		"/%year%/%monthnum%/%postname%/":                     "/2026/11/oeuvre-of-the-day/",
		"/archives/%post_id%":                                fmt.Sprintf("/archives/%d", a.ID),
		"/%postname%/":                                       "/oeuvre-of-the-day/",
		"/%category%/%postname%/":                            "/world-news/middle-east/oeuvre-of-the-day/",
		"/%author%/%hour%-%minute%-%second%/%postname%.html": "/nadia-farrow/08-05-09/oeuvre-of-the-day.html",
	} {
		set(t, db, "article.permalinks", pattern)
		s := site(t, db)
		if got := s.ArticlePath(a); got != want {
			t.Errorf("%s gives %q, want %q", pattern, got, want)
			continue
		}
		if p, err := newsroom.LoadPage(t.Context(), db, s, want); err != nil || p.ID != a.ID {
			t.Errorf("%s: %q does not lead back: %v", pattern, want, err)
		}
	}
}

func TestOldAddressesLeadToTheNewOne(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		d := newsroom.Manuscript{Source: "s", SourceID: "1", Title: "Harbour tunnel opens", Body: "One."}
		save(t, db, d)
		d.Slug, d.Body = "tunnel-opens-late", "Two."
		a := save(t, db, d)
		s := site(t, db)
		want := s.ArticlePath(a)
		for _, path := range []string{
			"/2026/11/20/harbour-tunnel-opens/", // the old slug
			"/2026/11/tunnel-opens-late/",       // another pattern
			"/2025/01/01/tunnel-opens-late/",    // another date
			"/2026/11/20/tunnel-opens/",         // cut off
		} {
			found, err := newsroom.Find(t.Context(), db, s, path)
			if err != nil || found.Path != want {
				t.Errorf("%s leads to %+v (%v), want %s", path, found, err, want)
			}
		}
		for _, path := range []string{"/2026/11/20/tunn/", "/nothing-like-it/", "/wp-admin/setup.php/tunnel-opens-late"} {
			if found, err := newsroom.Find(t.Context(), db, s, path); models.KindOf(err) != models.NotFound {
				t.Errorf("%s leads to %+v (%v)", path, found, err)
			}
		}
	})
}

// The pages of a list, one after the other, must contain the saved articles in
// order, also if a day has more articles than a page.
func TestThePagesOfAListContainAllArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		var want []int64
		start := modeltest.Start.AddDate(-2, 0, 0)
		for i := range 57 {
			at := start.Add(time.Duration(i*i) * 5 * time.Hour)
			if i > 40 {
				at = start.AddDate(1, 3, 0) // many at one instant
			}
			path := "sport/rowing"
			if i%3 == 0 {
				path = "sport"
			}
			a := save(t, db, newsroom.Manuscript{Title: fmt.Sprint("Article ", i), Categories: section(path), PublishedAt: at, Tags: []string{"Boats"}})
			want = append(want, a.ID)
		}
		byID := func(id int64) *newsroom.Article {
			a, err := newsroom.ByID(t.Context(), db, id)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		slices.SortFunc(want, func(a, b int64) int {
			x, y := byID(a), byID(b)
			if c := y.PublishedAt.Compare(x.PublishedAt.Time); c != 0 {
				return c
			}
			return int(b - a)
		})
		sport := site(t, db).Categories.ByPath("sport")
		tag, err := taxonomy.TagBySlug(t.Context(), db, "boats")
		if err != nil {
			t.Fatal(err)
		}
		for name, list := range map[string]newsroom.List{
			"all": {}, "parent category": {Kind: newsroom.CategoryArticles, Ref: sport.ID}, "tag": {Kind: newsroom.TagArticles, Ref: tag.ID},
		} {
			if got := walk(t, db, list, 5); !slices.Equal(got, want) {
				t.Errorf("%s: walked %v, want %v", name, got, want)
			}
		}
		years, err := newsroom.List{}.Periods(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		var byPeriod []int64
		for _, y := range years {
			months, err := newsroom.List{Period: y.Period}.Periods(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range months {
				got := walk(t, db, newsroom.List{Period: m.Period}, 4)
				if len(got) != m.Articles {
					t.Errorf("%d lists %d articles, its count is %d", m.Period, len(got), m.Articles)
				}
				byPeriod = append(byPeriod, got...)
			}
		}
		if !slices.Equal(byPeriod, want) {
			t.Errorf("by month: walked %v, want %v", byPeriod, want)
		}
	})
}

func walk(t *testing.T, db *models.DB, list newsroom.List, perPage int) (ids []int64) {
	t.Helper()
	for number := 1; ; number++ {
		p, err := list.Page(t.Context(), db, number, perPage)
		if err != nil {
			t.Fatalf("page %d: %v", number, err)
		}
		for _, s := range p.Teasers {
			ids = append(ids, s.ID)
		}
		if number == p.Last {
			if _, err := list.Page(t.Context(), db, number+1, perPage); models.KindOf(err) != models.NotFound {
				t.Errorf("page %d of %d: %v", number+1, p.Last, err)
			}
			if len(ids) != p.Total {
				t.Errorf("walked %d articles, the total is %d", len(ids), p.Total)
			}
			return ids
		}
	}
}

// After each change of an article, its lists and counts must agree with a new
// count.
func TestListsFollowEachChange(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		d := newsroom.Manuscript{Source: "s", SourceID: "1", Title: "One", Categories: section("world-news/asia"), Tags: []string{"Rice"}}
		a := save(t, db, d)
		check := func(step string, articles int) {
			t.Helper()
			var all, counted int
			q := db.Query(t.Context())
			q.Raw("SELECT COUNT(*) FROM listings WHERE kind = 0").Scan(&all)
			db.Query(t.Context()).Raw("SELECT COALESCE(SUM(stories), 0) FROM listing_counts WHERE kind = 0 AND period = 0").Scan(&counted)
			if all != articles || counted != articles {
				t.Errorf("%s: %d listed, %d counted, want %d", step, all, counted, articles)
			}
			var drift int
			db.Query(t.Context()).Raw(`SELECT COUNT(*) FROM listing_counts c WHERE c.period = 0 AND c.stories <>
				(SELECT COUNT(*) FROM listings l WHERE l.kind = c.kind AND l.ref = c.ref)`).Scan(&drift)
			if drift != 0 {
				t.Errorf("%s: %d counts drifted", step, drift)
			}
		}
		check("published", 1)
		d.Categories, d.Tags = section("politics"), []string{"Tea", "Rice"}
		save(t, db, d)
		check("moved", 1)
		for _, move := range []struct {
			to   newsroom.Status
			want int
		}{{newsroom.Withdrawn, 0}, {newsroom.Published, 1}, {newsroom.Draft, 0}, {newsroom.Scheduled, 0}, {newsroom.Published, 1}, {newsroom.Trashed, 0}} {
			if err := setStatus(t, db, a.ID, move.to, ""); err != nil {
				t.Fatalf("to %s: %v", move.to, err)
			}
			check(string(move.to), move.want)
		}
		if err := setStatus(t, db, a.ID, newsroom.Trashed, ""); models.KindOf(err) != models.Conflict {
			t.Errorf("trashing twice: %v", err)
		}
		later := save(t, db, newsroom.Manuscript{Title: "Later", PublishedAt: clock.Now().Add(time.Hour)})
		if later.Status != newsroom.Scheduled {
			t.Fatalf("an article with a date in the future is %s", later.Status)
		}
		check("scheduled", 0)
		clock.Advance(time.Hour)
		if err := setStatus(t, db, later.ID, newsroom.Published, ""); err != nil {
			t.Fatal(err)
		}
		check("due", 1)
	})
}

func TestCardsFollowTheirArticle(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		old := save(t, db, newsroom.Manuscript{Source: "s", SourceID: "old", Title: "Earlier article", Body: "Text."})
		s := site(t, db)
		clock.Advance(time.Hour)
		path := s.ArticlePath(old)
		young := save(t, db, newsroom.Manuscript{
			Title: "Later article", Format: richtext.HTML,
			Body: `<p>See <a href="` + path + `">this</a>.</p><p>` + path + `</p><p><a href="` + path + `">Earlier article</a></p>`,
		})
		p, err := newsroom.LoadPageByID(t.Context(), db, s, young.ID)
		if err != nil {
			t.Fatal(err)
		}
		cards := 0
		for _, seg := range p.Body() {
			if int64(seg.ArticleID) == old.ID {
				cards++
			}
		}
		if cards != 2 || p.Cards[old.ID].Title != "Earlier article" {
			t.Errorf("%d cards of %+v in %q", cards, p.Cards, p.HTML)
		}
		save(t, db, newsroom.Manuscript{Source: "s", SourceID: "old", Title: "Renamed article", Body: "Text."})
		p, err = newsroom.LoadPageByID(t.Context(), db, site(t, db), young.ID)
		if err != nil || p.Cards[old.ID].Title != "Renamed article" {
			t.Errorf("after the article was renamed its card has %q (%v)", p.Cards[old.ID].Title, err)
		}
		back, err := newsroom.LoadPageByID(t.Context(), db, s, old.ID)
		if err != nil || len(back.Coverage) != 1 || back.Coverage[0].ID != young.ID {
			t.Errorf("later coverage of the old article: %+v (%v)", back.Coverage, err)
		}
	})
}

func TestArticlePageTakesFewStatements(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		old := save(t, db, newsroom.Manuscript{Title: "Old", Body: "x"})
		s := site(t, db)
		a := save(t, db, newsroom.Manuscript{
			Title: "New", Body: s.ArticlePath(old), Tags: []string{"A", "B"}, Categories: section("science/space"),
			Authors:     []newsroom.AuthorRef{{Name: "One"}, {Name: "Two"}},
			Corrections: []newsroom.Correction{{Kind: newsroom.Correct, At: models.At(modeltest.Start), Text: "Wrong."}},
		})
		s = site(t, db)
		ctx, n := models.CountStatements(context.Background())
		p, err := newsroom.LoadPage(ctx, db, s, s.ArticlePath(a))
		if err != nil || n.Load() > 4 {
			t.Fatalf("%d statements, %v", n.Load(), err)
		}
		if len(p.Bylines) != 2 || p.Bylines[0].Name != "One" || len(p.Tags) != 2 || len(p.Categories) != 1 || len(p.Corrections) != 1 {
			t.Errorf("parts of the page are missing: %+v", p)
		}
	})
}
