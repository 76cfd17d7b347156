package termdesk

import "time"

// Field is a field of a form.
type Field struct {
	ID    string
	Value string
	Error string // key of a message, "" if nothing is wrong
	Limit int    // for that message
}

// Tab is a list of the pages of terms.
type Tab struct {
	Name    string // key of a message
	URL     string
	Current bool
}

// Choice is an option of a select or a box.
type Choice struct {
	Value   string
	Name    string // a text, "" if Key has the message
	Key     string
	Depth   int
	Current bool
}

// List is the page of all categories, tags or authors.
type List struct {
	Kind   string // categories, tags or authors
	Tabs   []Tab
	Home   string // address of the list
	New    string // address of the form of a new one, "" where there is none
	Words  string
	Search bool // the list can be searched
	Orders []Tab
	Used   bool // the most used first
	Rows   []Row
	Next   string
	First  string
	Merge  string // address of the question before a merge
	Pairs  []Pair
	More   bool // there are more pairs than these
	Apart  string
}

// Row is a term of a list.
type Row struct {
	ID       int64
	Name     string
	Slug     string
	URL      string // of its form
	Public   string // address for readers, "" if it has no page
	Depth    int
	Articles int
	Comments string // key of the default for comments, "" for none
	Required int    // number of checks
	Guest    bool
	Account  bool // an author who has an account
}

// Pair is two terms with nearly the same name.
type Pair struct {
	First, Second Row
	Why           string // key of a message
}

// Form is the form of one term.
type Form struct {
	Kind    string
	ID      int64 // 0 for a new one
	Tabs    []Tab
	Home    string
	Action  string
	Public  string
	Fixed   bool // its address and place cannot be changed
	Refused string
	Wrong   []Field
	Name    Field
	Slug    Field
	Text    Field // description or biography
	Role    Field
	Links   Field
	Picture Field
	Guest   bool

	ParentError  Field
	Parents      []Choice
	Position     Field
	Comments     []Choice
	CommentError Field
	Days         Field
	Required     []Choice

	Articles int
	Former   []string
	Account  string // name of the account that an author belongs to
	Merge    string // address of the question before a merge, "" for a new one
	Into     []Choice
	Remove   bool   // it can be removed
	Removal  string // address of the question before a removal, "" for none
	Trail    []Entry

	UndoDays int // how long a removal can be undone
}

// Entry is a change of a term.
type Entry struct {
	At     time.Time
	By     string
	Verb   string // key of a message
	Before string
	After  string
	Undo   string // the operation that undoes it, "" for none
}

// Merge is the question before a merge.
type Merge struct {
	Kind    string
	Tabs    []Tab
	Home    string
	Action  string
	From    []Row
	Into    *Row // nil if it is still to be chosen
	Words   string
	Refused string
	Field   Field
	Choices []Choice

	UndoDays int // how long the merge can be undone
}
