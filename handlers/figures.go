package handlers

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/views"
)

// showFigures shows the figures of the desk.
func (mo *moderating) showFigures(c *request) error {
	me := c.viewer
	page := mo.deskFrame(c, mo.text(c.site, "figures.title"))
	f, err := moderation.FiguresOf(c.ctx(), mo.db, me.scope, me.Name, mo.db.Now(), c.site.TimeZone)
	if err != nil {
		return err
	}
	surge := mo.surgeNow(c)
	w := f.Waiting
	v := views.Figures{
		Page: page, Waiting: w.Comments, Known: w.Known, Oldest: mo.durationText(c.site, w.Oldest), P50: mo.durationText(c.site, w.P50),
		P90:   mo.durationText(c.site, w.P90),
		Hours: mo.hoursChart(c.site, f.Hours), Hold: *page.Desk.Alarm, WholeSite: !me.scope.Limited(),
		RecentComments: surge.Now, UsualComments: int(math.Round(surge.Usual)), ComparesWithUsual: surge.Usual >= 0.5,
	}
	v.Held = mo.daysChart(
		c.site, f.Days, "held-share",
		func(d moderation.DayFigure) (int, int, int) { return d.Held, d.Arrived, d.HeldShare() },
	)
	v.Reversed = mo.daysChart(
		c.site, f.Days, "reversed-share",
		func(d moderation.DayFigure) (int, int, int) { return d.Reversed, d.Decided, d.ReversedShare() },
	)
	for _, m := range f.Moderators {
		v.Moderators = append(v.Moderators, views.FigureRow{Name: m.Actor, Numbers: []int{m.Decided}})
	}
	for _, s := range f.Categories {
		v.Categories = append(
			v.Categories,
			views.FigureRow{Name: categoryName(c.site, s.Category), Numbers: []int{s.Arrived, s.Held, s.Decided, s.Reversed}},
		)
	}
	if v.Reads, err = mo.readFigures(c.ctx(), c.site, me.scope); err != nil {
		return err
	}
	return render(mo.pages, c, views.FiguresPage, v, personalAnswer(http.StatusOK))
}

// categoryName returns a category's name with the one above it, or "".
func categoryName(site *newsroom.Site, id int64) string {
	category := site.Categories.ByID(id)
	if category == nil {
		return ""
	}
	name := category.Name
	for _, above := range site.Categories.Ancestors(category) {
		name = above.Name + " › " + name
	}
	return name
}

// Measures of a chart, in its own units.
const (
	chartHeight = 100
	barWidth    = 10
	barGap      = 4
)

// makeBars returns the bars of a chart. The longest is as high as the chart, and a
// value above 0 is visible.
func makeBars(values []int, title func(int) string) (list []views.Bar, width, most int) {
	for _, v := range values {
		most = max(most, v)
	}
	for i, v := range values {
		if v == 0 {
			continue
		}
		height := max(1, v*chartHeight/most)
		list = append(
			list,
			views.Bar{X: i * (barWidth + barGap), Y: chartHeight - height, Width: barWidth, Height: height, Title: title(i)},
		)
	}
	return list, len(values)*(barWidth+barGap) - barGap, most
}

func (mo *moderating) hoursChart(site *newsroom.Site, hours []moderation.HourFigure) views.Chart {
	chart := views.Chart{
		ID: "chart-hours", Title: "figures.hours", Unit: "figures.unit.count", Height: chartHeight,
		Head: []string{"figures.hour", "figures.decided"},
	}
	values := make([]int, len(hours))
	for i, h := range hours {
		values[i] = h.Decided
		chart.Rows = append(chart.Rows, views.ChartRow{Name: inSiteZone(site, h.At).Format("2006-01-02 15:04"), Numbers: []int{h.Decided}})
	}
	chart.Bars, chart.Width, chart.Most = makeBars(values, func(i int) string {
		return chart.Rows[i].Name + ": " + strconv.Itoa(values[i])
	})
	return chart
}

func (mo *moderating) daysChart(
	site *newsroom.Site, days []moderation.DayFigure, name string,
	share func(moderation.DayFigure) (part, whole, percent int),
) views.Chart {
	head := map[string][]string{
		"held-share":     {"figures.day", "figures.held", "figures.arrived", "figures.percent"},
		"reversed-share": {"figures.day", "figures.reversed", "figures.decided", "figures.percent"},
	}
	chart := views.Chart{ID: "chart-" + name, Title: "figures." + name, Unit: "figures.unit.percent", Height: chartHeight, Head: head[name]}
	values := make([]int, len(days))
	for i, d := range days {
		part, whole, percent := share(d)
		values[i] = percent
		chart.Rows = append(
			chart.Rows,
			views.ChartRow{Name: inSiteZone(site, d.Day).Format(time.DateOnly), Numbers: []int{part, whole, percent}},
		)
	}
	chart.Bars, chart.Width, chart.Most = makeBars(
		values, func(i int) string { return chart.Rows[i].Name + ": " + strconv.Itoa(values[i]) + " %" },
	)
	return chart
}
