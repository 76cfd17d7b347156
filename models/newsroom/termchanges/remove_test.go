package termchanges_test

import (
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
)

// pathsOf returns the paths of an article's categories, the main one first.
func pathsOf(t *testing.T, db *models.DB, id int64) []string {
	t.Helper()
	return read[string](t, db, `SELECT c.path FROM article_categories x JOIN categories c ON c.id = x.category_id
		JOIN articles a ON a.id = x.article_id WHERE x.article_id = ?
		ORDER BY CASE WHEN a.main_category_id = c.id THEN 0 ELSE 1 END, x.position`, id)
}

// The articles of a removed category keep their others, or come to the category of those
// without one; the categories below it move up, and its addresses lead on.
func TestARemovedCategoryLeavesItsArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ref := func(paths ...string) (list []taxonomy.CategoryRef) {
			for _, path := range paths {
				list = append(list, taxonomy.CategoryRef{Path: path})
			}
			return list
		}
		at := clock.Now().Add(-time.Hour)
		alone := save(t, db, newsroom.Manuscript{Title: "Alone", PublishedAt: at, Categories: ref("world/asia")}).ID
		both := save(t, db, newsroom.Manuscript{Title: "Both", PublishedAt: at, Categories: ref("world/asia", "sport")}).ID
		below := save(t, db, newsroom.Manuscript{Title: "Below", PublishedAt: at, Categories: ref("world/asia/japan")}).ID
		draft, first, err := drafts.Create(t.Context(), db, editor, newsroom.Manuscript{
			Title: "Draft", Body: "<p>One</p>", Format: richtext.HTML, Categories: ref("world/asia"),
		})
		check(t, err)
		clock.Advance(time.Minute)
		text := first.Text
		text.Categories = ref("sport")
		second, err := drafts.Save(t.Context(), db, editor, draft, first.Number, text, nil)
		check(t, err)

		check(t, errorOf(termchanges.RemoveCategory(t.Context(), db, editor, tree(t, db).ByPath("world/asia").ID)))
		for id, want := range map[int64][]string{alone: {"uncategorized"}, both: {"sport"}, below: {"world/japan"}} {
			if got := pathsOf(t, db, id); !slices.Equal(got, want) {
				t.Errorf("article %d has %v, want %v", id, got, want)
			}
		}
		all := tree(t, db)
		if c := all.ByFormerPath("world/asia"); c == nil || c.Path != "world" {
			t.Errorf("its address leads to %+v", c)
		}
		if c := all.ByFormerPath("world/asia/japan"); c == nil || c.Path != "world/japan" {
			t.Errorf("the address below it leads to %+v", c)
		}
		// A restored version with the removed category gets the parent of that category.
		_, err = drafts.Restore(t.Context(), db, editor, draft, second.Number, first.Number)
		check(t, err)
		if got := pathsOf(t, db, draft); !slices.Equal(got, []string{"world"}) {
			t.Errorf("the restored version has %v", got)
		}
		check(t, errorOf(termchanges.RemoveCategory(t.Context(), db, editor, all.ByPath("sport").ID)))
		if c := tree(t, db).ByFormerPath("sport"); c == nil || c.Path != taxonomy.UncategorizedSlug {
			t.Errorf("the address of one at the top leads to %+v", c)
		}
		if faults := wrong(t, db); len(faults) > 0 {
			t.Error(faults)
		}
		rest := tree(t, db).ByPath(taxonomy.UncategorizedSlug).ID
		if err := errorOf(termchanges.RemoveCategory(t.Context(), db, editor, rest)); models.KindOf(err) != models.Conflict {
			t.Errorf("removing the last one: %v", err)
		}
		if err := errorOf(termchanges.RemoveCategory(t.Context(), db, editor, 987654)); models.KindOf(err) != models.NotFound {
			t.Errorf("removing none: %v", err)
		}
		if n := len(read[int64](t, db, "SELECT id FROM audit WHERE verb = 'removed' AND subject = 'category'")); n != 2 {
			t.Errorf("%d audit entries", n)
		}
	})
}

// A category that would come to the address of another one keeps the removal back.
func TestARemovedCategoryTakesNoAddressOfOthers(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for _, path := range []string{"news/local", "local"} {
			save(t, db, newsroom.Manuscript{Title: path, Categories: []taxonomy.CategoryRef{{Path: path}}})
		}
		if err := errorOf(termchanges.RemoveCategory(t.Context(), db, editor, tree(t, db).ByPath("news").ID)); models.KindOf(err) != models.Conflict {
			t.Errorf("it answers %v", err)
		}
		// A category below may take the removed one's own address.
		save(t, db, newsroom.Manuscript{Title: "Own", Categories: []taxonomy.CategoryRef{{Path: "port/port"}}})
		check(t, errorOf(termchanges.RemoveCategory(t.Context(), db, editor, tree(t, db).ByPath("port").ID)))
		if c := tree(t, db).ByPath("port"); c == nil || c.ParentID != nil {
			t.Errorf("the category below is %+v", c)
		}
		if faults := wrong(t, db); len(faults) > 0 {
			t.Error(faults)
		}
	})
}

func TestATagIsAddedOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		first, added, err := termchanges.AddTag(t.Context(), db, editor, termchanges.TagForm{Name: "Tea", Slug: "hot-tea", Description: "Leaves."})
		if check(t, err); !added || first.Slug != "hot-tea" || tag(t, db, "hot-tea").Description != "Leaves." {
			t.Errorf("added %t: %+v", added, first)
		}
		again, added, err := termchanges.AddTag(t.Context(), db, editor, termchanges.TagForm{Name: "tea"})
		if check(t, err); added || again.ID != first.ID {
			t.Errorf("again: added %t: %+v", added, again)
		}
		other, added, err := termchanges.AddTag(t.Context(), db, editor, termchanges.TagForm{Name: "Coffee", Slug: "hot-tea"})
		if check(t, err); !added || other.Slug != "hot-tea-2" {
			t.Errorf("with a slug that is taken: added %t: %+v", added, other)
		}
		if n := len(read[int64](t, db, "SELECT id FROM audit WHERE verb = 'added' AND subject = 'tag'")); n != 2 {
			t.Errorf("%d audit entries", n)
		}
	})
}

// A tag whose slug alone was changed is still the tag of its name.
func TestATagWithAnotherSlugIsFoundByItsName(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		save(t, db, newsroom.Manuscript{Title: "One", Tags: []string{"Tea"}})
		_, _, err := termchanges.SaveTag(t.Context(), db, editor, tag(t, db, "tea").ID, termchanges.TagForm{Name: "Tea", Slug: "hot-tea"})
		check(t, err)
		save(t, db, newsroom.Manuscript{Title: "Two", Tags: []string{"TEA"}})
		if n := len(ids(t, db, "tags")); n != 1 {
			t.Errorf("%d tags", n)
		}
	})
}

// TestARemovalIsToldBefore compares the answer of RemovalOf with the result of RemoveCategory.
func TestARemovalIsToldBefore(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		at := clock.Now().Add(-time.Hour)
		put := func(title string, paths ...string) int64 {
			m := newsroom.Manuscript{Title: title, PublishedAt: at}
			for _, path := range paths {
				m.Categories = append(m.Categories, taxonomy.CategoryRef{Path: path})
			}
			return save(t, db, m).ID
		}
		put("Both", "world/asia", "sport")
		first, second := put("One", "world/asia"), put("Two", "world/asia")
		put("Below", "world/asia/japan")
		check(t, db.Write(t.Context(), func(tx *models.Tx) error {
			return settings.Change(t.Context(), tx, editor, map[string]string{"nav.sections": "world/asia, sport", "front.sections": "world, sport"})
		}))
		told := func(path string) *termchanges.Removal {
			t.Helper()
			r, err := termchanges.RemovalOf(t.Context(), db, tree(t, db).ByPath(path).ID, 1)
			check(t, err)
			return r
		}
		listed := func(want string) {
			t.Helper()
			stored, err := settings.Stored(t.Context(), db)
			check(t, err)
			if got := stored["nav.sections"] + "; " + stored["front.sections"]; got != want {
				t.Errorf("the settings list %q, want %q", got, want)
			}
		}
		asia := told("world/asia")
		if asia.Articles != 3 || asia.Alone != 2 || len(asia.First) != 1 || asia.First[0].ID != second || asia.First[0].Title != "Two" {
			t.Errorf("it tells of articles %+v", asia)
		}
		if asia.Heir().Path != "world" || len(asia.Below) != 1 || !asia.Listed || asia.Chosen || asia.Refused != nil {
			t.Errorf("it tells %+v", asia)
		}
		check(t, errorOf(termchanges.RemoveCategory(t.Context(), db, editor, asia.Category.ID)))
		for _, id := range []int64{first, second} {
			if got := pathsOf(t, db, id); !slices.Equal(got, []string{asia.Rest.Path}) {
				t.Errorf("article %d has %v", id, got)
			}
		}
		listed("world, sport; world, sport")
		// A category of the top leaves the lists: readers see no list of those without one.
		sport := told("sport")
		if sport.Above != nil || sport.Heir().Path != taxonomy.UncategorizedSlug || sport.Alone != 1 || !sport.Listed {
			t.Errorf("it tells %+v", sport)
		}
		check(t, errorOf(termchanges.RemoveCategory(t.Context(), db, editor, sport.Category.ID)))
		listed("world; world")
		put("Clash", "news/local")
		put("Other", "local")
		for _, path := range []string{"news", taxonomy.UncategorizedSlug} {
			r := told(path)
			err := errorOf(termchanges.RemoveCategory(t.Context(), db, editor, r.Category.ID))
			if r.Refused == nil || err == nil || r.Refused.Error() != err.Error() {
				t.Errorf("%s: it tells %v, and does %v", path, r.Refused, err)
			}
		}
		if _, err := termchanges.RemovalOf(t.Context(), db, 987654, 1); models.KindOf(err) != models.NotFound {
			t.Errorf("of none: %v", err)
		}
		if faults := wrong(t, db); len(faults) > 0 {
			t.Error(faults)
		}
	})
}
