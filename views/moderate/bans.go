package moderate

import "time"

// BanLine is one ban.
type BanLine struct {
	ID          int64
	Kind        string
	Mark        string
	Value       string
	Code        string // of the reason, "" for none
	Reason      string
	Words       string
	SetBy       string
	SetByID     int64 // of the account, 0 for none
	Since       time.Time
	Until       time.Time // zero: for good
	Ended       time.Time // zero: it is in force
	EndedBy     string
	Reach       int // published comments of others that it would have touched
	ReachPeople int
	Writer      string // address of the page of the banned writer, "" for none
	Back        string // address that ending the ban leads back to
	May         bool   // the viewer may end it
}

// BanForm is the form for a ban.
type BanForm struct {
	Prefix  string // of the ids of fields, where a page can have several forms
	Panel   bool   // the button has the focus, so that one key sets the ban
	Comment int64  // the occasion, 0 for none
	Targets []BanTarget
	Target  string
	Other   bool // a target can be typed
	Marks   []string
	Mark    string
	Value   string
	Kinds   []string
	Kind    string
	Open    bool  // the kinds and the message are shown at once
	Days    []int // 0: permanent, -1: until a date
	Ends    int
	Until   string   // the date
	Codes   []string // of reasons
	Code    string
	Reason  string
	Words   string
	Move    string   // "", decline, spam or trash
	Back    string   // where setting the ban leads, "" for the list of bans
	Seen    []string // the targets whose reach the page shows
}

// BanTarget is one way to name a commenter.
type BanTarget struct {
	ID     string // of the field
	Value  string
	Mark   string
	Show   string
	Weak   bool // the address was only typed
	Known  bool // the reach is known
	Good   int  // published comments of others
	People int
	Cut    bool
}
