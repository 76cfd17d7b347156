package discussion

import (
	"context"
	"slices"

	"broadsheet/models"
)

// Versioned names a comment and the version that the decision was made on. Any
// version will do for AnyVersion.
type Versioned struct {
	ID      int64
	Version int
}

// AnyVersion is the version of decisions that nobody looked at first, such
// as a command's.
const AnyVersion = 0

// DecisionResult says what became of one comment.
type DecisionResult struct {
	ID       int64
	From, To State
	// Changed is set where the decision made a difference.
	Changed bool
	// Conflict is set if the comment changed after the moderator had read it.
	// The decision then changed nothing.
	Conflict bool
	// Change describes that change when Conflict is set.
	Change Change
	// Missing is set where there is no such comment.
	Missing bool
	// Refused is set where the action is not possible from its state.
	Refused bool
	// Gone is set with Refused where the commenter removed the comment.
	Gone bool
}

// fewDecisions are done so quickly that they may share a transaction with
// what others write.
const fewDecisions = 20

// Done reports whether the comment stands where the decision wanted it.
func (d DecisionResult) Done() bool { return !d.Missing && !d.Conflict && !d.Refused }

// decideBatch is how many comments share a statement.
const decideBatch = 500

// ruling is what a moderator decides about some comments, and why.
type ruling struct {
	actor  models.Actor
	action Action
	reason string
	note   string // for colleagues
	words  string // for the writer
	// operation is the number under which it can be undone, "" if it cannot.
	operation string
	// answers is set where the operation publishes an answer as well.
	answers bool
}

// named returns the name of the decision for the offer to undo it.
func (r ruling) named() string {
	switch {
	case r.answers:
		return OperationAnswer
	case r.action == DoTrash && slices.Contains(DeclineReasons, r.reason):
		return OperationDecline
	}
	return string(r.action)
}

// Decide changes the state of all given comments in one transaction, with
// their counts and log rows. The same action twice counts once.
// [Rule] does the same so that [Undo] can restore the states before.
func Decide(ctx context.Context, db *models.DB, actor models.Actor, seen []Versioned, action Action, reason string) (results []DecisionResult, err error) {
	err = writing(db, len(seen))(ctx, func(tx *models.Tx) error {
		results, err = decideAll(ctx, tx, ruling{actor: actor, action: action, reason: reason}, seen)
		return err
	})
	return results, err
}

// writing returns how so many comments are written: many share no transaction
// with writers who wait for a moment only.
func writing(db *models.DB, comments int) func(context.Context, func(*models.Tx) error) error {
	if comments > fewDecisions {
		return db.WriteMany
	}
	return db.Write
}

// decideAll decides any number of comments.
func decideAll(ctx context.Context, tx *models.Tx, r ruling, seen []Versioned) ([]DecisionResult, error) {
	results := make([]DecisionResult, 0, len(seen))
	for len(seen) > len(results) {
		chunk := seen[len(results):min(len(seen), len(results)+decideBatch)]
		done, err := decideChunk(ctx, tx, r, chunk)
		if err != nil {
			return nil, err
		}
		results = append(results, done...)
	}
	return results, nil
}

// DecideAllHeld approves, or otherwise decides, every held comment, and
// returns how many that were.
func DecideAllHeld(ctx context.Context, db *models.DB, actor models.Actor, action Action, reason string) (total int, err error) {
	if to, ok := Next(Held, "", action); !ok || to == Held {
		return 0, models.Errorf(models.Invalid, "held comments can be approved, or moved to spam or trash")
	}
	for {
		var seen []Versioned
		err := db.Query(ctx).Model(&Comment{}).Where("state = ?", Held).Order("created_at, id").
			Limit(decideBatch).Select("id").Find(&seen).Error
		if err != nil || len(seen) == 0 {
			return total, err
		}
		results, err := Decide(ctx, db, actor, seen, action, reason)
		if err != nil {
			return total, err
		}
		total += len(results)
	}
}

func decideChunk(ctx context.Context, tx *models.Tx, r ruling, seen []Versioned) ([]DecisionResult, error) {
	ids := make([]int64, len(seen))
	for i, s := range seen {
		ids[i] = s.ID
	}
	var rows []*Comment
	err := tx.Query(ctx).Raw("SELECT * FROM comments WHERE id IN ? ORDER BY id"+tx.Dialect().LockRow(), ids).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	byID := map[int64]*Comment{}
	for _, c := range rows {
		byID[c.ID] = c
	}
	results := make([]DecisionResult, len(seen))
	tally := newTally()
	for i, s := range seen {
		d := DecisionResult{ID: s.ID}
		c := byID[s.ID]
		if c != nil {
			d.From = c.State
		}
		to, allowed := State(""), false
		if c != nil {
			to, allowed = c.Next(r.action)
		}
		switch {
		case c == nil:
			d.Missing = true
		case s.Version != AnyVersion && s.Version != c.Version:
			d.Conflict, d.To = true, c.State
		case !allowed:
			d.Refused, d.Gone, d.To = true, c.Gone(), c.State
		default:
			d.To = to
			if d.Changed, err = r.decide(ctx, tx, tally, c, to); err != nil {
				return nil, err
			}
		}
		results[i] = d
	}
	if err := explainConflicts(ctx, tx, r.actor, byID, results); err != nil {
		return nil, err
	}
	return results, tally.write(ctx, tx)
}

// decide changes one comment, notes how it was before, and reports whether
// that made a difference.
func (r ruling) decide(ctx context.Context, tx *models.Tx, t *tally, c *Comment, to State) (changed bool, err error) {
	before := *c
	if to != c.State {
		t.move(tx, c, to, r)
	}
	if r.reason == removedByWriter && !c.Withdrawn {
		c.Withdrawn = true
		t.withdrawn = append(t.withdrawn, c.ID)
	}
	looked := r.action == DoApprove && c.Reports > 0
	if looked {
		if err := c.clearReports(ctx, tx); err != nil {
			return false, err
		}
	}
	changed = looked || c.Version != before.Version
	if changed && r.operation != "" {
		t.undo = append(t.undo, undoRow{
			Operation: r.operation, Action: r.named(), CommentID: c.ID, ActorID: r.actor.UserID, At: models.At(tx.Now), Version: c.Version, State: before.State,
			StateBefore: before.StateBefore, StateAt: before.StateAt, DuplicateKey: before.DuplicateKey, Reports: before.Reports, ReportsSeen: before.ReportsSeen,
		})
	}
	return changed, nil
}
