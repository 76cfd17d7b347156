package collection

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// pageOfList answers a query for a part of one list by date. Its statements are at
// most eight short ranges of an index, at any depth.
func (q Articles) pageOfList(ctx context.Context, r models.Queryer, list newsroom.List) (*Page, error) {
	l := listing{r, list}
	newest, oldest := endOfTime, startOfTime
	if !q.Before.IsZero() {
		newest = clamp(q.Before)
	}
	if !q.After.IsZero() {
		oldest = clamp(q.After.Add(time.Microsecond))
	}
	if !oldest.Before(newest) {
		return &Page{DependsOn: []models.CacheTag{list.Tag()}}, nil
	}
	skipped, err := l.from(ctx, newest) // articles that are too new
	if err != nil {
		return nil, err
	}
	through, err := l.from(ctx, oldest) // articles that are new enough
	if err != nil {
		return nil, err
	}
	p := &Page{Total: through - skipped, DependsOn: []models.CacheTag{list.Tag()}}
	count := min(q.Limit, p.Total-q.Offset)
	if count <= 0 {
		return p, nil
	}
	rank := skipped + q.Offset
	if q.Ascending {
		rank = through - q.Offset - count
	}
	p.IDs, err = l.read(ctx, rank, count)
	if q.Ascending {
		reverse(p.IDs)
	}
	return p, err
}

// The bounds of the dates that lists have.
var (
	startOfTime = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	endOfTime   = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

func clamp(t time.Time) time.Time {
	switch {
	case t.Before(startOfTime):
		return startOfTime
	case t.After(endOfTime):
		return endOfTime
	}
	return t
}

func reverse(ids []int64) {
	for i, j := 0, len(ids)-1; i < j; i, j = i+1, j-1 {
		ids[i], ids[j] = ids[j], ids[i]
	}
}

// listing reads the rows and the kept counts of one list.
type listing struct {
	r    models.Queryer
	list newsroom.List
}

// from returns how many articles of the list have a date at or after an instant:
// the counts of whole years, months and days, and one count inside a day.
func (l listing) from(ctx context.Context, at time.Time) (n int, err error) {
	switch at {
	case endOfTime:
		return 0, nil
	case startOfTime:
		return l.number(ctx, "SELECT stories FROM listing_counts WHERE kind = ? AND ref = ? AND period = 0")
	}
	year, month, day := at.Year(), at.Year()*100+int(at.Month()), (at.Year()*100+int(at.Month()))*100+at.Day()
	n, err = l.number(ctx, `SELECT COALESCE(SUM(stories), 0) FROM listing_counts WHERE kind = ? AND ref = ?
		AND (period BETWEEN ? AND 9999 OR period BETWEEN ? AND ? OR period BETWEEN ? AND ?)`,
		year+1, month+1, year*100+99, day+1, month*100+99)
	if err != nil {
		return 0, err
	}
	next := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, time.UTC)
	within, err := l.number(ctx, "SELECT COUNT(*) FROM listings WHERE kind = ? AND ref = ? AND published_at >= ? AND published_at < ?",
		models.At(at), models.At(next))
	return n + within, err
}

func (l listing) number(ctx context.Context, text string, args ...any) (n int, err error) {
	_, err = models.QueryRow(ctx, l.r, []any{&n}, text, append([]any{l.list.Kind, l.list.Ref}, args...)...)
	return n, err
}

// read returns the ids of count articles from a rank on; 0 is the newest.
func (l listing) read(ctx context.Context, rank, count int) ([]int64, error) {
	end, skip, err := l.list.Seek(ctx, l.r, rank)
	if err != nil {
		return nil, err
	}
	return readIDs(ctx, l.r, `SELECT article_id FROM listings WHERE kind = ? AND ref = ? AND published_at < ?
		ORDER BY published_at DESC, article_id DESC LIMIT ? OFFSET ?`, l.list.Kind, l.list.Ref, models.At(end), count, skip)
}

// readIDs runs a query for ids.
func readIDs(ctx context.Context, r models.Queryer, text string, args ...any) (ids []int64, err error) {
	rows, err := models.QueryRows(ctx, r, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
