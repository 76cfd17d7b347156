package edit

import "time"

// Review is the part of the form of an article about its way to publication: notes, the
// check list, the embargo, and the texts of a live article.
type Review struct {
	Notes  Notes
	Checks Checks

	Embargo      Field
	EmbargoSeen  string    // value of the field when the form was opened
	EmbargoUntil time.Time // zero for no embargo

	Shown      string    // address of the form of the public text, while another text waits
	Correcting bool      // this is that form
	Waiting    string    // address of the form of the text that waits
	WaitingBy  string    // who saved that text
	WaitingAt  time.Time // when it goes public, zero for no plan
	Anew       bool      // the article may be published with a new date
}

// Notes are the notes on an article.
type Notes struct {
	May        bool // the viewer may write notes and answers
	Open       int
	Threads    []Thread
	Paragraphs []Paragraph // that a note can be about
	Text       Field       // of a new note
	On         int         // chosen paragraph of a new note
}

// Thread is a note with its answers.
type Thread struct {
	Entry
	ID       int64
	Index    int    // of its paragraph in the text, -1 for the whole story
	Words    string // of the paragraph
	Start    string // first words of the paragraph, "" for the whole story
	Gone     bool   // the paragraph is no longer in the text
	Answers  []Entry
	Resolved time.Time // zero for an open note
	Ender    string    // who resolved it
}

// Entry is a note or an answer.
type Entry struct {
	By   string
	At   time.Time
	Text string
}

// Paragraph is a paragraph of the text.
type Paragraph struct {
	Index int
	Start string // its first words
}

// Checks is the check list before publication.
type Checks struct {
	Items    []Check
	Open     int  // those that are not passed
	Blocking int  // those without which the article is not published
	Override bool // the viewer may publish nevertheless
	Anyway   bool // the box is ticked
	Reason   Field
}

// Check is a line of the check list. An autosave answers with it in JSON.
type Check struct {
	Name     string   `json:"name"`
	Text     string   `json:"text"`
	State    string   `json:"state"` // passed, advice or blocks
	Field    string   `json:"field"` // id of the form's field that mends it, "" for none
	Passed   bool     `json:"-"`
	Required bool     `json:"-"`
	Waiting  bool     `json:"waiting,omitempty"` // the answer is not known yet
	By       string   `json:"by,omitempty"`      // names of the sections that require it
	What     []string `json:"what,omitempty"`    // addresses or names of the links and pictures that fail
}
