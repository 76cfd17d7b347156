package handlers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"broadsheet/models/discussion/transparency"
	"broadsheet/models/newsroom"
	"broadsheet/views"
)

// transparencyPath is the address of the yearly report about moderation.
const transparencyPath = figuresPath + "/report"

// firstYear is the earliest year that the report takes.
const firstYear = 2000

// loadTransparency returns the year of the request, this year by default, and its
// report.
func (mo *moderating) loadTransparency(c *request) (year int, rep *transparency.Report, err error) {
	now := mo.db.Now().In(c.site.TimeZone)
	year = now.Year()
	if asked := c.QueryParam("year"); asked != "" {
		if year, err = strconv.Atoi(asked); err != nil || year < firstYear || year > now.Year() {
			return 0, nil, errNoPage
		}
	}
	from, until := transparency.Year(year, c.site.TimeZone)
	rep, err = transparency.Of(c.ctx(), mo.db, from, until)
	return year, rep, err
}

// showTransparency shows the report of a year.
func (mo *moderating) showTransparency(c *request) error {
	year, rep, err := mo.loadTransparency(c)
	if err != nil {
		return err
	}
	page, err := mo.deskPage(c, mo.text(c.site, "transparency.title", "year", strconv.Itoa(year)), transparencyPath)
	if err != nil {
		return err
	}
	v := views.Transparency{Page: page, CSVURL: fmt.Sprintf("%s.csv?year=%d", transparencyPath, year)}
	if year > firstYear {
		v.Before = views.Link{Name: strconv.Itoa(year - 1), URL: fmt.Sprintf("%s?year=%d", transparencyPath, year-1)}
	}
	if year < mo.db.Now().In(c.site.TimeZone).Year() {
		v.After = views.Link{Name: strconv.Itoa(year + 1), URL: fmt.Sprintf("%s?year=%d", transparencyPath, year+1)}
	}
	for _, row := range rep.Rows {
		if n := len(v.Tables); n == 0 || v.Tables[n-1].Section != row.Section {
			v.Tables = append(v.Tables, views.TransparencyTable{Section: row.Section, Title: "transparency." + row.Section})
		}
		table := &v.Tables[len(v.Tables)-1]
		table.Rows = append(table.Rows, views.TransparencyRow{
			Name: "transparency." + row.Section + "." + row.Name, Ground: mo.transparencyGround(c.site, row), Number: row.Number,
			All: row.Ground == "",
		})
	}
	return render(mo.pages, c, views.TransparencyPage, v, personalAnswer(http.StatusOK))
}

// transparencyGround returns the ground of a row in words, "" for none.
func (p *pages) transparencyGround(site *newsroom.Site, row transparency.Row) string {
	switch {
	case row.Ground == "":
		return ""
	case row.Section == "reports":
		return p.text(site, "report.reason."+row.Ground)
	case row.Section == "notices":
		return p.text(site, "law."+row.Ground)
	}
	return p.groundName(site, row.Ground)
}

// exportTransparency sends the report of a year as CSV.
func (mo *moderating) exportTransparency(c *request) error {
	year, rep, err := mo.loadTransparency(c)
	if err != nil {
		return err
	}
	var csv strings.Builder
	if err := rep.WriteCSV(&csv); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="moderation-%d.csv"`, year))
	h.Set("Cache-Control", "private, no-store")
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", []byte(csv.String()))
}
