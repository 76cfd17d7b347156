package views

import (
	"time"

	"broadsheet/views/moderate"
)

// Writers is the list of commenters at the desk.
type Writers struct {
	Page
	Tabs  []WriterTab
	Query string
	Lines []WriterLine
	Next  string // address of the next page
	Empty string // key of a message, where there is no line
}

// WriterTab is one of the lists of writers, or one state on a writer's page.
type WriterTab struct {
	Name    string // key of a message
	URL     string
	Count   int // -1 where it is not shown
	Current bool
}

// WriterLine is one writer in the list.
type WriterLine struct {
	Name    string // on the newest comment
	URL     string
	Kind    string
	Email   string // typed or verified
	Network string
	Marks   []WriterMark
	Notes   int
	Newest  *CardPeer // nil for a writer without a comment
}

// WriterMark is a ban or trust that is in force.
type WriterMark struct {
	Kind  string
	Until time.Time // zero: for good
}

// Writer is the page of one commenter.
type Writer struct {
	Page
	BackURL  string
	Here     string // address of this page
	Self     string // address that takes the forms
	Name     string // the one used most
	Kind     string
	Email    string
	Verified bool
	Names    []WriterName
	First    time.Time
	Last     time.Time
	Total    int
	Cut      bool // only the newest are counted
	Recent   WriterShare
	All      WriterShare
	Reports  int
	Tabs     []WriterTab
	Comments []WriterComment
	Next     string
	Notes    []WriterNote
	Note     Field
	Bans     []moderate.BanLine // in force
	Over     []moderate.BanLine
	Trust    *moderate.BanLine // in force, nil for none
	Hold     *moderate.BanLine // in force, nil for none
	May      bool              // the viewer may ban and mark this writer
	// MayForget is set where the viewer may delete or make anonymous all of it.
	MayForget bool
	Days      []int // for a mark; 0 is for good
	Ban       moderate.BanForm
	More      string // address of the form for other targets
	Log       []LogLine
	Refused   string // key of a message about a mark or a ban
}

// ForgetWriter is the page that asks whether all comments of a writer are to be deleted
// for good, or made anonymous.
type ForgetWriter struct {
	Page
	Do        string // delete or anonymise
	Name      string
	Names     []string // others that the comments are signed with
	Email     string
	Count     int
	Self      string // address of the writer's page
	BackURL   string
	Wide      bool // everybody who gave the address, from any browser
	Browsers  int  // with Wide
	Unproven  int  // with Wide, comments of browsers that have not verified the address
	Elsewhere int  // comments with the address that are not counted; they have a page of their own
	AllURL    string
}

// WriterName is a name with the number of its comments.
type WriterName struct {
	Name     string
	Comments int
}

// WriterShare is a share of declined comments.
type WriterShare struct{ Decided, Declined, Percent int }

// WriterComment is a comment on its writer's page, with the forms that change its name
// and its website.
type WriterComment struct {
	CardPeer
	ID      int64
	Version int
	Author  string
	Name    Field
	Website Field
	Open    bool // one of the forms was refused
}

// WriterNote is a moderator's note.
type WriterNote struct {
	ID      int64
	Text    string
	SetBy   string
	SetByID int64
	At      time.Time
	Own     bool
}
