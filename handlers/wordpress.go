package handlers

import (
	"net/url"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"

	"github.com/labstack/echo/v4"
)

// Links of WordPress's moderation redirect to the desk, after signing in. They
// are GET requests, so they decide nothing.

func (op *operating) oldSignIn(c echo.Context) error {
	return redirectPermanently(c, signInPath, "redirect_to", "action", "reauth", "loggedout")
}

func (op *operating) oldDesk(c echo.Context) error { return redirectTemporarily(c, deskPath) }

// oldComment redirects to the comment's page. It ignores the action in the
// link.
func (mo *moderating) oldComment(c *request) error {
	ctx, id := c.ctx(), parseID(c.QueryParam("c"))
	_, err := discussion.ByID(ctx, mo.db, id)
	if err == nil {
		err = c.viewer.scope.Comments(ctx, mo.db, []int64{id})
	}
	if err != nil {
		return err
	}
	return redirectTemporarily(c, cardPath(id), "c", "action")
}

// oldStates are WordPress's names of its lists of comments.
var oldStates = map[string]moderation.QueueName{
	"": moderation.All, "all": moderation.All, "moderated": moderation.Held, "hold": moderation.Held, "approved": moderation.Approved,
	"approve": moderation.Approved, "spam": moderation.Spam, "trash": moderation.Trash, "mine": moderation.Mine,
}

func (mo *moderating) oldComments(c *request) error {
	name, ok := oldStates[c.QueryParam("comment_status")]
	if !ok {
		name = moderation.Held
	}
	return redirectTemporarily(c, queuePath+"?"+url.Values{"state": {string(name)}}.Encode(), "comment_status", "state")
}
