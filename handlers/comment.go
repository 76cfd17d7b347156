package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"

	"github.com/labstack/echo/v4"
)

// talk takes comments.
type talk struct{ *server }

// formState is the reply form as it was filled in, and what was wrong with
// it.
type formState struct {
	parent   *discussion.Comment // the comment it answers, if any
	parentID int64
	author   string
	email    string
	url      string
	text     string
	remember bool
	follow   bool
	err      *models.Error // nil: nothing is wrong
	sent     bool
	preview  *discussion.Comment // how it would look
	nudges   []discussion.Nudge
	stamp    string // of the preview
	linkSent string // the address that a link was sent to
}

// postComment takes a comment under WordPress's field names. A refused one
// comes back on the article's page with everything that was typed.
func (tk *talk) postComment(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	site, err := tk.site.Get(r.Context())
	if err != nil {
		return err
	}
	form, articleID := readForm(r)
	who := tk.repliers.get(r)
	stranger := who == nil
	if stranger {
		who = &replier{Token: newToken(), Fresh: true}
	}
	in := discussion.Submission{
		ArticleID: articleID, ParentID: form.parentID, Author: form.author, Email: form.email, URL: form.url, Text: form.text,
		IP: tk.address(r), Agent: r.UserAgent(), Host: tk.BaseURL.Hostname(),
		Follow: form.follow && tk.Mail, VerifiedEmail: who.Verified,
		HiddenField: r.PostForm.Get(hiddenField) != "", Took: cmp.Or(tk.repliers.since(form.stamp, tk.DB.Now()), took(r.PostForm.Get("took"))),
	}
	staff, err := tk.resume(c)
	if err != nil {
		return tk.refuse(c, site, articleID, form, err)
	}
	if staff != nil {
		in.User = staff.User
		in.Foreign = models.KindOf(staff.scope.Article(r.Context(), tk.DB, articleID)) == models.Forbidden
	}
	in.Token, in.NewToken = who.tokens()
	if r.PostForm.Get("preview") != "" {
		return tk.preview(c, site, in, form)
	}
	comment, err := tk.post(r, site, in)
	if err != nil {
		return tk.refuse(c, site, articleID, form, err)
	}
	if comment.Verified {
		form.email = comment.Email // which the form may not have asked for
	}
	*who = replier{Token: who.Token, Verified: who.Verified, VerifiedAt: who.VerifiedAt, Remember: form.remember, Author: form.author, Email: form.email, URL: form.url}
	if comment.UserID == nil {
		// As it was stored: cleaned, and no longer than a cookie can hold.
		who.Author, who.Email, who.URL = comment.Author, comment.Email, comment.URL
	}
	if err := tk.repliers.set(c.Response(), r, *who); err != nil {
		// The comment is stored. Its writer must not be told that it failed.
		tk.Log.WarnContext(r.Context(), "the cookie of a commenter was not set", "error", err.Error())
	}
	return tk.redirectToComment(c, site, comment, stranger, tk.ownPath(r.PostForm.Get("redirect_to")))
}

// ownPath returns the path and query of an address of this site, "" for
// every other: a form that asks to be led elsewhere is led to its comment.
func (tk *talk) ownPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(address, "\\\r\n\t") || u.User != nil {
		return ""
	}
	if (u.Scheme != "" || u.Host != "") && (u.Host != tk.BaseURL.Host || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	u.Scheme, u.Host, u.Fragment, u.RawFragment = "", "", "", ""
	return u.String()
}

// post takes a comment unless its network sends too many.
func (tk *talk) post(r *http.Request, site *newsroom.Site, in discussion.Submission) (*discussion.Comment, error) {
	if allowed, err := tk.writers.Allow(network(in.IP)); err != nil {
		return nil, err
	} else if !allowed {
		refusal := models.Refuse(models.TooMany, "flood", "too many comments from this network")
		refusal.RetryAfter = 10 * time.Second
		return nil, refusal
	}
	return discussion.Post(r.Context(), tk.DB, site, in)
}

// errPreviews is returned to a network that asks for previews too often.
var errPreviews = &models.Error{Kind: models.TooMany, Code: "flood", Safe: "too many previews from this network", RetryAfter: 10 * time.Second}

// preview shows the article again with the comment as it would look, above
// the form with everything that was typed.
func (tk *talk) preview(c echo.Context, site *newsroom.Site, in discussion.Submission, form formState) error {
	if allowed, err := tk.previews.Allow(network(in.IP)); err != nil {
		return err
	} else if !allowed {
		return tk.refuse(c, site, in.ArticleID, form, errPreviews)
	}
	comment, nudges, err := discussion.Preview(c.Request().Context(), tk.DB, site, in, tk.DB.Now())
	if err != nil {
		return tk.refuse(c, site, in.ArticleID, form, err)
	}
	form.preview, form.nudges = comment, nudges
	if form.stamp == "" || tk.repliers.since(form.stamp, tk.DB.Now()) == 0 {
		form.stamp = tk.repliers.stamp(tk.DB.Now())
	}
	return tk.giveBack(c, site, in.ArticleID, form, http.StatusOK, nil)
}

// hiddenField is the field of the reply form that people do not see.
const hiddenField = "subject"

// took reads how many seconds the writer took, as the reader's script
// counted them; 0 for anything else.
func took(seconds string) time.Duration {
	n, err := strconv.ParseFloat(seconds, 64)
	if err != nil || !(n > 0 && n < 1e6) {
		return 0
	}
	return time.Duration(n * float64(time.Second))
}

// refuseMethod answers WordPress's address for comments to whoever only
// looks.
func (tk *talk) refuseMethod(c echo.Context) error {
	c.Response().Header().Set("Allow", http.MethodPost)
	return echo.NewHTTPError(http.StatusMethodNotAllowed)
}

// readForm takes the fields of the reply form.
func readForm(r *http.Request) (form formState, articleID int64) {
	number := func(name string) int64 {
		v := strings.TrimSpace(r.PostForm.Get(name))
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil && v != "" || n < 0 {
			return -1 // no article or comment has this number
		}
		return n
	}
	form = formState{
		parentID: number("comment_parent"), author: r.PostForm.Get("author"), email: r.PostForm.Get("email"),
		url: r.PostForm.Get("url"), text: r.PostForm.Get("comment"),
		remember: r.PostForm.Get("wp-comment-cookies-consent") != "", follow: r.PostForm.Get("follow") != "", sent: true, stamp: r.PostForm.Get("stamp"),
	}
	return form, number("comment_post_ID")
}

// refuse shows the article again with the form as it was sent.
func (tk *talk) refuse(c echo.Context, site *newsroom.Site, articleID int64, form formState, err error) error {
	if hungUp(c.Request(), err) {
		return err
	}
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok {
		refusal = &models.Error{Kind: models.KindOf(err), Code: "not-saved", Cause: err}
	}
	if status(refusal) >= http.StatusInternalServerError {
		tk.Log.ErrorContext(c.Request().Context(), "comment not saved", "error", err.Error())
	}
	form.err = refusal
	setRetryAfter(c.Response().Header(), err)
	return tk.giveBack(c, site, articleID, form, status(refusal), err)
}

// giveBack shows the article with the form as it was sent. Where there is no
// article to show it under, err is the answer.
func (tk *talk) giveBack(c echo.Context, site *newsroom.Site, articleID int64, form formState, status int, err error) error {
	page, pageErr := newsroom.LoadPageByID(c.Request().Context(), tk.DB, site, articleID)
	if pageErr != nil {
		return cmp.Or(err, pageErr)
	}
	if form.parentID > 0 {
		parent, parentErr := discussion.ByID(c.Request().Context(), tk.DB, form.parentID)
		if parentErr == nil && parent.ArticleID == articleID && parent.State == discussion.Approved {
			form.parent = parent
		}
	}
	return tk.reader.showArticle(c, site, page, firstComments, status, &form)
}

// redirectToComment sends the writer to the comment: on its page when it is
// public, else to the article, which shows it to this browser alone. asked is
// where the form wanted to go instead, "" for nowhere.
func (tk *talk) redirectToComment(c echo.Context, site *newsroom.Site, comment *discussion.Comment, stranger bool, asked string) error {
	ctx := c.Request().Context()
	path, err := newsroom.PathOf(ctx, tk.DB, site, comment.ArticleID)
	if err != nil {
		return err
	}
	if comment.State == discussion.Approved {
		if path, err = tk.placeOf(ctx, site, path, comment); err != nil {
			return err
		}
	}
	path = cmp.Or(asked, path)
	// In a storm others may get a page that is a second old; a writer without a
	// cookie gets the present one by this too.
	waits := comment.State != discussion.Approved
	if waits || stranger && tk.pages.IsHot(newsroom.ArticleTag(comment.ArticleID)) {
		// It is not known yet whether this browser keeps cookies, and the page's
		// title says that the comment waits.
		path += map[bool]string{false: "?", true: "&"}[strings.Contains(path, "?")] + tk.repliers.previewQuery(comment.ID, tk.DB.Now())
	}
	return c.Redirect(http.StatusSeeOther, path+"#comment-"+strconv.FormatInt(comment.ID, 10))
}

// inPublic returns a comment in any state, and its article. It refuses as
// [newsroom.RequirePublic] does when the article is not public. Every handler
// that takes a comment's number from a reader calls it first.
func (s *server) inPublic(ctx context.Context, id int64) (*discussion.Comment, *newsroom.Article, error) {
	comment, err := discussion.ByID(ctx, s.DB, id)
	if err != nil {
		return nil, nil, err
	}
	story, err := newsroom.PublicByID(ctx, s.DB, comment.ArticleID)
	return comment, story, err
}

// showComment answers a comment's own address with the page that shows it.
func (rd *reader) showComment(c echo.Context) error {
	ctx := c.Request().Context()
	id := idOf(c.Param("id"))
	site, err := rd.site.Get(ctx)
	if err != nil {
		return err
	}
	comment, story, err := rd.inPublic(ctx, id)
	switch {
	case err != nil:
		return err
	case comment.State == discussion.Held:
		return errNoPage // it may yet appear
	case comment.State != discussion.Approved:
		return models.Refuse(models.Gone, "comment-gone", "the comment has been removed")
	}
	path, err := rd.placeOf(ctx, site, site.ArticlePath(story), comment)
	if err != nil {
		return err
	}
	return rd.elsewhere(c, path+"#comment-"+strconv.FormatInt(id, 10))
}

// showCommentCount tells how many comments an article has, for a page that
// is open and asks now and then.
func (rd *reader) showCommentCount(c echo.Context) error {
	a, err := newsroom.PublicByID(c.Request().Context(), rd.DB, idOf(c.Param("id")))
	if err != nil {
		return err
	}
	body := fmt.Appendf(nil, `{"comments":%d}`, a.CommentsApprove)
	return rd.send(c, "application/json", body, answer{status: http.StatusOK}, on(newsroom.CountTag(a.ID), newsroom.TeaserTag(a.ID)))
}

// placeOf returns the address of the page that shows a public comment.
// article is the address of what it stands under.
func (s *server) placeOf(ctx context.Context, site *newsroom.Site, article string, comment *discussion.Comment) (string, error) {
	a, err := newsroom.ByID(ctx, s.DB, comment.ArticleID)
	if err != nil {
		return "", err
	}
	place, err := discussion.PlaceOf(ctx, s.DB, comment, threadQuery(site, a, firstComments))
	if place.Own {
		return threadPath(comment.ID), err
	}
	return commentPagePath(article, place.Page), err
}

// threadPath returns the address of a comment's own page.
func threadPath(id int64) string { return "/comment/" + strconv.FormatInt(id, 10) + "/thread/" }

// showThread shows a comment's own page, with the comments it answers and
// the answers to it.
func (rd *reader) showThread(c echo.Context) error {
	ctx := c.Request().Context()
	site, err := rd.site.Get(ctx)
	if err != nil {
		return err
	}
	comment, err := discussion.ByID(ctx, rd.DB, idOf(c.Param("id")))
	if err != nil {
		return err
	}
	page, err := newsroom.LoadPageByID(ctx, rd.DB, site, comment.ArticleID)
	switch {
	case err != nil:
		return err
	case comment.State == discussion.Held:
		return errNoPage
	case comment.State != discussion.Approved:
		return models.Refuse(models.Gone, "comment-gone", "the comment has been removed")
	}
	after := idOf(c.QueryParam("after"))
	if ok, err := rd.walksOn(c, after, func(m *discussion.Comment) bool { return m.RootID == comment.ID }); err != nil || !ok {
		return orElse(err, func() error { return rd.elsewhere(c, threadPath(comment.ID), "after") })
	}
	own, err := discussion.OwnPage(ctx, rd.DB, comment, after, site.CommentDepth)
	if err != nil {
		return err
	}
	return rd.renderThread(c, site, page, own)
}
