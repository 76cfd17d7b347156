package front_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/termlist"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func save(t *testing.T, db *models.DB, m newsroom.Manuscript) *newsroom.Article {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
	if err != nil {
		t.Fatalf("saving %q: %v", m.Title, err)
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

func run(t *testing.T, db *models.DB, stmt string, args ...any) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *models.Tx) error { return tx.Query(t.Context()).Exec(stmt, args...).Error })
	if err != nil {
		t.Fatal(err)
	}
}

func category(path string) []taxonomy.CategoryRef { return []taxonomy.CategoryRef{{Path: path}} }

func setCategories(t *testing.T, db *models.DB, key, value string) error {
	t.Helper()
	return db.Write(t.Context(), func(tx *models.Tx) error { return termlist.SetSetting(t.Context(), tx, key, value) })
}

func change(t *testing.T, db *models.DB, work func(tx *models.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, db *models.DB, clock *modeltest.Clock) *front.Page {
	t.Helper()
	f, err := front.Load(t.Context(), db, site(t, db), models.At(clock.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func paths(list []*taxonomy.Category) (paths []string) {
	for _, c := range list {
		paths = append(paths, c.Path)
	}
	return paths
}

func blockPaths(f *front.Page) (paths []string) {
	for _, b := range f.Blocks {
		paths = append(paths, b.Category.Path)
	}
	return paths
}

// fillCategories saves articles in 30 categories s00 to s29, and eight in each of
// old0 to old4. Category s29 has the most recent articles, s00 the fewest. The
// articles of the old categories are of 2019; these come first by name.
func fillCategories(t *testing.T, db *models.DB, clock *modeltest.Clock) {
	t.Helper()
	one := func(path string, i int, at time.Time) {
		save(t, db, newsroom.Manuscript{Title: fmt.Sprint("Article ", i, " in ", path), Body: "Text.", Categories: category(path), PublishedAt: at})
	}
	for n := range 5 {
		for i := range 8 {
			one(fmt.Sprint("old", n), i, time.Date(2019, 3, 1+i, 9, 0, 0, 0, time.UTC))
		}
	}
	for n := range 30 {
		for i := range 1 + n/3 {
			one(fmt.Sprintf("s%02d", n), i, clock.Now().Add(-time.Duration(1+n+40*i)*time.Hour/10))
		}
	}
	if err := related.RecomputeActivity(t.Context(), db); err != nil {
		t.Fatal(err)
	}
}

func TestBlocksAreOfFreshAndActiveCategories(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		fillCategories(t, db, clock)
		f := load(t, db, clock)
		shown := blockPaths(f)
		if len(shown) != 12 {
			t.Errorf("%d blocks, want 12: %v", len(shown), shown)
		}
		for _, path := range shown {
			if strings.HasPrefix(path, "old") {
				t.Errorf("a category with articles of 2019 only has a block, among %v", shown)
			}
		}
		if !slices.Contains(shown, "s29") || slices.Contains(shown, "s02") {
			t.Errorf("blocks are %v, want the most active categories", shown)
		}
		nav := paths(site(t, db).Nav)
		if len(nav) != 10 || nav[0] != "s29" && nav[0] != "s28" && nav[0] != "s27" {
			t.Errorf("the navigation has %v, want the 10 most active", nav)
		}

		// The site is loaded already, so settings and categories take no statement.
		s := site(t, db)
		ctx, statements := models.CountStatements(t.Context())
		if _, err := front.Load(ctx, db, s, models.At(clock.Now())); err != nil {
			t.Fatal(err)
		}
		if n := statements.Load(); n > 6 {
			t.Errorf("the front page takes %d statements, at most 6", n)
		}
	})
}

func TestFreshBlocksComeBeforeStaleOnes(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		ages    map[string]time.Duration // of each category's articles
		ordered bool
		want    []string
	}{
		"by name":        {map[string]time.Duration{"a": 7 * 365 * day, "b": time.Hour, "c": 20 * day}, false, []string{"b", "c", "a"}},
		"years apart":    {map[string]time.Duration{"a": 7 * 365 * day, "b": 3 * 365 * day, "c": 5 * 365 * day}, false, []string{"b", "c", "a"}},
		"in order":       {map[string]time.Duration{"a": 20 * day, "b": time.Hour, "c": 2 * day}, true, []string{"a", "b", "c"}},
		"ordered, stale": {map[string]time.Duration{"a": 7 * 365 * day, "b": time.Hour, "c": 2 * day}, true, []string{"b", "c", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
				// The newest articles are in the upper part, not in the blocks.
				for i := range 15 {
					save(t, db, newsroom.Manuscript{Title: fmt.Sprint("Top ", i), Body: "Text.", PublishedAt: clock.Now().Add(-time.Duration(i) * time.Minute)})
				}
				position := 0
				for _, path := range []string{"a", "b", "c"} {
					a := save(t, db, newsroom.Manuscript{Title: "Article in " + path, Body: "Text.", Categories: category(path), PublishedAt: clock.Now().Add(-c.ages[path])})
					if c.ordered {
						position++
						change(t, db, func(tx *models.Tx) error {
							return taxonomy.DescribeCategory(t.Context(), tx, *a.MainCategoryID, path, "", position)
						})
					}
				}
				if got := blockPaths(load(t, db, clock)); !slices.Equal(got, c.want) {
					t.Errorf("blocks %v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestSettingsChooseTheCategories(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		fillCategories(t, db, clock)
		save(t, db, newsroom.Manuscript{Title: "Below", Body: "Text.", Categories: category("s00/below"), PublishedAt: clock.Now().Add(-300 * 24 * time.Hour)})
		for _, c := range []struct{ value, says string }{
			{"s01, nowhere, s02", "nowhere"},
			{"s00/below, s00/above", "s00/above"},
			{"s01,s01", "s01 twice"},
			{"s01," + strings.Repeat("s02,", 12), "at most 12"},
		} {
			for _, key := range []string{"front.sections", "nav.sections"} {
				if err := setCategories(t, db, key, c.value); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), key) {
					t.Errorf("%s = %q: %v, want an error that names %s", key, c.value, err, c.says)
				}
			}
		}
		for _, key := range []string{"front.sections", "nav.sections"} {
			if err := setCategories(t, db, key, "s00/below, /s20/\nold3"); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"s00/below", "s20", "old3"}
		if got := blockPaths(load(t, db, clock)); !slices.Equal(got, want) {
			t.Errorf("blocks %v, want %v", got, want)
		}
		if got := paths(site(t, db).Nav); !slices.Equal(got, want) {
			t.Errorf("navigation %v, want %v", got, want)
		}

		run(t, db, "UPDATE categories SET path = 's20-renamed' WHERE path = 's20'")
		if got := blockPaths(load(t, db, clock)); !slices.Equal(got, []string{"s00/below", "old3"}) {
			t.Errorf("after a category was renamed the blocks are %v", got)
		}
		missing, err := termlist.MissingCategories(t.Context(), db)
		if err != nil || !slices.Equal(missing["front.sections"], []string{"s20"}) || !slices.Equal(missing["nav.sections"], []string{"s20"}) {
			t.Errorf("missing categories are %v, %v; want s20 in both settings", missing, err)
		}
		for _, key := range []string{"front.sections", "nav.sections"} {
			if err := setCategories(t, db, key, ""); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(load(t, db, clock).Blocks); n != 12 {
			t.Errorf("without a setting there are %d blocks, want 12", n)
		}
	})
}

func TestPinningAnnouncesOnlyTheFrontPage(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		a := save(t, db, newsroom.Manuscript{Title: "Pinned", Body: "Text."})
		var tags []string
		db.OnChange(func(c models.Change) { tags = append(tags, strings.Fields(c.Tags)...) })
		change(t, db, func(tx *models.Tx) error { return pin(t.Context(), tx, 0, a.ID, models.Time{}) })
		if !slices.Equal(tags, []string{"front"}) {
			t.Errorf("pinning touched %v", tags)
		}
	})
}

// pin puts an article into a place of the front page until a time.
func pin(ctx context.Context, tx *models.Tx, place int, article int64, until models.Time) error {
	_, err := frontplan.Change(ctx, tx, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
		func(a *frontplan.Arrangement, now time.Time) error {
			a.Place(frontplan.Slot(place), article, until, now)
			return nil
		})
	return err
}
