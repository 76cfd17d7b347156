package handlers

import (
	"net/url"

	"broadsheet/views"
)

// chipNames are the messages that name the filters of the queue.
var chipNames = map[string]string{
	"q": "queue.text", "author": "queue.author", "article": "queue.article", "section": "queue.section",
	"network": "queue.network", "host": "queue.host", "reason": "queue.rule", "from": "queue.from", "to": "queue.to",
	"like": "queue.like", "order": "queue.order.heated", "heat": "queue.heat",
}

// chips returns the filters of a queue. Each leads to the queue without it. A story is
// named by its number, because the viewer may not look after that story.
func (mo *moderating) chips(c *request, a queueQuery) (list []views.Chip) {
	fields := a.query.Fields()
	for i, f := range fields {
		rest := url.Values{"state": {string(a.filter.Queue)}}
		for j, other := range fields {
			if j != i {
				rest.Set(other.Name, other.Value)
			}
		}
		chip := views.Chip{Name: chipNames[f.Name], Value: f.Value, URL: queuePath + "?" + rest.Encode()}
		switch f.Name {
		case "section":
			if s := c.site.Categories.ByPath(f.Value); s != nil {
				chip.Value = s.Name
			}
		case "reason":
			chip.Value = mo.ruleName(c.site, f.Value)
		case "like", "order":
			chip.Value = "" // the name says all
		}
		list = append(list, chip)
	}
	return list
}
