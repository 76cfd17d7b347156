package handlers

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/frontpreview"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/views"
)

// showFrontPreview shows editors the whole front page as of a minute. No cache stores it.
func (ar *arranging) showFrontPreview(c *request) error {
	at, text := ar.db.Now(), strings.TrimSpace(models.PlainDigits(c.QueryParam("at")))
	var err error
	if text != "" {
		at, err = timetable.ParseTime(text, c.site.TimeZone)
	}
	var preview *frontpreview.Preview
	if err == nil {
		preview, err = frontpreview.At(c.ctx(), ar.db, c.site, at)
	}
	if e, ok := errors.AsType[*models.Error](err); ok && e.Kind == models.Invalid && e.Code != "" {
		return ar.refusePreview(c, text, e.Code)
	}
	if err != nil {
		return err
	}
	return ar.renderPreview(c, at, preview)
}

// refusePreview shows the desk of the front page with the error of the preview's time.
func (ar *arranging) refusePreview(c *request, text, code string) error {
	v, err := frontplan.Current(c.ctx(), ar.db)
	if err != nil {
		return err
	}
	f := newFrontForm(c.site, v, ar.db.Now())
	f.Set("at", text)
	return ar.renderDesk(c, f, models.InvalidFields(models.FieldError{Field: "at", Code: code}))
}

func (ar *arranging) renderPreview(c *request, at time.Time, preview *frontpreview.Preview) error {
	v := ar.reading.frontView(c, preview.Page)
	v.NoIndex, v.Site.Now, v.Breaking = true, startOfDay(inSiteZone(c.site, at)), presentLine(preview.Line)
	bar, err := ar.reading.staff.bar(c, frontPreviewPath)
	if err != nil {
		return err
	}
	bar.Preview = &views.StaffPreview{
		At: inSiteZone(c.site, at), Value: wallClock(c.site, models.At(at)), Action: frontPreviewPath, Desk: frontPath,
	}
	v.Staff = bar
	c.Response().Header().Set("X-Robots-Tag", "noindex, nofollow")
	return render(ar.pages, c, views.FrontPage, v, personalAnswer(http.StatusOK))
}
