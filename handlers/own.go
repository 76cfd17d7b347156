package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"

	"github.com/labstack/echo/v4"
)

// ownComment is a comment as its writer sees it.
type ownComment struct {
	*discussion.Comment
	site  *newsroom.Site
	story *newsroom.Article
	path  string // of the story
	key   string // opens the pages of this comment without a cookie
}

// errNotYours hides from strangers whether there is such a comment.
var errNotYours = models.Errorf(models.NotFound, "there is no comment of yours here")

// own finds the comment of the address and makes sure that its writer asks:
// by the cookie it was written with, or by the key that the writer was given.
func (tk *talk) own(c echo.Context, key string) (*ownComment, error) {
	ctx := c.Request().Context()
	site, err := tk.site.Get(ctx)
	if err != nil {
		return nil, err
	}
	comment, story, err := tk.inPublic(ctx, idOf(c.Param("id")))
	if models.KindOf(err) == models.NotFound {
		return nil, errNotYours
	}
	if err != nil {
		return nil, err
	}
	who := tk.repliers.get(c.Request())
	if !(who != nil && comment.WrittenWith(who.Token)) && !tk.repliers.opens(key, comment.ID, comment.TokenHash) {
		return nil, errNotYours
	}
	return &ownComment{comment, site, story, site.ArticlePath(story), tk.repliers.key(comment.ID, comment.TokenHash)}, nil
}

// statusPath returns the address of the page that tells a writer what has
// become of a comment.
func (rs *repliers) statusPath(c *discussion.Comment) string {
	return ownPath(c.ID, "status", rs.key(c.ID, c.TokenHash))
}

// ownPath returns the address of one of the pages for a comment's writer.
func ownPath(id int64, page, key string) string {
	return "/comment/" + strconv.FormatInt(id, 10) + "/" + page + "/?" + url.Values{"key": {key}}.Encode()
}

// ownAction returns the address that takes a form of those pages.
func ownAction(id int64, page string) string {
	return "/comment/" + strconv.FormatInt(id, 10) + "/" + page + "/"
}

// showStatus tells a writer what has become of a comment.
func (tk *talk) showStatus(c echo.Context) error {
	own, err := tk.own(c, c.QueryParam("key"))
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	fate, err := discussion.ModerationOutcomeOf(ctx, tk.DB, own.Comment)
	if err != nil {
		return err
	}
	until, editable, err := discussion.EditableUntil(ctx, tk.DB, own.site, own.Comment, tk.DB.Now())
	if err != nil {
		return err
	}
	return tk.renderStatus(c, own, fate, until, editable)
}

// showEdit shows a comment's text, as it was typed, to be changed.
func (tk *talk) showEdit(c echo.Context) error {
	own, err := tk.own(c, c.QueryParam("key"))
	if err != nil {
		return err
	}
	_, editable, err := discussion.EditableUntil(c.Request().Context(), tk.DB, own.site, own.Comment, tk.DB.Now())
	if err != nil {
		return err
	}
	var refusal *models.Error
	if !editable {
		refusal = models.Refuse(models.Forbidden, "edit-window", "the comment can no longer be changed")
	}
	return tk.renderEdit(c, own, own.Text, own.Version, refusal)
}

// postEdit takes the new text. A refused one comes back as it was typed.
func (tk *talk) postEdit(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	own, err := tk.own(c, r.PostForm.Get("key"))
	if err != nil {
		return err
	}
	text := r.PostForm.Get("comment")
	seen, err := strconv.Atoi(r.PostForm.Get("version"))
	if err != nil {
		seen = -1 // nobody's version: somebody changed the form
	}
	in := discussion.Submission{Host: tk.BaseURL.Hostname(), IP: tk.address(r)}
	if who := tk.repliers.get(r); who != nil {
		in.Token, in.VerifiedEmail = who.Token, who.Verified
	}
	changed, err := discussion.Edit(r.Context(), tk.DB, own.site, own.ID, seen, text, in)
	if err != nil {
		refusal, ok := errors.AsType[*models.Error](err)
		if !ok {
			refusal = &models.Error{Kind: models.Internal, Code: "not-saved", Cause: err}
			tk.Log.ErrorContext(r.Context(), "comment not changed", "error", err.Error())
		}
		return tk.renderEdit(c, own, richtext.Normalize(text), own.Version, refusal)
	}
	return tk.redirectToComment(c, own.site, changed, tk.repliers.get(r) == nil, "")
}

// postRemove takes a comment off the page for its writer.
func (tk *talk) postRemove(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	own, err := tk.own(c, r.PostForm.Get("key"))
	if err != nil {
		return err
	}
	if err := discussion.RemoveOwn(r.Context(), tk.DB, own.site, own.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, ownPath(own.ID, "status", own.key))
}

// postPreviewText renders a comment for the script that shows it while it is
// typed. It says nothing about whether it would be taken.
func (tk *talk) postPreviewText(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	text := r.PostForm.Get("comment")
	if len(text) > discussion.MaxTextBytes {
		return errTooLarge
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTML(http.StatusOK, richtext.Comment(text))
}
