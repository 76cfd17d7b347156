package handlers

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"broadsheet/models/discussion/decisionlog"
	"broadsheet/views"
)

// showLog shows the log of decisions, newest first.
func (mo *moderating) showLog(c *request) error {
	ctx := c.ctx()
	comment := parseID(c.QueryParam("comment"))
	list, err := decisionlog.List(ctx, mo.db, comment, parseID(c.QueryParam("before")))
	if err != nil {
		return err
	}
	v := views.Log{Page: mo.deskFrame(c, mo.text(c.site, "log.title")), Lines: mo.logLines(c.site, list, c.Request().URL.RequestURI())}
	if len(list) == decisionlog.PageSize {
		q := url.Values{"before": {strconv.FormatInt(list[len(list)-1].ID, 10)}}
		if comment != 0 {
			q.Set("comment", strconv.FormatInt(comment, 10))
		}
		v.Next = logPath + "?" + q.Encode()
	}
	return render(mo.pages, c, views.LogPage, v, personalAnswer(http.StatusOK))
}

// exportLog sends the whole log, one JSON object a line, oldest first.
func (mo *moderating) exportLog(c *request) error {
	h := c.Response().Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="decisions.jsonl"`)
	h.Set("Cache-Control", "private, no-store")
	if err := decisionlog.Export(c.ctx(), mo.db, json.NewEncoder(c.Response()).Encode); err != nil {
		return err
	}
	c.Response().WriteHeader(http.StatusOK) // also when the log is empty
	return nil
}
