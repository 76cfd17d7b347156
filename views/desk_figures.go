package views

// Figures is the page of how the desk is doing.
type Figures struct {
	Page
	Waiting           int
	Oldest, P50, P90  string
	Known             bool
	Hours, Held       Chart
	Reversed          Chart
	Moderators        []FigureRow
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

// Chart is a picture of bars made on the server, with its table.
type Chart struct {
	ID     string
	Title  string // key of a message
	Unit   string // key of a message: the unit of the bars
	Width  int
	Height int
	Most   int // the value of the longest bar
	Bars   []Bar
	Rows   []ChartRow
	Head   []string // keys of messages
}

// Bar is one bar of a chart.
type Bar struct {
	X, Y, Width, Height int
	Title               string
}

// ChartRow is the value of a bar.
type ChartRow struct {
	Name    string
	Numbers []int
}
