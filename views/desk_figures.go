package views

import (
	"strconv"
	"time"
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
	Hours             Chart
	Days              []Chart
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

// Chart is a picture of bars with axes, made on the server, and its table.
type Chart struct {
	ID      string
	Title   string // key of a message
	Unit    string // key of a message: the unit of the bars
	Percent bool
	Most    int // the value of the longest bar
	Height  int // of the plot, in pixels
	Ticks   []ChartTick
	Labels  []ChartLabel
	Bars    []Bar
	Rows    []ChartRow
	Head    []string // keys of messages
}

// ChartTick is a line of a chart's vertical axis.
type ChartTick struct {
	Y, Value int
}

// ChartLabel is a label of a chart's time axis.
type ChartLabel struct {
	X     string // in percent of the plot
	At    time.Time
	Clock bool // it shows the time of day
}

// Bar is one bar of a chart.
type Bar struct {
	X, Width  string // in percent of the plot
	Y, Height int
	Title     string
}

// ChartRow is the value of a bar.
type ChartRow struct {
	Name    string
	Numbers []int
}

// chartHeight is the height of a chart's plot.
const chartHeight = 120

// ChartPoint is an instant with its value.
type ChartPoint struct {
	At    time.Time
	Value int
}

// Plot draws the bars and axes of a chart. The bars stand in the order of reading:
// in a language that is read from right to left the oldest is at the right. titles
// has the title of each bar.
func (c *Chart) Plot(language string, points []ChartPoint, clock bool, titles []string) {
	const shownLabels = 5
	c.Height = chartHeight
	for _, p := range points {
		c.Most = max(c.Most, p.Value)
	}
	step := niceStep(c.Most)
	top := max(step, (c.Most+step-1)/step*step)
	for v := 0; v <= top; v += step {
		c.Ticks = append(c.Ticks, ChartTick{Y: chartHeight - v*chartHeight/top, Value: v})
	}
	slot := 100 / float64(max(1, len(points)))
	place := func(x, width float64) string {
		if DirOf(language) == "rtl" {
			x = 100 - x - width
		}
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	every := (len(points) + shownLabels - 1) / shownLabels
	for i, p := range points {
		left := float64(i) * slot
		if p.Value > 0 {
			height := max(1, p.Value*chartHeight/top)
			c.Bars = append(c.Bars, Bar{
				X: place(left+0.14*slot, 0.72*slot), Width: strconv.FormatFloat(0.72*slot, 'f', 2, 64),
				Y: chartHeight - height, Height: height, Title: titles[i],
			})
		}
		if (len(points)-1-i)%every == every/2 {
			c.Labels = append(c.Labels, ChartLabel{X: place(left+slot/2, 0), At: p.At, Clock: clock})
		}
	}
}

// niceStep returns the distance of ticks for values up to most: 1, 2 or 5 times a
// power of ten, so that there are at most five ticks.
func niceStep(most int) int {
	for unit := 1; ; unit *= 10 {
		for _, step := range []int{unit, 2 * unit, 5 * unit} {
			if most <= 4*step {
				return step
			}
		}
	}
}
