package views

import "time"

// Desk is the frame of pages for those who work here.
type Desk struct {
	User    string
	Role    string // key of a message
	Nav     []NavItem
	Flash   string // key of a message: what was just done
	Count   int    // for that message
	Undo    string // number of the operation that can be taken back, "" for none
	UndoURL string
	BackURL string // where undoing leads
	Alarm   *DeskAlarm
}

// SignIn is a page on the way in: signing in, the one-time password, a
// forgotten password, a new one, the first administrator.
type SignIn struct {
	Page
	Step     string // sign-in, code, forgot, sent, reset, first
	Action   string
	Email    Field
	Name     Field
	Password Field
	Key      string // carried from the step before
	Next     string // where to go afterwards
	Refused  string // key of a message
	Wait     int    // minutes, for that message
	Mail     bool   // a forgotten password can be reset by mail
}

// Account is the page of one's own sign-in.
type Account struct {
	Page
	Email    string
	Sessions []SignedIn
	TOTP     bool
	Secret   string // of one-time passwords to come, in groups of four
	SecretIn string // the same, as a link for a telephone
	Key      string // carries the secret
	Codes    []string
	Refused  string // key of a message
}

// SignedIn is a browser in which somebody is signed in.
type SignedIn struct {
	ID      string
	Agent   string
	Network string
	Since   time.Time
	Seen    time.Time
	Current bool
}

// Queue is the page of comments that a moderator goes through.
type Queue struct {
	Page
	Tabs   []QueueTab
	State  string
	Query  QueueQuery
	Cards  []Card
	Next   string // address of more
	Action string // where decisions go
	Here   string // address of this page
	Total  int
}

// QueueQuery is what a queue was narrowed down to.
type QueueQuery struct {
	Text    string
	Author  string
	Article string
	Network string
}

// QueueTab is one queue with how many comments it has.
type QueueTab struct {
	Name    string // key of a message
	URL     string
	Count   int
	Current bool
}

// Card is a comment before a moderator.
type Card struct {
	Comment  Comment
	Raw      string // as it was typed
	Version  int
	State    string
	Email    string
	Verified bool
	Website  string
	Network  string
	Agent    string
	Story    Link
	Parent   *CommentRef
	ParentIs string // the beginning of the parent's text
	Reasons  []CardReason
	Reports  []CardReport
	URL      string // its own page at the desk
	Actions  []CardAction
	Alike    int // other comments that wait and say nearly the same
}

// CardReason is one rule's say.
type CardReason struct {
	Rule   string
	State  string
	Weight string
	Detail string
}

// CardReport is what a reader had against the comment.
type CardReport struct {
	Reason string // key of a message
	Note   string
	At     time.Time
}

// CardAction is a button of a card.
type CardAction struct {
	Do  string // the form's value
	Key string // on the keyboard
}

// CardPage is a comment with all that is known around it.
type CardPage struct {
	Page
	Card     Card
	Action   string
	Here     string
	Reasons  []string // codes for declining; each has a message
	Log      []LogLine
	Versions []CardVersion
	Author   []CardPeer // other comments by the same browser or address
	Totals   []CardTotal
	Network  []CardPeer
	EditURL  string
}

// CardVersion is what a comment said before.
type CardVersion struct {
	At   time.Time
	Text string
}

// CardPeer is another comment in a line.
type CardPeer struct {
	URL     string
	State   string
	Excerpt string
	Story   string
	At      time.Time
}

// CardTotal is how many of somebody's comments are in a state.
type CardTotal struct {
	State string
	Count int
}

// LogLine is one decision of the log.
type LogLine struct {
	At      time.Time
	Actor   string
	From    string
	To      string
	Reason  string
	Note    string
	Comment int64
	URL     string
}

// Log is the page of all decisions.
type Log struct {
	Page
	Lines []LogLine
	Next  string
}

// Staff is the page of everybody who has an account.
type Staff struct {
	Page
	People []StaffMember
	Roles  []string
	Done   string // key of a message
}

// StaffMember is an account.
type StaffMember struct {
	ID    int64
	Name  string
	Email string
	Role  string
	Since time.Time
	TOTP  bool
	Self  bool
}
