package moderation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"gorm.io/gorm"
)

// How far back the figures are shown.
const (
	FigureDays  = 30
	FigureHours = 48
)

// Figures is how the desk is doing.
type Figures struct {
	Waiting    Waiting
	Hours      []HourFigure // the last 48, oldest first
	Moderators []ModeratorFigure
	Days       []DayFigure // the last 30, oldest first
	Sections   []DayFigure // the same days together, by section

	scope Scope
	own   string // name of the asking moderator
}

// Waiting is how long the held comments have waited.
type Waiting struct {
	Comments int
	Oldest   time.Duration
	// P50 and P90: so long, or less, have half and nine tenths waited. Known
	// is false where too many wait to say.
	P50, P90 time.Duration
	Known    bool
}

// HourFigure is how much was decided within an hour.
type HourFigure struct {
	At      time.Time
	Decided int
}

// ModeratorFigure is how much somebody decided within [FigureHours].
type ModeratorFigure struct {
	Actor   string
	Decided int
}

// DayFigure is what happened on a day, or in a section.
type DayFigure struct {
	Day     time.Time
	Section int64
	Arrived int
	Held    int
	Decided int
	// Reversed are decisions of that day that were changed within a week.
	Reversed int
}

// HeldShare is the part of what came in that was held, in percent.
func (d DayFigure) HeldShare() int { return percent(d.Held, d.Arrived) }

// ReversedShare is the part of the decisions that were changed, in percent.
func (d DayFigure) ReversedShare() int { return percent(d.Reversed, d.Decided) }

func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return (100*part + whole/2) / whole
}

// FiguresOf reads the figures of a scope. Days begin at midnight in zone. The
// figures of moderators are kept for the whole site, so with a limited scope
// they hold the moderator named own alone.
func FiguresOf(ctx context.Context, r models.Queryer, scope Scope, own string, now time.Time, zone *time.Location) (*Figures, error) {
	f := &Figures{scope: scope, own: own}
	var err error
	if f.Waiting, err = f.waiting(ctx, r, now); err == nil {
		err = f.readHours(ctx, r, now)
	}
	if err == nil {
		err = f.readDays(ctx, r, now, zone)
	}
	return f, err
}

func (f *Figures) readHours(ctx context.Context, r models.Queryer, now time.Time) error {
	first := hourOf(now) - FigureHours + 1
	var rows []figure
	err := f.kept(ctx, r, first).Select("hour, SUM(decided) AS decided").Group("hour").Scan(&rows).Error
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
		q = q.Where("actor = ?", f.own)
	}
	return q.Select("actor, SUM(decided) AS decided").Group("actor").Order("2 DESC, actor").Limit(100).Scan(&f.Moderators).Error
}

// kept returns the kept figures of the scope since an hour.
func (f *Figures) kept(ctx context.Context, r models.Queryer, first int64) *gorm.DB {
	q := r.Query(ctx).Model(&figure{}).Where("hour >= ?", first)
	if f.scope.Limited() {
		q = q.Where("section IN ?", append([]int64{-1}, f.scope...))
	}
	return q
}

func (f *Figures) readDays(ctx context.Context, r models.Queryer, now time.Time, zone *time.Location) error {
	today := now.In(zone)
	day := func(n int) time.Time {
		return time.Date(today.Year(), today.Month(), today.Day()-FigureDays+1+n, 0, 0, 0, 0, zone)
	}
	first := hourOf(day(0))
	const sum = "SUM(arrived) AS arrived, SUM(held) AS held, SUM(decided) AS decided, SUM(reversed) AS reversed"
	var rows []figure
	if err := f.kept(ctx, r, first).Select("hour, " + sum).Group("hour").Scan(&rows).Error; err != nil {
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
		d.Arrived, d.Held, d.Decided, d.Reversed = d.Arrived+row.Arrived, d.Held+row.Held, d.Decided+row.Decided, d.Reversed+row.Reversed
	}
	if err := f.kept(ctx, r, first).Select("section, " + sum).Group("section").Scan(&f.Sections).Error; err != nil {
		return err
	}
	slices.SortFunc(f.Sections, func(a, b DayFigure) int {
		return cmp.Or(cmp.Compare(b.Arrived, a.Arrived), cmp.Compare(a.Section, b.Section))
	})
	return nil
}

// mostWaiting is up to how many held comments their ages are told exactly.
const mostWaiting = 100_000

// waiting reads how long the held comments of the scope have waited: three steps
// along the index that the queue is dealt from.
func (f *Figures) waiting(ctx context.Context, r models.Queryer, now time.Time) (w Waiting, err error) {
	if w.Comments, err = f.scope.Waiting(ctx, r); err != nil {
		return w, err
	}
	age := func(skip int) (time.Duration, error) {
		var found []models.Time
		q := r.Query(ctx).Table("comments" + r.Dialect().By("comments_queue")).Where("state = 'hold'")
		err := f.scope.narrow(q, "comments.article_id").Select("created_at").Order("created_at, id").Offset(skip).Limit(1).Scan(&found).Error
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
	// The oldest come first: nine tenths are younger than the one a tenth in.
	if w.P90, err = age(w.Comments / 10); err == nil {
		w.P50, err = age(w.Comments / 2)
	}
	return w, err
}
