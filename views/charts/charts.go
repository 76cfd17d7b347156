package charts

import (
	"strconv"
	"time"
)

// Chart is a picture of bars with axes, made on the server, and its table.
type Chart struct {
	ID      string
	Title   string // key of a message
	Unit    string // key of a message: the unit of the axis
	Scale   int    // the values in one unit of the axis; 0 means 1
	Percent bool
	Most    int      // the value of the longest bar
	Longest string   // Most in words, "" for the number
	Keys    []string // keys of messages: what the bars mean, and what the bars behind them mean
	Height  int      // of the plot, in pixels
	Ticks   []Tick
	Labels  []Label
	Bars    []Bar
	Rows    []Row
	Head    []string // keys of messages
}

// Tick is a line of a chart's vertical axis.
type Tick struct {
	Y, Value int // pixels from the top; units of the axis
}

// Label is a label of a chart's time axis.
type Label struct {
	X     string // in percent of the plot
	At    time.Time
	Clock bool // it shows the time of day
}

// Bar is one bar of a chart.
type Bar struct {
	X, Width  string // in percent of the plot
	Y, Height int
	Behind    bool // it stands behind the next bar and is longer
	Title     string
}

// Row is the value of a bar: numbers, then values in words.
type Row struct {
	Name    string
	Numbers []int
	Words   []string
}

// chartHeight is the height of a chart's plot.
const chartHeight = 120

// Point is an instant with its value, and with the value of the bar behind, 0 for none.
type Point struct {
	At     time.Time
	Value  int
	Behind int
}

// Empty reports whether no row of the table has a number above 0.
func (c Chart) Empty() bool {
	for _, row := range c.Rows {
		for _, n := range row.Numbers {
			if n > 0 {
				return false
			}
		}
	}
	return true
}

// Plot draws the bars and axes of a chart. The bars stand in the order of reading:
// in a language that is read from right to left the oldest is at the right. titles
// has the title of each bar.
func (c *Chart) Plot(rightToLeft bool, points []Point, clock bool, titles []string) {
	const shownLabels = 5
	c.Height = chartHeight
	for _, p := range points {
		c.Most = max(c.Most, p.Value, p.Behind)
	}
	scale := max(1, c.Scale)
	step := niceStep((c.Most+scale-1)/scale) * scale
	top := max(step, (c.Most+step-1)/step*step)
	for v := 0; v <= top; v += step {
		c.Ticks = append(c.Ticks, Tick{Y: chartHeight - v*chartHeight/top, Value: v / scale})
	}
	slot := 100 / float64(max(1, len(points)))
	place := func(x, width float64) string {
		if rightToLeft {
			x = 100 - x - width
		}
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	every := (len(points) + shownLabels - 1) / shownLabels
	for i, p := range points {
		left := float64(i) * slot
		for k, value := range []int{p.Behind, p.Value} {
			if value == 0 {
				continue
			}
			height := max(1, value*chartHeight/top)
			c.Bars = append(c.Bars, Bar{
				X: place(left+0.14*slot, 0.72*slot), Width: strconv.FormatFloat(0.72*slot, 'f', 2, 64),
				Y: chartHeight - height, Height: height, Behind: k == 0, Title: titles[i],
			})
		}
		if (len(points)-1-i)%every == every/2 {
			c.Labels = append(c.Labels, Label{X: place(left+slot/2, 0), At: p.At, Clock: clock})
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
