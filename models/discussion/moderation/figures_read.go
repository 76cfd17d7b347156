package moderation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"

	"gorm.io/gorm"
)

// FigureHours is the span of the decisions by hour, up to now.
const FigureHours = 48

// MostFigureDays is the longest range of days of the figures.
const MostFigureDays = 400

// FigureQuery selects figures.
type FigureQuery struct {
	Scope   Scope
	Account int64 // whose decisions are counted by moderator; 0 for those of all
	Now     time.Time
	// First and Last are the midnights at which the first and the last day of the
	// range begin, in the site's time zone.
	First, Last time.Time
}

// LastDays returns the range of the last n days, today included.
func LastDays(n int, now time.Time, zone *time.Location) (first, last time.Time) {
	today := now.In(zone)
	midnight := func(back int) time.Time {
		return time.Date(today.Year(), today.Month(), today.Day()-back, 0, 0, 0, 0, zone)
	}
	return midnight(n - 1), midnight(0)
}

// Figures describe the work of the desk in a scope.
type Figures struct {
	FigureQuery
	Waiting    Waiting
	Hours      []HourFigure // the last 48, oldest first
	Days       []DayFigure  // of the range, oldest first
	Waits      []WaitFigure // of the same days
	Categories []DayFigure  // sums of the same days by category, most arrivals first
	Moderators []ModeratorFigure
	Kinds      []KindFigure // most decisions first
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

// ModeratorFigure counts the decisions of a moderator in the range.
type ModeratorFigure struct {
	ActorID  int64 // 0 for no account
	Actor    string
	Decided  int
	Reversed int
}

// KindFigure counts the decisions of a kind in the range. The kind is a reason of
// [discussion.DeclineReasons] or a state.
type KindFigure struct {
	Kind     string
	Decided  int
	Reversed int
}

// ReversedShare returns the share of the decisions that were reversed, in percent.
func (m ModeratorFigure) ReversedShare() int { return percent(m.Reversed, m.Decided) }

// ReversedShare returns the share of the decisions that were reversed, in percent.
func (k KindFigure) ReversedShare() int { return percent(k.Reversed, k.Decided) }

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

// FiguresOf reads figures.
func FiguresOf(ctx context.Context, r models.Queryer, q FigureQuery) (*Figures, error) {
	f := &Figures{FigureQuery: q}
	var err error
	if f.Waiting, err = WaitingOf(ctx, r, q.Scope, q.Now); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, models.Queryer) error{f.readHours, f.readDays, f.readWaits, f.readDecisions} {
		if err := read(ctx, r); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// within limits a query for stored figures to the scope.
func (f *Figures) within(q *gorm.DB) *gorm.DB {
	if f.Scope.Limited() {
		q = q.Where("section IN ?", append([]int64{-1}, f.Scope.categories...))
	}
	return q
}

// inRange returns a query for stored figures of the scope and the range of days.
func (f *Figures) inRange(ctx context.Context, r models.Queryer, rows any) *gorm.DB {
	zone := f.First.Location()
	return f.within(r.Query(ctx).Model(rows).Where("day BETWEEN ? AND ?", dayNumber(f.First, zone), dayNumber(f.Last, zone)))
}

// readHours reads the decisions by hour.
func (f *Figures) readHours(ctx context.Context, r models.Queryer) error {
	first := hourNumber(f.Now) - FigureHours + 1
	var rows []figure
	err := f.within(r.Query(ctx).Model(&figure{}).Where("hour >= ?", first)).
		Select("hour, SUM(decided) AS decided").Group("hour").Scan(&rows).Error
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
	return nil
}

// readDays reads the figures by day and by category.
func (f *Figures) readDays(ctx context.Context, r models.Queryer) error {
	const sum = "SUM(arrived) AS arrived, SUM(held) AS held, SUM(decided) AS decided, SUM(reversed) AS reversed"
	var rows []dayFigure
	if err := f.inRange(ctx, r, &dayFigure{}).Select("day, " + sum).Group("day").Scan(&rows).Error; err != nil {
		return err
	}
	zone := f.First.Location()
	place := map[int64]int{}
	for day := f.First; !day.After(f.Last) && len(f.Days) < MostFigureDays; {
		place[dayNumber(day, zone)] = len(f.Days)
		f.Days = append(f.Days, DayFigure{Day: day})
		day = time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, zone)
	}
	for _, row := range rows {
		if i, shown := place[row.Day]; shown {
			d := &f.Days[i]
			d.Arrived, d.Held, d.Decided, d.Reversed = row.Arrived, row.Held, row.Decided, row.Reversed
		}
	}
	err := f.inRange(ctx, r, &dayFigure{}).Select("section AS category, " + sum).Group("section").Scan(&f.Categories).Error
	slices.SortFunc(f.Categories, func(a, b DayFigure) int {
		return cmp.Or(cmp.Compare(b.Arrived, a.Arrived), cmp.Compare(a.Category, b.Category))
	})
	return err
}

// mostModerators is the number of moderators in the figures.
const mostModerators = 100

// readDecisions reads the decisions by moderator and by kind.
func (f *Figures) readDecisions(ctx context.Context, r models.Queryer) error {
	const sum = "SUM(decided) AS decided, SUM(reversed) AS reversed"
	q := f.inRange(ctx, r, &dayDecision{})
	if f.Account != 0 {
		q = q.Where("actor_id = ?", f.Account)
	}
	// An account may have had several names.
	err := q.Select("actor_id, MAX(actor) AS actor, " + sum).Group("actor_id, CASE WHEN actor_id = 0 THEN actor END").
		Order("3 DESC, 2").Limit(mostModerators).Scan(&f.Moderators).Error
	if err != nil {
		return err
	}
	return f.inRange(ctx, r, &dayDecision{}).Select("kind, " + sum).Group("kind").Order("2 DESC, 1").Scan(&f.Kinds).Error
}

// mostWaiting is the number of held comments up to which [Waiting] has percentiles.
const mostWaiting = 100_000

// WaitingOf reads the ages of the held comments of a scope. It looks up the oldest,
// the 90th percentile and the median in the index of the queue.
func WaitingOf(ctx context.Context, r models.Queryer, scope Scope, now time.Time) (w Waiting, err error) {
	if w.Comments, err = scope.Waiting(ctx, r); err != nil {
		return w, err
	}
	age := func(skip int) (time.Duration, error) {
		var found []models.Time
		q := r.Query(ctx).Table("comments" + r.Dialect().IndexedBy("comments_queue")).Where("state = 'hold'")
		err := scope.narrow(q, "comments.article_id").Select("created_at").
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
