package views

import "time"

// Held is the page that a mail about held comments leads to.
type Held struct {
	Page
	User    string
	Action  string
	Items   []HeldItem
	Open    int // how many still wait
	Refused string
	Done    int // how many were decided just now
	Decided bool
	Late    int // the number decided by another moderator
}

// HeldItem is one comment of the mail.
type HeldItem struct {
	ID       int64
	Author   string
	Email    string
	Website  string
	Network  string
	At       time.Time
	Article  Link
	ParentBy string
	ParentIs string
	Text     string
	Why      string
	Open     bool
	State    string // its present state
	By       string // the name of the moderator who decided it; "": undecided
	Choice   string
	// With are the numbers of the comments that are decided together with this
	// one, in the form's encoding. Alike are their texts.
	With  string
	Alike []HeldLine
}

// HeldLine is a comment that is folded under another.
type HeldLine struct {
	Author  string
	Excerpt string
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
