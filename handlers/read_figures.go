package handlers

import (
	"context"
	"strconv"
	"time"

	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/reads"
	"broadsheet/views"
	"broadsheet/views/charts"
)

// shownReads is the number of articles in a table of reads.
const shownReads = 20

// readFigures returns the figures of the most read articles in a moderator's scope,
// and of the site if the scope is the whole site.
func (mo *moderating) readFigures(ctx context.Context, site *newsroom.Site, scope moderation.Scope) (list []views.ReadFigures, err error) {
	for _, days := range []int{1, 7} {
		name := "reads-" + strconv.Itoa(days)
		v := views.ReadFigures{ID: name, Title: "figures." + name}
		if !scope.Limited() {
			all, err := reads.SiteCounts(ctx, mo.db, days)
			if err != nil {
				return nil, err
			}
			if all.Requests() > 0 {
				v.Site = readNumbers(all)
			}
		}
		figures, err := reads.FiguresOf(ctx, mo.db, days, scope.Categories(), shownReads)
		if err != nil {
			return nil, err
		}
		ids := make([]int64, len(figures))
		for i, f := range figures {
			ids[i] = f.ArticleID
		}
		articles, err := newsroom.ByIDs(ctx, mo.db, ids)
		if err != nil {
			return nil, err
		}
		for _, f := range figures {
			if a := articles[f.ArticleID]; a != nil {
				shown := views.ReadFigure{Link: views.Link{Name: a.Title, URL: site.ArticlePath(a)}, Numbers: readNumbers(f.Counts)}
				if a.Language != site.Language {
					shown.Language = a.Language
				}
				v.Articles = append(v.Articles, shown)
			}
		}
		list = append(list, v)
	}
	return list, nil
}

// readsChart returns the chart of the reads of all articles by day. Reads are kept by the
// day of UTC.
func (mo *moderating) readsChart(ctx context.Context, site *newsroom.Site, first, last time.Time) (charts.Chart, error) {
	chart := charts.Chart{
		ID: "chart-reads", Title: "figures.reads.days", Unit: "figures.unit.reads",
		Head: []string{
			"figures.day", "figures.reads.counted", "figures.reads.raw", "figures.reads.robots",
			"figures.reads.repeats", "figures.reads.ahead",
		},
	}
	days, err := reads.SiteDays(ctx, mo.db, first, last)
	if err != nil {
		return chart, err
	}
	var points []charts.Point
	var titles []string
	for _, d := range days {
		name := d.Day.Format(time.DateOnly)
		points = append(points, charts.Point{At: d.Day, Value: d.Counted})
		titles = append(titles, name+": "+strconv.Itoa(d.Counted))
		chart.Rows = append(chart.Rows, charts.Row{Name: name, Numbers: readNumbers(d.Counts)})
	}
	chart.Plot(views.DirOf(site.Language) == "rtl", points, false, titles)
	return chart, nil
}

// readNumbers returns the columns of a row.
func readNumbers(c reads.Counts) []int {
	return []int{c.Counted, c.Requests(), c.Robots, c.Repeats, c.Prefetches}
}
