package edit

import "time"

// List is the list of articles of all statuses.
type List struct {
	Tabs     []Tab
	Status   string
	Words    string
	New      string // address of the form of a new article
	Comments string // address of the list of discussions, "" for a viewer without comments to look after
	Own      bool   // the viewer sees the own articles only
	Rows     []Row
	Next     string
	First    string
	Whole    string
	Narrowed bool
	Section  []Choice
}

// Tab is a list of articles by status.
type Tab struct {
	Name    string // key of a message
	URL     string
	Current bool
}

// Choice is an option of a select.
type Choice struct {
	Value   string
	Name    string
	Current bool
}

// Row is an article of the list.
type Row struct {
	ID      int64
	Title   string // "" for one without a headline yet
	URL     string // of its form, "" if the viewer may not open it
	Public  string
	Status  string
	Byline  string
	Section string
	Changed time.Time
	By      string    // who changed it last
	At      time.Time // of publication; zero for none
	Pending bool      // has a draft that readers do not see
	Policy  string    // address that opens and closes the comments, "" where there are none
	Takes   bool      // the comments are open
	Embargo time.Time // nobody may publish it before; zero for none
	Notes   int       // open notes
	Held    int       // comments that wait
	HeldURL string
	Front   *StoryFront // nil if the viewer may not put it on the front page
}
