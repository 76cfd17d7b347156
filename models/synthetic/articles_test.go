package synthetic_test

import (
	"fmt"
	"os"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
	"broadsheet/models/synthetic"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// Made-up articles have the same rows as saved ones: moving them to the trash one
// by one must leave all lists and counts empty.
func TestMadeUpArticlesHaveTheRowsOfSavedOnes(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		const articles = 60
		var reported int
		err := synthetic.AddArticles(t.Context(), db, synthetic.Articles{
			Count: articles, Seed: 7, Words: 120, Progress: func(done int) { reported = done },
		})
		if err != nil {
			t.Fatal(err)
		}
		if reported != articles {
			t.Errorf("progress ended at %d", reported)
		}
		for table, want := range map[string]int{"articles": articles, "listing_counts WHERE kind = 0 AND period = 0 AND stories = 60": 1} {
			if got := number(t, db, "SELECT COUNT(*) FROM "+table); got != want {
				t.Errorf("%s: %d rows, want %d", table, got, want)
			}
		}
		for _, table := range []string{"article_links", "article_tags", "related_sets", "categories WHERE own_stories > 0 AND weight <> 1"} {
			if number(t, db, "SELECT COUNT(*) FROM "+table) == 0 {
				t.Errorf("no %s", table)
			}
		}

		var bodies []newsroom.ArticleBody
		if err := db.Query(t.Context()).Find(&bodies).Error; err != nil {
			t.Fatal(err)
		}
		for _, b := range bodies {
			rendered, err := richtext.Article(b.Source, richtext.Markdown)
			if err != nil {
				t.Fatal(err)
			}
			if rendered.HTML != b.HTML {
				t.Fatalf("article %d: the text renders to\n%q\nbut stored is\n%q", b.ArticleID, rendered.HTML, b.HTML)
			}
			if words := number(t, db, fmt.Sprint("SELECT words FROM articles WHERE id = ", b.ArticleID)); words != rendered.Words {
				t.Errorf("article %d has %d words, says %d", b.ArticleID, rendered.Words, words)
			}
		}

		for _, b := range bodies {
			if err := discussion.SetArticleStatus(t.Context(), db, models.ActorCommand, b.ArticleID, newsroom.Trashed, ""); err != nil {
				t.Fatal(err)
			}
		}
		for _, table := range []string{
			"listings", "related_sets", "listing_counts WHERE stories <> 0", "categories WHERE own_stories <> 0", "tags WHERE stories <> 0",
		} {
			if got := number(t, db, "SELECT COUNT(*) FROM "+table); got != 0 {
				t.Errorf("with every article trashed %d rows are left of %s", got, table)
			}
		}

		// The next article gets an id that is not in use.
		if _, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "After them", Body: "Text"}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheSameSeedGivesTheSameArticles(t *testing.T) {
	t.Parallel()
	titles := func(seed uint64) (list []string) {
		db := modeltest.SQLite(t, modeltest.NewClock())
		if err := synthetic.AddArticles(t.Context(), db, synthetic.Articles{Count: 20, Seed: seed, Words: 20}); err != nil {
			t.Fatal(err)
		}
		if err := db.Query(t.Context()).Raw("SELECT title FROM articles ORDER BY id").Scan(&list).Error; err != nil {
			t.Fatal(err)
		}
		return list
	}
	one, same, other := fmt.Sprint(titles(1)), fmt.Sprint(titles(1)), fmt.Sprint(titles(2))
	if one != same {
		t.Error("the same seed gave other titles")
	}
	if one == other {
		t.Error("another seed gave the same titles")
	}
}

func number(t *testing.T, db *models.DB, query string) (n int) {
	t.Helper()
	if err := db.Query(t.Context()).Raw(query).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}
