package search_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/synthetic"
)

// BenchmarkSearch measures pages of ten hits with snippets, by best match, in
// articles that are mixed of the real ones of the test data. The words are drawn
// from the articles: rare ones are in at most twenty articles, common ones in 1 to
// 5 % of them, everywhere means the most frequent words of all.
//
// BROADSHEET_BENCH_DATABASES names databases that 'broadsheet seed --texts' has
// made: paths of SQLite files or postgres:// addresses. Without it, the benchmark
// makes one of BROADSHEET_BENCH_ARTICLES articles, 2,000 if that is not set.
func BenchmarkSearch(b *testing.B) {
	for i, dsn := range benchDatabases(b) {
		b.Run(fmt.Sprintf("%d-%s", i, models.DialectOf(dsn)), func(b *testing.B) {
			db, err := models.Open(b.Context(), models.Options{DSN: dsn})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { db.Close() })
			site, err := newsroom.LoadSite(b.Context(), db)
			if err != nil {
				b.Fatal(err)
			}
			w := benchWords(b, db)
			one := func(list []string) func(*rand.Rand) string {
				return func(rng *rand.Rand) string { return list[rng.IntN(len(list))] }
			}
			two := func(x, y func(*rand.Rand) string) func(*rand.Rand) string {
				return func(rng *rand.Rand) string { return x(rng) + " " + y(rng) }
			}
			rare, common, everywhere := one(w.rare), one(w.common), one(w.everywhere)
			for name, query := range map[string]func(*rand.Rand) string{
				"rare": rare, "common": common, "everywhere": everywhere, "rare-common": two(rare, common), "rare-everywhere": two(rare, everywhere),
				"common-common": two(common, common), "common-everywhere": two(common, everywhere), "everywhere-everywhere": two(everywhere, everywhere),
			} {
				for _, filtered := range []bool{false, true} {
					b.Run(fmt.Sprintf("%s/filters-%v", name, filtered), func(b *testing.B) {
						rng := rand.New(rand.NewPCG(1, 2))
						var took []time.Duration
						before := cpuTime(b)
						for b.Loop() {
							q := search.Query{Text: query(rng), Number: 1, PerPage: 10}
							if filtered {
								q.Category = w.categories[rng.IntN(len(w.categories))]
								q.From = db.Now().AddDate(0, 0, -rng.IntN(1000))
							}
							begin := time.Now()
							if _, err := search.Find(b.Context(), db, site, q); err != nil {
								b.Fatal(err)
							}
							took = append(took, time.Since(begin))
						}
						b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(len(took)), "cpu-µs")
						slices.Sort(took)
						b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
						b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
					})
				}
			}
		})
	}
}

// cpuTime returns the processor time of this process. Other work on the machine
// does not count. PostgreSQL's own time is not in it.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func benchDatabases(b *testing.B) []string {
	if text := os.Getenv("BROADSHEET_BENCH_DATABASES"); text != "" {
		return strings.Fields(text)
	}
	articles := 2000
	if text := os.Getenv("BROADSHEET_BENCH_ARTICLES"); text != "" {
		var err error
		if articles, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	texts, err := synthetic.ReadTexts(modeltest.Data(b, "news"))
	if err != nil {
		b.Fatal(err)
	}
	list := []string{filepath.Join(b.TempDir(), "bench.db")}
	if os.Getenv("BROADSHEET_TEST_POSTGRES") != "" {
		list = append(list, modeltest.Postgres(b))
	}
	for _, dsn := range list {
		db, err := models.Open(b.Context(), models.Options{DSN: dsn, BulkLoad: true})
		if err == nil {
			err = synthetic.AddArticles(b.Context(), db, synthetic.Articles{Count: articles, Seed: 1, Texts: texts})
		}
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return list
}

// wordSample are words of the articles by how many of these have them.
type wordSample struct {
	rare, common, everywhere []string
	categories               []int64
}

func benchWords(b *testing.B, db *models.DB) (w wordSample) {
	var docs int
	read := func(into any, query string, args ...any) {
		b.Helper()
		if err := db.Query(b.Context()).Raw(query, args...).Scan(into).Error; err != nil {
			b.Fatal(err)
		}
	}
	read(&docs, "SELECT COUNT(*) FROM search_docs")
	const words = "SELECT word FROM search_words WHERE part = (SELECT current FROM search_state) AND LENGTH(word) > 1 AND "
	read(&w.rare, words+"docs BETWEEN 2 AND 20 LIMIT 5000")
	read(&w.common, words+"docs BETWEEN ? AND ?", docs/100, docs/20)
	read(&w.everywhere, words+"docs > ? ORDER BY docs DESC LIMIT 12", docs/4)
	read(&w.categories, "SELECT id FROM categories")
	return w
}
