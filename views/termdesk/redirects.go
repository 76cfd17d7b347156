package termdesk

import "time"

// Redirects is the page of the redirects.
type Redirects struct {
	Tabs     []Tab
	Words    string
	Total    int
	Rows     []Redirect
	Next     string
	First    string
	Refused  string
	Wrong    []Field
	From     Field
	To       Field
	Statuses []Choice
	Outside  bool // targets on other sites are allowed
	File     Field
	MaxLines int
	Trial    *Trial
}

// Redirect is a redirect of the list.
type Redirect struct {
	Path   string
	Target string
	Status int
	At     time.Time // zero for one from before
	By     string
	Hits   int       // how often readers have followed it
	Used   time.Time // when last, zero for never
}

// Trial is the effect of a file.
type Trial struct {
	Adds, Replaces, Keeps, Refused, Repointed int
	Lines                                     []TrialLine
	More                                      int  // lines that are not shown
	Can                                       bool // something would change
}

// TrialLine is a line of a file with an error or with a remark.
type TrialLine struct {
	Number int
	Text   string
	Error  string // key of a message
	Target string // the last address of a chain, "" for none
}
