package discussion

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion/commentrows"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/threadblocks"
	"broadsheet/models/newsroom"

	"gorm.io/gorm"
)

// tally is the single door for changes of comments' states. Its methods note new
// comments, moves between states and deletions; [tally.write] stores the moved
// states with everything that depends on them: the counts of articles, threads
// and the site, the pages of long discussions, the decision log, the rows for
// [Undo], and the mails to commenters. A hundred decisions under one article thus
// change its row once. [Undo] stores the states itself, from its own rows, and notes
// only the counts and the log here.
type tally struct {
	articles  map[int64]*newsroom.CommentCounts
	totals    map[State]int
	shown     map[int64]int   // change of the comments shown, by top comment
	articleOf map[int64]int64 // by top comment
	visible   map[int64]bool  // articles with a change on their public page
	fresh     []*Comment      // new top comments that are public
	turned    []turned        // for mail to the commenters
	moves     map[stateMove][]int64
	log       []*decisionlog.Entry
	undo      []undoRow
	withdrawn []int64        // comments that their commenters removed
	looked    []int64        // comments whose reports a moderator has seen
	followed  map[int64]bool // of the moved comments and their parents, those whose commenters get mail
	reported  bool           // the number of reported comments may have changed
	sums      map[State]int  // if not nil, write puts the site's counts there
}

func newTally() *tally {
	return &tally{
		articles: map[int64]*newsroom.CommentCounts{}, totals: map[State]int{},
		shown: map[int64]int{}, articleOf: map[int64]int64{}, visible: map[int64]bool{},
		moves: map[stateMove][]int64{},
	}
}

// stateMove groups the moved comments that one statement can store.
type stateMove struct{ to, before State }

// logged is the counter of the decision log's entries, among the totals.
const logged State = decisionlog.Counter

// add notes a new comment, before its row is written. A public top comment
// begins a thread.
func (t *tally) add(c *Comment) {
	t.count(c, "", c.State)
	if c.Depth == 0 && c.State == Approved {
		c.ThreadShown = 1
		t.counts(c.ArticleID).Threads++
		t.fresh = append(t.fresh, c)
		delete(t.shown, c.Root())
	}
}

// remove notes that a comment's row is about to be deleted.
func (t *tally) remove(c *Comment) { t.count(c, c.State, "") }

// move changes the state of one comment and notes the decision for the log, the
// counts and the mails.
func (t *tally) move(tx *models.Tx, c *Comment, to State, r ruling) {
	from := c.State
	t.count(c, from, to)
	c.State, c.StateBefore, c.StateAt = to, "", models.At(tx.Now)
	if to == Spam || to == Trashed || to == ArticleTrashed {
		c.StateBefore = from
	}
	if to == Trashed {
		c.DuplicateKey = nil
	}
	declined := to == Trashed && slices.Contains(DeclineReasons, r.reason)
	if from != ArticleTrashed && (to == Approved || declined) {
		t.turned = append(t.turned, turned{c.ID, c.ParentID, to})
	}
	c.Version++
	t.note(tx, c, from, r)
	group := stateMove{to, c.StateBefore}
	t.moves[group] = append(t.moves[group], c.ID)
}

// note adds an entry to the decision log about a comment that was in the state
// from.
func (t *tally) note(tx *models.Tx, c *Comment, from State, r ruling) {
	t.log = append(t.log, &decisionlog.Entry{
		At: models.At(tx.Now), Actor: r.actor.Name, ActorID: r.actor.UserID, CommentID: c.ID, ArticleID: c.ArticleID,
		FromState: string(from), ToState: string(c.State), Reason: r.reason, Note: r.note, Words: r.words, Operation: r.operation,
	})
}

// count notes the change of counts when a comment goes from one state to
// another. An empty from means a new comment, an empty to a deleted one.
func (t *tally) count(c *Comment, from, to State) {
	counts := t.counts(c.ArticleID)
	t.reported = t.reported || c.Reports > 0
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

// counts returns the changes to an article's counts.
func (t *tally) counts(articleID int64) *newsroom.CommentCounts {
	counts := t.articles[articleID]
	if counts == nil {
		counts = &newsroom.CommentCounts{}
		t.articles[articleID] = counts
	}
	return counts
}

// show notes by how many the shown comments of a thread change.
func (t *tally) show(articleID, root int64, by int) {
	t.counts(articleID)
	t.visible[articleID] = true
	t.shown[root] += by
	t.articleOf[root] = articleID
}

// write stores everything that was noted. Call it after new rows are written and
// before rows are deleted.
func (t *tally) write(ctx context.Context, tx *models.Tx) error {
	write := t.writeShown
	if len(t.moves) > 0 || len(t.withdrawn) > 0 || len(t.looked) > 0 {
		write = t.writeRows
	}
	moves, err := write(ctx, tx)
	if err != nil {
		return err
	}
	for id, counts := range t.articles {
		threads, err := newsroom.AddComments(ctx, tx, id, *counts)
		if err != nil {
			return err
		}
		if len(moves[id]) > 0 {
			if err := threadblocks.Apply(ctx, tx, id, threads, moves[id]); err != nil {
				return err
			}
		}
	}
	// The row that counts the log's entries is also the lock that
	// [decisionlog.Append] asks for.
	t.totals[logged] += len(t.log)
	if err := t.writeTotals(ctx, tx); err != nil {
		return err
	}
	for id := range t.visible {
		tx.Touch(newsroom.ArticleTag(id))
	}
	if len(t.visible) > 0 {
		tx.Touch(PublicTag)
	}
	tx.Touch(CommentsTag)
	if err := decisionlog.Append(ctx, tx, t.log); err != nil {
		return err
	}
	if len(t.undo) > 0 {
		if err := tx.Query(ctx).CreateInBatches(t.undo, undoBatch).Error; err != nil {
			return err
		}
	}
	return queueMails(ctx, tx, t.turned, t.followed)
}

// writeRows stores all changes of comments' rows. It returns what writeShown returns.
func (t *tally) writeRows(ctx context.Context, tx *models.Tx) (map[int64][]threadblocks.Move, error) {
	changes := commentrows.Changes{}
	for move, ids := range t.moves {
		for _, id := range ids {
			c := changes.Of(id)
			c.To, c.Before = string(move.to), string(move.before)
		}
	}
	for root, by := range t.shown {
		if by != 0 {
			changes.Of(root).Shown = by
		}
	}
	for _, id := range t.looked {
		changes.Of(id).Looked = true
	}
	for _, id := range t.withdrawn {
		changes.Of(id).Withdrawn = true
	}
	rows, err := changes.Write(ctx, tx)
	moves := t.freshThreads()
	t.followed = map[int64]bool{}
	for _, row := range rows {
		t.followed[row.ID] = t.followed[row.ID] || row.Followed
		t.followed[row.ParentID] = t.followed[row.ParentID] || row.ParentFollowed
		if by := changes[row.ID].Shown; by != 0 && err == nil {
			err = t.appear(moves, row, by)
		}
	}
	return moves, err
}

// freshThreads returns the threads of new comments, by article.
func (t *tally) freshThreads() map[int64][]threadblocks.Move {
	moves := map[int64][]threadblocks.Move{}
	for _, c := range t.fresh {
		moves[c.ArticleID] = append(moves[c.ArticleID], threadblocks.Move{Key: threadblocks.Key{At: c.CreatedAt, ID: c.ID}, By: +1})
	}
	return moves
}

// appear adds a thread to moves if it appears on the pages of its article, or vanishes from
// them, with a change of the comments that it shows.
func (t *tally) appear(moves map[int64][]threadblocks.Move, row commentrows.Row, by int) error {
	appears := 0
	switch {
	case row.ThreadShown < 0:
		return fmt.Errorf("thread %d would show %d comments", row.ID, row.ThreadShown)
	case row.ThreadShown == 0:
		appears = -1
	case row.ThreadShown == by:
		appears = +1
	default:
		return nil
	}
	id := t.articleOf[row.ID]
	t.counts(id).Threads += appears
	moves[id] = append(moves[id], threadblocks.Move{Key: threadblocks.Key{At: row.CreatedAt, ID: row.ID}, By: appears})
	return nil
}

// writeTotals stores the site's counts, all in one statement. If sums asks for them, it
// reads all of them there.
func (t *tally) writeTotals(ctx context.Context, tx *models.Tx) error {
	when, states, args := "", []State{}, []any{}
	for _, state := range slices.Sorted(maps.Keys(t.totals)) {
		if by := t.totals[state]; by != 0 {
			// PostgreSQL cannot infer the type of a parameter alone.
			when += " WHEN ? THEN CAST(? AS BIGINT)"
			args, states = append(args, state, by), append(states, state)
		}
	}
	if len(states) == 0 {
		return nil
	}
	update := "UPDATE comment_totals SET comments = comments + CASE state" + when + " ELSE 0 END"
	if t.sums != nil {
		totals, err := scanTotals(tx.Query(ctx).Raw(update+" RETURNING state, comments", args...))
		maps.Copy(t.sums, totals)
		return err
	}
	among := ""
	for _, state := range states {
		among += ", ?"
		args = append(args, state)
	}
	return models.Exec(ctx, tx, update+" WHERE state IN ("+among[2:]+")", args...)
}

// writeShown stores the number of comments that each thread shows. It returns,
// by article, the threads that appear on the pages or vanish from them.
func (t *tally) writeShown(ctx context.Context, tx *models.Tx) (map[int64][]threadblocks.Move, error) {
	moves := t.freshThreads()
	roots := map[int][]int64{} // threads by the change of their number
	for root, by := range t.shown {
		if by != 0 {
			roots[by] = append(roots[by], root)
		}
	}
	for by, ids := range roots {
		slices.Sort(ids) // in one order, so that two transactions cannot deadlock
		var rows []commentrows.Row
		err := tx.Query(ctx).Raw(`UPDATE comments SET thread_shown = thread_shown + ? WHERE id IN ?
			RETURNING id, thread_shown, created_at`, by, ids).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if err := t.appear(moves, row, by); err != nil {
				return nil, err
			}
		}
	}
	return moves, nil
}

// Totals returns the number of the site's comments in each state.
func Totals(ctx context.Context, r models.Queryer) (map[State]int, error) {
	return scanTotals(r.Query(ctx).Raw("SELECT state, comments FROM comment_totals"))
}

// TotalsWith is [Totals] with one more number, which is the result of a query.
func TotalsWith(ctx context.Context, r models.Queryer, name string, query *gorm.DB) (map[State]int, error) {
	return scanTotals(r.Query(ctx).Raw("SELECT state, comments FROM comment_totals UNION ALL SELECT CAST(? AS TEXT), (?)", name, query))
}

// scanTotals reads rows of the site's counts.
func scanTotals(q *gorm.DB) (map[State]int, error) {
	var rows []struct {
		State    State
		Comments int
	}
	err := q.Scan(&rows).Error
	totals := map[State]int{}
	for _, row := range rows {
		totals[row.State] = row.Comments
	}
	delete(totals, logged)
	return totals, err
}
