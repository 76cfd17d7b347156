package handlers

import (
	"net/url"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"

	"github.com/labstack/echo/v4"
)

// Links of WordPress's moderation lead into the desk, after signing in. They
// are GETs, so they decide nothing.

func (k *keeper) oldSignIn(c echo.Context) error {
	return k.moved(c, "/login", "redirect_to", "action", "reauth", "loggedout")
}

func (k *keeper) oldDesk(c echo.Context) error { return k.elsewhere(c, "/desk") }

// oldComment leads to the comment, whatever the link wanted done with it.
func (k *keeper) oldComment(c echo.Context) error {
	ctx, id := c.Request().Context(), idOf(c.QueryParam("c"))
	_, err := discussion.ByID(ctx, k.DB, id)
	if err == nil {
		err = viewerOf(c).scope.Comments(ctx, k.DB, []int64{id})
	}
	if err != nil {
		return err
	}
	return k.elsewhere(c, cardPath(id), "c", "action")
}

// oldStates are WordPress's names of its lists of comments.
var oldStates = map[string]moderation.QueueName{
	"": moderation.All, "all": moderation.All, "moderated": moderation.Held, "hold": moderation.Held, "approved": moderation.Approved,
	"approve": moderation.Approved, "spam": moderation.Spam, "trash": moderation.Trash, "mine": moderation.Mine,
}

func (k *keeper) oldComments(c echo.Context) error {
	name, ok := oldStates[c.QueryParam("comment_status")]
	if !ok {
		name = moderation.Held
	}
	return k.elsewhere(c, "/desk/comments?"+url.Values{"state": {string(name)}}.Encode(), "comment_status", "state")
}
