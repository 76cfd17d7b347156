package views

import "time"

// DeskAlarm is the notice about a surge of comments, with the buttons for holding
// everything.
type DeskAlarm struct {
	May   bool      // the viewer looks after the whole site, and may hold everything
	Until time.Time // everything is held until then; zero: it is not
	Left  string    // how long that is
	Surge bool      // many more comments come in than usual
	Now   int
	Back  string // where the button leads back to
}

// Bans is the page of bans.
type Bans struct {
	Page
	List []BanLine
	All  bool   // those that are over, too
	Next string // address of older ones
	Done string // key of a message
}

// BanLine is one ban.
type BanLine struct {
	ID      int64
	Kind    string
	Mark    string
	Value   string
	Reason  string
	Words   string
	SetBy   string
	SetByID int64 // of the account, 0 for none
	Since   time.Time
	Until   time.Time // zero: for good
	Ended   time.Time // zero: it is in force
	EndedBy string
}

// Ban is the form for a ban, with a preview of its reach.
type Ban struct {
	Page
	Comment  int64 // the occasion, 0 for none
	Author   string
	Excerpt  string
	Targets  []BanTarget
	Target   string
	Marks    []string
	Mark     string
	Value    string
	Kinds    []string
	Kind     string
	Days     []int // 0: permanent
	Ends     int
	Reason   string
	Words    string
	Move     string // "", spam or trash
	Refused  string // key of a message
	Back     string // where setting the ban leads, "" for the list of bans
	Reach    *BanReach
	ReachFor string // the value for which the reach was computed
}

// BanTarget is one way to name a commenter.
type BanTarget struct {
	ID    string // of the field
	Value string
	Mark  string
	Show  string
	Weak  bool // the address was only typed
}

// BanReach is the number of recent comments that a ban would have affected.
type BanReach struct {
	Value    string
	Own      int
	Good     int
	People   int
	Cut      bool
	Examples []CardPeer
	Typed    bool // it refuses only commenters with a verified address
}

// Rules is the page of the rules by which comments are judged.
type Rules struct {
	Page
	Version int64
	Groups  []RuleGroup
	Refused string // key of a message
	By      string // the colleague of a conflict
	Done    string // key of a message
	Run     *RuleRun
	Trial   RuleTrial
	Changes []RuleChange
}

// RuleGroup is settings that belong together.
type RuleGroup struct {
	Name   string // key of a message
	Fields []RuleField
}

// RuleField is one setting.
type RuleField struct {
	Key     string // of the setting; "rule." and it is a message
	ID      string
	Kind    string // flag, number, mark, words or choice
	Options []RuleOption
	Value   string
	Wrong   string // key of the error message
	Changed bool   // it differs from the saved value
	// Doubts are terms of a word list that match everyday words, and terms that
	// cannot match.
	Doubts     []RuleDoubt
	MoreDoubts int // number of doubts that are not shown
	Mark       *RuleMark
}

// RuleMark is the mark of the spam score that the site sets itself, with the
// numbers of decided comments that it was set from and that it would have held.
// Without decided comments it is the shipped mark.
type RuleMark struct {
	Mark                     string
	Good, Held, Spam, Caught int
}

// RuleDoubt is a term with an effect that its author may not expect.
type RuleDoubt struct {
	Term string
	Why  string // a message is "rules.doubt." and it: everyday, nothing, too-long
}

// RuleOption is one of a few values of a setting.
type RuleOption struct {
	Value string
	Name  string // key of a message
	Help  string // key of a message, "" for none
	Off   bool   // it cannot be chosen now
}

// RuleRun is the result of a dry run.
type RuleRun struct {
	Judged int
	Cut    bool
	States []RuleState
	Shifts []RuleShift
}

// RuleState is the number of comments in a state before and after.
type RuleState struct {
	State         string
	Before, After int
}

// RuleShift is the number of comments that would change from one state to another.
type RuleShift struct {
	From, To string
	Comments int
	Examples []RuleExample
}

// RuleExample is one of them.
type RuleExample struct {
	URL     string
	At      time.Time
	Author  string
	Excerpt string
	Why     string
}

// RuleTrial is a text to be judged without being stored.
type RuleTrial struct {
	Author, Email, Website, Text string
	State                        string // "" where none was asked for
	Reasons                      []CardReason
}

// RuleChange is a change of a setting.
type RuleChange struct {
	At            time.Time
	Actor         string
	Key           string
	Before, After string
}

// Closing is the page on which an article's comments are opened and closed.
type Closing struct {
	Page
	Article Link
	Action  string
	Back    string // address of the page before
	States  []string
	State   string
	Slow    int
	MaxSlow int
	Who     string // the circle of commenters; "site": the site's setting
	SiteWho string // the site's setting
	Circles []RuleOption
	// RecommendsOff: comments on this article cannot be recommended.
	RecommendsOff  bool
	SiteRecommends bool
	Closes         time.Time // when they close by themselves; zero: they do not
	Closed         bool      // they are closed by age
	Counts         []CardTotal
	Refused        string // key of a message
	Done           string // key of a message
	Changes        []RuleChange
}

// Figures is the page of how the desk is doing.
type Figures struct {
	Page
	Waiting           int
	Oldest, P50, P90  string
	Known             bool
	Hours, Held       Chart
	Reversed          Chart
	Moderators        []FigureRow
	Categories        []FigureRow
	Hold              DeskAlarm
	WholeSite         bool // not limited to categories
	RecentComments    int
	UsualComments     int
	ComparesWithUsual bool
}

// FigureRow is a line of a table of figures.
type FigureRow struct {
	Name    string // "": none
	Numbers []int
}

// Chart is a picture of bars made on the server, with its table.
type Chart struct {
	ID     string
	Title  string // key of a message
	Unit   string // key of a message: the unit of the bars
	Width  int
	Height int
	Most   int // the value of the longest bar
	Bars   []Bar
	Rows   []ChartRow
	Head   []string // keys of messages
}

// Bar is one bar of a chart.
type Bar struct {
	X, Y, Width, Height int
	Title               string
}

// ChartRow is the value of a bar.
type ChartRow struct {
	Name    string
	Numbers []int
}

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
	Done   string // key of the message about the last form, "" for none
}
