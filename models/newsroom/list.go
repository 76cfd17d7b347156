package newsroom

import (
	"context"
	"time"

	"broadsheet/models"
)

// List is a list of articles, newest first.
type List struct {
	Kind   ListKind
	Ref    int64 // id of the category, tag or author
	Period int   // 2026, 202611 or 20261123: only articles of that year, month or day; 0 for all
}

// Tag returns the cache tag of the list. A list with a period depends only on the
// articles of that period.
func (l List) Tag() models.CacheTag {
	if l.Period != 0 {
		return periodTags.Of(int64(l.Period))
	}
	return listRef{l.Kind, l.Ref}.tag()
}

// ListPage is one page of a list.
type ListPage struct {
	List    List
	Teasers []Teaser
	Number  int // from 1
	Last    int // number of the last page, at least 1
	Total   int // articles in the whole list
}

// Page returns a page of at most perPage articles. A page after the last one is a
// NotFound error. The first page always exists.
//
// The first page takes two statements, another page at most five: the stored
// counts turn a page number into a day.
func (l List) Page(ctx context.Context, r models.Queryer, number, perPage int) (*ListPage, error) {
	total, err := l.count(ctx, r, l.Period)
	if err != nil {
		return nil, err
	}
	p := &ListPage{List: l, Number: number, Total: total, Last: max(1, (total+perPage-1)/perPage)}
	if number < 1 || number > p.Last {
		return nil, models.Errorf(models.NotFound, "there is no page %d", number)
	}
	end, skip, err := l.Seek(ctx, r, (number-1)*perPage)
	if err != nil {
		return nil, err
	}
	start, _ := bounds(l.Period)
	p.Teasers, err = ReadTeasers(ctx, r, `SELECT `+TeaserColumns+` FROM (
			SELECT article_id, published_at AS listed_at FROM listings
			WHERE kind = ? AND ref = ? AND published_at >= ? AND published_at < ?
			ORDER BY published_at DESC, article_id DESC LIMIT ? OFFSET ?
		) l JOIN articles a ON a.id = l.article_id LEFT JOIN media m ON m.id = a.picture_id
		ORDER BY l.listed_at DESC, a.id DESC`,
		l.Kind, l.Ref, models.At(start), models.At(end), perPage, skip)
	return p, err
}

// Newest returns the newest articles of a list without those in except.
func (l List) Newest(ctx context.Context, r models.Queryer, limit int, except map[int64]bool) ([]Teaser, error) {
	teasers, err := ReadTeasers(ctx, r, `SELECT `+TeaserColumns+` FROM (
			SELECT article_id, published_at AS listed_at FROM listings
			WHERE kind = ? AND ref = ? ORDER BY published_at DESC, article_id DESC LIMIT ?
		) l JOIN articles a ON a.id = l.article_id LEFT JOIN media m ON m.id = a.picture_id
		ORDER BY l.listed_at DESC, a.id DESC`, l.Kind, l.Ref, limit+len(except))
	newest := teasers[:0]
	for _, t := range teasers {
		if !except[t.ID] && len(newest) < limit {
			newest = append(newest, t)
		}
	}
	return newest, err
}

// count returns the number of articles of the list in a period.
func (l List) count(ctx context.Context, r models.Queryer, period int) (n int, err error) {
	_, err = models.QueryRow(ctx, r, []any{&n},
		"SELECT stories FROM listing_counts WHERE kind = ? AND ref = ? AND period = ?", l.Kind, l.Ref, period)
	return n, err
}

// Periods returns the parts of the list's period that have articles, newest
// first: the years of the whole list, the months of a year, the days of a month.
func (l List) Periods(ctx context.Context, r models.Queryer) ([]PeriodCount, error) {
	return l.periodsIn(ctx, r, l.Period)
}

// PeriodCount is a year, month or day with its number of articles.
type PeriodCount struct{ Period, Articles int }

func (l List) periodsIn(ctx context.Context, r models.Queryer, period int) (counts []PeriodCount, err error) {
	from, to := 1, 9999
	if period != 0 {
		from, to = period*100+1, period*100+99
	}
	rows, err := models.QueryRows(ctx, r, `SELECT period, stories FROM listing_counts
		WHERE kind = ? AND ref = ? AND period BETWEEN ? AND ? AND stories > 0 ORDER BY period DESC`, l.Kind, l.Ref, from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c PeriodCount
		if err := rows.Scan(&c.Period, &c.Articles); err != nil {
			return nil, err
		}
		counts = append(counts, c)
	}
	return counts, rows.Err()
}

// Seek turns a rank (0 is the newest article) into a position to read from: the
// end of a day, and the number of that day's newest articles to skip.
func (l List) Seek(ctx context.Context, r models.Queryer, rank int) (end time.Time, skip int, err error) {
	period := l.Period
	for rank > 0 && period < 1000000 { // not yet a day
		counts, err := l.periodsIn(ctx, r, period)
		if err != nil {
			return end, 0, err
		}
		found := false
		for _, c := range counts {
			if rank < c.Articles {
				period, found = c.Period, true
				break
			}
			rank -= c.Articles
		}
		if !found {
			break
		}
	}
	_, end = bounds(period)
	return end, rank, nil
}

// bounds returns the first instant of a period and the first instant after it.
func bounds(period int) (start, end time.Time) {
	date := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	switch {
	case period == 0:
		return date(1, 1, 2), date(9999, 12, 31)
	case period < 10000:
		return date(period, 1, 1), date(period+1, 1, 1)
	case period < 1000000:
		return date(period/100, period%100, 1), date(period/100, period%100+1, 1)
	default:
		y, m, d := period/10000, period/100%100, period%100
		return date(y, m, d), date(y, m, d+1)
	}
}

// ParsePeriod returns the period of a year, month and day, as an address contains
// them. Month and day may be 0. ok is false for a date that does not exist.
func ParsePeriod(year, month, day int) (period int, ok bool) {
	if year < 1 || year > 9999 || month < 0 || month > 12 || day < 0 || (month == 0 && day != 0) {
		return 0, false
	}
	switch {
	case month == 0:
		return year, true
	case day == 0:
		return year*100 + month, true
	default:
		d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
		return (year*100+month)*100 + day, d.Day() == day
	}
}
