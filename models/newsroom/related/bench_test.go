package related_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/synthetic"

	"gorm.io/gorm"
)

// BenchmarkRelated measures the related articles of random articles, in a made-up
// newsroom with a few big categories. For comparison it measures the simple query
// over the many-to-many table ("plain": most shared categories, then the newest).
// BROADSHEET_BENCH_ARTICLES sets the sizes, for example "10000 1000000". A million
// articles take 3 GB on disk and ten minutes to make up. The folder
// BROADSHEET_BENCH_DIR, if it is set, keeps the databases for the next run.
//
// It reports the mean, the median, the 99th percentile, and the size of the index
// related_sets per article.
func BenchmarkRelated(b *testing.B) {
	sizes := []int{10000}
	if text := os.Getenv("BROADSHEET_BENCH_ARTICLES"); text != "" {
		sizes = nil
		for word := range strings.FieldsSeq(text) {
			n, err := strconv.Atoi(word)
			if err != nil {
				b.Fatal(err)
			}
			sizes = append(sizes, n)
		}
	}
	for _, articles := range sizes {
		b.Run(fmt.Sprint(articles), func(b *testing.B) {
			db := benchNewsroom(b, articles)
			site, err := newsroom.LoadSite(b.Context(), db)
			if err != nil {
				b.Fatal(err)
			}
			b.Run("related", func(b *testing.B) {
				// The first run of each statement includes its preparation.
				for _, q := range benchQueries(b, db, site, articles, 1) {
					if _, err := related.Find(b.Context(), db, site, q); err != nil {
						b.Fatal(err)
					}
				}
				queries := benchQueries(b, db, site, articles, 2)
				timed(b, func(i int) error {
					_, err := related.Find(b.Context(), db, site, queries[i%len(queries)])
					return err
				})
			})
			b.Run("plain", func(b *testing.B) {
				rng := rand.New(rand.NewPCG(2, 2))
				timed(b, func(int) error { return plainRelated(b.Context(), db, 1+rng.IntN(articles)) })
			})
			bytes := setBytes(b, db) / float64(articles)
			b.Run("space", func(b *testing.B) {
				b.ReportMetric(bytes, "bytes/article")
				b.ReportMetric(0, "ns/op")
			})
		})
	}
}

func benchNewsroom(b *testing.B, articles int) *models.DB {
	b.Helper()
	dir := os.Getenv("BROADSHEET_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	db, err := models.Open(b.Context(), models.Options{DSN: filepath.Join(dir, fmt.Sprintf("bench-%d.db", articles))})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if used, err := newsroom.HasArticles(b.Context(), db); err != nil || used {
		return db
	}
	begin := time.Now()
	if err := synthetic.AddArticles(b.Context(), db, synthetic.Articles{Count: articles, Seed: 1, Words: 30}); err != nil {
		b.Fatal(err)
	}
	b.Logf("made up %d articles in %v", articles, time.Since(begin).Round(time.Second))
	return db
}

// benchQueries returns queries for random articles of all ages.
func benchQueries(b *testing.B, db *models.DB, site *newsroom.Site, articles int, seed uint64) (list []related.Query) {
	b.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 2000 {
		q := related.Query{ArticleID: int64(1 + rng.IntN(articles)), Count: site.RelatedCount}
		rd := db.Query(b.Context())
		for _, err := range []error{
			rd.Raw("SELECT published_at FROM articles WHERE id = ?", q.ArticleID).Scan(&q.PublishedAt).Error,
			rd.Raw("SELECT category_id FROM article_categories WHERE article_id = ? ORDER BY position", q.ArticleID).Scan(&q.Categories).Error,
			rd.Raw("SELECT tag_id FROM article_tags WHERE article_id = ? ORDER BY position", q.ArticleID).Scan(&q.Tags).Error,
		} {
			if err != nil {
				b.Fatal(err)
			}
		}
		q.Now = q.PublishedAt
		list = append(list, q)
	}
	return list
}

// plainRelated runs the simple query.
func plainRelated(ctx context.Context, db *models.DB, id int) error {
	var ids []int64
	return db.Query(ctx).Raw(`SELECT a.id FROM article_categories own
		JOIN article_categories x ON x.category_id = own.category_id AND x.article_id <> own.article_id
		JOIN articles a ON a.id = x.article_id AND a.status = 'published'
		WHERE own.article_id = ? GROUP BY a.id, a.published_at
		ORDER BY COUNT(*) DESC, a.published_at DESC, a.id DESC LIMIT 6`, id).Scan(&ids).Error
}

// timed runs f and reports the median and the 99th percentile of its time.
func timed(b *testing.B, f func(i int) error) {
	took := make([]time.Duration, 0, 1024)
	for i := 0; b.Loop(); i++ {
		begin := time.Now()
		if err := f(i); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// setBytes returns the size of related_sets in bytes. It deletes all rows in a
// transaction, compares the sizes and rolls back.
func setBytes(b *testing.B, db *models.DB) (bytes float64) {
	b.Helper()
	back := errors.New("roll back")
	err := db.Write(b.Context(), func(tx *models.Tx) error {
		var before, after float64
		const used = "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s"
		q := func() *gorm.DB { return tx.Query(b.Context()) }
		for _, err := range []error{q().Raw(used).Scan(&before).Error, q().Exec("DELETE FROM related_sets").Error, q().Raw(used).Scan(&after).Error} {
			if err != nil {
				return err
			}
		}
		bytes = before - after
		return back
	})
	if !errors.Is(err, back) {
		b.Fatal(err)
	}
	return bytes
}
