package handlers

import (
	"fmt"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people/bans"
)

// postWarning stores that a visitor has read a warning. Only the visitor that it
// is for can confirm it.
func (cp *commenterPages) postWarning(c *request) error {
	who, own := c.commenter, (*discussion.Comment)(nil)
	var id int64
	var key string
	if n, _ := fmt.Sscanf(c.form.Get("key"), "%d %s", &id, &key); n == 2 {
		comment, err := discussion.ByID(c.ctx(), cp.db, id)
		if err != nil || !cp.cookies.commenters.isCommentKey(key, id, comment.TokenHash) {
			return errNotYours
		}
		who, own = nil, comment
	}
	shown := cp.findWarning(c.site, who, own, "")
	if shown == nil || shown.ID != parseID(c.form.Get("notice")) {
		return errNotYours
	}
	// A double click counts once.
	if err := bans.End(c.ctx(), cp.db, "", 0, shown.ID); err != nil && models.KindOf(err) != models.Conflict {
		return err
	}
	next := localOr(c.form.Get("back"), "/")
	if next == deskPath {
		next = "/"
	}
	return c.seeOther(next)
}
