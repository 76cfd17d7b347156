package views

import "time"

// Bans is the page of bans.
type Bans struct {
	Page
	List []BanLine
	All  bool   // those that are over, too
	Next string // address of older ones
	Done string // key of a message
}

// BanLine is one ban.
type BanLine struct {
	ID      int64
	Kind    string
	Mark    string
	Value   string
	Reason  string
	Words   string
	SetBy   string
	SetByID int64 // of the account, 0 for none
	Since   time.Time
	Until   time.Time // zero: for good
	Ended   time.Time // zero: it is in force
	EndedBy string
}

// Ban is the form for a ban, with a preview of its reach.
type Ban struct {
	Page
	Comment  int64 // the occasion, 0 for none
	Author   string
	Excerpt  string
	Targets  []BanTarget
	Target   string
	Marks    []string
	Mark     string
	Value    string
	Kinds    []string
	Kind     string
	Days     []int // 0: permanent
	Ends     int
	Reason   string
	Words    string
	Move     string // "", spam or trash
	Refused  string // key of a message
	Back     string // where setting the ban leads, "" for the list of bans
	Reach    *BanReach
	ReachFor string // the value for which the reach was computed
}

// BanTarget is one way to name a commenter.
type BanTarget struct {
	ID    string // of the field
	Value string
	Mark  string
	Show  string
	Weak  bool // the address was only typed
}

// BanReach is the number of recent comments that a ban would have affected.
type BanReach struct {
	Value    string
	Own      int
	Good     int
	People   int
	Cut      bool
	Examples []CardPeer
	Typed    bool // it refuses only commenters with a verified address
}
