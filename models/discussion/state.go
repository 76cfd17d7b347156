package discussion

import (
	"strings"

	"broadsheet/models"
)

// State is where a comment stands. The names are WordPress's.
type State string

// The states. ArticleTrashed comments are hidden because their article is in
// the trash and come back with it.
const (
	Held           State = "hold"
	Approved       State = "approve"
	Spam           State = "spam"
	Trashed        State = "trash"
	ArticleTrashed State = "post-trashed"
)

// States lists the states a moderator can ask for.
var States = []State{Held, Approved, Spam, Trashed}

// ParseState reads a state's name.
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

// Action is what a moderator does to a comment.
type Action string

// The actions. Restore takes a comment out of spam or trash, back to where
// it was.
const (
	DoApprove Action = "approve"
	DoHold    Action = "hold"
	DoSpam    Action = "spam"
	DoTrash   Action = "trash"
	DoRestore Action = "restore"
)

// Actions lists the actions in the order they are offered.
var Actions = []Action{DoApprove, DoHold, DoSpam, DoTrash, DoRestore}

// next is the table of allowed moves. An action that is missing for a state
// is refused; one that leads to the same state changes nothing.
var next = map[State]map[Action]State{
	Held:     {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed},
	Approved: {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed},
	Spam:     {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed, DoRestore: before},
	Trashed:  {DoApprove: Approved, DoHold: Held, DoSpam: Spam, DoTrash: Trashed, DoRestore: before},
	// Only its article can bring such a comment back.
	ArticleTrashed: {},
}

// before stands in the table for the state the comment had before.
const before State = "(before)"

// Next returns the state that an action leads the comment to; ok is false
// where the action is refused. A comment that is [Comment.Gone] can be sorted
// into spam or trash, but not published and not held.
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

// Next returns the state that an action leads to; ok is false where the
// action is refused. was is the state before spam or trash; unknown counts
// as Hold. [Comment.Next] also knows comments that were taken back.
func Next(from, was State, action Action) (to State, ok bool) {
	to, ok = next[from][action]
	if to == before {
		if to = was; to != Held && to != Approved && to != Spam || to == from {
			to = Held
		}
	}
	return to, ok
}
