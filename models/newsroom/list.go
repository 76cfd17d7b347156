package newsroom

import (
	"context"
	"time"

	"broadsheet/models"
)

// List is a list of stories, newest first.
type List struct {
	Kind   ListKind
	Ref    int64 // the section's, tag's or author's id
	Period int   // 2026, 202611 or 20261123: only the stories of that time; 0 for all
}

// Tag names the list for the change log. A period depends on the stories of
// its time only.
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
	Last    int // at least 1
	Total   int // stories in the whole list
}

// Page returns a page of perPage stories. A page past the last one is a
// NotFound error; the first page exists even when it is empty.
//
// It takes two statements for the first page and at most five for any
// other: page numbers are turned into a day by the kept counts.
func (l List) Page(ctx context.Context, r models.Queryer, number, perPage int) (*ListPage, error) {
	total, err := l.count(ctx, r, l.Period)
	if err != nil {
		return nil, err
	}
	p := &ListPage{List: l, Number: number, Total: total, Last: max(1, (total+perPage-1)/perPage)}
	if number < 1 || number > p.Last {
		return nil, models.Errorf(models.NotFound, "there is no page %d", number)
	}
	end, skip, err := l.seek(ctx, r, (number-1)*perPage)
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

// Newest returns the newest stories of a list, leaving out those in except.
func (l List) Newest(ctx context.Context, r models.Queryer, limit int, except map[int64]bool) ([]Teaser, error) {
	stories, err := ReadTeasers(ctx, r, `SELECT `+TeaserColumns+` FROM (
			SELECT article_id, published_at AS listed_at FROM listings
			WHERE kind = ? AND ref = ? ORDER BY published_at DESC, article_id DESC LIMIT ?
		) l JOIN articles a ON a.id = l.article_id LEFT JOIN media m ON m.id = a.picture_id
		ORDER BY l.listed_at DESC, a.id DESC`, l.Kind, l.Ref, limit+len(except))
	kept := stories[:0]
	for _, s := range stories {
		if !except[s.ID] && len(kept) < limit {
			kept = append(kept, s)
		}
	}
	return kept, err
}

// addToCounts returns how many stories the list has in a period.
func (l List) count(ctx context.Context, r models.Queryer, period int) (n int, err error) {
	_, err = models.QueryRow(ctx, r, []any{&n}, "SELECT stories FROM listing_counts WHERE kind = ? AND ref = ? AND period = ?", l.Kind, l.Ref, period)
	return n, err
}

// Periods returns the periods right below the list's own that have stories,
// newest first: the years of all, the months of a year, the days of a month.
func (l List) Periods(ctx context.Context, r models.Queryer) ([]PeriodCount, error) {
	return l.periodsBelow(ctx, r, l.Period)
}

// PeriodCount is a year, month or day and how many stories it has.
type PeriodCount struct{ Period, Articles int }

func (l List) periodsBelow(ctx context.Context, r models.Queryer, period int) (counts []PeriodCount, err error) {
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

// seek turns a rank (0 is the newest story) into where to start reading:
// the end of a day and how many of that day's newest stories to skip.
func (l List) seek(ctx context.Context, r models.Queryer, rank int) (end time.Time, skip int, err error) {
	period := l.Period
	for rank > 0 && period < 1000000 { // not yet a day
		counts, err := l.periodsBelow(ctx, r, period)
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

// bounds returns the first instant of a period and the first one after it.
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

// ParsePeriod reads year, month and day as written in an address; month and
// day may be 0. ok is false for a date that does not exist.
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
