package newsroom_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

var edith = models.Actor{UserID: new(int64(7)), Name: "Edith"}

// A save on top of a version that is not the newest is refused and changes
// nothing.
func TestAStaleSaveIsRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		d := newsroom.Manuscript{Title: "Harbour tunnel opens", Body: "Text."}
		a, _, err := newsroom.Save(t.Context(), db, edith, newsroom.AnyVersion, d)
		if err != nil {
			t.Fatal(err)
		}
		const editors = 6
		errs := make([]error, editors)
		var all sync.WaitGroup
		for i := range editors {
			all.Go(func() {
				mine := d
				mine.ID, mine.Body = a.ID, fmt.Sprint("Text of editor ", i)
				_, _, errs[i] = newsroom.Save(t.Context(), db, edith, a.Version, mine)
			})
		}
		all.Wait()
		saved, winner := 0, 0
		for i, err := range errs {
			switch {
			case err == nil:
				saved, winner = saved+1, i
			case models.KindOf(err) != models.Conflict:
				t.Errorf("editor %d: %v", i, err)
			}
		}
		if saved != 1 {
			t.Fatalf("%d editors saved on top of one version", saved)
		}
		var body newsroom.ArticleBody
		if err := db.Query(t.Context()).Where("article_id = ?", a.ID).Take(&body).Error; err != nil || body.Source != fmt.Sprint("Text of editor ", winner) {
			t.Errorf("the article has %q (%v)", body.Source, err)
		}
		versions, err := newsroom.Versions(t.Context(), db, a.ID, 10)
		if err != nil || len(versions) != 2 {
			t.Errorf("%d versions (%v)", len(versions), err)
		}
		// A change of the status makes the version that an editor has seen stale, too.
		seen := a.Version + 1
		if err := setStatus(t, db, a.ID, newsroom.Withdrawn, "Wrong."); err != nil {
			t.Fatal(err)
		}
		d.ID, d.Body = a.ID, "Later."
		if _, _, err := newsroom.Save(t.Context(), db, edith, seen, d); models.KindOf(err) != models.Conflict {
			t.Errorf("a save on top of the version before the withdrawal: %v", err)
		}
		if saved, _, err := newsroom.Save(t.Context(), db, edith, seen+1, d); err != nil || saved.Status != newsroom.Withdrawn || saved.StatusNote != "Wrong." {
			t.Errorf("a save on top of the newest version: %+v (%v)", saved, err)
		}
		if _, _, err := newsroom.Save(t.Context(), db, edith, 1, newsroom.Manuscript{Title: "New", Body: "Text."}); models.KindOf(err) != models.Conflict {
			t.Errorf("a new article on top of a version: %v", err)
		}
	})
}

// Every save that changes something keeps its manuscript, which can be saved
// again.
func TestEverySaveKeepsItsManuscript(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		first := newsroom.Manuscript{
			Title: "Harbour tunnel opens", Body: "First.", Format: richtext.Text, Tags: []string{"Tea", "Rice"}, Categories: section("world-news"),
			Authors: []newsroom.AuthorRef{{Name: "Ada Quill", Role: "photo"}, {Name: "Ben Inks"}},
		}
		a, _, err := newsroom.Save(t.Context(), db, edith, newsroom.AnyVersion, first)
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Minute)
		second := first
		second.ID, second.Title, second.Body = a.ID, "Harbour tunnel closes", "Second."
		for range 2 { // the second time changes nothing
			if a, _, err = newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, second); err != nil {
				t.Fatal(err)
			}
		}
		versions, err := newsroom.Versions(t.Context(), db, a.ID, 10)
		if err != nil || len(versions) != 2 || versions[0].Number != 2 || versions[0].Actor != "command line" || versions[1].Number != 1 ||
			versions[1].Actor != "Edith" || *versions[1].ActorID != 7 || !versions[0].At.After(versions[1].At.Time) {
			t.Fatalf("%+v (%v)", versions, err)
		}
		d, err := newsroom.ManuscriptOf(t.Context(), db, a.ID, 1)
		if err != nil || d.Title != first.Title || d.Body != first.Body || d.ID != a.ID || d.Status != "" || d.Slug != a.Slug {
			t.Fatalf("%+v (%v)", d, err)
		}
		if err := setStatus(t, db, a.ID, newsroom.Draft, ""); err != nil {
			t.Fatal(err)
		}
		if a, _, err = newsroom.Save(t.Context(), db, edith, newsroom.AnyVersion, d); err != nil || a.Title != first.Title || a.Status != newsroom.Draft {
			t.Errorf("the first version again: %+v (%v)", a, err)
		}
		if _, err := newsroom.ManuscriptOf(t.Context(), db, a.ID, 99); models.KindOf(err) != models.NotFound {
			t.Errorf("a version that there is not: %v", err)
		}
	})
}

// The first save of an article without versions keeps its stored text as a version.
func TestAnArticleFromBeforeVersionsKeepsItsText(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		before := newsroom.Manuscript{
			Title: "Harbour tunnel opens", Standfirst: "At last.", Language: "en", Body: "*First.*", Format: richtext.Markdown, Tags: []string{"Tea", "Rice"},
			Categories: []taxonomy.CategoryRef{{Path: "world-news/middle-east"}, {Path: "sport"}}, PublishedAt: clock.Now().Add(-time.Hour).UTC(),
			Authors:     []newsroom.AuthorRef{{Slug: "ada", Name: "Ada Quill", Role: "photo"}, {Slug: "ben", Name: "Ben Inks"}},
			Corrections: []newsroom.Correction{{Kind: "correction", At: models.At(clock.Now()), Text: "It opened on Monday."}},
		}
		a := save(t, db, before)
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("DELETE FROM article_versions").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		save(t, db, newsroom.Manuscript{ID: a.ID, Title: "Harbour tunnel closes", Body: "Second."})
		versions, err := newsroom.Versions(t.Context(), db, a.ID, 10)
		if err != nil || len(versions) != 2 || versions[1].Number != 1 || versions[1].Actor != "" {
			t.Fatalf("%+v (%v)", versions, err)
		}
		got, err := newsroom.ManuscriptOf(t.Context(), db, a.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		before.ID, before.Slug = a.ID, a.Slug
		got.Corrections[0].ID, got.Corrections[0].ArticleID = 0, 0
		before.Corrections[0].ID, before.Corrections[0].ArticleID = 0, 0
		if !reflect.DeepEqual(got, before) {
			t.Errorf("kept    %+v\nit was %+v", got, before)
		}
	})
}
