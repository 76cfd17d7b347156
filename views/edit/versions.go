package edit

import "time"

// Versions is the page of an article's versions.
type Versions struct {
	Headline string
	Back     string // address of the form
	Action   string // address of this page
	Rows     []Version
	From, To int // the versions that are compared, 0 for none
	Changes  []Change
	Newest   int  // for restoring
	Restore  bool // the viewer may restore
}

// Version is a version of the list.
type Version struct {
	Number  int
	Kind    string // key of a message: save, autosave, restore, show, aside
	At      time.Time
	By      string
	Restore string // address to post to, "" for the newest version
	Newest  bool
	Shown   bool // readers see it
}

// Change is a field or a paragraph of the comparison.
type Change struct {
	Field string // name of the field
	Same  bool
	Words []Words
}

// Words are words that are in both texts, or in one of them.
type Words struct {
	Op   string // same, gone or new
	Text string
}

// Upcoming is the list of planned changes.
type Upcoming struct {
	Zone   string
	Next   []Event
	Failed []Event
	// Licences are the pictures in use whose licence has ended or ends soon, for editors.
	Licences []Licence
}

// Event is something that happens at a time.
type Event struct {
	Act   string // publish, update or withdraw
	At    time.Time
	Title string
	URL   string // of the form, "" if the viewer may not open it
	By    string
	Note  string
	Clash bool
	// Rebased is when an update got a correction of the live text, zero for never.
	Rebased   time.Time
	RebasedBy string
	Failed    string      // key of a message about the failure, "" for none
	Off       string      // address that calls it off, "" if the viewer may not
	Front     *FrontEvent // of the front page or the breaking line, nil for one of an article
}
