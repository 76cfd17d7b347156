package handlers

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"
	"broadsheet/views/charts"
)

// figurePeriods are the numbers of last days that the page offers.
var figurePeriods = []int{7, 30, 90}

// figureRange returns the range of days that a request asks for: so many last days, or
// from one day to another. A range that makes no sense is the last 30 days.
func figureRange(c *request, now time.Time) (first, last time.Time, days int) {
	zone := c.site.TimeZone
	from, err := time.ParseInLocation(time.DateOnly, c.QueryParam("from"), zone)
	if err == nil {
		to, err := time.ParseInLocation(time.DateOnly, c.QueryParam("to"), zone)
		if err == nil && !to.Before(from) && to.Sub(from) < moderation.MostFigureDays*24*time.Hour {
			return from, to, 0
		}
	}
	days = 30
	if n := int(parseID(c.QueryParam("days"))); slices.Contains(figurePeriods, n) {
		days = n
	}
	first, last = moderation.LastDays(days, now, zone)
	return first, last, days
}

// showFigures shows the figures of the desk. A moderator sees only own numbers by
// person; who may read the whole log sees those of all.
func (mo *moderating) showFigures(c *request) error {
	me := c.viewer
	page := mo.deskFrame(c, mo.text(c.site, "figures.title"))
	first, last, days := figureRange(c, mo.db.Now())
	q := moderation.FigureQuery{Scope: me.scope, Now: mo.db.Now(), First: first, Last: last}
	all := me.may(people.Auditing)
	if !all {
		q.Account = me.ID
	}
	f, err := moderation.FiguresOf(c.ctx(), mo.db, q)
	if err != nil {
		return err
	}
	surge := mo.surgeNow(c)
	w := f.Waiting
	v := views.Figures{
		Page: page, Waiting: w.Comments, Known: w.Known, Oldest: mo.durationText(c.site, w.Oldest), P50: mo.durationText(c.site, w.P50),
		P90: mo.durationText(c.site, w.P90), First: first, Last: last, From: first.Format(time.DateOnly), To: last.Format(time.DateOnly),
		Hours: mo.hoursChart(c.site, f.Hours), AllModerators: all,
		Hold: *page.Desk.Alarm, WholeSite: !me.scope.Limited(),
		RecentComments: surge.Now, UsualComments: int(math.Round(surge.Usual)), ComparesWithUsual: surge.Usual >= 0.5,
	}
	for _, n := range figurePeriods {
		link := views.Link{Name: mo.views.Count(c.site.Language, "figures.days", n), URL: figuresPath + "?days=" + strconv.Itoa(n)}
		v.Periods = append(v.Periods, views.NavItem{Link: link, Current: n == days})
	}
	mo.figureTables(c.site, f, &v)
	if v.Reads, err = mo.readFigures(c.ctx(), c.site, me.scope); err != nil {
		return err
	}
	if v.Days, err = mo.dayCharts(c, f); err != nil {
		return err
	}
	return render(mo.pages, c, views.FiguresPage, v, personalAnswer(http.StatusOK))
}

// figureTables adds the tables by person, by kind of decision and by category.
func (mo *moderating) figureTables(site *newsroom.Site, f *moderation.Figures, v *views.Figures) {
	for _, m := range f.Moderators {
		name := m.Actor
		if m.ActorID == 0 {
			name = mo.actorName(site, m.Actor, nil)
		}
		v.Moderators = append(v.Moderators, views.FigureRow{Name: name, Numbers: []int{m.Decided, m.Reversed, m.ReversedShare()}})
	}
	for _, k := range f.Kinds {
		key := "reason." + k.Kind
		if !slices.Contains(discussion.DeclineReasons, k.Kind) {
			key = "figures.kind." + k.Kind
		}
		v.Kinds = append(v.Kinds, views.FigureRow{Name: mo.text(site, key), Numbers: []int{k.Decided, k.Reversed, k.ReversedShare()}})
	}
	for _, s := range f.Categories {
		row := views.FigureRow{Name: categoryName(site, s.Category), Numbers: []int{s.Arrived, s.Held, s.Decided, s.Reversed}}
		v.Categories = append(v.Categories, row)
	}
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

// hoursChart returns the chart of decisions by hour.
func (mo *moderating) hoursChart(site *newsroom.Site, hours []moderation.HourFigure) charts.Chart {
	chart := charts.Chart{
		ID: "chart-hours", Title: "figures.hours", Unit: "figures.unit.count", Head: []string{"figures.hour", "figures.decided"},
	}
	var points []charts.Point
	var titles []string
	for _, h := range hours {
		at := inSiteZone(site, h.At)
		name := at.Format("2006-01-02 15:04")
		points = append(points, charts.Point{At: at, Value: h.Decided})
		titles = append(titles, name+": "+strconv.Itoa(h.Decided))
		chart.Rows = append(chart.Rows, charts.Row{Name: name, Numbers: []int{h.Decided}})
	}
	chart.Plot(views.DirOf(site.Language) == "rtl", points, true, titles)
	return chart
}

// dayCharts returns the charts by day. That of reads is about the whole site.
func (mo *moderating) dayCharts(c *request, f *moderation.Figures) ([]charts.Chart, error) {
	list := append(mo.countCharts(c.site, f.Days), mo.waitsChart(c.site, f.Waits))
	if f.Scope.Limited() {
		return list, nil
	}
	chart, err := mo.readsChart(c.ctx(), c.site, f.First, f.Last)
	return append(list, chart), err
}

// countCharts returns the charts of comments and decisions by day. The table of a share
// has its part and its whole too.
func (mo *moderating) countCharts(site *newsroom.Site, days []moderation.DayFigure) (list []charts.Chart) {
	for _, kind := range []struct {
		name    string
		head    []string
		numbers func(d moderation.DayFigure) []int // the last is the bar's
	}{
		{"arrived-days", []string{"figures.arrived"}, func(d moderation.DayFigure) []int { return []int{d.Arrived} }},
		{"decided-days", []string{"figures.decided"}, func(d moderation.DayFigure) []int { return []int{d.Decided} }},
		{
			"held-share",
			[]string{"figures.held", "figures.arrived", "figures.percent"},
			func(d moderation.DayFigure) []int { return []int{d.Held, d.Arrived, d.HeldShare()} },
		},
		{
			"reversed-share",
			[]string{"figures.reversed", "figures.decided", "figures.percent"},
			func(d moderation.DayFigure) []int { return []int{d.Reversed, d.Decided, d.ReversedShare()} },
		},
	} {
		chart := charts.Chart{
			ID: "chart-" + kind.name, Title: "figures." + kind.name, Unit: "figures.unit." + kind.name, Percent: len(kind.head) > 1,
		}
		chart.Head = append([]string{"figures.day"}, kind.head...)
		var points []charts.Point
		var titles []string
		for _, d := range days {
			numbers, day := kind.numbers(d), inSiteZone(site, d.Day)
			value := numbers[len(numbers)-1]
			title := day.Format(time.DateOnly) + ": " + strconv.Itoa(value)
			if chart.Percent {
				title += " %"
			}
			points, titles = append(points, charts.Point{At: day, Value: value}), append(titles, title)
			chart.Rows = append(chart.Rows, charts.Row{Name: day.Format(time.DateOnly), Numbers: numbers})
		}
		chart.Plot(views.DirOf(site.Language) == "rtl", points, false, titles)
		list = append(list, chart)
	}
	return list
}

// waitsChart returns the chart of how long comments waited until they were decided. Its
// values are minutes, its axis has minutes, hours or days.
func (mo *moderating) waitsChart(site *newsroom.Site, days []moderation.WaitFigure) charts.Chart {
	chart := charts.Chart{
		ID: "chart-waits", Title: "figures.waited", Unit: "figures.unit.minutes", Keys: []string{"figures.p50", "figures.p90"},
		Head: []string{"figures.day", "figures.waited.comments", "figures.p50", "figures.p90"},
	}
	var points []charts.Point
	var titles []string
	var longest time.Duration
	for _, d := range days {
		day := inSiteZone(site, d.Day)
		name, row := day.Format(time.DateOnly), charts.Row{Numbers: []int{d.Comments}, Words: []string{"", ""}}
		row.Name = name
		if d.Comments > 0 {
			row.Words = []string{mo.durationText(site, d.P50), mo.durationText(site, d.P90)}
		}
		chart.Rows, longest = append(chart.Rows, row), max(longest, d.P90)
		points = append(points, charts.Point{At: day, Value: int(d.P50 / time.Minute), Behind: int(d.P90 / time.Minute)})
		titles = append(titles, mo.text(site, "figures.waited.day", "day", name, "p50", row.Words[0], "p90", row.Words[1]))
	}
	switch {
	case longest > 48*time.Hour:
		chart.Unit, chart.Scale = "figures.unit.days", 24*60
	case longest > 2*time.Hour:
		chart.Unit, chart.Scale = "figures.unit.hours", 60
	}
	chart.Longest = mo.durationText(site, longest)
	chart.Plot(views.DirOf(site.Language) == "rtl", points, false, titles)
	return chart
}
