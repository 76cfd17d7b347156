package sitemap_test

import (
	"fmt"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/sitemap"
	"broadsheet/models/newsroom/sitemapchanges"
)

// BenchmarkSitemaps measures the index, a part and the news at 10,000 articles and,
// without -short, at 1,000,000. Only the index grows: it has a line for each 2,000
// articles.
func BenchmarkSitemaps(b *testing.B) {
	sizes := []int{10_000}
	if !testing.Short() {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		db := modeltest.SQLite(b, modeltest.NewClock())
		fillArticles(b, db, n)
		site, err := newsroom.LoadSite(b.Context(), db)
		if err != nil {
			b.Fatal(err)
		}
		for name, read := range map[string]func() (int, error){
			"index": func() (int, error) { list, _, err := sitemap.Index(b.Context(), db); return len(list), err },
			"part": func() (int, error) {
				list, err := sitemap.Entries(b.Context(), db, site, sitemapchanges.Articles, 3)
				return len(list), err
			},
			"news": func() (int, error) {
				list, err := sitemap.News(b.Context(), db, site, db.Now())
				return len(list.Entries), err
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					if found, err := read(); err != nil || found == 0 {
						b.Fatal(found, err)
					}
				}
			})
		}
	}
}

// fillArticles writes the rows that sitemaps read: an article every ten minutes.
func fillArticles(b *testing.B, db *models.DB, n int) {
	b.Helper()
	err := db.Write(b.Context(), func(tx *models.Tx) error {
		for _, stmt := range []string{
			`WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < ?1)
				INSERT INTO articles (id, guid, slug, title, title_key, status, published_at, local_time, created_at, updated_at)
				SELECT id, 'g' || id, 'slug-' || id, 'Title', 'title', 'published', ?2 - (?1 - id) * 600000000, '2026-11-20 10:00:00', 1, 1 FROM ids`,
			`INSERT INTO listings (kind, ref, published_at, article_id) SELECT 0, 0, published_at, id FROM articles WHERE id <= ?1 AND ?2 > 0`,
			`INSERT INTO sitemap_changes (kind, ref, articles, changed_at)
				SELECT 4, (id - 1) / 2000 + 1, COUNT(*), MAX(published_at) FROM articles WHERE id <= ?1 AND ?2 > 0 GROUP BY 2`,
		} {
			if err := tx.Query(b.Context()).Exec(stmt, n, models.At(tx.Now)).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
