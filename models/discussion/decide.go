package discussion

import (
	"context"
	"crypto/rand"
	"slices"

	"broadsheet/models"
)

// Versioned names a comment and the version that the moderator saw. With AnyVersion
// the decision applies to any version.
type Versioned struct {
	ID      int64
	Version int
}

// AnyVersion skips the optimistic-lock check, for decisions of a command.
const AnyVersion = 0

// DecisionResult is the result of a decision for one comment.
type DecisionResult struct {
	ID       int64
	From, To State
	Author   string // the name of the commenter
	// Changed is set if the decision changed the comment.
	Changed bool
	// Conflict is set if the comment changed after the moderator had read it.
	// The decision then changed nothing.
	Conflict bool
	// Change describes that change when Conflict is set.
	Change Change
	// Missing is set if there is no such comment.
	Missing bool
	// Refused is set if its state does not allow the action.
	Refused bool
	// Gone is set with Refused if the commenter removed the comment.
	Gone bool
}

// Done reports whether the comment is in the state that the decision asked for.
func (d DecisionResult) Done() bool { return !d.Missing && !d.Conflict && !d.Refused }

const (
	// MaxBulk is how many comments one undoable decision takes at most.
	MaxBulk = 1000
	// decideBatch is how many comments share a statement.
	decideBatch = 500
	// fewDecisions is the largest number of decisions that may share a
	// transaction with other writers. More would hold the others up.
	fewDecisions = 20
)

// Verdict is a moderator's decision, with its reason.
type Verdict struct {
	Action   Action
	Reason   string // a code of DeclineReasons, or ""
	Note     string // the moderator's words, for colleagues who read the log
	Words    string // the moderator's words, for the commenter
	Undoable bool   // [Undo] can restore the states before
}

// DeclineReasons are the codes of reasons for not publishing a comment. Each has a
// text that the commenter sees.
var DeclineReasons = []string{
	"abusive", "advertising", "banned-word", "harassment", "hate", "illegal", "irrelevant", "misinformation", "offensive", "spam", "other",
}

// IsDeclineReason reports whether a reason of the log is a code of [DeclineReasons].
func IsDeclineReason(reason string) bool { return slices.Contains(DeclineReasons, reason) }

// ruling is a decision in progress.
type ruling struct {
	actor     models.Actor
	action    Action
	reason    string
	note      string // for colleagues
	words     string // for the commenter
	operation string // its id for [Undo], "" if the decision is not undoable
	answers   bool   // the operation publishes an answer as well
	sums      *Sums  // where the counts afterwards are to be noted, nil for nowhere
}

// Sums are the site's counts after a decision, by state. They are nil if it changed
// nothing or many comments, or perhaps the number of reported ones, which is not among
// them.
type Sums map[State]int

// named returns the name of the decision in an offer to undo it.
func (r ruling) named() string {
	switch {
	case r.answers:
		return OperationAnswer
	case r.action == DoTrash && slices.Contains(DeclineReasons, r.reason):
		return OperationDecline
	}
	return string(r.action)
}

// Decide changes the states of the given comments in one transaction. The same
// action twice counts once. It returns one result for each comment, and the id
// of the operation for [Undo], "" if the verdict is not undoable or changed nothing.
func Decide(
	ctx context.Context, db *models.DB, actor models.Actor, seen []Versioned, v Verdict,
) (op string, results []DecisionResult, err error) {
	op, results, _, err = DecideAndCount(ctx, db, actor, seen, v)
	return op, results, err
}

// DecideAndCount is [Decide]. It also returns the site's counts afterwards, which then
// need no statement of their own.
func DecideAndCount(
	ctx context.Context, db *models.DB, actor models.Actor, seen []Versioned, v Verdict,
) (op string, results []DecisionResult, sums Sums, err error) {
	if v.Undoable && len(seen) > MaxBulk {
		return "", nil, nil, models.Errorf(models.TooLarge, "at most %d comments are decided at once", MaxBulk)
	}
	write := db.Write
	if len(seen) > fewDecisions {
		write = db.WriteMany // so that small writers are not held up
	}
	err = write(ctx, func(tx *models.Tx) error {
		sums = nil
		counted := &sums
		if len(seen) > decideBatch {
			counted = nil // each batch would note counts of its own
		}
		op, results, err = decideIn(ctx, tx, actor, seen, v, counted)
		return err
	})
	return op, results, sums, err
}

// DecideIn is [Decide] as a part of a running transaction.
func DecideIn(
	ctx context.Context, tx *models.Tx, actor models.Actor, seen []Versioned, v Verdict,
) (op string, results []DecisionResult, err error) {
	return decideIn(ctx, tx, actor, seen, v, nil)
}

func decideIn(
	ctx context.Context, tx *models.Tx, actor models.Actor, seen []Versioned, v Verdict, sums *Sums,
) (op string, results []DecisionResult, err error) {
	r := ruling{actor: actor, action: v.Action, reason: v.Reason, note: v.Note, words: v.Words, sums: sums}
	if v.Undoable {
		r.operation = rand.Text()
	}
	results, err = decideAll(ctx, tx, r, seen)
	if slices.ContainsFunc(results, func(d DecisionResult) bool { return d.Changed }) {
		op = r.operation
	}
	return op, results, err
}

// decideAll decides any number of comments, in batches.
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

// DecideAllHeld approves every held comment, or moves it to spam or trash. It
// returns the number of comments.
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
		_, results, err := Decide(ctx, db, actor, seen, Verdict{Action: action, Reason: reason})
		if err != nil {
			return total, err
		}
		total += len(results)
	}
}

// decideChunk decides at most decideBatch comments.
func decideChunk(ctx context.Context, tx *models.Tx, r ruling, seen []Versioned) ([]DecisionResult, error) {
	ids := make([]int64, len(seen))
	for i, s := range seen {
		ids[i] = s.ID
	}
	var rows []*Comment
	err := tx.Lock(ctx).Where("id IN ?", ids).Order("id").Find(&rows).Error
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
			d.From, d.Author = c.State, c.Author
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
			d.Changed = r.decide(tx, tally, c, to)
		}
		results[i] = d
	}
	if err := explainConflicts(ctx, tx, r.actor, byID, results); err != nil {
		return nil, err
	}
	return results, r.store(ctx, tx, tally)
}

// store stores what a decision has changed.
func (r ruling) store(ctx context.Context, tx *models.Tx, t *tally) error {
	if r.sums != nil {
		t.sums = map[State]int{}
	}
	err := t.write(ctx, tx)
	if r.sums != nil {
		*r.sums = nil
		if len(t.sums) > 0 && !t.reported {
			*r.sums = t.sums
		}
	}
	return err
}

// decide changes one comment and notes its earlier state for [Undo]. It reports
// whether the comment changed.
func (r ruling) decide(tx *models.Tx, t *tally, c *Comment, to State) (changed bool) {
	before := *c
	if to != c.State {
		t.move(tx, c, to, r)
	}
	if r.reason == RemovedByCommenter && !c.Withdrawn {
		c.Withdrawn = true
		t.withdrawn = append(t.withdrawn, c.ID)
	}
	looked := r.action == DoApprove && c.Reports > 0
	if looked {
		t.look(tx, c)
	}
	changed = looked || c.Version != before.Version
	if changed && r.operation != "" {
		t.undo = append(t.undo, undoRow{
			Operation: r.operation, Action: r.named(), CommentID: c.ID, ActorID: r.actor.UserID, At: models.At(tx.Now),
			Version: c.Version, State: before.State, StateBefore: before.StateBefore, StateAt: before.StateAt,
			DuplicateKey: before.DuplicateKey, Reports: before.Reports, ReportsSeen: before.ReportsSeen,
		})
	}
	return changed
}
