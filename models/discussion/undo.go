package discussion

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"broadsheet/models"
)

// UndoWindow is how long a decision can be taken back.
const UndoWindow = 10 * time.Minute

// MaxBulk is how many comments one decision takes at most.
const MaxBulk = 1000

// undoRow is how a comment was before a decision. Those of one operation were
// decided together.
type undoRow struct {
	Operation    string `gorm:"primaryKey"`
	CommentID    int64  `gorm:"primaryKey"`
	ActorID      *int64
	At           models.Time
	UndoneBy     string
	Version      int // after the decision: of another one, it is not taken back
	State        State
	StateBefore  State
	StateAt      models.Time
	DuplicateKey *string
	Reports      int
	ReportsSeen  models.Time
}

// Verdict is what a moderator decides, and why.
type Verdict struct {
	Action Action
	Reason string // a code of DeclineReasons, or ""
	Note   string // own words, for colleagues who read the log
	Words  string // own words, for the writer
}

// Rule decides comments as [Decide] does, so that it can be taken back with
// [Undo]. The operation is "" if nothing was changed.
func Rule(ctx context.Context, db *models.DB, actor Actor, seen []Seen, v Verdict) (op string, results []Decided, err error) {
	if len(seen) > MaxBulk {
		return "", nil, models.Errorf(models.TooLarge, "at most %d comments are decided at once", MaxBulk)
	}
	err = writing(db, len(seen))(ctx, func(tx *models.Tx) error {
		op, results, err = ruleIn(ctx, tx, actor, seen, v)
		return err
	})
	return op, results, err
}

// ruleIn is Rule within a transaction.
func ruleIn(ctx context.Context, tx *models.Tx, actor Actor, seen []Seen, v Verdict) (op string, results []Decided, err error) {
	op = rand.Text()
	results, err = decideAll(ctx, tx, ruling{actor, v.Action, v.Reason, v.Note, v.Words, op}, seen)
	if !slices.ContainsFunc(results, func(d Decided) bool { return d.Changed }) {
		op = ""
	}
	return op, results, err
}

// Undone says what taking back did.
type Undone struct {
	Restored int
	// Conflicts are comments that somebody decided anew in between. They stay.
	Conflicts int
}

// Undo takes a decision back: every comment returns to exactly where it was.
// It refuses with NotFound, Gone (undo-late) after [UndoWindow], and Conflict
// (undone-already) when somebody was quicker.
func Undo(ctx context.Context, db *models.DB, actor Actor, op string) (u Undone, err error) {
	// How many it is about is known inside only.
	err = db.WriteMany(ctx, func(tx *models.Tx) error {
		u = Undone{}
		var rows []undoRow
		err := tx.Query(ctx).Raw("SELECT * FROM undo_rows WHERE operation = ? ORDER BY comment_id"+tx.Dialect().LockRow(), op).Scan(&rows).Error
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return models.Errorf(models.NotFound, "there is no such decision, or it is long past")
		case rows[0].UndoneBy != "":
			return models.Refuse(models.Conflict, "undone-already", rows[0].UndoneBy+" has taken this back already")
		case tx.Now.Sub(rows[0].At.Time) > UndoWindow:
			return models.Refuse(models.Gone, "undo-late", "a decision can be taken back for ten minutes")
		}
		if err := tx.Query(ctx).Model(&undoRow{}).Where("operation = ?", op).UpdateColumn("undone_by", actor.Name).Error; err != nil {
			return err
		}
		for begin := 0; begin < len(rows); begin += decideBatch {
			if err := u.restore(ctx, tx, actor, rows[begin:min(len(rows), begin+decideBatch)]); err != nil {
				return err
			}
		}
		return nil
	})
	return u, err
}

// restore puts some comments back.
func (u *Undone) restore(ctx context.Context, tx *models.Tx, actor Actor, rows []undoRow) error {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.CommentID
	}
	var list []*Comment
	if err := tx.Query(ctx).Raw("SELECT * FROM comments WHERE id IN ? ORDER BY id"+tx.Dialect().LockRow(), ids).Scan(&list).Error; err != nil {
		return err
	}
	byID := map[int64]*Comment{}
	for _, c := range list {
		byID[c.ID] = c
	}
	t := newTally()
	for _, row := range rows {
		c := byID[row.CommentID]
		if c == nil || c.Version != row.Version {
			u.Conflicts++
			continue
		}
		from := c.State
		if from != row.State {
			t.change(c, from, row.State)
		}
		c.State = row.State
		t.log = append(t.log, entryOf(tx, c, from, ruling{actor: actor, reason: "undo", operation: row.Operation}))
		u.Restored++
	}
	// Somebody may have said the same again in between: then that keeps the key
	// by which repeats are known.
	err := tx.Query(ctx).Exec(`UPDATE comments SET state = u.state, state_before = u.state_before, state_at = u.state_at, reports = u.reports,
		reports_seen = u.reports_seen, version = comments.version + 1, duplicate_key = CASE
			WHEN u.duplicate_key IS NULL OR EXISTS (SELECT 1 FROM comments o WHERE o.duplicate_key = u.duplicate_key AND o.id <> u.comment_id)
			THEN comments.duplicate_key ELSE u.duplicate_key END
		FROM undo_rows u WHERE u.operation = ? AND u.comment_id = comments.id AND u.version = comments.version AND comments.id IN ?`, rows[0].Operation, ids).Error
	if err != nil {
		return err
	}
	return t.write(ctx, tx)
}

// LastOperation returns the decision that an actor can take back, "" if
// there is none.
func LastOperation(ctx context.Context, r models.Reader, user int64, now time.Time) (string, error) {
	var ids []string
	err := r.Query(ctx).Raw("SELECT operation FROM undo_rows WHERE actor_id = ? AND at > ? AND undone_by = '' ORDER BY at DESC LIMIT 1", user, models.At(now.Add(-UndoWindow))).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// PruneOperations forgets decisions that can no longer be taken back.
func PruneOperations(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("at < ?", models.At(tx.Now.Add(-2*UndoWindow))).Delete(&undoRow{}).Error
	})
}
