package main

import (
	"net/netip"
	"time"

	"broadsheet/models/discussion/heat"
	"broadsheet/models/newsroom/reads"
)

// readKinds are the acts of readers that change a page only when a task has counted
// them.
var readKinds = []kind{
	{"readers read", 6, (*walk).readArticles},
	{"the most discussed", 3, (*walk).rankDiscussions},
}

// readArticles counts readers of a few articles and makes the rankings.
func (w *walk) readArticles() {
	counter, db := reads.NewCounter(), w.db()
	for range 3 {
		tally := counter.Tally(w.articles[w.one()])
		for i := range 1 + w.rng.IntN(20) {
			tally.Read(netip.AddrFrom4([4]byte{10, 0, byte(i), 1}), time.Now())
		}
	}
	w.check(counter.Flush(w.Context(), db))
	w.check(reads.Rank(w.Context(), db))
}

func (w *walk) rankDiscussions() {
	w.check(heat.RankDay(w.Context(), w.db()))
	w.check(heat.RankWeek(w.Context(), w.db()))
}
