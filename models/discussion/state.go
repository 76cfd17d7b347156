package discussion

import (
	"strings"

	"broadsheet/models"
)

// State is the state of a comment. The names are WordPress's.
type State string

// The states. An ArticleTrashed comment is hidden while its article is in the trash
// and returns to its state before with the article.
const (
	Held           State = "hold"
	Approved       State = "approve"
	Spam           State = "spam"
	Trashed        State = "trash"
	ArticleTrashed State = "post-trashed"
)

// States lists the states a moderator can ask for.
var States = []State{Held, Approved, Spam, Trashed}

// ParseState reads the name of a state in [States].
func ParseState(s string) (State, error) {
	var names []string
	for _, st := range States {
		if string(st) == s {
			return st, nil
		}
		names = append(names, string(st))
	}
	return "", models.Errorf(models.Invalid, "there is no state %q; choose one of %s", s, strings.Join(names, ", "))
}

// Action is a moderator's action on a comment.
type Action string

// The actions. DoRestore takes a comment out of spam or trash, back to the state
// before.
const (
	DoApprove Action = "approve"
	DoHold    Action = "hold"
	DoSpam    Action = "spam"
	DoTrash   Action = "trash"
	DoRestore Action = "restore"
)

// Actions lists the actions in the order they are offered.
var Actions = []Action{DoApprove, DoHold, DoSpam, DoTrash, DoRestore}

// next is the table of allowed moves. An action that is missing for a state is
// refused. An action that leads to the same state changes nothing.
var next = map[State]map[Action]State{
	Held:     {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed},
	Approved: {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed},
	Spam:     {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed, DoRestore: before},
	Trashed:  {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed, DoRestore: before},
	// Only its article can bring such a comment back.
	ArticleTrashed: {},
}

// before means, in the table, the state that the comment had before.
const before State = "(before)"

// Next returns the state to which an action leads the comment. ok is false if the
// action is refused. A comment that is [Comment.Gone] can move to spam or trash
// only.
func (c *Comment) Next(action Action) (to State, ok bool) {
	to, ok = Next(c.State, c.StateBefore, action)
	if c.Gone() && to != Spam && to != Trashed {
		return to, false
	}
	return to, ok
}

// Gone reports whether the commenter removed the comment or its text was
// deleted for good. Such a comment has no text to publish.
func (c *Comment) Gone() bool { return c.Withdrawn || c.Text == "" }

// Next returns the state to which an action leads. ok is false if the action is
// refused. was is the state before spam or trash; an unknown one counts as Held.
// [Comment.Next] also considers removed comments.
func Next(from, was State, action Action) (to State, ok bool) {
	to, ok = next[from][action]
	if to == before {
		if to = was; to != Held && to != Approved && to != Spam || to == from {
			to = Held
		}
	}
	return to, ok
}
