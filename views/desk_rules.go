package views

import (
	"time"

	"broadsheet/views/moderate"
)

// Rules is the page of the rules by which comments are judged.
type Rules struct {
	Page
	Version int64
	Groups  []moderate.RuleGroup
	Refused string // key of a message
	By      string // the colleague of a conflict
	Done    string // key of a message
	Run     *moderate.RuleRun
	Trial   RuleTrial
	Word    moderate.RuleWord
	Import  *moderate.RuleImport // nil where no file was read
	Changes []moderate.RuleChange
}

// RuleTrial is a text to be judged without being stored.
type RuleTrial struct {
	Author, Email, Website, Text string
	State                        string // "" where none was asked for
	Reasons                      []CardReason
}

// Closing is the page on which an article's comments are opened and closed.
type Closing struct {
	Page
	PolicyFields
	Article Link
	Back    string    // address of the page before
	ToStory bool      // which is the public page of the article
	Closes  time.Time // when they close by themselves; zero: they do not
	Closed  bool      // they are closed by themselves
	Counts  []CardTotal
	Refused string // key of a message
	Changes []PolicyChange
}

// PolicyFields are the fields of an article's settings for comments.
type PolicyFields struct {
	Action  string
	States  []string
	State   string
	Slow    int
	MaxSlow int
	Who     string // the circle of commenters; "site": the site's setting
	SiteWho string // the site's setting
	Circles []moderate.RuleOption
	// RecommendsOff: comments on this article cannot be recommended.
	RecommendsOff  bool
	SiteRecommends bool
	CloseAt        string // the closing date, as the field has it
	Takes          bool   // it takes comments now
}
