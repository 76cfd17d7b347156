package articleimport_test

import (
	"strings"
	"sync"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/richtext"
)

// letters returns the manuscript of a file titled "Letters".
func letters(body string) newsroom.Manuscript {
	return newsroom.Manuscript{Title: "Letters", Body: body, Format: richtext.Markdown}
}

func saveFile(t *testing.T, db *models.DB, m newsroom.Manuscript, f articleimport.File) (*newsroom.Article, newsroom.Outcome) {
	t.Helper()
	a, outcome, err := articleimport.SaveFile(t.Context(), db, models.ActorCommand, m, f, moveComments)
	if err != nil {
		t.Fatalf("saving %+v: %v", f, err)
	}
	return a, outcome
}

func TestThePathIdentifiesTheArticle(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		may, _ := saveFile(t, db, letters("May."), articleimport.File{Path: "/x/may.md"})
		june, outcome := saveFile(t, db, letters("June."), articleimport.File{Path: "/x/june.md"})
		if may.Slug != "letters" || june.Slug != "letters-2" || june.ID == may.ID || outcome != newsroom.Created {
			t.Fatalf("two files with one title: %d %s and %d %s", may.ID, may.Slug, june.ID, june.Slug)
		}
		corrected := letters("May.")
		corrected.Title = "Letters of May"
		again, outcome := saveFile(t, db, corrected, articleimport.File{Path: "/x/may.md"})
		if again.ID != may.ID || again.Slug != "letters" || again.Title != "Letters of May" || outcome != newsroom.Updated {
			t.Errorf("a corrected headline: %d %s %q, outcome %d", again.ID, again.Slug, again.Title, outcome)
		}
		if a, outcome := saveFile(t, db, letters("June."), articleimport.File{Path: "/x/june.md"}); a.ID != june.ID || outcome != newsroom.Unchanged {
			t.Errorf("the same file again: %d, outcome %d", a.ID, outcome)
		}

		// A slug in the file changes the address. The old slug still leads to the article.
		moved := letters("June.")
		moved.Slug = "june-letters"
		if a, _ := saveFile(t, db, moved, articleimport.File{Path: "/x/june.md"}); a.ID != june.ID || a.Slug != "june-letters" {
			t.Errorf("a slug in the file: %d %s", a.ID, a.Slug)
		}
		if a, _ := saveFile(t, db, letters("July."), articleimport.File{Path: "/x/july.md"}); a.Slug != "letters-3" {
			t.Errorf("a third article took the slug %s, which had been another article's", a.Slug)
		}
		moved.Slug = "letters-2"
		if a, _ := saveFile(t, db, moved, articleimport.File{Path: "/x/june.md"}); a.Slug != "letters-2" {
			t.Errorf("an article did not get its own earlier slug back: %s", a.Slug)
		}
	})
}

func TestAnIDIdentifiesTheArticleAtEachPath(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		a, _ := saveFile(t, db, letters("One."), articleimport.File{Path: "/x/one.md"})
		// An id that is added later keeps the article.
		b, _ := saveFile(t, db, letters("One."), articleimport.File{Path: "/x/one.md", ID: "letters/1"})
		c, _ := saveFile(t, db, letters("One, changed."), articleimport.File{Path: "/elsewhere/first.md", ID: "letters/1"})
		if b.ID != a.ID || c.ID != a.ID {
			t.Errorf("the file with an id became the articles %d, %d and %d", a.ID, b.ID, c.ID)
		}
		// Its old path is free for another article. Another id at its path is another article.
		d, _ := saveFile(t, db, letters("New."), articleimport.File{Path: "/x/one.md"})
		e, _ := saveFile(t, db, letters("Other."), articleimport.File{Path: "/elsewhere/first.md", ID: "letters/2"})
		if d.ID == a.ID || e.ID == a.ID || d.ID == e.ID {
			t.Errorf("other articles overwrote the first: %d, %d, %d", a.ID, d.ID, e.ID)
		}
		// Without the id, the path identifies the article.
		if f, _ := saveFile(t, db, letters("Other, changed."), articleimport.File{Path: "/elsewhere/first.md"}); f.ID != e.ID {
			t.Errorf("the file without its id became article %d, not %d", f.ID, e.ID)
		}
		for _, f := range []articleimport.File{{ID: strings.Repeat("x", 300), Path: "/x"}, {Path: "/" + strings.Repeat("x", 2000)}, {Path: "/\xff"}} {
			if _, _, err := articleimport.SaveFile(t.Context(), db, models.ActorCommand, letters("X."), f, moveComments); models.KindOf(err) != models.Invalid {
				t.Errorf("%.20q %.20q: %v", f.ID, f.Path, err)
			}
		}
	})
}

func TestArticleOfAnEarlierVersionIsFoundByItsSlug(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		old := letters("May.")
		old.Source, old.SourceID, old.Slug, old.PublishedAt = "markdown", "letters", "letters", clock.Now()
		a := save(t, db, old)
		other := letters("June.")
		other.PublishedAt = clock.Now().AddDate(0, 1, 0)
		if june, _ := saveFile(t, db, other, articleimport.File{Path: "/x/june.md"}); june.ID == a.ID {
			t.Error("a file of another date overwrote the article")
		}
		may := letters("May.")
		may.PublishedAt = clock.Now()
		if b, outcome := saveFile(t, db, may, articleimport.File{Path: "/x/may.md"}); b.ID != a.ID || outcome != newsroom.Unchanged {
			t.Errorf("the article's own file became %d, not %d; outcome %d", b.ID, a.ID, outcome)
		}
		if b, _ := saveFile(t, db, letters("July."), articleimport.File{Path: "/x/july.md"}); b.ID == a.ID {
			t.Error("the slug found the article a second time")
		}
	})
}

func TestMovedFileIsRecognised(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		a, _ := saveFile(t, db, letters("May."), articleimport.File{Path: "/old/may.md"})
		saveFile(t, db, letters("June."), articleimport.File{Path: "/old/june.md"})
		paths, err := articleimport.MovedFrom(t.Context(), db, letters("May."))
		if err != nil || len(paths) != 1 || paths[0] != "/old/may.md" {
			t.Fatalf("MovedFrom: %v, %v", paths, err)
		}
		b, outcome := saveFile(t, db, letters("May."), articleimport.File{Path: "/new/may.md", Moved: paths[0]})
		if b.ID != a.ID || outcome != newsroom.Unchanged {
			t.Errorf("the moved file became article %d, not %d", b.ID, a.ID)
		}
		if c, _ := saveFile(t, db, letters("May, changed."), articleimport.File{Path: "/new/may.md"}); c.ID != a.ID {
			t.Errorf("after the move the file became article %d, not %d", c.ID, a.ID)
		}
	})
}

func TestFilePublishedTwiceAtOnceIsOneArticle(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		var wg sync.WaitGroup
		ids := make([]int64, 6)
		for i := range ids {
			wg.Go(func() {
				path := []string{"/x/may.md", "/x/june.md"}[i%2]
				a, _, err := articleimport.SaveFile(t.Context(), db, models.ActorCommand, letters(path), articleimport.File{Path: path}, moveComments)
				if err != nil {
					t.Errorf("%s: %v", path, err)
					return
				}
				ids[i] = a.ID
			})
		}
		wg.Wait()
		if ids[0] == ids[1] || ids[0] != ids[2] || ids[2] != ids[4] || ids[1] != ids[3] || ids[3] != ids[5] {
			t.Errorf("two files became the articles %v", ids)
		}
	})
}

// A new title does not change the address, also for an import without slugs.
func TestACorrectedTitleKeepsTheAddress(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		row := newsroom.Manuscript{Source: "agency", SourceID: "1", Title: "Habour opens"}
		first := save(t, db, row)
		row.Title = "Harbour opens"
		if a := save(t, db, row); a.Slug != "habour-opens" || a.Title != "Harbour opens" || a.ID != first.ID {
			t.Errorf("published: %s %q", a.Slug, a.Title)
		}
		draft := newsroom.Manuscript{Source: "agency", SourceID: "2", Title: "Bakc", Status: newsroom.Draft}
		save(t, db, draft)
		draft.Title = "Back"
		if a := save(t, db, draft); a.Slug != "back" {
			t.Errorf("a draft kept its first address: %s", a.Slug)
		}
		// A slug that ends in a number is replaced by the slug without it if that is free.
		budget := newsroom.Manuscript{Source: "agency", SourceID: "3", Title: "Budget", Slug: "budget-2026"}
		save(t, db, budget)
		budget.Slug = "budget"
		if a := save(t, db, budget); a.Slug != "budget" {
			t.Errorf("the requested slug is free, but the article has %s", a.Slug)
		}
	})
}
