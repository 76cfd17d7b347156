package sitemap_test

import (
	"os"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/sitemapchanges"
	"broadsheet/models/newsroom/taxonomy"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestPartsOfIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[int64]int64{1: 1, 1999: 1, 2000: 1, 2001: 2, 4000: 2, 4001: 3} {
		if got := sitemapchanges.PartOf(id); got != want {
			t.Errorf("PartOf(%d) = %d, want %d", id, got, want)
		}
	}
}

// The counts agree with the articles and the lists after any way of writing.
func TestCountsAgreeWithTheLists(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		save := func(m newsroom.Manuscript) *newsroom.Article {
			t.Helper()
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		check := func(when string) {
			t.Helper()
			wrong := int64(-1)
			_, err := models.QueryRow(t.Context(), db, []any{&wrong}, `SELECT
				(SELECT COUNT(*) FROM listing_counts c WHERE period = 0 AND stories <> COALESCE(
					(SELECT articles FROM sitemap_changes s WHERE s.kind = c.kind AND s.ref = c.ref), 0))
				+ (SELECT COUNT(*) FROM sitemap_changes s WHERE kind = 4 AND articles <>
					(SELECT COUNT(*) FROM articles WHERE status = 'published' AND (id - 1) / 2000 + 1 = s.ref))`)
			if err != nil || wrong != 0 {
				t.Errorf("%s: %d counts are wrong (%v)", when, wrong, err)
			}
		}
		first := save(newsroom.Manuscript{Title: "One", Body: "Text.", Tags: []string{"A", "B"}, Categories: []taxonomy.CategoryRef{{Path: "world/east"}}})
		check("one article")
		save(newsroom.Manuscript{ID: first.ID, Title: "One", Body: "Text.", Tags: []string{"B", "C"}, Categories: []taxonomy.CategoryRef{{Path: "sport"}}})
		check("other terms")
		save(newsroom.Manuscript{ID: 4001, Title: "Two", Body: "Text.", Tags: []string{"A"}})
		check("two parts")
		for _, to := range []newsroom.Status{newsroom.Withdrawn, newsroom.Published, newsroom.Draft} {
			err := db.Write(t.Context(), func(tx *models.Tx) error {
				return newsroom.MoveStatus(t.Context(), tx, models.ActorCommand, first.ID, to, "", nil)
			})
			if err != nil {
				t.Fatal(err)
			}
			check(string(to))
		}
	})
}
