package searchindex

import (
	"context"
	"math"
	"time"

	"broadsheet/models"
	"broadsheet/models/terms"
)

// Match is the question for the entries that have certain terms.
type Match struct {
	Needs       []terms.Need   // at least one
	Not         [][]terms.Need // no entry that meets all needs of one of these
	First, Last int64          // docids, inclusive; Last 0 means no limit
	Most        int            // entries
	// Rarest is about how many entries the rarest of the needs has; 0 if it is
	// unknown.
	Rarest int
}

// Found is an entry.
type Found struct{ Docid, Article int64 }

// Index is the index as one query finds it.
type Index struct {
	state *state
	// Languages are the languages that words are stemmed in.
	Languages []string
}

// Open reads the values that all questions of one query need, in two statements.
func Open(ctx context.Context, r models.Queryer) (*Index, error) {
	s, err := loadState(ctx, r)
	if err != nil {
		return nil, err
	}
	languages, err := Languages(ctx, r)
	return &Index{s, languages}, err
}

// Newest returns the newest entries of a match, in order.
func (x *Index) Newest(ctx context.Context, r models.Queryer, m Match) ([]Found, error) {
	if len(m.Needs) == 0 {
		return nil, nil
	}
	if m.Last == 0 {
		m.Last = math.MaxInt64
	}
	if r.Dialect() == models.SQLite || m.Rarest <= fewEntries {
		return m.newest(ctx, r, x.state, m.expression(r.Dialect()))
	}
	return m.byMonths(ctx, r, x.state)
}

// fewEntries is how many entries PostgreSQL reads and sorts in little time.
const fewEntries = 4000

// byMonths asks PostgreSQL for the newest months first, and for more months each
// time until there are enough entries: its index returns all entries of a query, and
// a month is a term that makes them few.
func (m Match) byMonths(ctx context.Context, r models.Queryer, s *state) ([]Found, error) {
	type month struct{ Period, Stories int }
	var months []month
	err := r.Query(ctx).Raw(`SELECT period, stories FROM listing_counts
		WHERE kind = 0 AND ref = 0 AND period BETWEEN ? AND ? AND stories > 0 ORDER BY period DESC`,
		m.period(m.First), m.period(m.Last)).Scan(&months).Error
	if err != nil {
		return nil, err
	}
	total := 0
	for _, one := range months {
		total += one.Stories
	}
	// As many articles as have enough entries if the needs are independent of the
	// date, and some more.
	enough := 2 * m.Most * max(1, total/max(1, m.Rarest))
	const growth = 6
	for {
		var some terms.Need
		n, articles := 0, 0
		for n < len(months) && (articles < enough || n == 0) {
			articles += months[n].Stories
			some = append(some, monthTerm(months[n].Period))
			n++
		}
		if n == len(months) {
			return m.newest(ctx, r, s, m.expression(r.Dialect()))
		}
		found, err := m.newest(ctx, r, s, m.expression(r.Dialect(), some))
		if err != nil || len(found) >= m.Most {
			return found, err
		}
		enough *= growth
	}
}

// The months that listing_counts can have.
const firstMonth, lastMonth = 100001, 999912

// period returns the month of a docid, as in listing_counts.
func (Match) period(docid int64) int {
	if docid >= FirstDocid(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)) {
		return lastMonth
	}
	t := TimeOf(docid)
	return max(firstMonth, t.Year()*100+int(t.Month()))
}
