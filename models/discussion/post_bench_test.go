package discussion_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
	"broadsheet/models/synthetic"
)

// BenchmarkPost posts comments on one article without HTTP, with all rules on. Each
// has its own network, email and browser. SQLite syncs its file at each commit.
//
//	go test -run xx -bench BenchmarkPost -benchtime 20000x ./models/discussion
//
// The held benchmarks have the settings of a new site, which holds all comments of
// unknown commenters. The public ones publish each comment, which changes the page.
func BenchmarkPost(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(300)) // as the program has it
	for _, public := range []bool{false, true} {
		for _, writers := range []int{1, 8, 32, 128} {
			b.Run(fmt.Sprintf("%s/%d", map[bool]string{false: "held", true: "public"}[public], writers), func(b *testing.B) {
				benchmarkPost(b, public, writers)
			})
		}
	}
}

func benchmarkPost(b *testing.B, public bool, writers int) {
	var later atomic.Int64 // how far the clock is ahead
	now := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	db, err := models.Open(b.Context(), models.Options{DSN: filepath.Join(b.TempDir(), "post.db"), Now: now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	err = db.Write(b.Context(), func(tx *models.Tx) error {
		for key, value := range map[string]string{
			"comment.hold-words": "casino\nbargain*", "comment.trash-words": "viagra", "comment.previously-approved": fmt.Sprint(!public),
		} {
			if err := settings.Set(b.Context(), tx, key, value); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = synthetic.AddArticles(b.Context(), db, synthetic.Articles{Count: 200, Seed: 1})
	}
	if err == nil {
		err = synthetic.AddComments(b.Context(), db, synthetic.Comments{Count: 5000, Seed: 1})
	}
	if err == nil {
		// The spam score needs the counts of decided comments.
		var seen []discussion.Versioned
		for id := range int64(300) {
			seen = append(seen, discussion.Versioned{ID: id + 1})
		}
		_, _, err = discussion.Decide(b.Context(), db, models.Actor{Name: "bench"}, seen, discussion.Verdict{Action: discussion.DoSpam})
	}
	if err == nil {
		later.Store(int64(time.Minute))
		err = learnSpam(b.Context(), db)
	}
	var site *newsroom.Site
	if err == nil {
		site, err = newsroom.LoadSite(b.Context(), db)
	}
	if err != nil {
		b.Fatal(err)
	}
	const article = 7
	var before, after int64
	count := func(n *int64) {
		if err := db.Query(b.Context()).Raw("SELECT COUNT(*) FROM comments WHERE article_id = ?", article).Scan(n).Error; err != nil {
			b.Fatal(err)
		}
	}
	count(&before)
	words := synthetic.NewVocabulary(2)
	var number atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	spent := cpuTime(b)
	b.ResetTimer()
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			var mine []time.Duration
			for {
				n := number.Add(1)
				if n > int64(b.N) {
					break
				}
				in := benchSubmission(words, article, n)
				begin := time.Now()
				if _, err := discussion.Post(b.Context(), db, site, in); err != nil {
					b.Error(err)
					break
				}
				mine = append(mine, time.Since(begin))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	group.Wait()
	b.StopTimer()
	spent = cpuTime(b) - spent
	if count(&after); after-before != int64(b.N) {
		b.Errorf("%d comments posted, %d stored", b.N, after-before)
	}
	slices.Sort(took)
	if len(took) > 0 {
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
		b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "cpu-µs/op")
		b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
		b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
	}
}

// learnSpam learns the texts of all comments in spam.
func learnSpam(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		var texts []string
		if err := tx.Query(ctx).Model(&discussion.Comment{}).Where("state = ?", discussion.Spam).Pluck("text", &texts).Error; err != nil {
			return err
		}
		changes := spamcounts.Changes{}
		for _, text := range texts {
			changes.Add(text, spamcounts.Spam, +1)
		}
		if err := changes.Write(ctx, tx); err != nil {
			return err
		}
		return tx.Query(ctx).Exec("UPDATE comments SET learned = ? WHERE state = ?", spamcounts.Spam, discussion.Spam).Error
	})
}

// cpuTime returns the CPU time of the process. Other processes hardly change it.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// benchSubmission returns the n-th comment.
func benchSubmission(words *synthetic.Vocabulary, article, n int64) discussion.Submission {
	rng := rand.New(rand.NewPCG(3, uint64(n)))
	text, _ := words.Paragraph(rng, 30)
	return discussion.Submission{
		ArticleID: article, Author: fmt.Sprint("Reader ", n), Email: fmt.Sprintf("reader%d@example.org", n), Text: text,
		IP: netip.AddrFrom4([4]byte{byte(11 + n>>16), byte(n >> 8), byte(n), 7}), NewToken: fmt.Sprint("browser", n), Agent: "Mozilla/5.0 (X11; Linux x86_64)",
		Host: "news.example",
	}
}
