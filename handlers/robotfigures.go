package handlers

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"broadsheet/models/robots"
	"broadsheet/models/robots/fetches"
	"broadsheet/views"
)

// robotsPath is the address of the figures of robots.
const robotsPath = figuresPath + "/robots"

// robotDays is the number of days in the figures of robots.
const robotDays = 28

// showRobotFigures shows how many pages, feeds and files each robot fetched.
func (mo *moderating) showRobotFigures(c *request) error {
	rows, err := fetches.Since(c.ctx(), mo.db, mo.db.Now(), robotDays)
	if err != nil {
		return err
	}
	v := views.RobotFigures{
		Page: mo.deskFrame(c, mo.text(c.site, "robots.title")), Days: robotDays, ListDate: robots.ListDate, Hidden: c.site.Hidden,
	}
	denied := deniedFamilies(&c.site.Settings)
	sums := map[string]*fetches.Row{}
	for i := range rows {
		sum := sums[rows[i].Agent]
		if sum == nil {
			sum = &fetches.Row{Agent: rows[i].Agent}
			sums[sum.Agent] = sum
		}
		sum.Pages, sum.Feeds, sum.Files = sum.Pages+rows[i].Pages, sum.Feeds+rows[i].Feeds, sum.Files+rows[i].Files
		sum.Denied, sum.Slowed = sum.Denied+rows[i].Denied, sum.Slowed+rows[i].Slowed
	}
	for _, family := range robots.Families {
		f := views.RobotFamily{Name: "robots." + string(family), Denied: slices.Contains(denied, family), AI: family.AI()}
		for i := range robots.Agents {
			agent := &robots.Agents[i]
			sum := sums[agent.Name]
			if agent.Family != family || sum == nil && !family.AI() {
				continue
			}
			row := views.RobotRow{Name: agent.Name, Operator: agent.Operator, TokenOnly: agent.TokenOnly}
			if sum != nil {
				row.Pages, row.Feeds, row.Files, row.Denied, row.Slowed = sum.Pages, sum.Feeds, sum.Files, sum.Denied, sum.Slowed
			}
			f.Rows = append(f.Rows, row)
		}
		slices.SortStableFunc(f.Rows, func(a, b views.RobotRow) int { return cmp.Compare(b.Total(), a.Total()) })
		v.Families = append(v.Families, f)
	}
	v.ByDay = robotsByDay(rows)
	return render(mo.pages, c, views.RobotFiguresPage, v, personalAnswer(http.StatusOK))
}

// robotsByDay returns a row for each day with requests: its name and the requests of
// each family.
func robotsByDay(rows []fetches.Row) (days []views.FigureRow) {
	for _, row := range rows {
		name := fmt.Sprintf("%04d-%02d-%02d", row.Day/10000, row.Day/100%100, row.Day%100)
		if n := len(days); n == 0 || days[n-1].Name != name {
			days = append(days, views.FigureRow{Name: name, Numbers: make([]int, len(robots.Families))})
		}
		if agent := robots.Named(row.Agent); agent != nil {
			days[len(days)-1].Numbers[slices.Index(robots.Families, agent.Family)] += row.Pages + row.Feeds + row.Files + row.Denied
		}
	}
	return days
}
