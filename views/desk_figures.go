package views

import (
	"time"

	"broadsheet/views/charts"
)

// Figures is the page of how the desk is doing.
type Figures struct {
	Page
	Waiting           int
	Oldest, P50, P90  string
	Known             bool
	Periods           []NavItem // the last days to choose from
	From, To          string    // the range, as days
	First, Last       time.Time
	Hours             charts.Chart
	Days              []charts.Chart
	Moderators        []FigureRow
	AllModerators     bool // not only the viewer
	Kinds             []FigureRow
	Categories        []FigureRow
	Hold              DeskAlarm
	WholeSite         bool // not limited to categories
	RecentComments    int
	UsualComments     int
	ComparesWithUsual bool
	Reads             []ReadFigures
}

// ReadFigures are how often articles were opened in some time.
type ReadFigures struct {
	ID       string // of the heading
	Title    string // key of a message
	Site     []int  // the numbers of all articles; nil for a moderator of some categories
	Articles []ReadFigure
}

// ReadFigure is the numbers of an article: reads, all requests, and those that are no
// reads, from robots, repeated and loaded ahead.
type ReadFigure struct {
	Link
	Language string // where it is not the page's
	Numbers  []int
}

// FigureRow is a line of a table of figures.
type FigureRow struct {
	Name    string // "": none
	Numbers []int
}
