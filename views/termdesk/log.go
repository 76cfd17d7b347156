package termdesk

import "time"

// Log is the page of the changes of terms.
type Log struct {
	Tabs  []Tab
	Days  int // how long a change can be undone
	Rows  []Change
	Next  string
	First string
}

// Change is a change of a term.
type Change struct {
	ID       int64
	At       time.Time
	By       string
	Kind     string // key of a message
	Verb     string // key of a message
	Name     string
	Other    string // the new name, or the term of a merge; "" for none
	URL      string // of the term's form, "" if the term is gone
	Undo     string // the operation, "" if the change cannot be undone
	Until    time.Time
	UndoneAt time.Time
	UndoneBy string
}
