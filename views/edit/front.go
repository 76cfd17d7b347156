package edit

import "time"

// Front is the page on which the front page is arranged.
type Front struct {
	Action  string // address of the form
	Preview string // address of the preview
	Zone    string
	Version int64
	Shown   int64 // when the form began, in microseconds
	Since   int64 // the version before a colleague's change that the form asks about, 0 for none
	Asks    bool  // there is such a change; Since may be version 0
	Unsaved bool  // the fields differ from the stored front page

	Rows     []FrontRow // the lead first
	Blocks   []FrontBlock
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

// PlaceName names a place of the front page. Key is the key of a message, and Section is
// isolated from the direction of the text around it.
type PlaceName struct {
	Key     string
	Section string
	Number  int
}

// FrontRow is a place of the front page.
type FrontRow struct {
	Spot    string    // names the place in the values of buttons
	Name    PlaceName // in full
	Label   PlaceName // within its list
	Field   string    // name of the field
	Times   string    // name of the field of the end
	Story   Field     // number of the article, "" for automatic
	Until   Field
	Auto    string // headline of the article that the program puts there, "" for a pinned place
	Dir     string // direction of the headline that the field shows
	Up      bool   // there is a place above
	Down    bool
	Choices []StoryGroup
	Theirs  *FrontTheirs
}

// FrontBlock has the places of the block of a section.
type FrontBlock struct {
	ID     string
	Name   string
	Rows   []FrontRow
	Pinned int  // number of pinned places
	Open   bool // its rows are shown at once
	Absent bool // the front page has no block of the section now
}

// FrontTheirs is the value that a colleague has stored in a field with another value.
type FrontTheirs struct {
	Field string // id of the form's field
	Value string // of the form's field
	End   string // of the field of the end
	Text  string // to read: a headline or the text of a field
	Key   string // key of a message instead of a text
	Until time.Time
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
	Dir   string // direction of the headline, "" for that of most headlines
}

// FrontLine is the breaking line of the form.
type FrontLine struct {
	Text, Link, From, Until Field
	LevelField              Field
	Theirs                  []FrontTheirsOf
	Level                   string
	Levels                  []string
	Shown                   bool // it is above the pages now
	Coming                  []ComingLine
}

// FrontTheirsOf is the value of a field of the breaking line that a colleague has stored.
type FrontTheirsOf struct {
	Label string // key of a message
	FrontTheirs
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
	Place        Field
	Story        Field
	From, Until  Field
	PlaceOptions []FrontPlace
	Choices      []StoryGroup
	Dir          string // direction of the headline that the field shows
	Theirs       *FrontTheirs
	TheirPlace   PlaceName
	TheirFrom    time.Time
}

// FrontPlace is a place to choose.
type FrontPlace struct {
	Spot    string
	Name    PlaceName
	Current bool
}

// FrontConflict tells who has stored another arrangement while the form was open.
type FrontConflict struct {
	By string
	At time.Time
}

// FrontMini is the front page in small.
type FrontMini struct {
	Lead    MiniStory
	Second  []MiniStory
	Latest  []string
	Blocks  []MiniBlock
	Line    string
	Level   string
	Nothing bool
}

// MiniBlock is the block of a section in small, with its pinned articles and the first one.
type MiniBlock struct {
	Name    string
	Stories []MiniStory
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
	Name PlaceName
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
	Edge   string    // begin or end
	Place  PlaceName // without a key for a line
	Field  Field     // the time
}
