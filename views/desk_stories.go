package views

import "time"

// Stories is the desk's list of public articles with how their discussions stand.
type Stories struct {
	Page
	Tabs       []NavItem
	Status     string
	Words      string
	Categories []Choice
	Rows       []StoryRow
	Here       string // address of this page
	Whole      string // address of the list of all
	First      string // address of the beginning of the list, on later pages
	Next       string
	Narrowed   bool // words or a section are asked for
	Own        bool // the viewer sees the own stories only
}

// StoryRow is an article of the list.
type StoryRow struct {
	ID          int64
	Article     Link
	Sections    []string
	Published   time.Time
	Comments    int // public
	CommentsURL string
	Held        int
	HeldURL     string
	Reported    int
	ReportedURL string
	Last        time.Time // of the last public comment; zero: there is none
	Closed      bool
	Closes      time.Time // when they close by themselves; zero: they do not
	Page        string    // address of the article's settings for comments
	Back        string    // where the form leads back to
	Policy      PolicyFields
}

// PolicyChange is a change of an article's settings for comments.
type PolicyChange struct {
	At            time.Time
	Actor         string
	Before, After PolicyWords
}

// PolicyWords are an article's settings for comments, in the words of the form.
type PolicyWords struct {
	State         string // as in [PolicyFields]; "" if only Text is known
	Text          string
	Slow          int // minutes
	Who           string
	RecommendsOff bool
	Closes        time.Time
	Reopens       string // the state in which closed comments open again, "" for none of its own
}
