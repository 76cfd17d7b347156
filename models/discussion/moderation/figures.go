package moderation

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Figures are kept by a task that follows the comments and the log, so that
// nobody who posts or decides waits for them, and no page counts rows.

// figure is what happened within an hour, in one section.
type figure struct {
	Hour     int64 `gorm:"primaryKey;autoIncrement:false"`
	Section  int64 `gorm:"primaryKey;autoIncrement:false"`
	Arrived  int
	Held     int
	Decided  int
	Reversed int
}

// moderatorFigure is what one moderator decided within an hour.
type moderatorFigure struct {
	Hour    int64  `gorm:"primaryKey;autoIncrement:false"`
	Actor   string `gorm:"primaryKey"`
	Decided int
}

// arrival is how many comments came in within five minutes.
type arrival struct {
	Slot     int64 `gorm:"primaryKey;autoIncrement:false"`
	Comments int
}

const (
	// countBatch is how many rows the task takes at once.
	countBatch = 1000
	// countAfter is how old a comment is when it is counted: by then every
	// transaction that began before it is over.
	countAfter = 10 * time.Second
	// ReversalWindow is within which a decision that is changed counts as
	// reversed.
	ReversalWindow = 7 * 24 * time.Hour
	keepFigures    = 400 * 24 * time.Hour
	keepArrivals   = 8 * 24 * time.Hour

	commentsCursor = "figures: comments"
	logCursor      = "figures: log"
)

func hourOf(at time.Time) int64 { return at.Unix() / 3600 }
func slotOf(at time.Time) int64 { return at.Unix() / 300 }

// CountFigures takes what has happened since the last time into the figures.
func CountFigures(ctx context.Context, db *models.DB) error {
	for _, count := range []func(context.Context, *models.DB) (int, error){countArrivals, countDecisions} {
		for {
			n, err := count(ctx, db)
			if err != nil {
				return err
			}
			if n < countBatch {
				break
			}
		}
	}
	return nil
}

// sums gathers figures before they are stored.
type sums struct {
	figures    map[[2]int64]*figure
	moderators map[moderatorFigure]int
	arrivals   map[int64]int
}

func newSums() *sums {
	return &sums{map[[2]int64]*figure{}, map[moderatorFigure]int{}, map[int64]int{}}
}

func (s *sums) at(at time.Time, section int64) *figure {
	key := [2]int64{hourOf(at), section}
	if s.figures[key] == nil {
		s.figures[key] = &figure{Hour: key[0], Section: section}
	}
	return s.figures[key]
}

// write adds the sums to what is kept, and notes how far the task has come.
func (s *sums) write(ctx context.Context, tx *models.Tx, cursor string, last int64) error {
	var figures []figure
	for _, f := range s.figures {
		figures = append(figures, *f)
	}
	var moderators []moderatorFigure
	for m, n := range s.moderators {
		m.Decided = n
		moderators = append(moderators, m)
	}
	var arrivals []arrival
	for slot, n := range s.arrivals {
		arrivals = append(arrivals, arrival{slot, n})
	}
	add := func(table string, columns ...string) clause.OnConflict {
		sum := map[string]any{}
		for _, c := range columns {
			sum[c] = gorm.Expr(table + "." + c + " + excluded." + c)
		}
		var key []clause.Column
		for _, name := range map[string][]string{"figures": {"hour", "section"}, "moderator_figures": {"hour", "actor"}, "arrivals": {"slot"}}[table] {
			key = append(key, clause.Column{Name: name})
		}
		return clause.OnConflict{Columns: key, DoUpdates: clause.Assignments(sum)}
	}
	q := tx.Query(ctx)
	if len(figures) > 0 {
		if err := q.Clauses(add("figures", "arrived", "held", "decided", "reversed")).CreateInBatches(figures, 200).Error; err != nil {
			return err
		}
	}
	if len(moderators) > 0 {
		if err := tx.Query(ctx).Clauses(add("moderator_figures", "decided")).CreateInBatches(moderators, 200).Error; err != nil {
			return err
		}
	}
	if len(arrivals) > 0 {
		if err := tx.Query(ctx).Clauses(add("arrivals", "comments")).CreateInBatches(arrivals, 200).Error; err != nil {
			return err
		}
	}
	return models.SetCursor(ctx, tx, cursor, last)
}

// countArrivals counts comments that came in. Imported ones came in long ago
// and elsewhere.
func countArrivals(ctx context.Context, db *models.DB) (int, error) {
	last, err := models.Cursor(ctx, db, commentsCursor)
	if err != nil {
		return 0, err
	}
	var rows []struct {
		ID        int64
		CreatedAt models.Time
		State     discussion.State
		FirstFrom discussion.State // what it was before anybody decided on it
		Imported  bool
		Section   int64
	}
	err = db.Query(ctx).Raw(`SELECT c.id, c.created_at, c.state, c.source IS NOT NULL AS imported, COALESCE(a.main_category_id, 0) AS section,
			COALESCE((SELECT l.from_state FROM comment_log l WHERE l.comment_id = c.id ORDER BY l.id LIMIT 1), '') AS first_from
		FROM comments c JOIN articles a ON a.id = c.article_id WHERE c.id > ? ORDER BY c.id LIMIT ?`, last, countBatch).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	s, done := newSums(), 0
	ripe, fresh := db.Now().Add(-countAfter), db.Now().Add(-keepArrivals)
	for _, row := range rows {
		at := row.CreatedAt.Time
		if at.After(ripe) && !row.Imported {
			break
		}
		done++
		last = row.ID
		if row.Imported || at.Before(db.Now().Add(-keepFigures)) {
			continue
		}
		if at.After(fresh) {
			s.arrivals[slotOf(at)]++
		}
		f := s.at(at, row.Section)
		f.Arrived++
		if row.FirstFrom == discussion.Held || row.FirstFrom == "" && row.State == discussion.Held {
			f.Held++
		}
	}
	if done == 0 {
		return 0, nil
	}
	return done, db.Write(ctx, func(tx *models.Tx) error { return s.write(ctx, tx, commentsCursor, last) })
}

// byPerson selects the entries of the log that a person made, in a table
// named %s: decisions by an account or a command, and their undoing.
const byPerson = "(%[1]s.actor_id IS NOT NULL OR %[1]s.actor = 'command line')"

// countDecisions counts decisions by people, and those of them that were
// changed within [ReversalWindow]: decided otherwise, or undone. It counts a
// decision as changed at most once. An edit of the text is not a decision.
func countDecisions(ctx context.Context, db *models.DB) (int, error) {
	last, err := models.Cursor(ctx, db, logCursor)
	if err != nil {
		return 0, err
	}
	type entry struct {
		ID       int64
		At       models.Time
		Actor    string
		Decides  bool // neither an undoing nor a new text
		ToState  discussion.State
		Section  int64
		BeforeAt models.Time // of the person's decision that this one follows
		BeforeTo discussion.State
		Changed  bool // that decision was changed before
	}
	var rows []entry
	err = db.Query(ctx).Raw(`SELECT l.id, l.at, l.actor, `+fmt.Sprintf(byPerson, "l")+` AND l.reason NOT IN ('undo', 'edited') AS decides, l.to_state,
			COALESCE(a.main_category_id, 0) AS section, p.at AS before_at, COALESCE(p.to_state, '') AS before_to,
			p.id IS NOT NULL AND EXISTS (SELECT 1 FROM comment_log m WHERE m.comment_id = l.comment_id AND m.id > p.id AND m.id < l.id
				AND `+fmt.Sprintf(byPerson, "m")+` AND m.to_state <> p.to_state) AS changed
		FROM comment_log l LEFT JOIN articles a ON a.id = l.article_id
		LEFT JOIN comment_log p ON p.id = (SELECT MAX(b.id) FROM comment_log b WHERE b.comment_id = l.comment_id AND b.id < l.id
			AND `+fmt.Sprintf(byPerson, "b")+` AND b.reason NOT IN ('undo', 'edited'))
		WHERE l.id > ? AND `+fmt.Sprintf(byPerson, "l")+` ORDER BY l.id LIMIT ?`, last, countBatch).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	s := newSums()
	for _, e := range rows {
		last = e.ID
		if e.Decides {
			s.at(e.At.Time, e.Section).Decided++
			s.moderators[moderatorFigure{Hour: hourOf(e.At.Time), Actor: e.Actor}]++
		}
		if !e.BeforeAt.IsZero() && !e.Changed && e.ToState != e.BeforeTo && e.At.Sub(e.BeforeAt.Time) <= ReversalWindow {
			s.at(e.BeforeAt.Time, e.Section).Reversed++
		}
	}
	return len(rows), db.Write(ctx, func(tx *models.Tx) error { return s.write(ctx, tx, logCursor, last) })
}

// PruneFigures forgets figures that nobody looks at any more.
func PruneFigures(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		old := hourOf(tx.Now.Add(-keepFigures))
		err := tx.Query(ctx).Where("hour < ?", old).Delete(&figure{}).Error
		if err == nil {
			err = tx.Query(ctx).Where("hour < ?", old).Delete(&moderatorFigure{}).Error
		}
		if err == nil {
			err = tx.Query(ctx).Where("slot < ?", slotOf(tx.Now.Add(-keepArrivals))).Delete(&arrival{}).Error
		}
		return err
	})
}
