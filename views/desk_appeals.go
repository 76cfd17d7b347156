package views

import "time"

// Appeals is the page of the appeals of commenters.
type Appeals struct {
	Page
	Waiting     []AppealItem
	Ended       []AppealItem
	ByReason    []AppealShare
	ByModerator []AppealShare
	ReportURL   string // of the yearly report, "" where the viewer may not open it
}

// AppealItem is an appeal with its comment.
type AppealItem struct {
	ID        int64
	Author    string // of the comment
	Article   Link   // Name "" where the viewer may not know it
	CardURL   string // of the comment
	Action    string
	Version   int    // of the comment
	Text      string // of the comment
	Ground    string // of the decision, in words, "" for none
	Moderator string // that decided, "" for a rule
	Said      string // the commenter's words, "" when they were removed
	At        time.Time
	Words     Field // with the answer
	// Mine is set when the viewer made the decision. Others are the names of the
	// moderators that may answer in the viewer's place, "" for none.
	Mine      bool
	Others    string
	MayAnswer bool

	Outcome string // key of a message, "" while the appeal waits
	By      string
	EndedAt time.Time
	Answer  string // the moderator's words
}

// AppealShare is a line of the shares of reversed decisions.
type AppealShare struct {
	Name            string
	Ended, Reversed int
	Percent         int
}

// Statement is the statement of reasons for a decision not to publish a comment.
type Statement struct {
	At     time.Time
	Ground string // key of a message
	Law    bool   // the ground is a law, not a rule of the house
	Rule   string // the name of the rule that decided without a person, "" for none
	Report bool   // a reader's report led to the decision
	Notice bool   // a reader had reported the comment as being against the law
}

// OwnAppeal is the appeal on the commenter's status page: its form, or what became of
// it.
type OwnAppeal struct {
	Action  string
	Key     string // of the comment's pages
	Text    Field
	Refused string // key of the message that says why
	Sent    bool   // just now

	At      time.Time // when it was filed, zero for the form
	Said    string
	Outcome string // key of a message, "" while it waits
	EndedAt time.Time
	Words   string // the moderator's
	Other   bool   // another moderator than the first one answered
}
