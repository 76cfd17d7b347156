package views

import "broadsheet/views/moderate"

// Bans is the page of bans.
type Bans struct {
	Page
	List  []moderate.BanLine
	Ended bool   // the list has those that are over
	Next  string // address of older ones
	Done  string // key of a message
}

// Ban is the form for a ban on a page of its own, or as a panel on a card.
type Ban struct {
	Page
	Author  string
	Excerpt string
	Form    moderate.BanForm
	Refused string // key of a message
	Reach   *BanReach
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
