package views

import (
	"strings"
	"time"
)

// Log is the page of all decisions, newest first.
type Log struct {
	Page
	Days   []LogDay
	Next   string    // the address of older entries, "" for none
	Until  time.Time // of a page that ends before its list: how far it looked
	Query  LogQuery
	People []Choice
	Others []Choice // actors that are no accounts
	Acts   []Choice
	Chips  []Chip // the filters
	Whole  string // the address of the list without filters
	JSON   string // the address of the export
	CSV    string
	Check  LogCheck
	Limits bool // the viewer sees some sections only
}

// LogQuery is the form of the filters.
type LogQuery struct {
	From, To string // days
	Comment  string // a number
	Writer   bool   // all comments by its commenter
}

// LogCheck is the result of the last check of the log's chain.
type LogCheck struct {
	At      time.Time // zero: none yet
	Entries int
	Fault   string // key of a message, "" for none
	FaultAt int64  // the number of an entry, 0 for none
}

// LogDay is the decisions of a day.
type LogDay struct {
	Name    string // YYYY-MM-DD
	Day     time.Time
	Entries []LogEntry
}

// LogEntry is one decision as a sentence.
type LogEntry struct {
	ID      int64
	At      time.Time
	Pieces  []Piece
	ActorID int64  // of the account, 0 for none
	Reason  string // in words
	Note    string
	Words   string // the message to the commenter
	Comment int64
	URL     string // of the comment
}

// Piece is a part of a sentence: a value that was put in, with its name, or the
// words between values, without a name.
type Piece struct {
	Name string
	Text string
	URL  string // "" for none
}

// Pieces returns a message in pieces, so that its values can become links and stay
// apart from the direction of the words around them. Values without text are left
// out.
func (r *Renderer) Pieces(language, key string, values ...Piece) []Piece {
	const mark = "\x00"
	var fill []any
	for _, v := range values {
		fill = append(fill, v.Name, mark+v.Name+mark)
	}
	var list []Piece
	for i, part := range strings.Split(r.Text(language, key, fill...), mark) {
		switch {
		case i%2 == 0 && part != "":
			list = append(list, Piece{Text: part})
		case i%2 == 1:
			for _, v := range values {
				if v.Name == part && v.Text != "" {
					list = append(list, v)
				}
			}
		}
	}
	return list
}
