package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
)

// Change describes the latest change of a comment after a moderator had read
// it.
type Change struct {
	Cause ChangeCause
	// Actor is the colleague's name, for ByColleague.
	Actor string
}

// ChangeCause is the kind of a [Change].
type ChangeCause string

// The causes of a change.
const (
	ByYou       ChangeCause = "you"       // the same account decided it
	ByColleague ChangeCause = "colleague" // another account, or the command line
	ByCommenter ChangeCause = "commenter" // the commenter changed the text
	Removed     ChangeCause = "removed"   // the commenter removed the comment
	ByRules     ChangeCause = "rules"     // readers' reports, or another rule
	Unknown     ChangeCause = "unknown"
)

// afterAnEdit is the reason in the log when an edit made the rules give the
// comment a worse state.
const afterAnEdit = "after an edit"

// changeOf classifies the latest change of a comment from the point of view of
// actor. last is the comment's latest entry in the log, nil if there is none.
func changeOf(c *Comment, last *decisionlog.Entry, actor models.Actor) Change {
	switch {
	case c.Withdrawn:
		return Change{Cause: Removed}
	case !c.EditedAt.IsZero() && (last == nil || c.EditedAt.After(last.At.Time) || last.Reason == afterAnEdit):
		return Change{Cause: ByCommenter}
	case last == nil:
		return Change{Cause: Unknown}
	case last.ActorID == nil && last.Actor != models.ActorCommand.Name:
		return Change{Cause: ByRules}
	case last.ActorID == nil && actor.UserID == nil && last.Actor == actor.Name,
		last.ActorID != nil && actor.UserID != nil && *last.ActorID == *actor.UserID:
		return Change{Cause: ByYou}
	}
	return Change{ByColleague, last.Actor}
}

// explainConflicts sets Change in the results that have a conflict.
func explainConflicts(ctx context.Context, r models.Queryer, actor models.Actor, byID map[int64]*Comment, results []DecisionResult) error {
	var ids []int64
	for _, d := range results {
		if d.Conflict {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	last, err := decisionlog.Latest(ctx, r, ids...)
	if err != nil {
		return err
	}
	for i := range results {
		if d := &results[i]; d.Conflict {
			d.Change = changeOf(byID[d.ID], last[d.ID], actor)
		}
	}
	return nil
}

// ChangeOf reads the log and classifies the latest change of a comment from the
// point of view of actor.
func ChangeOf(ctx context.Context, r models.Queryer, id int64, actor models.Actor) (Change, error) {
	c, err := ByID(ctx, r, id)
	if err != nil {
		return Change{}, err
	}
	results := []DecisionResult{{ID: id, Conflict: true}}
	err = explainConflicts(ctx, r, actor, map[int64]*Comment{id: c}, results)
	return results[0].Change, err
}
