package logbook

import (
	"slices"
	"time"

	"broadsheet/models"
)

// Act is a kind of entry.
type Act string

// The acts. An entry that leads to a state is the act of that state, unless it is an
// undo or an edit.
const (
	Approve Act = "approve"
	Hold    Act = "hold"
	Spam    Act = "spam"
	Trash   Act = "trash"
	Undo    Act = "undo"
	Edit    Act = "edited"
)

// Acts lists the acts in the order in which the desk offers them.
var Acts = []Act{Approve, Hold, Spam, Trash, Undo, Edit}

// Filter limits a list of the log. The zero Filter is the whole log.
type Filter struct {
	Account  int64  // that acted, 0 for any
	Actor    string // that is no account, see [models.SystemActors]; "" for any
	Act      Act    // "" for any
	From, To time.Time
	Comment  int64
	Writer   int64   // a comment: entries about all comments by its commenter
	Within   []int64 // categories; nil for the whole site
}

// Empty reports whether the filter is the whole log of its categories.
func (f *Filter) Empty() bool {
	return f.Account == 0 && f.Actor == "" && f.Act == "" && f.From.IsZero() && f.To.IsZero() && f.Comment == 0 && f.Writer == 0
}

// condition is a part of a WHERE clause.
type condition struct {
	text string
	args []any
}

// conditions returns the filter's conditions. An index serves the first one
// together with the order of the list.
func (f *Filter) conditions() (list []condition) {
	add := func(text string, args ...any) { list = append(list, condition{text, args}) }
	if f.Comment != 0 {
		add("l.comment_id = ?", f.Comment)
	}
	if f.Writer != 0 {
		add(`l.comment_id IN (SELECT ? UNION
			SELECT m.id FROM comments c JOIN comments m ON m.token_hash = c.token_hash
			WHERE c.id = ? AND c.token_hash <> '' AND m.token_hash <> '' UNION
			SELECT m.id FROM comments c JOIN comments m ON m.user_id = c.user_id WHERE c.id = ? AND m.user_id IS NOT NULL UNION
			SELECT m.id FROM comments c JOIN comments m ON m.email = c.email
			WHERE c.id = ? AND c.verified AND c.email <> '' AND m.verified AND m.email <> '')`, f.Writer, f.Writer, f.Writer, f.Writer)
	}
	if f.Account != 0 {
		add("l.actor_id = ?", f.Account)
	}
	if f.Actor != "" {
		add("l.actor_id IS NULL AND l.actor = ?", f.Actor)
	}
	switch f.Act {
	case "":
	case Undo, Edit:
		add("l.reason = ?", string(f.Act))
	default:
		add("l.to_state = ? AND l.reason NOT IN ('undo', 'edited')", string(f.Act))
	}
	if f.Within != nil {
		add(`EXISTS (SELECT 1 FROM article_categories ac WHERE ac.article_id = l.article_id AND ac.category_id IN ?)`,
			append([]int64{0}, f.Within...)) // no category has the ID 0
	}
	return list
}

// indexed reports whether an index serves the first of the conditions.
func (f *Filter) indexed() bool {
	return f.Comment != 0 || f.Writer != 0 || f.Account != 0 || f.Actor != "" || f.Act != ""
}

// span returns the condition of the range of time.
func (f *Filter) span() (list []condition) {
	if !f.From.IsZero() {
		list = append(list, condition{"l.at >= ?", []any{models.At(f.From)}})
	}
	if !f.To.IsZero() {
		list = append(list, condition{"l.at < ?", []any{models.At(f.To)}})
	}
	return list
}

// ParseAct returns the act with a name, "" for none.
func ParseAct(name string) Act {
	if act := Act(name); slices.Contains(Acts, act) {
		return act
	}
	return ""
}
