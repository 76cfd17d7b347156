package handlers

import (
	"net/http"

	"broadsheet/handlers/agents"
	"broadsheet/models"
	"broadsheet/models/newsroom/redirects"
)

// findRedirect is [redirects.Find] with a count of the readers who use the redirect. Robots
// ask for old addresses for ever, so they do not count.
func (rd *reading) findRedirect(c *request, path string) (target string, lasting bool, err error) {
	target, lasting, err = redirects.Find(c.ctx(), rd.db, path)
	r := c.Request()
	used := target != "" || models.KindOf(err) == models.Gone
	if !used || r.Method != http.MethodGet || agents.IsRobot(firstValue(r.Header, "User-Agent")) {
		return target, lasting, err
	}
	if failed := rd.hits.Add(c.ctx(), rd.db, path); failed != nil { // the reader gets on all the same
		rd.feeds.log.WarnContext(c.ctx(), "the uses of redirects were not stored", "error", failed.Error())
	}
	return target, lasting, err
}
