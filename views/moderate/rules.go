package moderate

import "time"

// RuleGroup is settings that belong together.
type RuleGroup struct {
	Name   string // key of a message
	Fields []RuleField
	Heat   *RuleHeat // what is known of the score of heat; nil in other groups
}

// RuleField is one setting.
type RuleField struct {
	Key     string // of the setting; "setting." and it is a message, and so is ".help" after that
	ID      string
	Kind    string // flag, number, mark, words or choice
	Options []RuleOption
	Value   string
	Wrong   string // key of the error message
	Changed bool   // it differs from the saved value
	// Doubts are terms of a word list that match everyday words, and terms that
	// cannot match.
	Terms, Doubles int // of a word list: its terms, and those of them that it has twice
	Doubts         []RuleDoubt
	MoreDoubts     int // number of doubts that are not shown
	Mark           *RuleMark
}

// RuleHeat is what is known of the score of heat on this site.
type RuleHeat struct {
	// State is a message after "rules.heated.": none (nothing was learned), few (too few
	// decisions), silent (the test failed) or earned.
	State        string
	Heated, Calm int    // comments declined as abuse, and approved
	Needs        int    // of each
	AUC, Least   string // of the test, and from which on the score is used
	From         string
	Caught, Else int // percent of the declined and of the approved ones that would be marked
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

// RuleWord is the field for forbidding one word.
type RuleWord struct {
	Word   string
	Trash  bool   // for the list of words that move a comment to the trash
	Wrong  string // key of the error message
	Tried  bool
	Moved  int // comments that the word alone would hold or discard
	Public int // those of them that are published now
}

// RuleImport is what a file with terms changed in a list. Nothing is saved yet.
type RuleImport struct {
	List  string // the key of the setting
	Added int
	Known int    // terms that the list had already
	Wrong string // key of the error message; then nothing has changed
	Most  int    // for that message
	Field string // id of the list's field
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
	From, To  string
	Comments  int
	Published int // those of them that are published now
	Examples  []RuleExample
}

// RuleExample is one of them.
type RuleExample struct {
	URL     string
	At      time.Time
	Author  string
	Excerpt string
	Why     string
}

// RuleChange is a change of a setting.
type RuleChange struct {
	At            time.Time
	Actor         string
	Key           string
	Before, After string
}
