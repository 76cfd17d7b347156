package views

import "time"

// Held is the page that a mail about held comments leads to.
type Held struct {
	Page
	User    string
	Action  string
	Items   []HeldItem // comments that still wait
	Past    []HeldPast // comments that wait no longer
	Open    int        // how many still wait, with those folded under others
	Ask     string     // the action that the mail's link asks for about all; "" for none
	Refused string
	Done    []string // what the form has done, in words
	UndoURL string   // address of the desk where it can be undone; "" when nothing was done
}

// Alone reports whether the page shows one comment, with those folded under it.
func (h Held) Alone() bool { return len(h.Items) == 1 }

// HeldItem is a comment of the mail that still waits.
type HeldItem struct {
	ID       int64
	Author   string
	Email    string
	Website  string
	Network  string
	At       time.Time
	Waits    string // how long it has been here
	Article  Link
	ParentBy string
	ParentIs string
	Text     string
	Why      string // why it is held, in one sentence
	Choice   string // the action that the form had chosen, "" for none
	Alike    []FoldedComment
}

// HeldPast is a comment of the mail that waits no longer.
type HeldPast struct {
	Author  string
	Excerpt string
	State   string // its present state
	By      string // the name of the moderator who decided it; "" for nobody
}

// HeldMail is the page with a moderator's mail preference.
type HeldMail struct {
	Page
	Mail   bool // the site can send mail
	Wishes []string
	Wish   string
	// Targets tells that the viewer gets mail about missed targets.
	Targets bool
	Done    string // key of the message about the last form, "" for none
}
