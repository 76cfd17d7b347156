package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/stories"
	"broadsheet/models/newsroom"
	"broadsheet/views"
)

// storyPrefix begins the operations that undo a change of a comment policy.
const storyPrefix = "story-"

// storyOperation is a change of an article's comment policy that can be undone.
type storyOperation struct {
	article       int64
	before, after newsroom.CommentPolicy
}

// String returns the operation as forms carry it.
func (o storyOperation) String() string {
	return storyPrefix + strconv.FormatInt(o.article, 10) + "-" + policyCode(o.before) + "-" + policyCode(o.after)
}

// parseStoryOperation reads an operation. ok is false for any other text.
func parseStoryOperation(op string) (o storyOperation, ok bool) {
	parts := strings.Split(strings.TrimPrefix(op, storyPrefix), "-")
	if !strings.HasPrefix(op, storyPrefix) || len(parts) != 3 {
		return o, false
	}
	var before, after bool
	o.article = parseID(parts[0])
	o.before, before = parsePolicyCode(parts[1])
	o.after, after = parsePolicyCode(parts[2])
	return o, o.article != 0 && before && after
}

// policyCode returns a policy in a short form.
func policyCode(p newsroom.CommentPolicy) string {
	closes := int64(0)
	if !p.Close.IsZero() {
		closes = p.Close.Unix()
	}
	return strings.Join([]string{
		string(p.Status), strconv.Itoa(p.Slow), strconv.FormatBool(p.ByHand), string(p.Who), strconv.FormatBool(p.RecommendsOff),
		strconv.FormatInt(closes, 10), string(p.Reopen),
	}, ".")
}

func parsePolicyCode(code string) (p newsroom.CommentPolicy, ok bool) {
	parts := strings.Split(code, ".")
	if len(parts) != 7 {
		return p, false
	}
	slow, err := strconv.Atoi(parts[1])
	closes, err2 := strconv.ParseInt(parts[5], 10, 64)
	p = newsroom.CommentPolicy{
		Status: newsroom.CommentStatus(parts[0]), Slow: slow, ByHand: parts[2] == "true", Who: models.Commenters(parts[3]),
		RecommendsOff: parts[4] == "true", Reopen: newsroom.CommentStatus(parts[6]),
	}
	if closes != 0 {
		p.Close = models.At(time.Unix(closes, 0))
	}
	return p, err == nil && err2 == nil
}

// undoPolicy returns an article to the comment policy from before an operation. The
// operation must be the newest change of the article, and the viewer's own: the text of
// an operation may come from anywhere.
func (mo *moderating) undoPolicy(c *request, op string) error {
	o, ok := parseStoryOperation(op)
	if !ok {
		return models.Errorf(models.NotFound, "there is no such decision")
	}
	a, err := mo.loadDiscussed(c, o.article)
	if err != nil {
		return err
	}
	log, err := stories.PolicyChanges(c.ctx(), mo.db, a.ID)
	if err != nil {
		return err
	}
	done := receipt{key: "story-undone"}
	switch me := c.viewer.ID; {
	case a.CommentPolicy().String() == o.before.String(): // also the second press of a double click
	case len(log) == 0 || log[0].ActorID == nil || *log[0].ActorID != me ||
		log[0].Before != o.before.String() || log[0].After != o.after.String():
		done.key = "story-changed"
	default:
		if err := newsroom.SetCommentPolicy(c.ctx(), mo.db, c.viewer.actor(), a.ID, o.before); err != nil {
			return err
		}
	}
	if !wantsJSON(c.Request()) {
		return c.seeOther(c.backWith(done))
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	message := mo.text(c.site, "done."+done.key)
	if done.key == "story-undone" {
		message = mo.text(c.site, "done.named."+done.key, "story", a.Title)
	}
	return c.JSON(http.StatusOK, policyJSON{Message: message, Story: a.ID})
}

// storyFrame returns the frame of a page about comment policies, with the message about
// the last change and its undo.
func (mo *moderating) storyFrame(c *request, title, here string) (views.Page, error) {
	page, err := mo.deskPage(c, title, here)
	if c.QueryParam("done") == "saved" {
		page.Desk.Flash = mo.text(c.site, "closing.saved")
	}
	return page, err
}
