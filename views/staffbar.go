package views

import "time"

// StaffBar is the bar above a public page for one of the staff. It is never part of a
// page that visitors share.
type StaffBar struct {
	User       string
	Queue      string // address of the queue, "" for an account that decides nothing
	Waiting    int    // comments that wait in the account's sections
	Edit       string // address of the form of the article, "" for none
	Correct    string // address of its correction, "" for none
	KeysOff    bool   // single letters do nothing
	Story      *StaffStory
	Flash      string        // the last action
	Undo       string        // id of the operation that can be undone, "" for none
	Back       string        // the page that the bar's forms lead back to
	FrontStory int64         // article that one press puts on the front page, 0 for none
	Preview    *StaffPreview // of a page as of another time, nil for the page as it is
}

// StaffPreview is the bar's part about a page as of another time.
type StaffPreview struct {
	At     time.Time
	Value  string // the same time for the field
	Action string // address that takes another time
	Desk   string // address of the page where the front page is arranged
}

// StaffStory is the bar's part about the article of the page.
type StaffStory struct {
	Held     int    // comments of the article that wait
	HeldURL  string // the queue with these alone
	Settings string // address of the article's comment policy, which takes the form below
	// SettingsPage is the same address with the page that it leads back to.
	SettingsPage string
	Closed       bool
	Back         string // where the form leads back to
}

// StaffActions are the actions on a comment of a public page for one of the staff.
type StaffActions struct {
	Version int
	State   string
	Why     string // the rules that held it, in one line
	Reports int
	Actions []string // names of the actions that would change it
	Card    string   // address of the comment at the desk
	Back    string   // the comment on its page
}

// SetStaff puts the bar above a page.
func (p *Page) SetStaff(bar *StaffBar) { p.Staff = bar }
