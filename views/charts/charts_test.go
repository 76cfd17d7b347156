package charts_test

import (
	"testing"
	"time"

	"broadsheet/views/charts"
)

// plot draws values of days, with bars behind.
func plot(scale int, rightToLeft bool, values ...[2]int) *charts.Chart {
	c := &charts.Chart{Scale: scale}
	var points []charts.Point
	for i, v := range values {
		at := time.Date(2026, 11, 1+i, 0, 0, 0, 0, time.UTC)
		points = append(points, charts.Point{At: at, Value: v[0], Behind: v[1]})
		c.Rows = append(c.Rows, charts.Row{Numbers: []int{v[0]}})
	}
	c.Plot(rightToLeft, points, false, make([]string, len(points)))
	return c
}

// The axis counts units of the scale from 0 up to the longest bar or above.
func TestAxisOfAScale(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ scale, most, top int }{
		{0, 0, 1}, {0, 1, 1}, {0, 4, 4}, {0, 5, 6}, {0, 17, 20}, {60, 59, 1}, {60, 61, 2}, {60, 541, 10}, {1440, 2881, 3},
	} {
		c := plot(test.scale, false, [2]int{0, test.most})
		first, last := c.Ticks[0], c.Ticks[len(c.Ticks)-1]
		if first.Value != 0 || first.Y != c.Height || last.Value != test.top || last.Y != 0 || len(c.Ticks) > 6 {
			t.Errorf("scale %d up to %d has the ticks %v", test.scale, test.most, c.Ticks)
		}
		for _, bar := range c.Bars {
			if bar.Y < 0 || bar.Y+bar.Height != c.Height {
				t.Errorf("scale %d up to %d has the bar %+v", test.scale, test.most, bar)
			}
		}
	}
}

// The longer bar comes first, so that the shorter one is drawn over it; from right to
// left the first day is at the right.
func TestBarsBehind(t *testing.T) {
	t.Parallel()
	c := plot(0, true, [2]int{5, 10}, [2]int{0, 0}, [2]int{3, 3})
	if len(c.Bars) != 4 || !c.Bars[0].Behind || c.Bars[1].Behind || c.Bars[0].Height != 2*c.Bars[1].Height || c.Bars[0].X != c.Bars[1].X {
		t.Fatalf("bars %+v", c.Bars)
	}
	if c.Bars[0].X <= c.Bars[2].X || c.Empty() {
		t.Errorf("bars %+v", c.Bars)
	}
	if empty := plot(0, false, [2]int{}, [2]int{}); len(empty.Bars) > 0 || !empty.Empty() {
		t.Errorf("a chart of zeros has %+v", empty.Bars)
	}
}
