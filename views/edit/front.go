package edit

import "time"

// Front is the page on which the front page is arranged. Texts that name places are keys
// of messages.
type Front struct {
	Action  string // address of the form
	Preview string // address of the preview
	Zone    string
	Version int64
	Unsaved bool // the fields differ from the stored front page

	Rows     []FrontRow // the lead first
	Choices  []StoryGroup
	Find     string
	Found    bool // the search for Find has run
	Line     FrontLine
	Plans    []FrontPlan // timed changes; the last ones are empty
	Wrong    []Field     // those with an error, in the order of the form
	Refused  string      // key of a message about the whole form
	Conflict *FrontConflict
	Mini     FrontMini
	History  []FrontVersion
	At       Field // of the preview
}

// FrontRow is a place of the front page.
type FrontRow struct {
	Place int    // 0 is the lead
	Name  string // key of a message
	Field string // name of the field
	Times string // name of the field of the end
	Story Field  // number of the article, "" for automatic
	Until Field
	Since time.Time // zero for a place that the program fills
	Auto  string    // headline of the article that the program puts there, "" for a pinned place
	Up    bool      // there is a place above
	Down  bool
}

// StoryGroup is a group of articles to choose from.
type StoryGroup struct {
	Name    string // key of a message
	Stories []StoryChoice
}

// StoryChoice is an article to choose.
type StoryChoice struct {
	ID    string
	Title string
}

// FrontLine is the breaking line of the form.
type FrontLine struct {
	Text, Link, From, Until Field
	Level                   string
	Levels                  []string
	Shown                   bool // it is above the pages now
	Coming                  []ComingLine
}

// ComingLine is a line that will begin.
type ComingLine struct {
	Text     string
	From     time.Time
	Until    time.Time
	Item     string // for calling it off
	Upcoming string // address of the list of planned changes
}

// FrontPlan is an article for a place that does not hold it now.
type FrontPlan struct {
	Index        int
	Place        int
	Story        Field
	From, Until  Field
	PlaceOptions []FrontPlace
	Choices      []StoryGroup
}

// FrontPlace is a place to choose.
type FrontPlace struct {
	Place   int
	Name    string // key of a message
	Current bool
}

// FrontConflict tells of a colleague's newer arrangement.
type FrontConflict struct {
	By     string
	At     time.Time
	Theirs FrontMini
}

// FrontMini is the front page in small.
type FrontMini struct {
	Lead    MiniStory
	Second  []MiniStory
	Latest  []string
	Blocks  []string
	Line    string
	Level   string
	Nothing bool
}

// MiniStory is an article of the front page in small.
type MiniStory struct {
	Title  string
	Pinned bool
}

// FrontVersion is a line of the history.
type FrontVersion struct {
	Number  int
	Act     string // key of a message
	At      time.Time
	By      string
	Changes []FrontChange
	Now     bool // it is in force
}

// FrontChange is the change of a version at a place.
type FrontChange struct {
	Name string // key of a message
	Text string // the headline or the line, "" for none
}

// StoryFront are the buttons that put an article on the front page at once.
type StoryFront struct {
	ID    int64
	Label string // id of the element with the headline, "" for none
}

// FrontEvent is the beginning or the end of a pin or a breaking line, with the form that
// moves it and calls it off.
type FrontEvent struct {
	Action string // address of the form
	Item   string
	Edge   string // begin or end
	Place  string // key of a message, "" for a line
	Field  Field  // the time
}
