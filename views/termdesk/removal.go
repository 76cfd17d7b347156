package termdesk

// Removal is the question before the removal of a category.
type Removal struct {
	Tabs     []Tab
	Name     string
	Public   string
	Back     string // address of the category's form
	Action   string // "" if it cannot be removed
	Refused  string // key of a message
	Articles int    // those that lose it
	Alone    int    // of them those that come to Rest
	First    []Story
	More     int // those that come to Rest beside First
	Rest     string
	Heir     string   // its addresses lead there
	Top      bool     // the categories below it come to the top, else to Heir
	Below    []string // the names of these
	Listed   bool     // a setting lists it
	Chosen   bool     // moderators or subscribers have it
	UndoDays int      // how long it can be undone
}

// Story is a story by its headline.
type Story struct {
	Title string
	URL   string
}
