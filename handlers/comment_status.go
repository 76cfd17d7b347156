package handlers

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// commenterPages show commenters their own comments and mail.
type commenterPages struct {
	*discussions
	db         *models.DB
	commenting *commenting
	clients    *clients
	cookies    *cookies
	links      *people.Links
	log        *slog.Logger
	mail       bool // the site can send mail
	limits     *limits
}

// ownComment is a comment on the pages of its commenter.
type ownComment struct {
	*discussion.Comment
	site    *newsroom.Site
	article *newsroom.Article
	path    string // of the article
	key     string // opens the pages of this comment without a cookie
}

// errNotYours is the answer for a missing comment and for one of another
// commenter, so that it reveals nothing.
var errNotYours = models.Errorf(models.NotFound, "there is no comment of yours here")

// findOwn returns the comment of the address when its commenter asks: by the
// cookie that it was sent with, or by its key.
func (cp *commenterPages) findOwn(c *request, key string) (*ownComment, error) {
	ctx := c.ctx()
	comment, article, err := cp.loadPublic(ctx, parseID(c.Param("id")))
	if models.KindOf(err) == models.NotFound {
		return nil, errNotYours
	}
	if err != nil {
		return nil, err
	}
	who := c.commenter
	if !(who != nil && comment.WrittenWith(who.Token)) && !cp.cookies.commenters.isCommentKey(key, comment.ID, comment.TokenHash) {
		return nil, errNotYours
	}
	key = cp.cookies.commenters.commentKey(comment.ID, comment.TokenHash)
	return &ownComment{comment, c.site, article, c.site.ArticlePath(article), key}, nil
}

// statusPath returns the address of the page with the state of a comment, for
// its commenter.
func (rs *commenterCookies) statusPath(c *discussion.Comment) string {
	return ownCommentPath(c.ID, "status", rs.commentKey(c.ID, c.TokenHash))
}

// showStatus shows a commenter the state of a comment.
func (cp *commenterPages) showStatus(c *request) error {
	own, err := cp.findOwn(c, c.QueryParam("key"))
	if err != nil {
		return err
	}
	return cp.renderStatus(c, own, views.OwnAppeal{}, http.StatusOK)
}

// showWriteAgain shows the article with the text of a declined comment in the reply form,
// so that its commenter can change it and post it as a new comment. An answer keeps
// its parent while that is public.
func (cp *commenterPages) showWriteAgain(c *request) error {
	own, err := cp.findOwn(c, c.QueryParam("key"))
	if err != nil {
		return err
	}
	outcome, err := thread.ModerationOutcomeOf(c.ctx(), cp.db, own.Comment)
	if err == nil && !canWriteAgain(own.Comment, outcome) {
		err = errNotYours
	}
	if err != nil {
		return err
	}
	form := formState{
		parentID: own.ParentID, author: own.Author, email: own.Email, url: own.URL, text: own.Text, sent: true,
		remember: c.commenter != nil && c.commenter.Remember,
	}
	return cp.commenting.giveBack(c, own.ArticleID, form, http.StatusOK, nil)
}

// canWriteAgain reports whether the site declined the comment and still has its text.
func canWriteAgain(c *discussion.Comment, outcome thread.ModerationOutcome) bool {
	return (c.State == discussion.Trashed || c.State == discussion.Spam) && !outcome.Removed && !c.Gone()
}

// showEdit shows the raw text of a comment in a form.
func (cp *commenterPages) showEdit(c *request) error {
	own, err := cp.findOwn(c, c.QueryParam("key"))
	if err != nil {
		return err
	}
	_, editable, err := discussion.EditableUntil(c.ctx(), cp.db, own.site, own.Comment, cp.db.Now())
	if err != nil {
		return err
	}
	var refusal *models.Error
	if !editable {
		refusal = discussion.ErrEditWindow
	}
	return cp.renderEdit(c, own, own.Text, own.Version, refusal)
}

// postEdit stores the new text. A refused text is returned in the form.
func (cp *commenterPages) postEdit(c *request) error {
	r := c.Request()
	own, err := cp.findOwn(c, c.form.Get("key"))
	if err != nil {
		return err
	}
	text := c.form.Get("comment")
	seen, err := strconv.Atoi(c.form.Get("version"))
	if err != nil {
		seen = -1 // no version has this number: the form was changed by hand
	}
	in := discussion.Submission{Host: cp.baseURL.Hostname(), IP: cp.clients.address(r)}
	if who := c.commenter; who != nil {
		in.Token, in.VerifiedEmail = who.Token, who.Verified
	}
	changed, err := discussion.Edit(c.ctx(), cp.db, own.site, own.ID, seen, text, in)
	if err != nil {
		refusal, ok := errors.AsType[*models.Error](err)
		if !ok {
			refusal = &models.Error{Kind: models.Internal, Code: "not-saved", Cause: err}
			cp.log.ErrorContext(c.ctx(), "comment not changed", "error", err.Error())
		}
		return cp.renderEdit(c, own, richtext.Normalize(text), own.Version, refusal)
	}
	return cp.commenting.redirectToComment(c, changed, c.commenter == nil, "")
}

// postRemove takes a comment off the page for its commenter.
func (cp *commenterPages) postRemove(c *request) error {
	own, err := cp.findOwn(c, c.form.Get("key"))
	if err != nil {
		return err
	}
	if err := discussion.RemoveOwn(c.ctx(), cp.db, own.site, own.ID); err != nil {
		return err
	}
	return c.seeOther(ownCommentPath(own.ID, "status", own.key))
}
