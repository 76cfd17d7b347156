package handlers

import (
	"net/http"
	"net/url"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/privacy"
	"broadsheet/views"
)

const deletePath = "/desk/comments/delete"

// mostDeleted is the number of comments that one request deletes at most.
const mostDeleted = 20 * discussion.MaxBulk

// deletion is what a form or an address of the page of deletion names: one comment, or
// the comments of a list of spam or trash.
func (mo *moderating) deletion(c *request, values url.Values) (queueQuery, []discussion.Versioned, error) {
	a := readQueue(c.site, c.viewer, values)
	a.filter.After, a.filter.WithClaimed = 0, true
	if id := parseID(values.Get("comment")); id != 0 {
		m, err := discussion.ByID(c.ctx(), mo.db, id)
		if err != nil {
			return a, nil, err
		}
		return a, []discussion.Versioned{{ID: m.ID}}, mo.checkScope(c.ctx(), c.viewer, []discussion.Versioned{{ID: m.ID}})
	}
	if values.Get("state") == "" {
		a.filter.Queue = moderation.Spam
	}
	if a.filter.Queue != moderation.Spam && a.filter.Queue != moderation.Trash {
		return a, nil, models.Errorf(models.NotFound, "only spam and trash are deleted for good")
	}
	if _, err := mo.indexFor(c.ctx(), a.filter); err != nil {
		return a, nil, err
	}
	list, err := moderation.Matching(c.ctx(), mo.db, a.filter)
	return a, list, err
}

// showDeletion asks whether comments are to be deleted for good, and names their number.
func (mo *moderating) showDeletion(c *request) error {
	a, list, err := mo.deletion(c, c.QueryParams())
	if err != nil {
		return err
	}
	v := views.Deletion{
		State: string(a.filter.Queue), Count: len(list), More: len(list) >= discussion.MaxBulk, Fields: a.query.Fields(),
		BackURL: deskOr(c.QueryParam("back"), a.address()),
	}
	if id := c.QueryParam("comment"); id != "" {
		v.Comment, v.More = parseID(id), false
	}
	if v.Page, err = mo.deskPage(c, mo.text(c.site, "delete.title"), c.Request().URL.RequestURI()); err != nil {
		return err
	}
	return render(mo.pages, c, views.DeletionPage, v, personalAnswer(http.StatusOK))
}

// postDeletion deletes comments for good, in short transactions.
func (mo *moderating) postDeletion(c *request) error {
	total := 0
	for total < mostDeleted {
		_, list, err := mo.deletion(c, c.form)
		if err != nil {
			return err
		}
		n, err := privacy.DeleteChosen(c.ctx(), mo.db, c.viewer.actor(), list)
		if err != nil {
			return err
		}
		if total += n; n == 0 || len(list) < discussion.MaxBulk {
			break
		}
	}
	if total == 0 {
		return c.seeOther(c.backWith(receipt{key: "nothing"}))
	}
	return c.seeOther(c.backWith(receipt{key: "deleted", n: total}))
}
