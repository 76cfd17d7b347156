package termchanges_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models/newsroom/termlist"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/richtext"
)

func save(t *testing.T, db *models.DB, m newsroom.Manuscript) *newsroom.Article {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, editor, newsroom.AnyVersion, m)
	check(t, err)
	return a
}

func tree(t *testing.T, db *models.DB) *taxonomy.Categories {
	t.Helper()
	all, err := taxonomy.LoadCategories(t.Context(), db)
	check(t, err)
	return all
}

func tag(t *testing.T, db *models.DB, slug string) *taxonomy.Tag {
	t.Helper()
	one, err := taxonomy.TagBySlug(t.Context(), db, slug)
	check(t, err)
	return one
}

func author(t *testing.T, db *models.DB, slug string) *taxonomy.Author {
	t.Helper()
	one, err := taxonomy.AuthorBySlug(t.Context(), db, slug)
	check(t, err)
	return one
}

// A version from before a merge comes back in the terms that were merged into.
func TestAVersionFromBeforeAMergeLandsInTheMergedTerms(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		save(t, db, newsroom.Manuscript{
			Title: "Other", Categories: []taxonomy.CategoryRef{{Path: "news"}, {Path: "old/deep"}}, Tags: []string{"Parliament"},
			Authors: []newsroom.AuthorRef{{Name: "Maria Keller"}},
		})
		id, first, err := drafts.Create(t.Context(), db, editor, newsroom.Manuscript{
			Title: "Story", Body: "<p>One</p>", Format: richtext.HTML, Categories: []taxonomy.CategoryRef{{Path: "old/deep"}},
			Tags: []string{"MPs", "Budget"}, Authors: []newsroom.AuthorRef{{Name: "M Keller"}, {Name: "Jonas Lind", Role: "photos"}},
		})
		check(t, err)
		clock.Advance(time.Minute)
		changed := first.Text
		changed.Categories, changed.Tags, changed.Authors, changed.Body = nil, nil, nil, "<p>Two</p>"
		second, err := drafts.Save(t.Context(), db, editor, id, first.Number, changed, nil)
		check(t, err)
		check(t, errorOf(termchanges.MergeTags(t.Context(), db, editor, []int64{tag(t, db, "mps").ID}, tag(t, db, "parliament").ID)))
		check(t, errorOf(termchanges.MergeAuthors(t.Context(), db, editor, []int64{author(t, db, "m-keller").ID}, author(t, db, "maria-keller").ID)))
		check(t, errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{tree(t, db).ByPath("old").ID}, tree(t, db).ByPath("news").ID)))
		if _, err := drafts.Restore(t.Context(), db, editor, id, second.Number, first.Number); err != nil {
			t.Fatal(err)
		}
		a, err := newsroom.ByID(t.Context(), db, id)
		check(t, err)
		m, err := newsroom.StoredManuscript(t.Context(), db, a)
		check(t, err)
		if len(m.Categories) != 1 || m.Categories[0].Path != "news/deep" || !slices.Equal(m.Tags, []string{"Parliament", "Budget"}) ||
			a.Byline != "Maria Keller, Jonas Lind" || m.Authors[1].Role != "photos" {
			t.Errorf("restored to %v %v %v", m.Categories, m.Tags, m.Authors)
		}
		for table, want := range map[string]int{"categories": 3, "tags": 2, "authors": 2} {
			if n := len(ids(t, db, table)); n != want {
				t.Errorf("%d %s, want %d", n, table, want)
			}
		}
		if faults := wrong(t, db); len(faults) > 0 {
			t.Error(faults)
		}
	})
}

// The order of a byline holds after a rename and a merge, in the lists, too.
func TestBylinesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		a := save(t, db, newsroom.Manuscript{Title: "Three", Authors: []newsroom.AuthorRef{
			{Name: "Zoe Zander", Role: "with"}, {Name: "Anna Abel"}, {Name: "Mia Berg", Role: "translation"}, {Name: "Z Zander"},
		}})
		_, _, err := termchanges.SaveAuthor(t.Context(), db, editor, author(t, db, "anna-abel").ID, termchanges.AuthorForm{Name: "Anna Zimmer"})
		check(t, err)
		check(t, errorOf(termchanges.MergeAuthors(t.Context(), db, editor, []int64{author(t, db, "zoe-zander").ID}, author(t, db, "z-zander").ID)))
		row, err := newsroom.ByID(t.Context(), db, a.ID)
		check(t, err)
		if want := "Z Zander, Anna Zimmer, Mia Berg"; row.Byline != want || row.BylineSlug != "z-zander" {
			t.Errorf("the byline is %q (%s), want %q", row.Byline, row.BylineSlug, want)
		}
		m, err := newsroom.StoredManuscript(t.Context(), db, row)
		check(t, err)
		if m.Authors[0].Role != "with" || m.Authors[2].Role != "translation" {
			t.Errorf("the roles are %+v", m.Authors)
		}
		for former, want := range map[string]string{"anna-abel": "Anna Zimmer", "zoe-zander": "Z Zander"} {
			found, err := taxonomy.FormerAuthor(t.Context(), db, former)
			if err != nil || found.Name != want {
				t.Errorf("%s leads to %+v (%v)", former, found, err)
			}
		}
		// A text that still has the earlier name means the same author.
		save(t, db, newsroom.Manuscript{Title: "Four", Authors: []newsroom.AuthorRef{{Name: "Zoe Zander"}, {Name: "anna abel"}}})
		if n := len(ids(t, db, "authors")); n != 3 {
			t.Errorf("%d authors, want 3", n)
		}
	})
}

func TestAddressesLeadToTheTermForEver(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		save(t, db, newsroom.Manuscript{Title: "One", Categories: []taxonomy.CategoryRef{{Path: "news/courts/trials"}}, Tags: []string{"Court", "Judge"}})
		courts := tree(t, db).ByPath("news/courts")
		rename := func(slug string, parent int64) {
			t.Helper()
			f := termchanges.FormOfCategory(tree(t, db).ByID(courts.ID))
			f.Slug, f.Parent = slug, parent
			_, _, err := termchanges.SaveCategory(t.Context(), db, editor, courts.ID, f)
			check(t, err)
		}
		news := tree(t, db).ByPath("news").ID
		rename("law", news)
		rename("justice", 0)
		rename("law", news)
		all := tree(t, db)
		for _, path := range []string{"news/courts/trials", "justice/trials"} {
			if c := all.ByFormerPath(path); c == nil || c.Path != "news/law/trials" {
				t.Errorf("%s leads to %+v", path, c)
			}
		}
		if c := all.ByFormerPath("news/law"); c != nil {
			t.Errorf("the present address is kept as an earlier one of %s", c.Path)
		}
		// An address that another category gets now is no longer an earlier one.
		_, _, err := termchanges.SaveCategory(t.Context(), db, editor, 0, termchanges.CategoryForm{Name: "Courts", Parent: news})
		check(t, err)
		if c := tree(t, db).ByFormerPath("news/courts"); c != nil || tree(t, db).ByPath("news/courts") == nil {
			t.Errorf("the new category shares its address with %+v", c)
		}
		court := tag(t, db, "court")
		_, _, err = termchanges.SaveTag(t.Context(), db, editor, court.ID, termchanges.TagForm{Name: "Courts of law"})
		check(t, err)
		check(t, errorOf(termchanges.MergeTags(t.Context(), db, editor, []int64{court.ID}, tag(t, db, "judge").ID)))
		for _, slug := range []string{"court", "courts-of-law"} {
			if found, err := taxonomy.FormerTag(t.Context(), db, slug); err != nil || found.Slug != "judge" {
				t.Errorf("%s leads to %+v (%v)", slug, found, err)
			}
		}
		check(t, errorOf(termchanges.RemoveTag(t.Context(), db, editor, tag(t, db, "judge").ID)))
		if _, err := taxonomy.FormerTag(t.Context(), db, "court"); models.KindOf(err) != models.Gone {
			t.Errorf("the address of a removed tag: %v", err)
		}
		// A new tag of the same name is a tag again.
		save(t, db, newsroom.Manuscript{Title: "Two", Tags: []string{"Judge"}})
		if tag(t, db, "judge").Articles != 1 {
			t.Error("the new tag has no article")
		}
	})
}

func TestWhatTheTreeOfCategoriesRefuses(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	save(t, db, newsroom.Manuscript{Title: "One", Categories: []taxonomy.CategoryRef{{Path: "news/world/asia"}, {Path: "sport/world"}, {Path: "a/b/c/d/e/f/g"}}})
	save(t, db, newsroom.Manuscript{Title: "None"})
	all := tree(t, db)
	id := func(path string) int64 { return all.ByPath(path).ID }
	refused := func(err error, want string) {
		t.Helper()
		e, ok := errors.AsType[*models.Error](err)
		if !ok || e.Code != want && (len(e.Fields) == 0 || e.Fields[0].Field+" "+e.Fields[0].Code != want) {
			t.Errorf("answered with %v, want %s", err, want)
		}
	}
	move := func(path, parent, slug string) error {
		f := termchanges.FormOfCategory(all.ByPath(path))
		if f.Parent = 0; parent != "" {
			f.Parent = id(parent)
		}
		f.Slug = slug
		_, _, err := termchanges.SaveCategory(t.Context(), db, editor, id(path), f)
		return err
	}
	refused(move("news", "news/world/asia", "news"), "parent below-itself")
	refused(move("news", "news", "news"), "parent below-itself")
	refused(move("news/world", "sport", "world"), "slug taken")
	refused(move("news", "a/b/c/d/e/f/g", "news"), "parent too-deep")
	refused(move("uncategorized", "", "other"), "category-fixed")
	refused(move("news", "uncategorized", "news"), "parent choice")
	refused(errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{id("news")}, id("news/world"))), "into below-itself")
	refused(errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{id("news")}, id("sport"))), "merge-children")
	refused(errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{id("uncategorized")}, id("sport"))), "category-fixed")
	refused(errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{id("sport")}, id("sport"))), "into itself")
	_, _, err := termchanges.SaveCategory(t.Context(), db, editor, 0, termchanges.CategoryForm{
		Name: "!!!", Description: strings.Repeat("x", termchanges.MaxDescription+1), Comments: taxonomy.CommentDefault{Comments: "maybe", CommentDays: -1},
	})
	e, _ := errors.AsType[*models.Error](err)
	if e == nil || len(e.Fields) != 5 {
		t.Errorf("five wrong fields: %v", err)
	}
	if faults := wrong(t, db); len(faults) > 0 {
		t.Error(faults)
	}
}

// A category whose child has its own slug can be merged into the one above it.
func TestAMergeIntoTheCategoryAbove(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	save(t, db, newsroom.Manuscript{Title: "One", Categories: []taxonomy.CategoryRef{{Path: "news/world/world"}, {Path: "news/world"}}})
	check(t, db.Write(t.Context(), func(tx *models.Tx) error {
		return termlist.SetSetting(t.Context(), tx, "nav.sections", "news, news/world, news/world/world")
	}))
	all := tree(t, db)
	check(t, errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{all.ByPath("news/world").ID}, all.ByPath("news").ID)))
	if all = tree(t, db); all.ByPath("news/world") == nil || all.ByPath("news/world/world") != nil || all.ByFormerPath("news/world/world") == nil {
		t.Errorf("the tree is %+v", all.All())
	}
	site, err := newsroom.LoadSite(t.Context(), db)
	check(t, err)
	if !slices.Equal(site.NavCategories, []string{"news", "news/world"}) {
		t.Errorf("the navigation has %q", site.NavCategories)
	}
	if faults := wrong(t, db); len(faults) > 0 {
		t.Error(faults)
	}
}

// The strictest default of an article's terms counts at its publication, unless a person
// has chosen, and never later.
func TestDefaultsForComments(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		save(t, db, newsroom.Manuscript{Title: "First", Categories: []taxonomy.CategoryRef{{Path: "news/courts"}}, Tags: []string{"Trial", "Obituary"}})
		courts := tree(t, db).ByPath("news/courts")
		f := termchanges.FormOfCategory(courts)
		f.Comments = taxonomy.CommentDefault{Comments: taxonomy.CommentsPremoderated}
		_, _, err := termchanges.SaveCategory(t.Context(), db, editor, courts.ID, f)
		check(t, err)
		for slug, d := range map[string]taxonomy.CommentDefault{
			"trial": {Comments: taxonomy.CommentsVerified, CommentDays: 7}, "obituary": {Comments: taxonomy.CommentsClosed},
		} {
			one := termchanges.FormOf(tag(t, db, slug))
			one.Comments = d
			_, _, err := termchanges.SaveTag(t.Context(), db, editor, tag(t, db, slug).ID, one)
			check(t, err)
		}
		draft := func(tags ...string) (int64, int) {
			id, stored, err := drafts.Create(t.Context(), db, editor, newsroom.Manuscript{
				Title: "Story", Format: richtext.HTML, Categories: []taxonomy.CategoryRef{{Path: "news/courts"}}, Tags: tags,
			})
			check(t, err)
			return id, stored.Number
		}
		publish := func(id int64, number int) newsroom.CommentPolicy {
			t.Helper()
			clock.Advance(time.Hour)
			_, err := drafts.Show(t.Context(), db, editor, id, drafts.Move{Number: number, To: newsroom.Published})
			check(t, err)
			a, err := newsroom.ByID(t.Context(), db, id)
			check(t, err)
			return a.CommentPolicy()
		}
		id, number := draft("Trial")
		p := publish(id, number)
		if p.Status != newsroom.CommentsPremoderate || p.Who != models.VerifiedCommenter || !p.Close.Equal(db.Now().AddDate(0, 0, 7)) {
			t.Errorf("a trial has %s", p)
		}
		if p := publish(draft("Obituary")); p.Status != newsroom.CommentsClosed {
			t.Errorf("an obituary has %s", p)
		}
		id, number = draft("Obituary")
		check(t, newsroom.SetCommentPolicy(t.Context(), db, editor, id, newsroom.CommentPolicy{Status: newsroom.CommentsOpen}))
		if p := publish(id, number); p.Status != newsroom.CommentsOpen {
			t.Errorf("comments that a person has opened: %s", p)
		}
		id, number = draft("Trial")
		check(t, newsroom.SetCommentPolicy(t.Context(), db, editor, id, newsroom.CommentPolicy{Status: newsroom.CommentsOpen}))
		check(t, termchanges.FollowTerms(t.Context(), db, editor, id))
		if p := publish(id, number); p.Status != newsroom.CommentsPremoderate {
			t.Errorf("comments that follow the terms again: %s", p)
		}
		if a, err := newsroom.ByID(t.Context(), db, 1); err != nil || a.CommentStatus != newsroom.CommentsOpen {
			t.Errorf("an article from before the default: %s (%v)", a.CommentStatus, err)
		}
		direct := save(t, db, newsroom.Manuscript{Title: "Direct", Tags: []string{"Obituary"}})
		explicit := save(t, db, newsroom.Manuscript{Title: "Explicit", Tags: []string{"Obituary"}, Comments: newsroom.CommentsOpen})
		if direct.CommentStatus != newsroom.CommentsClosed || explicit.CommentStatus != newsroom.CommentsOpen {
			t.Errorf("articles saved at once: %s and %s", direct.CommentStatus, explicit.CommentStatus)
		}
	})
}

// The index of the search follows a rename and a merge.
func TestTheSearchIsMadeAgain(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	a := save(t, db, newsroom.Manuscript{Title: "One", Tags: []string{"Harbour"}})
	_, _, err := termchanges.SaveTag(t.Context(), db, editor, tag(t, db, "harbour").ID, termchanges.TagForm{Name: "Port"})
	check(t, err)
	if waiting := read[int64](t, db, "SELECT article_id FROM search_again"); !slices.Equal(waiting, []int64{a.ID}) {
		t.Errorf("waiting are %v", waiting)
	}
}
