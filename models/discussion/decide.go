package discussion

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Actor is who decides.
type Actor struct {
	Name   string // for the log, such as "command line"
	UserID *int64
}

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
	actor  Actor
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
func Decide(ctx context.Context, db *models.DB, actor Actor, seen []Versioned, action Action, reason string) (results []DecisionResult, err error) {
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
func DecideAllHeld(ctx context.Context, db *models.DB, actor Actor, action Action, reason string) (total int, err error) {
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
		move(tx, t, c, to, r)
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

// move changes one comment's state, logs it and adds to the tally, which
// stores it all.
func move(tx *models.Tx, t *tally, c *Comment, to State, r ruling) {
	from := c.State
	t.change(c, from, to)
	c.State, c.StateBefore, c.StateAt = to, "", models.At(tx.Now)
	if to == Spam || to == Trashed {
		c.StateBefore = from
	}
	if to == Trashed {
		c.DuplicateKey = nil
	}
	if to == Approved || to == Trashed && slices.Contains(DeclineReasons, r.reason) {
		t.turned = append(t.turned, turned{c.ID, c.ParentID, to})
	}
	c.Version++
	t.log = append(t.log, entryOf(tx, c, from, r))
	t.moves[stateMove{to, c.StateBefore}] = append(t.moves[stateMove{to, c.StateBefore}], c.ID)
}

// stateMove is what comments have in common that are moved by one statement.
type stateMove struct{ to, before State }

// writeMoves stores the states of moved comments.
func (t *tally) writeMoves(ctx context.Context, tx *models.Tx) error {
	if len(t.withdrawn) > 0 {
		if err := tx.Query(ctx).Exec("UPDATE comments SET withdrawn = TRUE WHERE id IN ?", t.withdrawn).Error; err != nil {
			return err
		}
	}
	for move, ids := range t.moves {
		key := ""
		if move.to == Trashed {
			// Somebody may write the same again once this is in the trash.
			key = ", duplicate_key = NULL"
		}
		err := tx.Query(ctx).Exec("UPDATE comments SET state = ?, state_before = ?, state_at = ?, version = version + 1"+key+" WHERE id IN ?",
			move.to, move.before, models.At(tx.Now), ids).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// tally gathers what changes of state do to counts, so that a hundred
// decisions under one article change its row once.
type tally struct {
	articles map[int64]*newsroom.CommentCounts
	totals   map[State]int
	shown    map[int64]int // by top comment
	article  map[int64]int64
	visible  map[int64]bool // articles whose readers see a difference
	fresh    []*Comment     // threads that begin
	turned   []turned       // whose writers may want to know
	moves    map[stateMove][]int64
	log      []*logEntry
	undo     []undoRow
	// withdrawn are the comments that their commenters removed.
	withdrawn []int64
}

func newTally() *tally {
	return &tally{
		articles: map[int64]*newsroom.CommentCounts{}, totals: map[State]int{}, shown: map[int64]int{}, article: map[int64]int64{}, visible: map[int64]bool{},
		moves: map[stateMove][]int64{},
	}
}

// counts returns the changes to an article's counts.
func (t *tally) counts(articleID int64) *newsroom.CommentCounts {
	counts := t.articles[articleID]
	if counts == nil {
		counts = &newsroom.CommentCounts{}
		t.articles[articleID] = counts
	}
	return counts
}

// show notes that a thread shows more comments, or fewer.
func (t *tally) show(articleID, root int64, by int) {
	t.counts(articleID)
	t.visible[articleID] = true
	t.shown[root] += by
	t.article[root] = articleID
}

// change notes that a comment goes from one state to another; an empty from
// means that it is new.
func (t *tally) change(c *Comment, from, to State) {
	counts := t.counts(c.ArticleID)
	for _, s := range []struct {
		state State
		by    int
	}{{from, -1}, {to, +1}} {
		if s.state == "" {
			continue
		}
		t.totals[s.state] += s.by
		switch s.state {
		case Approved:
			counts.Approve += s.by
			t.show(c.ArticleID, c.Root(), s.by)
		case Held:
			counts.Hold += s.by
		case Spam:
			counts.Spam += s.by
		case Trashed:
			counts.Trash += s.by
		}
	}
}

// add notes a new comment before its row is written. A top comment begins
// its own thread.
func (t *tally) add(c *Comment) {
	t.change(c, "", c.State)
	if c.Depth == 0 && c.State == Approved {
		c.ThreadShown = 1
		t.counts(c.ArticleID).Threads++
		t.fresh = append(t.fresh, c)
		delete(t.shown, c.Root())
	}
}

// write stores the counts, after the rows. Threads that appear or vanish are
// noticed here.
func (t *tally) write(ctx context.Context, tx *models.Tx) error {
	if err := t.writeMoves(ctx, tx); err != nil {
		return err
	}
	moves, err := t.writeShown(ctx, tx)
	if err != nil {
		return err
	}
	for id, counts := range t.articles {
		threads, err := newsroom.AddComments(ctx, tx, id, *counts)
		if err != nil {
			return err
		}
		if len(moves[id]) > 0 {
			if err := moveThreads(ctx, tx, id, threads, moves[id]); err != nil {
				return err
			}
		}
	}
	// The row that counts the log also keeps two decisions from continuing the
	// chain at the same entry: the second waits for it.
	t.totals[logged] += len(t.log)
	if err := t.writeTotals(ctx, tx); err != nil {
		return err
	}
	for id := range t.visible {
		tx.Touch(newsroom.ArticleTag(id))
	}
	tx.Touch(CommentsTag)
	if err := appendLog(ctx, tx, t.log); err != nil {
		return err
	}
	if len(t.undo) > 0 {
		if err := tx.Query(ctx).CreateInBatches(t.undo, logBatch).Error; err != nil {
			return err
		}
	}
	return tell(ctx, tx, t.turned)
}

// writeTotals stores the site's counts, all in one statement.
func (t *tally) writeTotals(ctx context.Context, tx *models.Tx) error {
	when, states, args := "", []State{}, []any{}
	for _, state := range slices.Sorted(maps.Keys(t.totals)) {
		if by := t.totals[state]; by != 0 {
			when += " WHEN ? THEN CAST(? AS BIGINT)"
			args, states = append(args, state, by), append(states, state)
		}
	}
	if len(states) == 0 {
		return nil
	}
	// The type of a parameter alone is not known to PostgreSQL.
	among := ""
	for _, state := range states {
		among += ", ?"
		args = append(args, state)
	}
	return models.Exec(ctx, tx, "UPDATE comment_totals SET comments = comments + CASE state"+when+" END WHERE state IN ("+among[2:]+")", args...)
}

// writeShown stores how many comments threads show, and returns which threads
// appear or vanish for that, by article.
func (t *tally) writeShown(ctx context.Context, tx *models.Tx) (map[int64][]threadMove, error) {
	moves := map[int64][]threadMove{}
	for _, c := range t.fresh {
		moves[c.ArticleID] = append(moves[c.ArticleID], threadMove{threadKey{c.CreatedAt, c.ID}, +1})
	}
	roots := map[int][]int64{} // by how many more they show
	for root, by := range t.shown {
		if by != 0 {
			roots[by] = append(roots[by], root)
		}
	}
	for by, ids := range roots {
		slices.Sort(ids) // in one order, so that two instances do not wait for each other
		var rows []struct {
			ID          int64
			ThreadShown int
			CreatedAt   models.Time
		}
		err := tx.Query(ctx).Raw("UPDATE comments SET thread_shown = thread_shown + ? WHERE id IN ? RETURNING id, thread_shown, created_at", by, ids).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			appears := 0
			switch {
			case row.ThreadShown < 0:
				return nil, fmt.Errorf("thread %d would show %d comments", row.ID, row.ThreadShown)
			case row.ThreadShown == 0:
				appears = -1
			case row.ThreadShown == by:
				appears = +1
			default:
				continue
			}
			id := t.article[row.ID]
			t.counts(id).Threads += appears
			moves[id] = append(moves[id], threadMove{threadKey{row.CreatedAt, row.ID}, appears})
		}
	}
	return moves, nil
}

// Totals returns how many comments the site has in each state.
func Totals(ctx context.Context, r models.Queryer) (map[State]int, error) {
	var rows []struct {
		State    State
		Comments int
	}
	err := r.Query(ctx).Raw("SELECT state, comments FROM comment_totals").Scan(&rows).Error
	totals := map[State]int{}
	for _, row := range rows {
		totals[row.State] = row.Comments
	}
	delete(totals, logged)
	return totals, err
}
