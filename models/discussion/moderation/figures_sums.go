package moderation

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// dayFigure counts the comments and decisions of a day in a category, 0 for none.
type dayFigure struct {
	Day      int64 `gorm:"primaryKey;autoIncrement:false"` // see dayNumber
	Category int64 `gorm:"column:section;primaryKey;autoIncrement:false"`
	Arrived  int
	Held     int
	Decided  int
	Reversed int
}

// TableName names the table for GORM.
func (dayFigure) TableName() string { return "figure_days" }

// dayDecision counts the decisions of a kind by a moderator on a day in a category.
type dayDecision struct {
	Day      int64  `gorm:"primaryKey;autoIncrement:false"`
	Category int64  `gorm:"column:section;primaryKey;autoIncrement:false"`
	ActorID  int64  `gorm:"primaryKey;autoIncrement:false"` // 0 for no account
	Actor    string `gorm:"primaryKey"`
	Kind     string `gorm:"primaryKey"` // see kindOf
	Decided  int
	Reversed int
}

// TableName names the table for GORM.
func (dayDecision) TableName() string { return "decision_days" }

// figureZone is the time zone of the stored days.
type figureZone struct {
	ID   int64 `gorm:"primaryKey;autoIncrement:false"` // always 1
	Zone string
}

// dayNumber returns the day of an instant in a time zone, such as 20261127.
func dayNumber(at time.Time, zone *time.Location) int64 {
	y, m, d := at.In(zone).Date()
	return int64(y*10_000 + int(m)*100 + d)
}

// kindOf returns the kind of a decision: its reason if it declined a comment with
// one, otherwise the state to which it led.
func kindOf(to discussion.State, reason string) string {
	if to == discussion.Trashed && slices.Contains(discussion.DeclineReasons, reason) {
		return reason
	}
	return string(to)
}

// keepZone begins all figures anew when the site's time zone has changed: the days of
// another zone are other days.
func keepZone(ctx context.Context, db *models.DB, zone *time.Location) error {
	stored, err := models.First[figureZone](db.Query(ctx).Where("id = 1"))
	if err != nil || stored != nil && stored.Zone == zone.String() {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		for _, rows := range []any{&figure{}, &dayFigure{}, &dayDecision{}, &dayWait{}, &waitFigure{}, &arrival{}} {
			if err := tx.Query(ctx).Where("1 = 1").Delete(rows).Error; err != nil {
				return err
			}
		}
		for _, cursor := range []string{commentsCursor, logCursor, waitsCursor} {
			if err := models.SetCursor(ctx, tx, cursor, 0); err != nil {
				return err
			}
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&figureZone{1, zone.String()}).Error
	})
}

// sums are the figures of one batch, before they are added to the stored ones.
type sums struct {
	zone      *time.Location
	figures   map[[2]int64]*figure // by hour and category
	days      map[[2]int64]*dayFigure
	decisions map[dayDecision]*dayDecision // by the key columns
	arrivals  map[int64]int
}

func newSums(zone *time.Location) *sums {
	return &sums{zone, map[[2]int64]*figure{}, map[[2]int64]*dayFigure{}, map[dayDecision]*dayDecision{}, map[int64]int{}}
}

// add adds counts to the hour and to the day of an instant in a category.
func (s *sums) add(at time.Time, category int64, n figure) {
	hour, day := hourNumber(at), dayNumber(at, s.zone)
	f, d := s.figures[[2]int64{hour, category}], s.days[[2]int64{day, category}]
	if f == nil {
		f = &figure{Hour: hour, Category: category}
		s.figures[[2]int64{hour, category}] = f
	}
	if d == nil {
		d = &dayFigure{Day: day, Category: category}
		s.days[[2]int64{day, category}] = d
	}
	f.Arrived, f.Held, f.Decided, f.Reversed = f.Arrived+n.Arrived, f.Held+n.Held, f.Decided+n.Decided, f.Reversed+n.Reversed
	d.Arrived, d.Held, d.Decided, d.Reversed = d.Arrived+n.Arrived, d.Held+n.Held, d.Decided+n.Decided, d.Reversed+n.Reversed
}

// decision returns the counts of a kind of decision by a moderator.
func (s *sums) decision(at time.Time, category, actorID int64, actor, kind string) *dayDecision {
	key := dayDecision{Day: dayNumber(at, s.zone), Category: category, ActorID: actorID, Actor: actor, Kind: kind}
	if s.decisions[key] == nil {
		counted := key
		s.decisions[key] = &counted
	}
	return s.decisions[key]
}

// write adds the sums to the stored figures and sets a cursor to last, the ID of the
// last counted row.
func (s *sums) write(ctx context.Context, tx *models.Tx, cursor string, last int64) error {
	var figures []figure
	for _, f := range s.figures {
		figures = append(figures, *f)
	}
	var days []dayFigure
	for _, d := range s.days {
		days = append(days, *d)
	}
	var decisions []dayDecision
	for _, d := range s.decisions {
		decisions = append(decisions, *d)
	}
	var arrivals []arrival
	for slot, n := range s.arrivals {
		arrivals = append(arrivals, arrival{slot, n})
	}
	counts := []string{"arrived", "held", "decided", "reversed"}
	add := addTo("figures", []string{"hour", "section"}, counts...)
	if err := addRows(ctx, tx, add, figures); err != nil {
		return err
	}
	add = addTo("figure_days", []string{"day", "section"}, counts...)
	if err := addRows(ctx, tx, add, days); err != nil {
		return err
	}
	add = addTo("decision_days", []string{"day", "section", "actor_id", "actor", "kind"}, "decided", "reversed")
	if err := addRows(ctx, tx, add, decisions); err != nil {
		return err
	}
	add = addTo("arrivals", []string{"slot"}, "comments")
	if err := addRows(ctx, tx, add, arrivals); err != nil {
		return err
	}
	return models.SetCursor(ctx, tx, cursor, last)
}

// addRows inserts rows in batches. The clause says what becomes of a row whose key is
// stored already.
func addRows[T any](ctx context.Context, tx *models.Tx, add clause.OnConflict, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.Query(ctx).Clauses(add).CreateInBatches(rows, 200).Error
}

// addTo returns the conflict clause that adds the columns of an inserted row to the
// stored row with the same key.
func addTo(table string, key []string, columns ...string) clause.OnConflict {
	sums := map[string]any{}
	for _, c := range columns {
		sums[c] = gorm.Expr(table + "." + c + " + excluded." + c)
	}
	conflict := clause.OnConflict{DoUpdates: clause.Assignments(sums)}
	for _, name := range key {
		conflict.Columns = append(conflict.Columns, clause.Column{Name: name})
	}
	return conflict
}
