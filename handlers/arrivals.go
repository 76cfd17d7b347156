package handlers

import (
	"net/http"

	"broadsheet/models/discussion/arrivals"
	"broadsheet/models/discussion/moderation"
)

// arrivalsJSON are the held comments that came in since a page was made.
type arrivalsJSON struct {
	Comments []int64                      `json:"comments"`
	Counts   map[moderation.QueueName]int `json:"counts"`
}

// showArrivals tells the script of the queue which comments have arrived.
func (mo *moderating) showArrivals(c *request) error {
	ctx, scope := c.ctx(), c.viewer.scope
	ids, err := arrivals.Held(ctx, mo.db, parseID(c.QueryParam("since")))
	if err == nil && len(ids) > 0 {
		ids, err = scope.Filter(ctx, mo.db, ids)
	}
	if err != nil {
		return err
	}
	counts, err := moderation.Counts(ctx, mo.db, scope)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, arrivalsJSON{Comments: append([]int64{}, ids...), Counts: counts})
}
