package discussion

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/complaints"
)

// UndoWindow is how long after a decision [Undo] reverts it.
const UndoWindow = 10 * time.Minute

// undoBatch is how many rows share a statement.
const undoBatch = 100

// undoRow holds the state of a comment before a decision. The rows of one operation
// were decided together.
type undoRow struct {
	Operation    string `gorm:"primaryKey"`
	CommentID    int64  `gorm:"primaryKey"`
	ActorID      *int64
	At           models.Time
	Action       string // an Action, or one of the operations below
	UndoneBy     string
	UndoneByID   *int64
	Version      int // after the decision; another version is not restored
	State        State
	StateBefore  State
	StateAt      models.Time
	DuplicateKey *string
	Reports      int
	ReportsSeen  models.Time
}

// Operations that are more than an [Action] on the comments.
const (
	OperationDecline = "decline" // trash with a reason
	OperationAnswer  = "answer"  // an answer, and the approval of its parent
)

// Undone is the result of [Undo].
type Undone struct {
	Action   string // of the operation
	Restored int
	// Conflicts counts the comments that changed after the decision. They stay
	// as they are.
	Conflicts int
	Comments  []Versioned // the restored ones, with their new versions
}

// Undo reverts a decision: each comment returns to its earlier state, and an
// answer goes to the trash. It refuses with
//
//	NotFound                 there is no such decision, or it was long ago
//	Gone      undo-late      the decision is older than [UndoWindow]
//	Conflict  undone-by-you  the same actor has undone it already
//	Conflict  undone-already another actor has undone it already
func Undo(ctx context.Context, db *models.DB, actor models.Actor, op string) (u Undone, err error) {
	// The number of comments is known only inside the transaction.
	err = db.WriteMany(ctx, func(tx *models.Tx) error {
		u = Undone{}
		var rows []undoRow
		err := tx.Lock(ctx).Where("operation = ?", op).Order("comment_id").Find(&rows).Error
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return models.Errorf(models.NotFound, "there is no such decision, or it is long past")
		case rows[0].undoneBy(actor):
			return models.Refusal(models.Conflict, "undone-by-you", "this was taken back already")
		case rows[0].UndoneBy != "":
			return models.Refusal(models.Conflict, "undone-already", rows[0].UndoneBy+" has taken this back already")
		case tx.Now.Sub(rows[0].At.Time) > UndoWindow:
			return models.Refusal(models.Gone, "undo-late", "a decision can be taken back for ten minutes")
		}
		u.Action = rows[0].Action
		if err := complaints.ReopenAppeals(ctx, tx, op); err != nil {
			return err
		}
		err = tx.Query(ctx).Model(&undoRow{}).Where("operation = ?", op).
			UpdateColumns(map[string]any{"undone_by": actor.Name, "undone_by_id": actor.UserID}).Error
		if err != nil {
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

// undoneBy reports whether the actor undid the operation. An actor without an
// account, such as the command line, is compared by name.
func (row *undoRow) undoneBy(actor models.Actor) bool {
	if row.UndoneByID == nil || actor.UserID == nil {
		return row.UndoneBy != "" && row.UndoneBy == actor.Name && row.UndoneByID == actor.UserID
	}
	return *row.UndoneByID == *actor.UserID
}

// restore restores the earlier states of comments. A comment that the commenter has
// removed since does not become public again.
func (u *Undone) restore(ctx context.Context, tx *models.Tx, actor models.Actor, rows []undoRow) error {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.CommentID
	}
	var list []*Comment
	err := tx.Lock(ctx).Where("id IN ?", ids).Order("id").Find(&list).Error
	if err != nil {
		return err
	}
	byID := map[int64]*Comment{}
	for _, c := range list {
		byID[c.ID] = c
	}
	t, restored := newTally(), []int64{}
	for _, row := range rows {
		c := byID[row.CommentID]
		if c == nil || c.Version != row.Version || c.Gone() && row.State != Spam && row.State != Trashed {
			u.Conflicts++
			continue
		}
		restored = append(restored, c.ID)
		from := c.State
		if from != row.State {
			t.count(c, from, row.State)
		}
		c.State = row.State
		t.note(tx, c, from, ruling{actor: actor, reason: "undo", operation: row.Operation})
		u.Restored++
		u.Comments = append(u.Comments, Versioned{c.ID, row.Version + 1})
	}
	if len(restored) == 0 {
		return nil
	}
	// The same text may have been posted again since. Then the newer comment keeps
	// the duplicate key. A comment in the trash has none.
	err = tx.Query(ctx).Exec(`UPDATE comments SET state = u.state, state_before = u.state_before, state_at = u.state_at,
		reports = u.reports, reports_seen = u.reports_seen, version = comments.version + 1, duplicate_key = CASE
			WHEN u.state = 'trash' THEN u.duplicate_key
			WHEN u.duplicate_key IS NULL
				OR EXISTS (SELECT 1 FROM comments o WHERE o.duplicate_key = u.duplicate_key AND o.id <> u.comment_id)
			THEN comments.duplicate_key ELSE u.duplicate_key END
		FROM undo_rows u
		WHERE u.operation = ? AND u.comment_id = comments.id AND u.version = comments.version AND comments.id IN ?`,
		rows[0].Operation, restored).Error
	if err != nil {
		return err
	}
	return t.write(ctx, tx)
}

// OperationComments returns the numbers of the comments of an operation. It returns
// none for an unknown operation.
func OperationComments(ctx context.Context, r models.Queryer, op string) ([]int64, error) {
	var ids []int64
	return ids, r.Query(ctx).Model(&undoRow{}).Where("operation = ?", op).Order("comment_id").Pluck("comment_id", &ids).Error
}

// Operation is a decision that [Undo] can revert.
type Operation struct {
	ID       string
	Action   string // an [Action], OperationDecline or OperationAnswer
	Comments int    // how many comments it changed
	At       models.Time
	Author   string // of the oldest of them
}

// OperationOf returns the operation with the id op, or the latest one if op is "". It
// returns nil if the account cannot undo it.
func OperationOf(ctx context.Context, r models.Queryer, user int64, op string, now time.Time) (*Operation, error) {
	found, err := Operations(ctx, r, user, op, now, 1)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Operations returns the latest operations that the account can undo, newest first:
// the one with the id op, or all if op is "".
func Operations(ctx context.Context, r models.Queryer, user int64, op string, now time.Time, most int) (found []Operation, err error) {
	query, args := "actor_id = ? AND at > ? AND undone_by = ''", []any{user, models.At(now.Add(-UndoWindow))}
	if op != "" {
		query, args = query+" AND operation = ?", append(args, op)
	}
	return found, r.Query(ctx).Raw("SELECT o.*, COALESCE(m.author, '') AS author FROM (SELECT operation AS id, MAX(action) AS action,"+
		" COUNT(*) AS comments, MAX(at) AS at, MIN(comment_id) AS first FROM undo_rows WHERE "+query+" GROUP BY operation"+
		" ORDER BY MAX(at) DESC, operation DESC LIMIT ?) o LEFT JOIN comments m ON m.id = o.first ORDER BY o.at DESC, o.id DESC",
		append(args, most)...).Scan(&found).Error
}

// PruneOperations deletes the rows of decisions that can no longer be undone.
func PruneOperations(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("at < ?", models.At(tx.Now.Add(-2*UndoWindow))).Delete(&undoRow{}).Error
	})
}
