package moderation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"

	"gorm.io/gorm"
)

// The spans of the figures, up to now.
const (
	FigureDays  = 30
	FigureHours = 48
)

// Figures describe the work of the desk in a scope.
type Figures struct {
	Waiting    Waiting
	Hours      []HourFigure // the last 48, oldest first
	Moderators []ModeratorFigure
	Days       []DayFigure // the last 30, oldest first
	Categories []DayFigure // sums of the same days by category, most arrivals first

	scope   Scope
	ownName string // of the moderator that asks
}

// Waiting describes the ages of the held comments.
type Waiting struct {
	Comments int
	Oldest   time.Duration
	// P50 and P90 are the median and the 90th percentile of the ages. They are
	// Known for up to mostWaiting comments.
	P50, P90 time.Duration
	Known    bool
}

// HourFigure counts the decisions of an hour.
type HourFigure struct {
	At      time.Time
	Decided int
}

// ModeratorFigure counts the decisions of a moderator within [FigureHours].
type ModeratorFigure struct {
	Actor   string
	Decided int
}

// DayFigure counts the comments and decisions of a day or of a category.
type DayFigure struct {
	Day      time.Time
	Category int64
	Arrived  int
	Held     int
	Decided  int
	Reversed int // decisions of the day that were changed within [ReversalWindow]
}

// HeldShare returns the share of the arrived comments that were held, in percent.
func (d DayFigure) HeldShare() int { return percent(d.Held, d.Arrived) }

// ReversedShare returns the share of the decisions that were reversed, in percent.
func (d DayFigure) ReversedShare() int { return percent(d.Reversed, d.Decided) }

// percent returns the share of part in whole, rounded, and 0 for an empty whole.
func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return (100*part + whole/2) / whole
}

// FiguresOf reads the figures of a scope. Days begin at midnight in zone. The figures
// of moderators are stored for the whole site. A limited scope therefore gets those
// of the moderator ownName alone.
func FiguresOf(
	ctx context.Context, r models.Queryer, scope Scope, ownName string, now time.Time, zone *time.Location,
) (*Figures, error) {
	f := &Figures{scope: scope, ownName: ownName}
	var err error
	if f.Waiting, err = f.waiting(ctx, r, now); err == nil {
		err = f.readHours(ctx, r, now)
	}
	if err == nil {
		err = f.readDays(ctx, r, now, zone)
	}
	return f, err
}

// readHours reads the decisions by hour and by moderator.
func (f *Figures) readHours(ctx context.Context, r models.Queryer, now time.Time) error {
	first := hourNumber(now) - FigureHours + 1
	var rows []figure
	err := f.since(ctx, r, first).Select("hour, SUM(decided) AS decided").Group("hour").Scan(&rows).Error
	if err != nil {
		return err
	}
	f.Hours = make([]HourFigure, FigureHours)
	for i := range f.Hours {
		f.Hours[i].At = time.Unix((first+int64(i))*3600, 0)
	}
	for _, row := range rows {
		if i := row.Hour - first; i < FigureHours {
			f.Hours[i].Decided = row.Decided
		}
	}
	q := r.Query(ctx).Model(&moderatorFigure{}).Where("hour >= ?", first)
	if f.scope.Limited() {
		q = q.Where("actor = ?", f.ownName)
	}
	return q.Select("actor, SUM(decided) AS decided").Group("actor").Order("2 DESC, actor").Limit(100).Scan(&f.Moderators).Error
}

// since returns a query for the stored figures of the scope from an hour on.
func (f *Figures) since(ctx context.Context, r models.Queryer, first int64) *gorm.DB {
	q := r.Query(ctx).Model(&figure{}).Where("hour >= ?", first)
	if f.scope.Limited() {
		q = q.Where("section IN ?", append([]int64{-1}, f.scope.categories...))
	}
	return q
}

// readDays reads the figures by day and by category.
func (f *Figures) readDays(ctx context.Context, r models.Queryer, now time.Time, zone *time.Location) error {
	today := now.In(zone)
	day := func(n int) time.Time {
		return time.Date(today.Year(), today.Month(), today.Day()-FigureDays+1+n, 0, 0, 0, 0, zone)
	}
	first := hourNumber(day(0))
	const sum = "SUM(arrived) AS arrived, SUM(held) AS held, SUM(decided) AS decided, SUM(reversed) AS reversed"
	var rows []figure
	if err := f.since(ctx, r, first).Select("hour, " + sum).Group("hour").Scan(&rows).Error; err != nil {
		return err
	}
	f.Days = make([]DayFigure, FigureDays)
	for i := range f.Days {
		f.Days[i].Day = day(i)
	}
	for _, row := range rows {
		at := time.Unix(row.Hour*3600, 0)
		i, exact := slices.BinarySearchFunc(f.Days, at, func(d DayFigure, at time.Time) int { return d.Day.Compare(at) })
		if !exact {
			i--
		}
		if i < 0 {
			continue
		}
		d := &f.Days[i]
		d.Arrived += row.Arrived
		d.Held += row.Held
		d.Decided += row.Decided
		d.Reversed += row.Reversed
	}
	if err := f.since(ctx, r, first).Select("section AS category, " + sum).Group("section").Scan(&f.Categories).Error; err != nil {
		return err
	}
	slices.SortFunc(f.Categories, func(a, b DayFigure) int {
		return cmp.Or(cmp.Compare(b.Arrived, a.Arrived), cmp.Compare(a.Category, b.Category))
	})
	return nil
}

// mostWaiting is the number of held comments up to which [Waiting] has percentiles.
const mostWaiting = 100_000

// waiting reads the ages of the held comments of the scope. It looks up the oldest,
// the 90th percentile and the median in the index of the queue.
func (f *Figures) waiting(ctx context.Context, r models.Queryer, now time.Time) (w Waiting, err error) {
	if w.Comments, err = f.scope.Waiting(ctx, r); err != nil {
		return w, err
	}
	age := func(skip int) (time.Duration, error) {
		var found []models.Time
		q := r.Query(ctx).Table("comments" + r.Dialect().IndexedBy("comments_queue")).Where("state = 'hold'")
		err := f.scope.narrow(q, "comments.article_id").Select("created_at").
			Order("created_at, id").Offset(skip).Limit(1).Scan(&found).Error
		if err != nil || len(found) == 0 {
			return 0, err
		}
		return max(0, now.Sub(found[0].Time)), nil
	}
	if w.Comments == 0 {
		return w, nil
	}
	if w.Oldest, err = age(0); err != nil || w.Comments > mostWaiting {
		return w, err
	}
	w.Known = true
	// The oldest come first, so the 90th percentile is a tenth in.
	if w.P90, err = age(w.Comments / 10); err == nil {
		w.P50, err = age(w.Comments / 2)
	}
	return w, err
}
