package reads_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/toplist"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, reads.Rows...)
	})
}

// site is a database with articles.
type site struct {
	*testing.T
	db    *models.DB
	clock *modeltest.Clock
	ids   []int64
}

func each(t *testing.T, articles int, test func(s *site)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := &site{T: t, db: db, clock: clock}
		for i := range articles {
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
				Title: fmt.Sprint("Story ", i), PublishedAt: clock.Now().Add(-time.Duration(i) * time.Hour),
				Categories: []taxonomy.CategoryRef{{Path: []string{"world", "sport"}[i%2]}},
			})
			s.check(err)
			s.ids = append(s.ids, a.ID)
		}
		test(s)
	})
}

func (s *site) check(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func network(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 7}) }

// read counts one read of an article from each of n networks.
func (s *site) read(c *reads.Counter, article int64, n int) {
	t := c.Tally(article)
	for i := range n {
		t.Read(network(i), s.clock.Now())
	}
}

// top makes the rankings and returns one of them.
func (s *site) top(list toplist.List) (ids []int64) {
	s.Helper()
	s.check(reads.Rank(s.Context(), s.db))
	r, err := toplist.Load(s.Context(), s.db, list)
	s.check(err)
	for _, teaser := range r.Top(list, toplist.Size) {
		ids = append(ids, teaser.ID)
	}
	return ids
}

func (s *site) siteCounts(days int) reads.Counts {
	s.Helper()
	c, err := reads.SiteCounts(s.Context(), s.db, days)
	s.check(err)
	return c
}

// Two instances add up. Articles leave the day's window, then the week's. Equally
// read articles are in the order of publication.
func TestMostRead(t *testing.T) {
	each(t, 4, func(s *site) {
		here, there := reads.NewCounter(), reads.NewCounter()
		s.read(here, s.ids[2], 3)
		s.read(there, s.ids[2], 2)
		s.read(here, s.ids[3], 4)
		s.read(here, s.ids[1], 1)
		s.read(there, s.ids[0], 1)
		for range 2 {
			s.check(here.Flush(s.Context(), s.db))
			s.check(there.Flush(s.Context(), s.db))
		}
		want := []int64{s.ids[2], s.ids[3], s.ids[0], s.ids[1]}
		if got := s.top(toplist.ReadDay); !slices.Equal(got, want) {
			s.Errorf("the day: %v, want %v", got, want)
		}
		if got := s.siteCounts(1); got != (reads.Counts{Counted: 11}) {
			s.Errorf("the site has %+v", got)
		}
		s.clock.Advance(23 * time.Hour)
		s.read(here, s.ids[1], 2)
		s.check(here.Flush(s.Context(), s.db))
		if got := s.top(toplist.ReadDay); got[0] != s.ids[2] || got[2] != s.ids[1] {
			s.Errorf("after 23 hours: %v", got)
		}
		s.clock.Advance(2 * time.Hour)
		if got := s.top(toplist.ReadDay); !slices.Equal(got, []int64{s.ids[1]}) {
			s.Errorf("after 25 hours: %v", got)
		}
		if got, week := s.siteCounts(1), s.siteCounts(7); got.Counted != 2 || week.Counted != 13 {
			s.Errorf("the site has %+v, in a week %+v", got, week)
		}
		if got := s.top(toplist.ReadWeek); !slices.Equal(got, []int64{s.ids[2], s.ids[3], s.ids[1], s.ids[0]}) {
			s.Errorf("the week: %v", got)
		}
		for range 7 * 24 {
			s.clock.Advance(time.Hour)
			s.check(reads.Rank(s.Context(), s.db))
		}
		if got := s.top(toplist.ReadWeek); len(got) > 0 || s.siteCounts(7) != (reads.Counts{}) {
			s.Errorf("after a week: %v", got)
		}
	})
}

// The windows are right however long the task did not run.
func TestWindowsAfterAPause(t *testing.T) {
	each(t, 1, func(s *site) {
		c := reads.NewCounter()
		s.check(reads.Rank(s.Context(), s.db))
		for _, pause := range []time.Duration{time.Hour, 3 * time.Hour, 30 * time.Hour, 80 * time.Hour} {
			s.clock.Advance(pause)
			s.read(c, s.ids[0], 1)
			s.check(c.Flush(s.Context(), s.db))
			s.top(toplist.ReadDay)
			s.compareWithHours()
		}
	})
}

// compareWithHours compares the windows with the sums of the hours.
func (s *site) compareWithHours() {
	s.Helper()
	for _, days := range []int{1, 7} {
		var want int
		edge := s.clock.Now().Unix()/3600 - int64(24*days)
		s.check(s.db.Query(s.Context()).Raw("SELECT COALESCE(SUM(counted), 0) FROM read_hours WHERE article_id = 0 AND hour > ?", edge).Scan(&want).Error)
		if got := s.siteCounts(days).Counted; got != want {
			s.Errorf("%d days: %d in the window, %d in the hours", days, got, want)
		}
	}
}

// A clock that was wrong loses no read, and the windows are right again.
func TestClockChange(t *testing.T) {
	each(t, 2, func(s *site) {
		c := reads.NewCounter()
		s.read(c, s.ids[0], 3)
		s.check(c.Flush(s.Context(), s.db))
		s.top(toplist.ReadDay)
		s.clock.Advance(90 * time.Hour) // wrong
		s.read(c, s.ids[1], 2)
		s.check(c.Flush(s.Context(), s.db))
		if got := s.top(toplist.ReadDay); !slices.Equal(got, s.ids[1:]) {
			s.Errorf("ahead: %v", got)
		}
		s.clock.Advance(-89 * time.Hour)
		s.read(c, s.ids[1], 2) // in a new window
		s.check(c.Flush(s.Context(), s.db))
		if got := s.top(toplist.ReadDay); !slices.Equal(got, []int64{s.ids[1], s.ids[0]}) {
			s.Errorf("set back: %v", got)
		}
		if got := s.siteCounts(1).Counted; got != 7 {
			s.Errorf("the day has %d reads, want 7", got)
		}
		s.compareWithHours()
	})
}

// One network counts once for an article and window, from all of its addresses.
func TestOneNetworkCountsOnce(t *testing.T) {
	t.Parallel()
	c, now := reads.NewCounter(), modeltest.Start
	first, second := c.Tally(1), c.Tally(2)
	expect := func(tally *reads.Tally, addr string, want reads.Kind) {
		t.Helper()
		ip, _ := netip.ParseAddr(addr)
		if got := tally.Read(ip, now); got != want {
			t.Errorf("%s: %v, want %v", addr, got, want)
		}
	}
	expect(first, "192.0.2.1", reads.Counted)
	expect(first, "192.0.2.1", reads.Repeat)
	expect(first, "192.0.2.200", reads.Repeat)
	expect(first, "::ffff:192.0.2.9", reads.Repeat)
	expect(c.Tally(1), "192.0.2.1", reads.Repeat)
	expect(second, "192.0.2.1", reads.Counted)
	expect(first, "192.0.3.1", reads.Counted)
	expect(first, "2001:db8:1::1", reads.Counted)
	expect(first, "2001:db8:1:ffff::1%eth0", reads.Repeat)
	expect(first, "2001:db8:2::1", reads.Counted)
	expect(first, "", reads.Counted)
	expect(first, "", reads.Repeat)
	now = now.Add(reads.Window - time.Second)
	expect(first, "192.0.2.1", reads.Repeat)
	now = now.Add(time.Second)
	expect(first, "192.0.2.1", reads.Counted)
	now = now.Add(-24 * time.Hour)
	expect(first, "192.0.2.1", reads.Counted)
}

// A network that reads very many articles is a robot.
func TestCrawlerThatCallsItselfABrowser(t *testing.T) {
	t.Parallel()
	c, kinds := reads.NewCounter(), map[reads.Kind]int{}
	for id := range int64(2 * reads.MaxArticles) {
		kinds[c.Tally(id+1).Read(network(1), modeltest.Start)]++
	}
	if kinds[reads.Counted] != reads.MaxArticles || kinds[reads.Robot] != reads.MaxArticles {
		t.Errorf("%v", kinds)
	}
	if got := c.Tally(1).Read(network(2), modeltest.Start); got != reads.Counted {
		t.Errorf("a reader beside it: %v", got)
	}
}

// Up to the size of the sketch, fewer than 1 % of new reads are taken for repeats.
func TestLongErrorOfTheSketch(t *testing.T) {
	t.Parallel()
	c, random := reads.NewCounter(), rand.New(rand.NewPCG(1, 2))
	wrong, tallies := 0, make([]*reads.Tally, 50)
	for i := range tallies {
		tallies[i] = c.Tally(int64(i + 1))
	}
	const n = 450_000
	for i := range n {
		addr := netip.AddrFrom4([4]byte{byte(i >> 16), byte(i >> 8), byte(i), byte(random.Uint32())})
		if tallies[i%50].Read(addr, modeltest.Start) == reads.Repeat {
			wrong++
		}
	}
	if share := float64(wrong) / n; share > 0.01 {
		t.Errorf("%.2f %% of the reads are taken for repeats", 100*share)
	} else {
		t.Logf("%.3f %%", 100*share)
	}
}

// Requests at the same time, with flushes between them, are each counted once.
func TestConcurrentReads(t *testing.T) {
	each(t, 3, func(s *site) {
		c := reads.NewCounter()
		const workers, rounds = 8, 400
		var work sync.WaitGroup
		stop := make(chan struct{})
		flushed := make(chan struct{})
		go func() {
			defer close(flushed)
			for {
				select {
				case <-stop:
					return
				default:
					if err := c.Flush(s.Context(), s.db); err != nil {
						s.Error(err)
						return
					}
				}
			}
		}()
		for range workers {
			work.Go(func() {
				for i := range rounds {
					tally := c.Tally(s.ids[i%3])
					tally.Read(network(i), s.clock.Now())
					tally.Add(reads.Robot)
				}
			})
		}
		work.Wait()
		close(stop)
		<-flushed
		s.check(c.Flush(s.Context(), s.db))
		want := reads.Counts{Counted: rounds, Repeats: (workers - 1) * rounds, Robots: workers * rounds}
		if got := s.siteCounts(1); got != want {
			s.Errorf("got %+v, want %+v", got, want)
		}
	})
}

// Counts that the database refuses are stored later, once. A crash loses only what
// was not flushed.
func TestFlushAfterAnError(t *testing.T) {
	each(t, 1, func(s *site) {
		c := reads.NewCounter()
		s.read(c, s.ids[0], 2)
		refused, cancel := context.WithCancel(s.Context())
		cancel()
		if err := c.Flush(refused, s.db); err == nil {
			s.Fatal("the flush succeeded")
		}
		s.read(c, s.ids[0], 3) // two of them are repeats
		s.check(c.Flush(s.Context(), s.db))
		if got := s.siteCounts(1); got != (reads.Counts{Counted: 3, Repeats: 2}) {
			s.Errorf("got %+v", got)
		}
		c.Tally(s.ids[0]).Add(reads.Robot) // lost with its process
		s.check(reads.NewCounter().Flush(s.Context(), s.db))
		if got := s.siteCounts(1).Robots; got != 0 {
			s.Errorf("%d robots", got)
		}
	})
}

// Old hours become days, and old days go. The figures of a few categories leave out
// articles elsewhere.
func TestPrune(t *testing.T) {
	each(t, 1, func(s *site) {
		c := reads.NewCounter()
		rows := func(table string) (n, counted int) {
			_, err := models.QueryRow(s.Context(), s.db, []any{&n, &counted}, "SELECT COUNT(*), COALESCE(SUM(counted), 0) FROM "+table+" WHERE article_id > 0")
			s.check(err)
			return n, counted
		}
		for range 4 {
			s.read(c, s.ids[0], 5)
			s.check(c.Flush(s.Context(), s.db))
			s.clock.Advance(6 * time.Hour)
		}
		s.check(reads.Prune(s.Context(), s.db))
		s.check(reads.Rank(s.Context(), s.db))
		s.check(reads.Prune(s.Context(), s.db))
		if n, _ := rows("read_hours"); n != 4 {
			s.Errorf("%d hours are left at once", n)
		}
		s.clock.Advance(9 * 24 * time.Hour)
		s.check(reads.Rank(s.Context(), s.db))
		s.check(reads.Prune(s.Context(), s.db))
		if n, _ := rows("read_hours"); n != 0 {
			s.Errorf("%d hours are left", n)
		}
		if n, counted := rows("read_days"); n == 0 || n > 2 || counted != 20 {
			s.Errorf("%d days with %d reads", n, counted)
		}
		s.clock.Advance(400 * 24 * time.Hour)
		s.check(reads.Rank(s.Context(), s.db))
		s.check(reads.Prune(s.Context(), s.db))
		if n, _ := rows("read_days"); n != 0 {
			s.Errorf("%d days are left", n)
		}
	})
}

func TestFigures(t *testing.T) {
	each(t, 3, func(s *site) {
		c := reads.NewCounter()
		for i, id := range s.ids {
			s.read(c, id, 3+i)
		}
		c.Tally(s.ids[0]).Add(reads.Prefetch)
		s.check(c.Flush(s.Context(), s.db))
		got, err := reads.FiguresOf(s.Context(), s.db, 7, nil, 2)
		s.check(err)
		if len(got) != 2 || got[0].ArticleID != s.ids[2] || got[0].Counted != 5 {
			s.Errorf("%+v", got)
		}
		categories, err := taxonomy.LoadCategories(s.Context(), s.db)
		s.check(err)
		got, err = reads.FiguresOf(s.Context(), s.db, 7, []int64{categories.ByPath("sport").ID}, 2)
		if s.check(err); len(got) != 1 || got[0].ArticleID != s.ids[1] {
			s.Errorf("in one category: %+v", got)
		}
		if got, err := reads.FiguresOf(s.Context(), s.db, 7, []int64{}, 2); err != nil || len(got) > 0 {
			s.Errorf("in no category: %+v, %v", got, err)
		}
	})
}

// The ranking walks the index, and a flush touches single rows.
func TestNoScans(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	counter := reads.NewCounter()
	counter.Tally(1).Add(reads.Counted)
	if err := reads.Rank(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	ctx, recorded := models.RecordStatements(t.Context())
	if err := counter.Flush(ctx, db); err != nil {
		t.Fatal(err)
	}
	if _, err := reads.FiguresOf(ctx, db, 1, []int64{3}, 5); err != nil {
		t.Fatal(err)
	}
	if err := reads.Rank(ctx, db); err != nil {
		t.Fatal(err)
	}
	modeltest.NoScan(t, db, recorded(), "read_hours", "read_windows", "w", "articles", "a", "h")
}

func BenchmarkRead(b *testing.B) {
	c := reads.NewCounter()
	tally := c.Tally(1)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			tally.Read(network(i&1023), modeltest.Start)
		}
	})
}

// The days of the site agree with the counts of each day, before and after hours became
// days, and on a day whose hours are partly in it.
func TestDaysOfTheSite(t *testing.T) {
	each(t, 2, func(s *site) {
		c, want := reads.NewCounter(), map[string]int{}
		first := s.clock.Now()
		for day := range 21 {
			for range 3 {
				n := 1 + day%4
				s.read(c, s.ids[day%2], n)
				s.check(c.Flush(s.Context(), s.db))
				want[s.clock.Now().UTC().Format(time.DateOnly)] += n
				s.clock.Advance(8 * time.Hour)
			}
			if day%5 == 4 {
				s.check(reads.Rank(s.Context(), s.db))
				s.check(reads.Prune(s.Context(), s.db))
			}
		}
		s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
			return models.Exec(s.Context(), tx, `INSERT INTO read_days (day, article_id, counted, robots, prefetches, repeats)
				VALUES (?, 0, 5, 0, 0, 0)`, s.clock.Now().AddDate(0, 0, -2).Unix()/86400)
		}))
		want[s.clock.Now().AddDate(0, 0, -2).UTC().Format(time.DateOnly)] += 5
		list, err := reads.SiteDays(s.Context(), s.db, first.AddDate(0, 0, -3), s.clock.Now())
		s.check(err)
		for i, d := range list {
			name := d.Day.Format(time.DateOnly)
			if d.Counted != want[name] || i > 0 && !d.Day.Equal(list[i-1].Day.AddDate(0, 0, 1)) {
				s.Errorf("%s has %+v, want %d", name, d.Counts, want[name])
			}
			delete(want, name)
		}
		if len(want) > 0 || len(list) < 24 {
			s.Errorf("%d days, missing %v", len(list), want)
		}
	})
}

// The days are looked up by the key: the counts of articles are not read.
func TestDaysOfTheSiteDoNotReadTheCountsOfArticles(t *testing.T) {
	each(t, 1, func(s *site) {
		now := s.clock.Now().Unix() / 3600
		s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
			for table, from := range map[string]int64{"read_hours": now - 190, "read_days": now/24 - 300} {
				column := map[string]string{"read_hours": "hour", "read_days": "day"}[table]
				err := models.Exec(s.Context(), tx, `INSERT INTO `+table+` (`+column+`, article_id, counted, robots, prefetches, repeats)
					WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 75999)
					SELECT ? + i / 400, i % 400, 1, 0, 0, 0 FROM k`, from)
				if err != nil {
					return err
				}
			}
			return nil
		}))
		if s.db.Dialect() == models.Postgres {
			s.check(s.db.Query(s.Context()).Exec("ANALYZE read_hours, read_days").Error)
		}
		watched := modeltest.Watch(s, s.db)
		_, err := reads.SiteDays(s.Context(), s.db, s.clock.Now().AddDate(0, 0, -29), s.clock.Now())
		s.check(err)
		plans := watched.Plans("FROM read_")
		for _, plan := range plans {
			if s.db.Dialect() == models.SQLite && !strings.Contains(plan, "=? AND article_id=?)") || strings.Contains(plan, "Seq Scan") {
				s.Error(plan)
			}
		}
		if len(plans) != 2 {
			s.Errorf("%d plans", len(plans))
		}
	})
}
