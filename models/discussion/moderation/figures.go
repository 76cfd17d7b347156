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

// A task adds up the figures from the comments and the decision log. So posting and
// deciding do not write figures, and the desk's pages do not count rows.

// figure counts the comments and decisions of an hour in a category, 0 for none.
type figure struct {
	Hour     int64 `gorm:"primaryKey;autoIncrement:false"` // since 1970
	Category int64 `gorm:"column:section;primaryKey;autoIncrement:false"`
	Arrived  int
	Held     int
	Decided  int
	Reversed int
}

// moderatorFigure counts the decisions of a moderator in an hour.
type moderatorFigure struct {
	Hour    int64  `gorm:"primaryKey;autoIncrement:false"`
	Actor   string `gorm:"primaryKey"`
	Decided int
}

// arrival counts the comments that arrived in a slot of five minutes.
type arrival struct {
	Slot     int64 `gorm:"primaryKey;autoIncrement:false"` // since 1970
	Comments int
}

const (
	// countBatch is the number of rows that the task counts in one transaction.
	countBatch = 1000
	// countAfter is the age at which a comment is counted. By then all comments
	// with lower IDs are committed, so that the cursor skips none.
	countAfter = 10 * time.Second
	// ReversalWindow is the time after a decision in which a change of it counts
	// as a reversal.
	ReversalWindow = 7 * 24 * time.Hour
	keepFigures    = 400 * 24 * time.Hour
	keepArrivals   = 8 * 24 * time.Hour

	commentsCursor = "figures: comments"
	logCursor      = "figures: log"
)

func hourNumber(at time.Time) int64 { return at.Unix() / 3600 }
func slotNumber(at time.Time) int64 { return at.Unix() / 300 }

// CountFigures adds the comments and decisions since its last run to the figures.
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

// sums are the figures of one batch, before they are added to the stored ones.
type sums struct {
	figures    map[[2]int64]*figure
	moderators map[moderatorFigure]int
	arrivals   map[int64]int
}

func newSums() *sums {
	return &sums{map[[2]int64]*figure{}, map[moderatorFigure]int{}, map[int64]int{}}
}

// figureAt returns the figure for an instant and a category.
func (s *sums) figureAt(at time.Time, category int64) *figure {
	key := [2]int64{hourNumber(at), category}
	if s.figures[key] == nil {
		s.figures[key] = &figure{Hour: key[0], Category: category}
	}
	return s.figures[key]
}

// write adds the sums to the stored figures and sets a cursor to last, the ID of the
// last counted row.
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
	if len(figures) > 0 {
		add := addTo("figures", []string{"hour", "section"}, "arrived", "held", "decided", "reversed")
		if err := tx.Query(ctx).Clauses(add).CreateInBatches(figures, 200).Error; err != nil {
			return err
		}
	}
	if len(moderators) > 0 {
		add := addTo("moderator_figures", []string{"hour", "actor"}, "decided")
		if err := tx.Query(ctx).Clauses(add).CreateInBatches(moderators, 200).Error; err != nil {
			return err
		}
	}
	if len(arrivals) > 0 {
		add := addTo("arrivals", []string{"slot"}, "comments")
		if err := tx.Query(ctx).Clauses(add).CreateInBatches(arrivals, 200).Error; err != nil {
			return err
		}
	}
	return models.SetCursor(ctx, tx, cursor, last)
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

// countArrivals counts the next batch of new comments and returns its size. It skips
// imported comments: they arrived long ago, on another site.
func countArrivals(ctx context.Context, db *models.DB) (int, error) {
	last, err := models.Cursor(ctx, db, commentsCursor)
	if err != nil {
		return 0, err
	}
	var rows []struct {
		ID        int64
		CreatedAt models.Time
		State     discussion.State
		FirstFrom discussion.State // before the first decision, "" for none
		Imported  bool
		Category  int64
	}
	err = db.Query(ctx).Raw(`SELECT c.id, c.created_at, c.state, c.source IS NOT NULL AS imported,
			COALESCE(a.main_category_id, 0) AS category,
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
			s.arrivals[slotNumber(at)]++
		}
		f := s.figureAt(at, row.Category)
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

// byPerson is the condition that a person made an entry of the decision log: an
// account or a command decided, edited or undid. %[1]s is the table of the entry.
const byPerson = "(%[1]s.actor_id IS NOT NULL OR %[1]s.actor = 'command line')"

// countDecisions counts the next batch of log entries by people and returns its size.
// A decision is reversed if a later entry changes the state within [ReversalWindow];
// it counts as reversed at most once. Undoing a decision and editing a text are not
// decisions themselves.
func countDecisions(ctx context.Context, db *models.DB) (int, error) {
	last, err := models.Cursor(ctx, db, logCursor)
	if err != nil {
		return 0, err
	}
	type entry struct {
		ID       int64
		At       models.Time
		Actor    string
		Decides  bool // not an undo or an edit
		ToState  discussion.State
		Category int64
		BeforeAt models.Time // of the decision before this entry
		BeforeTo discussion.State
		Changed  bool // an earlier entry changed that decision
	}
	var rows []entry
	err = db.Query(ctx).Raw(`SELECT l.id, l.at, l.actor, l.to_state,
			`+fmt.Sprintf(byPerson, "l")+` AND l.reason NOT IN ('undo', 'edited') AS decides,
			COALESCE(a.main_category_id, 0) AS category, p.at AS before_at, COALESCE(p.to_state, '') AS before_to,
			p.id IS NOT NULL AND EXISTS (SELECT 1 FROM comment_log m
				WHERE m.comment_id = l.comment_id AND m.id > p.id AND m.id < l.id
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
			s.figureAt(e.At.Time, e.Category).Decided++
			s.moderators[moderatorFigure{Hour: hourNumber(e.At.Time), Actor: e.Actor}]++
		}
		if !e.BeforeAt.IsZero() && !e.Changed && e.ToState != e.BeforeTo && e.At.Sub(e.BeforeAt.Time) <= ReversalWindow {
			s.figureAt(e.BeforeAt.Time, e.Category).Reversed++
		}
	}
	return len(rows), db.Write(ctx, func(tx *models.Tx) error { return s.write(ctx, tx, logCursor, last) })
}

// PruneFigures deletes the figures and arrivals that the desk no longer shows.
func PruneFigures(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		old := hourNumber(tx.Now.Add(-keepFigures))
		err := tx.Query(ctx).Where("hour < ?", old).Delete(&figure{}).Error
		if err == nil {
			err = tx.Query(ctx).Where("hour < ?", old).Delete(&moderatorFigure{}).Error
		}
		if err == nil {
			err = tx.Query(ctx).Where("slot < ?", slotNumber(tx.Now.Add(-keepArrivals))).Delete(&arrival{}).Error
		}
		return err
	})
}
