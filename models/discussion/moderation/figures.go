package moderation

import (
	"context"
	"fmt"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
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
	keepHours      = 8 * 24 * time.Hour // of the figures by hour
	keepArrivals   = 8 * 24 * time.Hour

	commentsCursor = "figures: comments"
	logCursor      = "figures: log"
)

func hourNumber(at time.Time) int64 { return at.Unix() / 3600 }
func slotNumber(at time.Time) int64 { return at.Unix() / 300 }

// CountFigures adds the comments and decisions since its last run to the figures.
func CountFigures(ctx context.Context, db *models.DB) error {
	site, err := newsroom.LoadSite(ctx, db)
	if err != nil {
		return err
	}
	if err := keepZone(ctx, db, site.TimeZone); err != nil {
		return err
	}
	for _, count := range []func(context.Context, *models.DB, *time.Location) (int, error){countArrivals, countDecisions, countWaits} {
		for {
			n, err := count(ctx, db, site.TimeZone)
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

// countArrivals counts the next batch of new comments and returns its size. It skips
// imported comments: they arrived long ago, on another site.
func countArrivals(ctx context.Context, db *models.DB, zone *time.Location) (int, error) {
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
	s, done := newSums(zone), 0
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
		held := 0
		if row.FirstFrom == discussion.Held || row.FirstFrom == "" && row.State == discussion.Held {
			held = 1
		}
		s.add(at, row.Category, figure{Arrived: 1, Held: held})
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
func countDecisions(ctx context.Context, db *models.DB, zone *time.Location) (int, error) {
	last, err := models.Cursor(ctx, db, logCursor)
	if err != nil {
		return 0, err
	}
	type entry struct {
		ID       int64
		At       models.Time
		Actor    string
		ActorID  int64
		Decides  bool // not an undo or an edit
		ToState  discussion.State
		Reason   string
		Category int64
		BeforeAt models.Time // of the decision before this entry
		BeforeTo discussion.State
		// The moderator and the reason of the decision before, and whether an earlier
		// entry has changed it.
		BeforeBy     string
		BeforeByID   int64
		BeforeReason string
		Changed      bool
	}
	var rows []entry
	err = db.Query(ctx).Raw(`SELECT l.id, l.at, l.actor, COALESCE(l.actor_id, 0) AS actor_id, l.to_state, l.reason,
			`+fmt.Sprintf(byPerson, "l")+` AND l.reason NOT IN ('undo', 'edited') AS decides,
			COALESCE(a.main_category_id, 0) AS category, p.at AS before_at, COALESCE(p.to_state, '') AS before_to,
			COALESCE(p.actor, '') AS before_by, COALESCE(p.actor_id, 0) AS before_by_id, COALESCE(p.reason, '') AS before_reason,
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
	s := newSums(zone)
	for _, e := range rows {
		last = e.ID
		if e.Decides {
			s.add(e.At.Time, e.Category, figure{Decided: 1})
			s.decision(e.At.Time, e.Category, e.ActorID, e.Actor, kindOf(e.ToState, e.Reason)).Decided++
		}
		if !e.BeforeAt.IsZero() && !e.Changed && e.ToState != e.BeforeTo && e.At.Sub(e.BeforeAt.Time) <= ReversalWindow {
			s.add(e.BeforeAt.Time, e.Category, figure{Reversed: 1})
			s.decision(e.BeforeAt.Time, e.Category, e.BeforeByID, e.BeforeBy, kindOf(e.BeforeTo, e.BeforeReason)).Reversed++
		}
	}
	return len(rows), db.Write(ctx, func(tx *models.Tx) error { return s.write(ctx, tx, logCursor, last) })
}

// PruneFigures deletes the figures and arrivals that the desk no longer shows.
func PruneFigures(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		old := dayNumber(tx.Now.Add(-keepFigures), time.UTC)
		for _, part := range []struct {
			rows  any
			where string
			value int64
		}{
			{&figure{}, "hour < ?", hourNumber(tx.Now.Add(-keepHours))},
			{&dayFigure{}, "day < ?", old},
			{&dayDecision{}, "day < ?", old},
			{&dayWait{}, "day < ?", old},
			{&waitFigure{}, "day < ?", old},
			{&arrival{}, "slot < ?", slotNumber(tx.Now.Add(-keepArrivals))},
		} {
			if err := tx.Query(ctx).Where(part.where, part.value).Delete(part.rows).Error; err != nil {
				return err
			}
		}
		return nil
	})
}
